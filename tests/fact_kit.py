"""What the tests of the fact reader share: readers of the shipped watches, lines of a sentence, dates."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from seeds.facts.line import TaggedLine
from seeds.facts.read import FactReader
from seeds.model import Document, Facts, When
from seeds.watch import load_watch, read_document

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "watches"


@cache
def reader(watch: str = "minusma") -> FactReader:
    """The reader of a shipped watch."""
    return load_watch(SEEDS / watch)._facts


def day(text: str | None) -> When | None:
    """A day, month or year of publication as feeds give it."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    precision = ("year", "month", "day")[len(parts) - 1]
    return When(datetime(*[*parts, 1, 1][:3], tzinfo=UTC), precision)


def facts(title: str, text: str = "", language: str = "en", on: str | None = None, watch: str = "minusma") -> Facts:
    """The facts of an item."""
    return reader(watch).read(read_document(Document(title, text, language, day(on))))


def lines(title: str, text: str = "", language: str = "en") -> tuple[TaggedLine, ...]:
    """The lines of an item, as the reader sees them."""
    return reader().lines(read_document(Document(title, text, language)))
