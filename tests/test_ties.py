"""What a sentence ties together, over items of whole kinds: articles, roundups, dates, outlets, lives lost."""

from __future__ import annotations

import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seeds.model import Document
from seeds.text.passages import passages
from seeds.text.sentences import sentences
from seeds.watch import load_watch, read_document
from tests.fact_kit import day

DATA = Path(__file__).parent / "data"
WATCH = load_watch(DATA.parents[1] / "seeds" / "watches" / "minusma")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def items(half):
    return tomllib.loads((DATA / f"ties_{half}.toml").read_text(encoding="utf-8"))["item"]


def filled(text):
    fill = tomllib.loads((DATA / "ties_seen.toml").read_text(encoding="utf-8"))["fill"]
    return text.format(**fill)


def wrong(item):
    """What is read of an item otherwise than it is labelled."""
    text = filled(item.get("text", ""))
    reading = read_document(Document(item["title"], text, item.get("lang", "en"), day(item.get("on"))))
    relevant = item.get("is", True)
    match = WATCH.match(reading, NOW)
    if match.relevant is not relevant:
        return [f"relevant {match.relevant} ({match.score})"]
    facts = WATCH.facts(reading)
    read = {"killed": facts.killed, "injured": facts.injured, "place": facts.place, "who": list(facts.contingents)}
    told = {name: item.get(name) for name in ("killed", "injured", "place")} | {"who": item.get("who", [])}
    return [f"{name} {read[name]} for {told[name]}" for name in told if relevant and read[name] != told[name]]


@pytest.mark.parametrize(("half", "least"), [("seen", 0.9), ("unseen", 0.9), ("blind", 0.8)])
def test_items_are_read_as_labelled(half, least):
    """Nearly all are judged right, with each figure, place and contingent; of what was written without a look at the
    code or the other items a little less."""
    read = items(half)
    assert sum(not wrong(item) for item in read) >= least * len(read)


def judged(title, text):
    return WATCH.match(read_document(Document(title, filled(text), "en")), NOW).relevant


@pytest.mark.parametrize(("between", "tied"), [(0, True), (3, True), (4, False), (9, False)])
def test_a_role_is_tied_to_a_place_within_four_sentences(between, tied):
    """What stands further apart was told of something else, however long the text."""
    calm = "The market was open. " * between
    assert judged("News of the day", f"It rained in Mali. {calm}UN peacekeepers handed out water.") is tied


@pytest.mark.parametrize(("between", "tied"), [(0, True), (60, False)])
def test_the_title_reaches_the_lead_only(between, tied):
    """A title names the scene of what follows it, not of the last line of the page."""
    calm = "The market was open. " * between
    assert judged("Floods in Mali", f"{calm}UN peacekeepers handed out water.") is tied


def test_two_signs_make_no_list():
    """A colon or two are ordinary; only several of them cut a text into passages."""
    assert passages("A: b. C: d.", sentences("A: b. C: d."), 0) == ()
    text = "Ghana: it rains. Kenya: it shines. Chad: it blows."
    assert [text[place:][:5] for place in passages(text, sentences(text), 0)] == ["Kenya", "Chad:"]


def test_short_sentences_that_name_a_thing_are_headings():
    """What is written like a heading is one where there are several; short sentences are none."""
    text = "Burkina Faso. It rains. Niger. It shines. Mali. It blows."
    assert [text[place:][:6] for place in passages(text, sentences(text), 0)] == ["Niger.", "Mali. "]
    text = "He came. She went. They ran. It rains."
    assert passages(text, sentences(text), 0) == ()


def test_semicolons_cut_long_lists_only():
    """Four parts are a list of things apart; three are a sentence."""
    assert passages("a; b; c", sentences("a; b; c"), 0) == ()
    assert passages("a; b; c; d", sentences("a; b; c; d"), 0) == (2, 5, 8)


@pytest.mark.parametrize(
    "sign",
    [
        "• ",
        "Ghana: x. ",
        "10:15 x. ",
        "x; ",
        "UN peacekeepers in Mali; ",
        "3 km ",
        "May 3 ",
        "Mali. ",
        "20 22 51 ",
        "camp 45 ",
        "3-1-2021 ",
    ],
)
def test_a_page_of_signs_costs_little(sign):
    """A full text of one repeated sign is judged and read in a fraction of a second."""
    document = Document("UN peacekeepers killed in Mali", (sign * 8_000)[:8_000], "en")

    def cost():
        start = time.process_time()
        reading = read_document(document)
        WATCH.match(reading, NOW)
        WATCH.facts(reading)
        return time.process_time() - start

    assert min(cost() for _ in range(2)) < 1.0


if __name__ == "__main__":
    for half in sys.argv[1:]:
        found = {item["why"]: mistakes for item in items(half) if (mistakes := wrong(item))}
        print(f"{half}: {len(items(half)) - len(found)} of {len(items(half))} right")
        for why, mistakes in found.items():
            print(f"  {why}: {'; '.join(mistakes)}")
