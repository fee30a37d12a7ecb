"""How well stories come out on the labelled corpus: B-cubed over the `event` labels.

For every item with an event, precision is the share of its story that is of the same event, recall the share of its
event that is in its story. An item without an event counts as alone in the world, for precision only.
(Amigó et al., "A comparison of extrinsic clustering evaluation metrics", Information Retrieval 12, 2009.)
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from feeds.stories.assign import MemoryStories
from feeds.stories.profile import Profile, profile
from seeds.model import Document
from seeds.text.fold import fold
from seeds.watch import Watch, read_document

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
    from bot.cli.jsonlines import as_document

    found = []
    for row in rows:
        document: Document = as_document(row)
        if not dated:
            document = replace(document, published=None)
        reading = read_document(document)
        scope = watch.name if watch.match(reading, now).relevant else ""
        told = profile(document, watch.facts(reading), watch.fingerprint(reading), scope)
        found.append(Item(row.get("event"), told))
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
    lines += [(name, f"F1 {found.f1:.3f}") for name, found in baselines(rows)]
    return lines


def baselines(rows: Sequence[dict]) -> Iterator[tuple[str, Score]]:
    """What comes out without reading: every item alone; titles that overlap; all that is told within two days."""
    events = [row.get("event") for row in rows]
    yield "each item a story of its own", b_cubed([(event, str(number)) for number, event in enumerate(events)])
    titles = [{word for word in fold(row["title"]).split() if len(word) > 3 and not word.isdigit()} for row in rows]
    yield "titles that overlap, as NewsBlur", _linked(events, titles, _overlap)
    days = [_day(row.get("published")) for row in rows]
    yield (
        "all told within two days",
        _linked(events, days, lambda one, other: abs(one - other) <= 2 if one and other else False),
    )


def _overlap(one: set[str], other: set[str]) -> bool:
    """At least five telling words a side, three shared, and six in ten of the shorter title."""
    both = len(one & other)
    return min(len(one), len(other)) >= 5 and both >= 3 and both / min(len(one), len(other)) >= 0.6


def _day(published: str | None) -> int | None:
    return date.fromisoformat(published[:10]).toordinal() if published and len(published) >= 10 else None


def _linked(events: Sequence[str | None], things: Sequence[Any], alike: Callable[[Any, Any], bool]) -> Score:
    """B-cubed when each item joins the story of the first item that is like it."""
    stories: list[int] = []
    for number, thing in enumerate(things):
        stories.append(next((stories[n] for n in range(number) if alike(things[n], thing)), number))
    return b_cubed([(event, str(story)) for event, story in zip(events, stories, strict=True)])
