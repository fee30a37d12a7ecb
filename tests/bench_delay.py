"""How long after its publication on a feed an item is read, and its alert goes out: part of `make bench`.

The cadence is the program's own (`feeds.cadence`), its clock an argument: made-up feeds publish at random for sixty
days. A feed is asked in the tick after it falls due. What reading, storing and sending take (two seconds are
assumed) is added flat.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from config.schema import Poll
from feeds.cadence import next_state
from feeds.model import Feed, FeedState, Fetched, Outcome, Parsed

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 60
_WORK = 2.0  # seconds from the answer to the message, see docs/figures.md


def delays(
    feed: Feed, poll: Poll, gap: float, chance: random.Random, *, max_age: float | None = None
) -> Iterator[float]:
    """Seconds from publication to message for a feed that publishes every `gap` seconds on average, at random;
    `max_age` is what its server says of how long an answer is good, in seconds."""
    state, now, end = FeedState(feed.name, feed.url), START, START + timedelta(days=DAYS)
    told, first = START + timedelta(seconds=chance.expovariate(1 / gap)), True
    while now < end:
        new = []
        while told <= now:
            new.append((now - told).total_seconds())
            told += timedelta(seconds=chance.expovariate(1 / gap))
        if not first:
            yield from (seconds + _WORK for seconds in new)
        kind = Fetched.BODY if new or first else Fetched.NOT_MODIFIED
        parsed = Parsed(items=40) if kind is Fetched.BODY else None
        outcome, first = Outcome(kind, max_age=max_age), False
        state = next_state(feed, state, outcome, parsed, new=len(new), now=now, chance=chance.random(), poll=poll)
        assert state.next_check is not None
        ticks = -(-(state.next_check - START).total_seconds() // poll.tick_seconds)
        now = START + timedelta(seconds=ticks * poll.tick_seconds)


def spread(found: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in minutes."""
    return statistics.median(found) / 60, statistics.quantiles(found, n=20)[-1] / 60


CASES = (
    ("default cadence, an item an hour", None, 3600.0, None),
    ("default cadence, an item a day", None, 86400.0, None),
    ("default cadence, an answer good for an hour", None, 3600.0, 3600.0),
    ("every minute, no hint against it", 1, 3600.0, None),
    ("every minute, an answer good for five", 1, 3600.0, 300.0),
)


def main() -> None:
    """Prints one line a case."""
    print("From publication on the feed to the message, in minutes (simulated)")
    for said, interval, gap, max_age in CASES:
        feed = Feed("wire", "https://wire.example/feed", "en", interval=interval)
        found = [one for seed in range(20) for one in delays(feed, Poll(), gap, random.Random(seed), max_age=max_age)]
        middle, late = spread(found)
        print(f"{said}: median {middle:.1f}, p95 {late:.1f} ({len(found)} items)")


if __name__ == "__main__":
    main()
