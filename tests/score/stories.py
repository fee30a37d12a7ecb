"""How well stories come out on the labelled corpus: B-cubed over the `event` labels.

For every item with an event, precision is the share of its story that is of the same event, recall the share of its
event that is in its story. An item without an event counts as alone in the world, for precision only.
(Amigó et al., "A comparison of extrinsic clustering evaluation metrics", Information Retrieval 12, 2009.)
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from feeds.profile import Profile, profile
from feeds.stories import MemoryStories
from seeds.model import Document
from seeds.watch import Watch

SHUFFLES = 20


@dataclass(frozen=True)
class Item:
    """A labelled item: its event, if it has one, and its profile."""

    event: str | None
    told: Profile


@dataclass(frozen=True)
class Score:
    """B-cubed precision and recall, each 0..1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def b_cubed(placed: Sequence[tuple[str | None, str]]) -> Score:
    """The score of items given as (event or None, story)."""
    stories: dict[str, Counter[str | None]] = defaultdict(Counter)
    for event, story in placed:
        stories[story][event] += 1
    events = Counter(event for event, _ in placed if event)
    precision, recall = [], []
    for event, story in placed:
        together = stories[story][event] if event else 1
        precision.append(together / stories[story].total())
        if event:
            recall.append(together / events[event])
    return Score(_mean(precision), _mean(recall))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def read(files: Iterable[Path]) -> Iterator[dict]:
    """The labelled items of JSON Lines files."""
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def items(watch: Watch, rows: Iterable[dict], now: datetime, dated: bool = True) -> list[Item]:
    """The rows as the program reads them; without dates when `dated` is false."""
    from bot.cli.classify import as_document

    found = []
    for row in rows:
        document: Document = as_document(row)
        if not dated:
            document = replace(document, published=None)
        scope = watch.name if watch.match(document, now).relevant else ""
        found.append(Item(row.get("event"), profile(document, watch.facts(document), watch.marks(document), scope)))
    return found


def score(stream: Sequence[Item]) -> Score:
    """B-cubed of the stories that a stream makes in this order."""
    memory = MemoryStories()
    return b_cubed([(item.event, str(memory.place(item.told))) for item in stream])


def shuffled(stream: Sequence[Item], times: int = SHUFFLES) -> list[float]:
    """F1 of the stream in as many other orders, the same ones each time."""
    found = []
    for seed in range(times):
        order = list(stream)
        random.Random(seed).shuffle(order)
        found.append(score(order).f1)
    return found


def table(watch: Watch, rows: Sequence[dict], now: datetime) -> list[tuple[str, str]]:
    """The figures as (what, value) pairs for `make score`."""
    lines = []
    for name, dated in (("with dates", True), ("without dates", False)):
        stream = items(watch, rows, now, dated)
        found, orders = score(stream), shuffled(stream)
        lines.append((f"stories {name}", f"F1 {found.f1:.3f}  P {found.precision:.3f}  R {found.recall:.3f}"))
        spread = f"{min(orders):.3f} to {max(orders):.3f}, mean {_mean(orders):.3f}"
        lines.append((f"stories {name}, {len(orders)} other orders", spread))
    alone = b_cubed([(row.get("event"), str(number)) for number, row in enumerate(rows)])
    lines.append(("each item a story of its own", f"F1 {alone.f1:.3f}"))
    return lines
