"""How well items are read, as shares of what there is: relevance, tiers, facts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seeds.learning.items import Item
from seeds.model import Document, Facts, Tier

Judge = Callable[[Document], bool]
QUIET = frozenset({Tier.BACKGROUND, Tier.COMMEMORATION})


@dataclass(frozen=True)
class Score:
    """How many were found, missed and falsely found."""

    found: int
    missed: int
    false: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 when nothing was found."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found; 1 when there is nothing."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.found else 0.0


def relevance(judge: Judge, items: Iterable[Item], *, title: bool = False) -> Score:
    """The score of a judge on items, or on their titles alone."""
    counted = Counter((item.relevant, judge(item.title_only if title else item.document)) for item in items)
    return Score(counted[True, True], counted[True, False], counted[False, True])


def tiers(read: Sequence[tuple[Tier, Tier | None]], among: Collection[Tier]) -> Score:
    """Of pairs (the readers' tier, the tier told or None where the item was missed): those that are `among` some."""
    counted = Counter((want in among, got in among) for want, got in read)
    return Score(counted[True, True], counted[True, False], counted[False, True])


@dataclass(frozen=True)
class Exact:
    """Of how many labels how many values are right, how many were given, and how many of these are right."""

    labels: int
    right: int
    given: int
    given_right: int

    @property
    def share(self) -> float:
        """The share that is right, nothing where nothing is stated included."""
        return self.right / self.labels if self.labels else 1.0

    @property
    def precision(self) -> float:
        """The share of what was given that is right."""
        return self.given_right / self.given if self.given else 1.0


def exact(read: Iterable[tuple[Item, Facts]], fact: str) -> Exact:
    """How often a fact (killed, injured or place) is told as the readers agree."""
    pairs = [(_plain(item.facts[fact]), _plain(getattr(facts, fact))) for item, facts in read if fact in item.facts]
    given = [(want, got) for want, got in pairs if got is not None]
    return Exact(len(pairs), sum(want == got for want, got in pairs), len(given), sum(one == two for one, two in given))


def _plain(value: Any) -> Any:
    return value.replace("-", " ").casefold() if isinstance(value, str) else value


def contingents(read: Iterable[tuple[Item, Facts]]) -> Score:
    """The score of the contingents told, each by itself."""
    pairs = [
        (set(item.facts["contingents"]), set(facts.contingents)) for item, facts in read if "contingents" in item.facts
    ]
    return Score(*(sum(map(len, parts)) for parts in zip(*_parts(pairs), strict=True))) if pairs else Score(0, 0, 0)


def _parts(pairs: Iterable[tuple[set[str], set[str]]]) -> Iterator[tuple[set[str], set[str], set[str]]]:
    for want, got in pairs:
        yield want & got, want - got, got - want
