"""Polls the benchmark's feeds as `bluehelm run` does: scheduler, fetcher, parser, matcher, store.

Run as `python -m tests.bench.ours COUNT PORT DATABASE`; speaks the protocol of `tests.bench_poll` on its pipes. What
the reading process spends counts.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.schema import Poll
from feeds.model import Feed
from feeds.poll import Polled, Poller
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.ticker import Schedule
from feeds.web.fetch import Fetcher
from feeds.worker.jobs import Setup
from feeds.worker.pool import Pool
from feeds.worker.reader import Reader
from tests.bench.server import address

WATCH = Path(__file__).resolve().parents[2] / "seeds" / "watches" / "minusma"


def cpu_seconds() -> float:
    """What this process and its children, those that run and those that ended, have spent of the CPU."""
    spent = sum(os.times()[:4])
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


async def main(count: int, port: int, database: Path) -> None:
    """Runs one round a line read; prints CPU seconds, feeds asked, items that were new, failures."""
    feeds = [Feed(f"feed {number}", f"http://{address(number)}:{port}/{number}", "mul") for number in range(count)]
    poll = Poll(host_gap_seconds=0, per_host=8, concurrency=8)
    now = [datetime(2026, 2, 1, tzinfo=UTC)]
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(StoreThread(lambda: Store(database)))
        fetcher = await stack.enter_async_context(Fetcher(poll, [feed.url for feed in feeds]))
        pool = await stack.enter_async_context(Pool(Setup((str(WATCH),))))
        await pool.ready()
        poller = Poller(feeds, store, fetcher, Reader(pool), poll, clock=lambda: now[0])
        print("ready", flush=True)
        while await loop.run_in_executor(None, sys.stdin.readline):
            done: asyncio.Future[tuple[Polled, ...]] = loop.create_future()

            async def tick(done: asyncio.Future = done) -> None:
                result = await poller.tick()
                if not done.done():
                    done.set_result(result)

            before = cpu_seconds()
            schedule = Schedule(tick, 3600)
            schedule.start()
            polled = await asyncio.wait_for(done, 900)
            await schedule.stop()
            spent = cpu_seconds() - before
            failures = sum(one.reason is not None for one in polled)
            print(spent, len(polled), sum(one.new for one in polled), failures, flush=True)
            now[0] += timedelta(hours=25)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
