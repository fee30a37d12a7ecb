"""What members' questions cost over a million items, of which 200,000 are flagged: `make archive-million`.

The archive is built once under build/, always with the same content. Then each command that reads is asked again and
again of a desk over it, each time with other words, as production has it: on readers of their own, beside a writer that
goes on committing. Shown are the median and the 95th percentile of the time to an answer, and how much more memory the
process holds afterwards; and how long the writer's commits took beside that.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from datetime import timedelta
from pathlib import Path

from bot.desk import Asker, Desk
from config.schema import Settings
from feeds.model import Opinion
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from seeds.model import Match
from tests.bench.archive import END, FIELD, WATCHES, build

ROOT = Path(__file__).resolve().parents[1]
GOAL_SECONDS, GOAL_MEGABYTES = 1.0, 30.0
COMMON = " ".join(word for word, (share, _) in FIELD.items() if share > 0.3)
# {n} is another number each time, {days} another number of days, {word} another common word.
QUESTIONS = (
    "latest 10", "story {n}", "why {n} full", "cite {n}", "diff #{n}", "digest", "status", "feeds",
    "search {word}", "search kill", "search {word} convoy", f"search {COMMON}", f"search {COMMON} zebra",
    "search {word} OR the OR said OR un", "search {word} sort:best", "search {word} as:items", "search zebra{n}",
    "search football", "search kind:attack place:kidal since:30d", "search since:2015", "search -training",
    "search {word} -lang:fr", "search killed:>3 {word}", "search tier:incident sort:best", "search source:outlet",
    "search lang:fr source:outlet killed:>0 as:items", "search story:{n}", "search S/RES/2{n}", "search a OR e OR k",
    'search "{word} the"', "search (place:gao OR place:kidal) (kind:mine OR killed:>0) -{word}", "search on:2019..2021",
    "brief", "brief since:{days}h", "brief since:{days}d", "coverage", "coverage since:1y",
    "map", "map since:{days}d", "map since:all", "map kind:attack since:{days}d", "map {word} since:all",
    "map place:gao OR place:kidal since:all", "map zebra{n}",
    "chart", "chart since:{days}d", "chart killed by:place since:all", "chart by:source since:{days}d",
    "chart {word} by:kind since:all", "chart injured before:{year}",
    "export", "export xlsx", "export place:kidal", "export {word} sort:best",
    "export since:{days}h", "export since:{days}d", "export geojson place:kidal since:{days}d", "export json story:{n}",
    "export xlsx since:{days}d", "export zebra{n}",
)  # fmt: skip


class Watch:
    """A watch that has no opinion of its own."""

    def __init__(self, name: str) -> None:
        self.name = self.title = name

    async def explain(self, document, now):
        return Opinion(Match(self.name, False, 0.0, None), ())


def filled(question: str, turn: int) -> str:
    """A question as it is asked the next time."""
    words = list(FIELD)
    parts = {"n": 100 + 37 * turn, "days": 30 + turn, "year": 2014 + turn % 12}
    return question.format(word=words[turn % len(words)], **parts)


def archive(path: Path, items: int) -> None:
    """Build the archive unless it is there."""
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    print(f"Building an archive of {items:,} items, once; some minutes …", flush=True)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    build(unfinished, items, items // 5)
    unfinished.rename(path)
    print(f"{path}: {path.stat().st_size / 1e6:,.0f} MB after {time.monotonic() - begun:.0f} s", flush=True)


def resident() -> float:
    """Megabytes that this process holds."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def commits(store: StoreThread, took: list[float]) -> None:
    """What polling does meanwhile: a tick ten times a second, for as long as it is let."""
    while True:
        begun = time.monotonic()
        await store.run(lambda opened: opened.days.tick(END))
        took.append(time.monotonic() - begun)
        await asyncio.sleep(0.1)


async def measure(path: Path, rounds: int, only: str = "") -> bool:
    """Ask, and print a line for each question; whether all meet the goals."""
    async with StoreThread(lambda: Store(path), lambda: Store(path, read_only=True)) as store:
        clock = lambda: END + timedelta(days=1)  # noqa: E731
        desk = Desk(store, {name: Watch(name) for name in WATCHES}, Settings(), clock)
        asker = Asker("1", "bench", transport="terminal", target="terminal")
        await desk.answer("search", "warm", asker=asker)  # grammar and names are loaded with the first
        took: list[float] = []
        writing = asyncio.create_task(commits(store, took))
        first, well = resident(), True
        for question in (one for one in QUESTIONS if one.startswith(only)):
            times, before = [], resident()
            for turn in range(rounds):
                line = filled(question, turn)
                asker = Asker(f"{question} {turn}", "bench", transport="discord", target="1")  # each asks once
                name, _, rest = line.partition(" ")
                begun = time.monotonic()
                await desk.answer(name, rest, asker=asker)
                times.append(time.monotonic() - begun)
            late, more = statistics.quantiles(times, n=20)[-1], resident() - before
            good = late <= GOAL_SECONDS and more <= GOAL_MEGABYTES
            well &= good
            print(f"{'' if good else 'TOO MUCH '}{statistics.median(times):6.3f} s  {late:6.3f} s  {more:+6.1f} MB  "
                  f"{question[:70]}", flush=True)  # fmt: skip
        writing.cancel()
        print(f"the writer's {len(took):,} commits meanwhile: median {statistics.median(took):.3f} s, "
              f"longest {max(took):.3f} s; {resident() - first:+.1f} MB in all")  # fmt: skip
        return well


def main() -> None:
    """Build the archive unless it is there, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="questions that begin so")
    parser.add_argument("--archive", type=Path, help="an archive that was built before")
    parser.add_argument("--build-only", action="store_true")
    asked = parser.parse_args()
    name = "archive-million.db" if asked.items == 1_000_000 else f"archive-{asked.items}.db"
    path = asked.archive or ROOT / "build" / name
    archive(path, asked.items)
    if not asked.build_only:
        print("median     95 in 100   memory     question")
        if not asyncio.run(measure(path, asked.rounds, asked.only)):
            raise SystemExit(f"a question took over {GOAL_SECONDS} s or {GOAL_MEGABYTES} MB")


if __name__ == "__main__":
    main()
