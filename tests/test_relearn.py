"""From a watch's folder to its patterns: the file in the repository is what learning gives."""

from pathlib import Path

import pytest

from seeds.learning.study import frequency, guess_language, relearn
from seeds.lexicon.files import LexiconError
from seeds.watch import load_watch as load_watch
from seeds.watch import read_patterns
from tests.shared import SHARED, needs_shared

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "watches"
SAME = 60
TOP = 100


@pytest.fixture(scope="module")
def learned():
    return relearn(SEEDS / "minusma")


def test_the_patterns_are_what_learning_gives(learned):
    """Learning again from the documents changes nothing in patterns.toml."""
    assert learned.dump() == (SEEDS / "minusma" / "patterns.toml").read_text(encoding="utf-8")


def test_the_second_watch_has_not_drifted_either():
    """The same holds for the other watch."""
    again = relearn(SEEDS / "monusco")
    assert again.dump() == (SEEDS / "monusco" / "patterns.toml").read_text(encoding="utf-8")


def test_what_was_learned_is_about_the_mission(learned):
    """The surest patterns name the mission, its people and its theatre, in both languages of the seeds."""
    kinds = {(pattern.kind, pattern.language) for pattern in learned.patterns[:TOP] if pattern.weight > 0}
    assert {
        ("name", "en"),
        ("name", "fr"),
        ("role", "en"),
        ("role", "fr"),
        ("theatre", "en"),
        ("theatre", "fr"),
    } <= kinds
    assert {"peacekeeper", "peacekeeping", "un", "ML", "MINUSMA"} <= set(learned.concepts)


def test_every_pattern_names_its_seeds(learned):
    """What speaks for the mission stands in at least one seed document; what speaks against it in near misses."""
    for pattern in learned.patterns:
        assert set(pattern.seeds) <= set(learned.sources)
        assert bool(pattern.seeds) is (pattern.count > 0)
        assert pattern.seeds or pattern.near >= 2


@needs_shared
def test_the_briefs_carry_the_terms_of_the_originals(learned):
    """Learning from the originals gives at least 60 of the same first 100 patterns."""
    originals = relearn(SEEDS / "minusma", SHARED / "seeds")
    ours = {pattern.text for pattern in learned.patterns[:TOP]}
    theirs = {pattern.text for pattern in originals.patterns[:TOP]}
    assert len(ours & theirs) >= SAME


def test_nothing_to_learn_from_is_said(tmp_path):
    """A folder without documents is refused with its name."""
    with pytest.raises(LexiconError, match="nothing to learn from"):
        relearn(SEEDS / "minusma", tmp_path)


def test_a_language_without_frequencies_is_refused():
    """wordfreq answers unknown languages with English; that must not happen in silence."""
    with pytest.raises(LexiconError, match="'xx'"):
        frequency("word", "xx")
    assert frequency("the", "en") > 1e-2


def test_the_language_of_plain_text_is_guessed():
    """Plain text files do not say their language; frequent words do."""
    assert guess_language("The council condemned the attack and asked the government to act") == "en"
    assert guess_language("Le conseil a condamné l'attaque et a demandé au gouvernement d'agir") == "fr"


def test_the_file_in_use_is_the_one_that_was_learned():
    """A watch reads its patterns.toml."""
    assert load_watch(SEEDS / "minusma").version == read_patterns(SEEDS / "minusma" / "patterns.toml").version
