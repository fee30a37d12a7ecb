"""How well stories come out on the labelled corpus: B-cubed over the `event` labels.

For every item with an event, precision is the share of its story that is of the same event, recall the share of its
event that is in its story. An item without an event counts as alone in the world, for precision only.
(Amigó et al., "A comparison of extrinsic clustering evaluation metrics", Information Retrieval 12, 2009.)
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feeds.stories.assign import MemoryStories
from feeds.stories.profile import Profile, profile
from seeds.learning.items import Item as LabelledItem
from seeds.watch import Watch, read_document

SHUFFLES = 5
_LATE = datetime(2100, 1, 1, tzinfo=UTC)


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


def items(watch: Watch, known: Iterable[LabelledItem], now: datetime, dated: bool = True) -> list[Item]:
    """The relevant items as the program reads them, in the order of their dates, or without dates."""
    found = []
    for one in sorted(known, key=lambda item: _when(item) if dated else _LATE):
        document = one.document if dated else replace(one.document, published=None)
        reading = read_document(document)
        match = watch.match(reading, now)
        scope = watch.name if match.relevant else ""
        told = profile(document, watch.facts(reading), watch.fingerprint(reading), scope, tier=match.tier)
        found.append(Item(one.event if one.event != one.id else None, told))
    return found


def _when(item: LabelledItem) -> datetime:
    return item.document.published.start if item.document.published else _LATE


def score(stream: Sequence[Item], known: bool = False) -> Score:
    """B-cubed of the stories that a stream makes in this order; `known` leaves out items without an event, of which
    nobody said that they are alone."""
    memory = MemoryStories()
    placed = [(item.event, str(memory.place(item.told))) for item in stream]
    return b_cubed([(event, story) for event, story in placed if event or not known])


def shuffled(stream: Sequence[Item], times: int = SHUFFLES) -> list[float]:
    """F1 of the stream in as many other orders, the same ones each time."""
    found = []
    for seed in range(times):
        order = list(stream)
        random.Random(seed).shuffle(order)
        found.append(score(order).f1)
    return found


def table(watch: Watch, known: Sequence[LabelledItem], now: datetime) -> list[tuple[str, str]]:
    """The figures as (what, value) pairs for `make score`."""
    lines = []
    relevant = [one for one in known if one.relevant]
    for name, dated in (("with dates", True), ("without dates", False)):
        stream = items(watch, relevant, now, dated)
        orders = shuffled(stream)
        lines.append((f"stories {name}", _told(score(stream))))
        lines.append((f"stories {name}, items of known events", _told(score(stream, known=True))))
        spread = f"{min(orders):.3f} to {max(orders):.3f}, mean {_mean(orders):.3f}"
        lines.append((f"stories {name}, {len(orders)} other orders", spread))
    return lines


def _told(found: Score) -> str:
    return f"F1 {found.f1:.3f}  P {found.precision:.3f}  R {found.recall:.3f}"
