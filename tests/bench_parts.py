"""What a cycle of polling costs, part by part, beside the least that it could: part of `make bench`.

Milliseconds of this process's CPU for one feed, the median of five runs. The floor is a bare socket that sends the
request and takes the answer, a hash of the body, and one row written.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from config.schema import Poll
from feeds.cadence import next_state
from feeds.judge import judge_entry
from feeds.model import Day, Feed, FeedState, Fetched, Outcome
from feeds.parsing.parse import parse_steps
from feeds.parsing.settled import Settled
from feeds.store import Store
from feeds.web.fetch import Fetcher
from feeds.web.inflate import Body
from seeds.watch import load_watch
from tests.bench.server import address, body
from tests.bench_poll import Process

FEEDS, RUNS = 100, 5
WATCH = Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma"
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def cost(work: Callable[[], object], feeds: int = FEEDS) -> float:
    """Milliseconds of CPU for one of so many feeds."""
    found = []
    for _ in range(RUNS):
        before = time.process_time()
        work()
        found.append((time.process_time() - before) / feeds * 1000)
    return statistics.median(found)


def bare(port: int) -> Callable[[], object]:
    """The exchanges over bare sockets that stay connected."""
    open_ones = [socket.create_connection((address(number), port)) for number in range(FEEDS)]

    def ask() -> None:
        for number, one in enumerate(open_ones):
            one.sendall(f'GET /{number} HTTP/1.1\r\nHost: x\r\nIf-None-Match: "{number}-0"\r\n\r\n'.encode())
            one.recv(65536)

    return ask


async def exchanges(port: int) -> float:
    """Through the fetcher."""
    feeds = [Feed(f"feed {n}", f"http://{address(n)}:{port}/{n}", "mul") for n in range(FEEDS)]
    states = [FeedState(one.name, one.url, etag=f'"{n}-0"') for n, one in enumerate(feeds)]
    found = []
    async with Fetcher(Poll(host_gap_seconds=0, per_host=8), [one.url for one in feeds]) as fetcher:
        for _ in range(RUNS + 1):
            before = time.process_time()
            for start in range(0, FEEDS, 8):
                pairs = zip(feeds[start : start + 8], states[start : start + 8], strict=True)
                await asyncio.gather(*(fetcher.fetch(*pair) for pair in pairs))
            found.append((time.process_time() - before) / FEEDS * 1000)
    return statistics.median(found[1:])


def read(number: int, version: int, memo: bytes | None = None) -> tuple[list, Settled]:
    """A feed's body as it stands after so many changes."""
    feed = Feed(f"feed {number}", f"http://wire.example/{number}", "mul")
    raw = gzip.decompress(body(number, version))
    *steps, settled = parse_steps(
        Outcome(Fetched.BODY, 200, raw, (("content-type", "application/xml"),)), feed, memo=memo
    )
    return [entry for some in steps for entry in some], settled


def taken(packed: bytes, known: str | None = None) -> str:
    """What tells a body that was taken from the network, known or not."""
    with Body("gzip", 10_000_000, known=known) as one:
        one.feed(packed)
        return one.finish()[1]


def rows(folder: str, store: Store, states: list[FeedState]) -> tuple[float, float]:
    """One row a feed: the bare least, and as the store writes it."""
    plain = sqlite3.connect(f"{folder}/plain.db", isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("CREATE TABLE feeds (name TEXT PRIMARY KEY, checked TEXT)")
    given = [(one.name, "x") for one in states]

    def write() -> None:
        plain.execute("BEGIN")
        plain.executemany("INSERT OR REPLACE INTO feeds VALUES (?, ?)", given)
        plain.execute("COMMIT")

    least = cost(write)
    return least, cost(lambda: (store.feeds.due(NOW), store.record(states, (), Day(), NOW)))


def asked_next(feed: Feed, state: FeedState) -> FeedState:
    """The state after an exchange that brought nothing."""
    unchanged = Outcome(Fetched.NOT_MODIFIED)
    return next_state(feed, state, unchanged, None, new=0, now=NOW, chance=0.5, poll=Poll())


def main() -> None:
    """Prints one line a part."""
    feed, some = Feed("a", "http://wire.example/", "mul"), range(20)
    memos = [read(number, 0)[1].memo for number in some]
    new = [entry for number in some for entry in read(number, 1, memos[number])[0] if entry.title]
    watches = [load_watch(WATCH)]
    states = [FeedState(f"feed {n}", "http://wire.example/", etag="x", body_hash="y") for n in range(FEEDS)]
    raw = [gzip.decompress(body(number, 0)) for number in some]
    marks = [(body(number, 0), taken(body(number, 0))) for number in some]
    judge_entry(new[0], feed, watches, NOW)
    with (
        Process(sys.executable, "-m", "tests.bench.server", str(FEEDS), "3") as server,
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder) / "store.db") as store,
    ):
        server.ask("unchanged")
        least, written = rows(folder, store, [replace(one, last_ok=NOW) for one in states])
        parts = (
            ("floor: an exchange over a bare socket", cost(bare(int(server.said)))),
            ("an exchange that says 304", asyncio.run(exchanges(int(server.said)))),
            ("floor: one row", least),
            ("state read and written", written),
            ("when to ask next", cost(lambda: [asked_next(feed, one) for one in states])),
            ("floor: the hash of a body", cost(lambda: [blake2b(one).digest() for one in raw], len(raw))),
            ("a body unpacked", cost(lambda: [gzip.decompress(body(n, 0)) for n in some], len(some))),
            ("a body that comes packed as it came before", cost(lambda: [taken(*one) for one in marks], len(some))),
            ("a body with two new items, read whole", cost(lambda: [read(n, 1) for n in some], len(some))),
            ("… and with what was remembered", cost(lambda: [read(n, 1, memos[n]) for n in some], len(some))),
            ("two items judged", cost(lambda: [judge_entry(one, feed, watches, NOW) for one in new], len(some))),
        )  # fmt: skip
    for said, spent in parts:
        print(f"{said}: {spent:.3f} ms")


if __name__ == "__main__":
    main()
