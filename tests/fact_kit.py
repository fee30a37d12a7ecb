"""What the tests of the fact reader share: readers of the shipped watches, lines of a sentence, dates."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from seeds.facts.line import TaggedLine
from seeds.facts.read import FactReader
from seeds.lexicon.files import read_table
from seeds.lexicon.load import shared
from seeds.model import Document, Facts, When

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "watches"
THEATRES = {"minusma": ("ML",), "monusco": ("CD",)}


@cache
def reader(watch: str = "minusma") -> FactReader:
    """The reader of a shipped watch."""
    lexicon = shared()
    rows = read_table(SEEDS / watch / "gazetteer.toml")["place"]
    apart = read_table(SEEDS / watch / "watch.toml").get("apart", ())
    return FactReader(lexicon, rows, THEATRES[watch], apart)


def day(text: str | None) -> When | None:
    """A day, month or year of publication as feeds give it."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    precision = ("year", "month", "day")[len(parts) - 1]
    return When(datetime(*[*parts, 1, 1][:3], tzinfo=UTC), precision)


def facts(title: str, text: str = "", language: str = "en", on: str | None = None, watch: str = "minusma") -> Facts:
    """The facts of an item."""
    return reader(watch).read(Document(title, text, language, day(on)))


def lines(title: str, text: str = "", language: str = "en") -> tuple[TaggedLine, ...]:
    """The lines of an item, as the reader sees them."""
    return reader()._lines.read(Document(title, text, language)).lines
