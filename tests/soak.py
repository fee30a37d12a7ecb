"""A month of the bot's life: `make soak`.

500 outlets, a hundred relevant items an hour, members who ask, outlets that fail in six ways, Discord that answers with
5xx and 429, loses answers and hangs up. The clock is ours, everything between the two worlds is production: HTTP,
parser, matcher in its process, archive, outbox, discord.py and its gateway. Prints what it cost; ends with 1 when
something was lost or doubled, a question went unanswered, memory grows, the loop was late, or a queue has no end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.machine_kit import QUESTIONS, Machine, machine, slope

STEP = 10  # minutes
LATEST = 50.0  # milliseconds that the loop may be late by its own work, of a hundred times once
MOST_GROWTH = 2.0  # megabytes a day, of the bot with both fakes and of the reading process each
# What is written while the archive is copied stays in the WAL. A copy takes time in proportion to the file, and here a
# day is written in minutes, so it may be a share of the file, or so much of a small one.
MOST_WAL, MOST_WAL_SHARE = 16 * 2**20, 0.1
# What may wait at most: more than any honest hour brings, and far less than a month would pile up.
MOST_WAITING = {"deliveries that wait": 1000, "work for the archive's thread": 200, "tasks of the loop": 300}
WARM = 1.0  # days after which memory is looked at


@dataclass(frozen=True)
class Course:
    """How long it goes, with how many outlets; of a thousand answers so many fail, and so often Discord does a step."""

    days: float = 30.0
    outlets: int = 500
    seed: int = 1
    spoilt: float = 8.0
    trouble: float = 0.1
    questions: float = 1.0


async def soak(running: Machine, course: Course, say=print) -> None:
    """Let the days go by, then mend all and let everything arrive."""
    steps, began = round(course.days * 24 * 60 / STEP), time.monotonic()
    running.outlets.order(f"spoil {course.spoilt}")
    for step in range(1, steps + 1):
        if running.chance.random() < course.trouble:
            await running.trouble()
        asking = [
            asyncio.create_task(running.ask(running.chance.choice(QUESTIONS)))
            for _ in range(round(running.chance.random() * 2 * course.questions))
        ]
        await running.step(minutes=STEP)
        await asyncio.gather(*asking)
        if step % (6 * 60 // STEP) == 0:
            running.looks.weigh(step * STEP / 60 / 24)
        if step % (24 * 60 // STEP) == 0:
            say(f"day {step * STEP // 1440}, {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.0f}: "
                f"{running.outlets.told}")  # fmt: skip
            for line in running.report():
                say(f"  {line}")
            say(f"  {await running.apart()}")
    running.outlets.order("spoil 0")
    for _ in range(5):  # longer than any feed is left alone after failures
        running.clock.move(hours=7)
        await running.settle()


async def wrong(running: Machine) -> list[str]:
    """What is not as it should be."""
    looks, found = running.looks, []
    if lost := await running.lost():
        found.append(f"{lost} items are not in the archive")
    if running.server.doubled:
        found.append(f"{running.server.doubled} messages came twice")
    if running.unanswered:
        found.append(f"{running.unanswered} questions without an answer")
    if (late := looks.own.quantile(0.99) * 1000) > LATEST:
        found.append(f"the loop was {late:.0f} ms late by its own work")
    if looks.wal > max(MOST_WAL, MOST_WAL_SHARE * looks.path.stat().st_size):
        found.append(f"the WAL grew to {looks.wal >> 20} MB")
    found += [f"{what}: {looks.longest[what]}" for what, most in MOST_WAITING.items() if looks.longest[what] > most]
    warm = [one for one in looks.memory if one[0] > WARM]
    for name, at in (("the bot", 1), ("the reading process", 2)):
        if len(warm) > 8 and (grows := slope([(one[0], one[at]) for one in warm])) > MOST_GROWTH:
            found.append(f"{name} grows by {grows:.1f} MB a day")
    return found


async def run(course: Course, folder: Path) -> int:
    """Prints what came of it."""
    async with machine(folder, course.outlets, seed=course.seed) as running:
        await running.settle()
        await soak(running, course, say=lambda line: print(line, flush=True))
        mistakes = await wrong(running)
        items, relevant, asked, spoilt = running.outlets.told
        print(
            f"{course.days:g} days, {course.outlets} feeds: {items} items, {relevant} of them relevant; "
            f"{asked} requests, {spoilt} of them answered badly; Discord's faults: {dict(running.faults)}"
        )
        print(*running.report(), sep="\n")
        print(await running.apart())
        print(*(mistakes or ["nothing lost, nothing doubled, nothing without bounds"]), sep="\n")
    return 1 if mistakes else 0


def main() -> int:
    """Reads how long it is to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=float, default=Course.days)
    parser.add_argument("--outlets", type=int, default=Course.outlets)
    parser.add_argument("--seed", type=int, default=Course.seed)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bluehelm-soak-") as folder:
        return asyncio.run(run(Course(asked.days, asked.outlets, asked.seed), Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
