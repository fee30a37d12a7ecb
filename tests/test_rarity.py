"""Words by which reports of one event know each other: the rarer, the more they say."""

from pathlib import Path

import pytest

from feeds.stories.evidence.likeness import pieces
from feeds.stories.profile import profile
from seeds.learning.teach import NOW
from seeds.model import Document, Facts, Fingerprint
from seeds.rarity import EVENTS, rarity, telling_words, word_counts
from seeds.watch import load_watch, read_document
from seeds.weights import put_weights, swap_weights


@pytest.fixture(scope="module")
def minusma():
    return load_watch(Path(__file__).parents[1] / "seeds/watches/minusma")


@pytest.fixture(autouse=True)
def counts():
    """A hundred events: four tell of a convoy, forty of an attack."""
    former = swap_weights({})
    put_weights("words", {EVENTS: 100.0, "convoy": 4.0, "attack": 40.0})
    yield
    swap_weights(former)


def entry(words, language="en"):
    return profile(Document("", "", language), Facts(), Fingerprint(words=frozenset(words)), "w")


def test_a_word_counts_once_for_an_event():
    """Ten reports of one event are no ten events, and what few events have is not listed."""
    told = [(f"event {number}", ["convoy"]) for number in range(3)] + [("event 0", ["convoy", "nickname"])] * 10
    assert word_counts(told) == {EVENTS: 3.0, "convoy": 3.0}


def test_what_many_events_have_tells_nothing():
    """The rarest words come first, the common ones are left out, and only so many are kept."""
    assert telling_words({"attack", "convoy", "jambaars"}) == ["jambaars", "convoy"]
    assert len(telling_words({f"word{number}" for number in range(500)})) == 24


def test_the_rarer_the_more_it_says():
    """A word that no other event had says most; events that taught the counts themselves are left out of them."""
    assert rarity("jambaars") > rarity("convoy") > rarity("attack") > 0
    assert rarity("convoy", taught=2) > rarity("convoy", taught=1) > rarity("convoy")


def test_reports_that_share_a_rare_word():
    """It is evidence in any language; having none in common says something within one language alone."""
    one, other = entry({"jambaars", "attack"}), entry({"jambaars", "convoy"}, "fr")
    assert dict(pieces(one, other))["words"] == pytest.approx(rarity("jambaars"))
    assert "no word" in dict(pieces(one, entry({"convoy"})))
    assert "no word" not in dict(pieces(one, entry({"convoy"}, "fr")))


def test_beginnings_of_words_in_any_script(minusma):
    """Endings differ within a language; scripts without spaces give every two characters."""
    document = Document("Peacekeepers mourned, 维和部队", "", "en")
    assert {"peaceke", "mourned", "维和", "部队"} <= minusma.fingerprint(read_document(document)).words


def test_the_tier_is_part_of_what_is_compared(minusma):
    """An entry's profile holds its tier, so that a funeral is told from the attack."""
    tier = minusma.ruling(read_document(Document("Two peacekeepers killed in Mali", "", "en")), NOW).tier
    assert profile(Document("", "", "en"), Facts(), scope="w", tier=tier).of("tier") == {str(tier): 1}
