"""What a sentence ties together, over items of whole kinds: articles, roundups, dates, outlets, lives lost."""

from __future__ import annotations

import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seeds.model import Document
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


@pytest.mark.parametrize("item", items("seen"), ids=lambda item: item["why"])
def test_seen_items_are_read_as_labelled(item):
    """Every item of the half that was at hand is judged right, and each figure, place and contingent is read right."""
    assert wrong(item) == []


if __name__ == "__main__":
    for half in sys.argv[1:]:
        found = {item["why"]: mistakes for item in items(half) if (mistakes := wrong(item))}
        print(f"{half}: {len(items(half)) - len(found)} of {len(items(half))} right")
        for why, mistakes in found.items():
            print(f"  {why}: {'; '.join(mistakes)}")
