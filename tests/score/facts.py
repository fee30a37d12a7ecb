"""How well facts are read: exactness of tolls and places, precision of the figures given, F1 of contingents.

Each group of languages is scored by itself (`en+fr`, `other`, `all`). A label may be None: then no figure
is right but a stated "none", which the labels do not tell from silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from seeds.model import Facts
from seeds.text.reading import Reading
from seeds.watch import read_document
from tests.score.corpus import Item, load

FIGURES = ("killed", "injured", "place")


class Reader(Protocol):
    """What reads facts: a `FactReader`, or a watch through its `facts` method."""

    def read(self, reading: Reading) -> Facts:
        """The facts of a document."""


@dataclass
class Count:
    """What was counted for one fact in one group of languages."""

    items: int = 0
    right: int = 0
    given: int = 0
    given_right: int = 0
    missed: int = 0

    @property
    def exact(self) -> float:
        """The share of items read as labelled."""
        return self.right / self.items if self.items else 1.0

    @property
    def precision(self) -> float:
        """The share of what was given that is labelled so."""
        return self.given_right / self.given if self.given else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, for facts with several values."""
        return 2 * self.given_right / (2 * self.given_right + (self.given - self.given_right) + self.missed or 1)


def measured(reader: Reader) -> dict[tuple[str, str], Count]:
    """The counts by group of languages and fact, over the labelled items; empty where the corpus is absent."""
    table: dict[tuple[str, str], Count] = {}
    for item in load():
        if item.facts:
            found = reader.read(read_document(item.document))
            for group in ("en+fr" if item.language in ("en", "fr") else "other", "all"):
                _add(table, group, found, item.facts)
    return table


def _add(table: dict[tuple[str, str], Count], group: str, found: Facts, label: dict[str, Any]) -> None:
    for name in FIGURES:
        count = table.setdefault((group, name), Count())
        given, right = getattr(found, name) or None, label[name]
        count.items += 1
        count.right += given == right
        count.given += given is not None
        count.given_right += given is not None and given == right
    count = table.setdefault((group, "contingents"), Count())
    given, right = set(found.contingents), set(label["contingents"])
    count.items += 1
    count.right += given == right
    count.given += len(given)
    count.given_right += len(given & right)
    count.missed += len(right - given)


def mistakes(reader: Reader) -> Iterator[tuple[Item, str]]:
    """Every labelled item that was read otherwise, with what differs."""
    for item in load():
        if not item.facts:
            continue
        found = reader.read(read_document(item.document))
        told = {name: getattr(found, name) for name in FIGURES} | {"contingents": sorted(found.contingents)}
        wrong = [f"{name} {given} for {item.facts[name]}" for name, given in told.items() if given != item.facts[name]]
        if wrong:
            yield item, "; ".join(wrong)


def report(reader: Reader) -> Iterator[str]:
    """The table as lines of text."""
    table = measured(reader)
    if not table:
        yield "facts: the corpus is not here"
        return
    yield f"{'facts':12} {'exact':>12} {'exact':>8} {'exact':>8} {'precision':>10}"
    yield f"{'':12} {'en+fr':>12} {'other':>8} {'all':>8} {'all':>10}"
    for name in FIGURES:
        shares = [table[group, name].exact for group in ("en+fr", "other", "all")]
        yield f"{name:12} {shares[0]:12.3f} {shares[1]:8.3f} {shares[2]:8.3f} {table['all', name].precision:10.3f}"
    shares = [table[group, "contingents"].f1 for group in ("en+fr", "other", "all")]
    precision = table["all", "contingents"].precision
    yield f"{'contingents':12} {shares[0]:9.3f} F1 {shares[1]:8.3f} {shares[2]:8.3f} {precision:10.3f}"
