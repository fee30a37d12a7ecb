"""Keyness: which words and phrases the seeds use too often, and what near misses take back."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.learning.documents import Sample
from seeds.learning.keyness import contrast, learn_patterns, log_odds, phrase_share

COMMON = {
    "the": 0.05,
    "of": 0.03,
    "in": 0.02,
    "was": 0.01,
    "attack": 1e-4,
    "town": 2e-4,
    "harbour": 3e-5,
    "helmets": 2e-6,
}
ROLES = {"blue helmets": ("role", "helmet"), "casques bleus": ("role", "helmet"), "lighthouse mission": ("name", "LM")}


def background(word, language):
    return COMMON.get(word, 1e-6)


def label(phrase, language):
    return ROLES.get(phrase, ("context", None))


def sample(name, text, language="en"):
    return Sample(name, "", text, language)


SEEDS = (
    sample("one", "The attack of the harbour. Blue helmets in the harbour. The lighthouse mission was in the harbour."),
    sample("two", "Blue helmets of the lighthouse mission. The harbour attack was the attack of the town."),
    sample("three", "Lighthouse mission attack. Blue helmets attack."),
)
NEAR = (
    sample("n1", "The attack of the town was an attack. Dragons in the town. Dragons."),
    sample("n2", "Attack in the town. Dragons of the town attack."),
)


def test_frequent_phrases_are_learned_with_their_kind_and_seeds():
    """A phrase of the seeds comes out with its kind, concept, count and the seeds it stands in."""
    found = {pattern.text: pattern for pattern in learn_patterns(SEEDS, NEAR, background, label)}
    helmets = found["blue helmets"]
    assert (helmets.kind, helmets.concept, helmets.count) == ("role", "helmet", 3)
    assert helmets.seeds == ("one", "three", "two")
    assert helmets.weight > 3
    assert found["lighthouse mission"].kind == "name"


def test_words_inside_a_longer_phrase_only_are_left_to_it():
    """ "Helmets", which never stands without "blue", is no pattern of its own."""
    found = {pattern.text for pattern in learn_patterns(SEEDS, NEAR, background, label)}
    assert "helmets" not in found
    assert "blue" not in found


def test_function_words_begin_and_end_no_phrase():
    """No pattern begins or ends with a word that is everywhere."""
    for pattern in learn_patterns(SEEDS, NEAR, background, label):
        words = pattern.text.split()
        assert COMMON.get(words[0], 0) < 1e-3
        assert COMMON.get(words[-1], 0) < 1e-3


def test_near_misses_take_back_plain_words():
    """A plain word that near misses use as much is no evidence; one that only they use speaks against."""
    many = tuple(sample(f"s{number}", "Storm in the town. Lighthouse in the harbour.") for number in range(6))
    loud = tuple(sample(f"l{number}", "Storm in the town. Dragons in the harbour.") for number in range(6))
    quiet = tuple(sample(f"q{number}", "Calm in the town. Dragons in the harbour.") for number in range(6))
    beside_quiet = {pattern.text: pattern for pattern in learn_patterns(many, quiet, background, label)}
    beside_loud = {pattern.text: pattern for pattern in learn_patterns(many, loud, background, label)}
    assert beside_quiet["storm"].weight > 0
    assert "storm" not in beside_loud
    assert beside_quiet["dragons"].weight < 0
    assert (beside_quiet["dragons"].count, beside_quiet["dragons"].near) == (0, 6)


def test_positive_patterns_come_first_and_surest_first():
    """The list is sorted: what speaks for the mission by certainty, then what speaks against it."""
    found = learn_patterns(SEEDS, NEAR, background, label)
    signs = [pattern.weight < 0 for pattern in found]
    assert signs == sorted(signs)
    sure = [pattern.z for pattern in found if pattern.weight > 0]
    assert sure == sorted(sure, reverse=True)


def test_learning_does_not_depend_on_the_order_of_documents():
    """The same documents in any order give the same patterns."""
    whole = learn_patterns(SEEDS, NEAR, background, label)
    for seed in range(5):
        shuffled, others = list(SEEDS), list(NEAR)
        random.Random(seed).shuffle(shuffled)
        random.Random(seed).shuffle(others)
        assert learn_patterns(shuffled, others, background, label) == whole


def test_languages_are_kept_apart():
    """A phrase is weighed against its own language's background and near misses."""
    seeds = (*SEEDS, sample("quatre", "Les casques bleus dorment. Des casques bleus rentrent.", "fr"))
    languages = {pattern.text: pattern.language for pattern in learn_patterns(seeds, NEAR, background, label)}
    assert languages["casques bleus"] == "fr"
    assert languages["blue helmets"] == "en"


@given(st.integers(1, 50), st.integers(60, 5000), st.floats(1e-8, 1e-3))
def test_log_odds_grow_with_the_count_and_fall_with_the_background(count, total, share):
    """Twice as often is weightier and surer; a commoner word is less so. (Monroe et al. 2008, equation 16.)"""
    ratio, error = log_odds(count, total, share)
    more, surer = log_odds(count * 2, total * 2 + 100, share)
    assert surer < error
    commoner, _ = log_odds(count, total, share * 2)
    assert commoner < ratio
    assert more > ratio - 1


@given(st.integers(0, 40), st.integers(0, 40), st.integers(50, 2000), st.integers(50, 2000))
def test_contrast_is_antisymmetric(one, two, total, other):
    """What speaks for one sample speaks as much against the other."""
    there, error = contrast(one, total, two, other)
    back, same = contrast(two, other, one, total)
    assert there == pytest.approx(-back)
    assert error == pytest.approx(same)


@given(st.lists(st.floats(1e-8, 1e-2), min_size=1, max_size=5))
def test_a_phrase_is_rarer_than_its_rarest_word_and_commoner_than_chance(shares):
    """The expected share of a phrase lies between independence and full dependence."""
    product = 1.0
    for share in shares:
        product *= share
    assert product <= phrase_share(shares) * (1 + 1e-9)
    assert phrase_share(shares) <= min(shares) * (1 + 1e-9)
