"""Who serves: soldiers of the mission's contributors speak with the theatre, in its time, and nobody else's do."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seeds.model import Document, When
from seeds.relevance.features import shares, weighed
from seeds.watch import load_watch, read_document

WATCH = load_watch(Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def match(title, summary="", language="en", year=2016):
    published = When(datetime(year, 6, 1, tzinfo=UTC), "day") if year else None
    return WATCH.match(read_document(Document(title, summary, language, published)), NOW)


@pytest.mark.parametrize(
    ("title", "language", "year", "relevant"),
    [
        ("Bundeswehr convoy hits mine near Gao, three soldiers wounded", "en", 2016, True),
        ("Bangladeshi police unit's convoy attacked near Gao, two wounded", "en", 2016, True),
        ("Bundeswehr convoy hits mine near Gao, three soldiers wounded", "en", None, False),
        ("Bundeswehr convoy hits mine near Gao, three soldiers wounded", "en", 2026, False),
        ("French convoy hits mine near Gao, three soldiers wounded", "en", 2016, False),
        ("Malian convoy hits mine near Gao, three soldiers wounded", "en", 2016, False),
        ("Bundeswehr convoy hits mine near Kunduz, three soldiers wounded", "en", 2016, False),
        ("Two Nigerian players injured in Mali match", "en", 2016, False),
    ],
)
def test_soldiers_of_contributors_speak_with_the_theatre(title, language, year, relevant):
    """In the mission's time, at a place of its theatre; no other force's, and not at an unknown time."""
    assert match(title, "", language, year).relevant is relevant


def served_in(summary, language="en"):
    reading = read_document(Document("Attack near Gao, Mali", summary, language, When(NOW, "day")))
    """The countries that serve by a text; of a list, which is one find, the first."""
    return {hit.concept[:2] for hit in WATCH.evidence(reading).of("serving")}


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Gunmen struck a ferry on the Niger and a base at Bamba.", "en", set()),
        ("Les eaux ont gagné le fleuve Niger et une base de Gao.", "fr", set()),
        ("Niger and Chadian soldiers were hurt at Bamba.", "en", {"NE"}),
        ("Chadian and Togolese soldiers were hurt at Bamba.", "en", {"TD"}),
        ("Soldiers from Niger and a trader were hurt at Bamba.", "en", {"NE"}),
    ],
)
def test_what_follows_a_country_and_an_and_is_another_thing(text, language, codes):
    """A river that shares a country's name has no base by an "and a base" behind it; lists of countries stay."""
    assert served_in(text, language) == codes


def test_the_shares_add_up_to_the_score():
    """What each feature adds, with its half of each pair, is all that the weights say of a document."""
    reading = read_document(Document("Chadian soldiers wounded in Kidal", "", "en", When(NOW, "day")))
    found, weights = WATCH.judge.features(WATCH.evidence(reading)), WATCH.judge.model.weights
    whole = sum(weights.get(name, 0.0) * value for name, value in weighed(found).items())
    assert sum(shares(found, weights).values()) == pytest.approx(
        whole + sum(weights.get(one.name, 0.0) for one in found if one.name.startswith("tells"))
    )


@pytest.mark.parametrize("words", ["Chadian soldiers ", "Chad Kidal ", "soldiers base convoy Kidal "])
def test_a_page_of_soldiers_costs_little(words):
    """Text that is all evidence is judged within a second of CPU."""
    match(words)
    before = time.process_time()
    match(words * 600)
    assert time.process_time() - before < 1.5
