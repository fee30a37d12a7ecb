"""What an entry costs at a thousand stories and at fifty thousand: `python -m tests.bench_stories`.

Entries of made-up incidents, three stories a day, are placed into a memory that already holds so many stories; the
time is that of finding, comparing and joining, in microseconds of the processor. With and without dates.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from feeds.stories.assign import MemoryStories
from feeds.stories.profile import Profile, profile
from seeds.model import Document, Facts, Fingerprint, Topic, When

SMALL, LARGE, MEASURED = 1_000, 50_000, 2_000
_START = datetime(1980, 1, 1, tzinfo=UTC)
_TOPICS = [Topic(f"topic {n}", tells, "incident") for n, tells in enumerate(["little", "some", "some", "much"] * 8)]
_PLACES = [f"Place {n}" for n in range(150)]
_SIDES = [f"C{n}" for n in range(40)]


def entries(count: int, seed: int = 1, dated: bool = True) -> Iterator[Profile]:
    """Made-up reports, each of another incident."""
    chance = random.Random(seed)
    for number in range(count):
        day = _START + timedelta(days=number // 3)
        facts = Facts(
            killed=chance.randint(1, 12),
            injured=chance.randint(1, 40),
            place=chance.choice(_PLACES),
            contingents=(chance.choice(_SIDES),),
            event=When(day, "day"),
        )
        marks = Fingerprint(topics=frozenset(chance.sample(_TOPICS, 4)), figures=frozenset({chance.randint(20, 9000)}))
        words = " ".join(f"word{chance.randint(1, 5000)}" for _ in range(9))
        yield profile(Document(words, "", "en", When(day, "day") if dated else None), facts, marks, "bench")


def cost(stories: int, dated: bool = True) -> float:
    """Microseconds an entry, of a memory that holds so many stories."""
    memory, coming = MemoryStories(most=stories + MEASURED), entries(stories + MEASURED, dated=dated)
    while len(memory) < stories:
        memory.open(next(coming))
    gc.collect()
    gc.freeze()  # else the collector walks through the whole memory, which a database does not keep
    batch = list(coming)
    started = time.process_time()
    for entry in batch:
        memory.place(entry)
    return (time.process_time() - started) / len(batch) * 1e6


def main() -> None:
    """Print the table."""
    for name, dated in (("with dates", True), ("without dates", False)):
        small, large = cost(SMALL, dated), cost(LARGE, dated)
        print(f"{name:14} {SMALL:>7,}: {small:6.0f} µs   {LARGE:>7,}: {large:6.0f} µs   ratio {large / small:.2f}")


if __name__ == "__main__":
    main()
