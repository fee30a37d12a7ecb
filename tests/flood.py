"""Ten thousand relevant items in one poll: `make flood`.

100 outlets that were known before report 100 events each at once, while members go on asking. The rest is as in
`make soak`: production between feeds on loopback and the fake Discord, the clock is ours. Every channel keeps to what
it asked for: so many pings an hour, so many posts a day, the rest in its digest. Ends with 1 when it does not, when
something was lost or doubled, a question waited longer than it may, or memory has no bound.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.machine_kit import QUESTIONS, Machine, machine, median_of

SLOWEST = 1.0  # seconds that an answer may take, of twenty times once
MOST_GROWTH = 60.0  # megabytes that the bot may grow by, without what the fake Discord remembers
PINGS, POSTS = 3, {"alerts": 40, "digest": 5}  # an hour; a day: what the channels asked for
_EVERY = 0.5  # seconds between two questions
_LONGEST = 3 * 3600.0  # seconds of a busy machine until all was read


@dataclass(frozen=True)
class Wave:
    """So many outlets report so many events at once."""

    outlets: int = 100
    each: int = 100
    seed: int = 1


async def flood(running: Machine, wave: Wave, say=print) -> float:
    """Let the wave come and wait until all of it was read and told, asking meanwhile; returns the seconds it took."""
    began = time.monotonic()
    running.outlets.order(f"flood {wave.each}")
    running.clock.move(minutes=45)  # every feed is due
    asking = asyncio.create_task(_ask(running))
    try:
        while await running.lost() or running.app.poller._in_hand or not await running.idle():
            assert time.monotonic() - began < _LONGEST, "the wave is not through"
            await running.looks.queues()
            running.looks.weigh(time.monotonic() - began)
            await asyncio.sleep(0.1)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    say(f"read, matched, stored and told in {time.monotonic() - began:.0f} s at a load of {os.getloadavg()[0]:.0f}")
    return time.monotonic() - began


async def _ask(running: Machine) -> None:
    """One question after another, a moment apart, by members in turn."""
    while True:
        await running.ask(running.chance.choice(QUESTIONS))
        running.forget(messages=4000)
        await asyncio.sleep(_EVERY)


async def told(running: Machine) -> dict[str, dict[str, int]]:
    """Of each channel how many deliveries of each kind and state there are."""
    sql = "SELECT channel, kind || ' ' || action || ' ' || state, count(*) FROM deliveries GROUP BY 1, 2"
    rows = await running.app.store.run(lambda store: store._db.execute(sql).fetchall())
    found: dict[str, dict[str, int]] = {}
    for channel, kind, count in rows:
        found.setdefault(channel, {})[kind] = count
    return found


def in_an_hour(times: list[datetime]) -> int:
    """The most of these that lie within an hour."""
    return max((sum(at - timedelta(hours=1) < one <= at for one in times) for at in times), default=0)


async def wrong(running: Machine, slowest: float = SLOWEST) -> list[str]:
    """What is not as it should be; `slowest` is for a machine that does other things too."""
    looks, found = running.looks, []
    if lost := await running.lost():
        found.append(f"{lost} items are not in the archive")
    if running.server.doubled:
        found.append(f"{running.server.doubled} messages came twice")
    if running.unanswered or median_of(running.answers, 0.95) > slowest:
        found.append(f"questions: {running.unanswered} unanswered, p95 {median_of(running.answers, 0.95):.2f} s")
    if (pings := in_an_hour(running.server.rang)) > PINGS:
        found.append(f"{pings} pings in an hour")
    states = await told(running)
    for channel, most in POSTS.items():
        posts = sum(count for kind, count in states.get(channel, {}).items() if kind.startswith("alert post"))
        if posts > most:
            found.append(f"{posts} alerts posted in {channel}, which asked for {most} a day")
    weights, fake = [one[1] for one in looks.memory], running.held_by_fakes()
    if max(weights) - weights[0] - fake > MOST_GROWTH:
        found.append(f"memory grew from {weights[0]:.0f} to {max(weights):.0f} MB, of which {fake:.0f} are the fake's")
    return found


async def run(wave: Wave, folder: Path) -> int:
    """Prints what came of it."""
    async with machine(folder, wave.outlets, seed=wave.seed) as running:
        await running.settle()
        await running.step(minutes=60)
        running.looks.weigh(0)
        before = running.outlets.told
        await flood(running, wave)
        print(f"{running.outlets.told[1] - before[1]} relevant items from {wave.outlets} feeds in one poll")
        print(*running.report(), sep="\n")
        print(f"the fake Discord remembers {running.held_by_fakes():.0f} MB of it")
        print(await running.apart())
        print(*(f"{channel}: {counts}" for channel, counts in (await told(running)).items()), sep="\n")
        mistakes = await wrong(running)
        print(*(mistakes or ["nothing lost, nothing doubled, nobody starved"]), sep="\n")
    return 1 if mistakes else 0


def main() -> int:
    """Reads how high the wave is to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=Wave.outlets)
    parser.add_argument("--each", type=int, default=Wave.each)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bluehelm-flood-") as folder:
        return asyncio.run(run(Wave(asked.outlets, asked.each), Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
