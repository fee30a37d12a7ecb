"""Precision, recall, F1, and what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from seeds.model import Document
from tests.score.corpus import Item

Judge = Callable[[Document], bool]


@dataclass(frozen=True)
class Score:
    """How many were found, missed and falsely found."""

    found: int
    missed: int
    false: int

    @property
    def precision(self) -> float:
        """The share of what was flagged that is relevant; 1 when nothing was flagged."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of what is relevant that was flagged; 1 when nothing is."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.found else 0.0


def score(judge: Judge, items: Iterable[Item], *, title: bool = False) -> Score:
    """The score of a judge on items, or on their titles alone."""
    counted = Counter((item.relevant, judge(item.title_only if title else item.document)) for item in items)
    return Score(counted[True, True], counted[True, False], counted[False, True])


def false_alarms(judge: Judge, items: Sequence[Item]) -> dict[str, int]:
    """How many irrelevant items of each category were flagged."""
    categories = sorted({item.category for item in items if not item.relevant})
    flagged = Counter(item.category for item in items if not item.relevant and judge(item.document))
    return {category: flagged[category] for category in categories}


def misses_by_language(judge: Judge, items: Sequence[Item]) -> dict[str, tuple[int, int]]:
    """For each language how many relevant items were missed, and of how many; the largest languages first."""
    relevant = [item for item in items if item.relevant]
    sizes = Counter(item.language for item in relevant)
    missed = Counter(item.language for item in relevant if not judge(item.document))
    return {language: (missed[language], size) for language, size in sizes.most_common()}
