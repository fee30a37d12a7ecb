"""The whole bot between many outlets and the fake Discord for a long time, and what it costs: memory, how late the loop
is, how long every queue gets, the database's files. The clock is ours; all else is production."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter, deque
from datetime import timedelta
from pathlib import Path

from bot.app import App
from config.schema import ChannelSettings, Poll
from feeds.model import Feed
from tests.discord_kit import Clock, addresses_kept
from tests.fakes.discord_server import CHANNEL, EVERYTHING, OPERATORS, ROLE, DiscordServer
from tests.figures import resident
from tests.journey_kit import WATCHES, settings_of
from tests.outlets import START, event_of, outlet_address

FIREHOSE, DIGEST = 3010, 3011
KEPT = 400  # messages of a channel that the fake remembers
PATIENCE = 600.0  # seconds of a busy machine
QUESTIONS = ("!latest", "!search peacekeepers", "!health", "!story 1", "!status", "!why 1", "!search Kidal since:1d")
_ROOT = Path(__file__).resolve().parents[1]


def median_of(values, share=0.5):
    """The value below which that share of all lies; 0 of none."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else 0.0


def weight(thing):
    """Megabytes of what it holds, each object once."""
    found, left, total = set(), [thing], 0
    while left:
        one = left.pop()
        if id(one) in found:
            continue
        found.add(id(one))
        total += sys.getsizeof(one)
        if isinstance(one, dict):
            left += (*one, *one.values())
        elif isinstance(one, (list, tuple, set, frozenset, deque)):
            left += one
    return total / 2**20


class Times:
    """Very many times in seconds, of which only how often each was met is kept, to a tenth of a millisecond."""

    def __init__(self):
        self._met, self.count, self.longest = Counter(), 0, 0.0

    def add(self, seconds):
        self._met[round(seconds * 10_000)] += 1
        self.count, self.longest = self.count + 1, max(self.longest, seconds)

    def quantile(self, share):
        """The time within which that share of all lies; 0 of none."""
        left = self.count * share
        for tenths in sorted(self._met):
            left -= self._met[tenths]
            if left <= 0:
                return tenths / 10_000
        return 0.0


def slope(points):
    """How much y grows with x, by least squares, of (x, y)."""
    n = len(points)
    if n < 3:
        return 0.0
    mx, my = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mx) ** 2 for x, _ in points)
    return sum((x - mx) * (y - my) for x, y in points) / spread if spread else 0.0


class Outlets:
    """The process of `tests.outlets`."""

    def __init__(self, count, seed=1):
        self.count, self.seed, self.told = count, seed, (0, 0, 0, 0)

    def __enter__(self):
        command = [sys.executable, "-m", "tests.outlets", str(self.count), str(self.seed)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=_ROOT
        )
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)

    def order(self, line):
        """Obeyed when this returns: (items, those that tell of an event, answers, bad ones) so far."""
        self._process.stdin.write(line + "\n")
        self.told = tuple(map(int, self._process.stdout.readline().split()))
        return self.told

    def feeds(self):
        """All of them, as a catalogue lists them."""
        return [
            Feed(f"outlet {n}", f"http://{outlet_address(n)}:{self.port}/{n}", "mul", publisher=f"Outlet {n}")
            for n in range(self.count)
        ]


class Looks:
    """What is looked at while the bot runs."""

    def __init__(self, app, path):
        self.app, self.path = app, path
        self.lags, self.own = (
            Times(),
            Times(),
        )  # seconds that the loop was late; … at most as much as it computed meanwhile
        self.longest = Counter()
        self.memory = []  # (days, the bot's megabytes, its worker's)
        self.wal = 0

    async def watch_loop(self, every=0.01):
        """Sleep, and see how late it wakes up."""
        while True:
            began, spent = time.perf_counter(), time.thread_time()
            await asyncio.sleep(every)
            late = time.perf_counter() - began - every
            self.lags.add(max(late, 0.0))
            self.own.add(max(min(late, time.thread_time() - spent), 0.0))

    async def queues(self):
        """The length of everything that waits, now."""
        app = self.app
        waiting = await app.store.run(lambda store: store.outbox.waiting())
        pool = app.poller._intake._reader._pool
        self._note("deliveries that wait", waiting)
        self._note("… taken into the channels' lanes", sum(map(len, app.courier._lanes.values())))
        self._note("feeds in hand", len(app.poller._in_hand))
        self._note("jobs for the reading process", sum(map(len, pool._queue._sources.values())))
        self._note("… of those that are suspected", len(pool._queue._suspects))
        self._note("work for the archive's thread", app.store._writer._executor._work_queue.qsize())
        self._note("questions that wait for the archive", app.store._waiting)
        self._note("tasks of the loop", len(asyncio.all_tasks()))
        wal = Path(f"{self.path}-wal")
        self.wal = max(self.wal, wal.stat().st_size if wal.exists() else 0)

    def _note(self, what, length):
        self.longest[what] = max(self.longest[what], length)

    def weigh(self, days):
        """Note what is held in memory now."""
        me = os.getpid()
        children = [int(one) for one in Path(f"/proc/{me}/task/{me}/children").read_text().split()]
        readers = [one for one in children if b"feeds.worker" in Path(f"/proc/{one}/cmdline").read_bytes()]
        self.memory.append((days, resident(me), sum(map(resident, readers))))


class CountingServer(DiscordServer):
    """Counts the messages that it keeps: `told` by channel, how many of them came twice, by their nonce, and when each
    `rang` the role."""

    def __init__(self, **more):
        super().__init__(**more)
        self.told, self.doubled, self.rang, self._known = Counter(), 0, [], set()

    def by_name(self):
        """`told` by the channel's name, those of all threads together."""
        found = Counter()
        for channel, count in self.told.items():
            about = self.channels[channel]
            found["threads" if about["type"] == 11 else about["name"]] += count
        return found

    @property
    def linked(self):
        """Whether the bot hears what happens."""
        return any(not one.closed for one in self.sockets)

    def _store(self, channel, body):
        if nonce := body.get("nonce"):
            self.told[channel] += 1
            self.doubled += nonce in self._known
            self._known.add(nonce)
            if f"<@&{ROLE}>" in (body.get("content") or ""):
                self.rang.append(self.now())
        return super()._store(channel, body)


class Machine:
    """A bot over a world; `step` lets time go by until all that was due is done."""

    def __init__(self, folder, outlets, server, clock, *, seed=1, **poll):
        self.outlets, self.server, self.clock, self.chance = outlets, server, clock, random.Random(seed)
        given = {"tick_seconds": 0.05, "read_articles": False, "host_gap_seconds": 0, "per_host": 8,
                 "timeout_seconds": 1}  # fmt: skip
        settings = settings_of(server, folder, poll=Poll(**(given | poll)))
        extra = (
            ChannelSettings(name="firehose", watch="minusma", id=str(FIREHOSE), pings_per_hour=0, posts_per_day=10000),
            ChannelSettings(name="digest", watch="minusma", id=str(DIGEST), pings_per_hour=0, posts_per_day=5),
        )
        settings = settings.model_copy(update={"channel": (*settings.channel, *extra)})
        for place, name in ((FIREHOSE, "firehose"), (DIGEST, "digest")):
            server.permissions[place], server.messages[place] = EVERYTHING, []
            server.channels[place] = server._channel(place, name)
        self.app = App(settings, outlets.feeds(), [WATCHES / "minusma"], clock=clock, chance=self.chance.random,
                       after_tick=self._after_tick)  # fmt: skip
        self.looks = Looks(self.app, settings.database)
        self.answers, self.asked, self.unanswered, self.faults = [], 0, 0, Counter()
        self._rounds, self._turned = 0, asyncio.Event()

    async def __aenter__(self):
        before = len(self.server.sessions)
        await self.app.__aenter__()
        await self.server.until(lambda: len(self.server.sessions) > before, PATIENCE)
        self._watching = asyncio.create_task(self.looks.watch_loop())
        return self

    async def __aexit__(self, *_):
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        await self.app.__aexit__(None, None, None)

    async def _after_tick(self):
        self._rounds += 1
        self._turned.set()

    async def step(self, **by):
        """Some time goes by; what was due then is done."""
        self.clock.move(**by)
        await asyncio.to_thread(self.outlets.order, f"at {(self.clock() - START).total_seconds()}")
        await self.settle()

    async def settle(self):
        """A round of polling that begins from now on is over, and what it brought is told."""
        wanted, end = self._rounds + 2, time.monotonic() + PATIENCE
        while self._rounds < wanted or self.app.poller._in_hand or not await self.idle():
            assert time.monotonic() < end, "the bot does not come to rest"
            self._turned.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._turned.wait(), 0.05)
            await self.looks.queues()
        self.forget()

    async def idle(self):
        """Whether nothing more is to go out at this moment."""
        self.app.courier.wake()
        return await self.app.store.run(lambda store: store.outbox.idle(self.clock()))

    def forget(self, messages=KEPT):
        """Let the fake forget what is old, which is not the bot's memory; so many `messages` of a channel stay."""
        server = self.server
        for kept in server.messages.values():
            del kept[:-messages]
        del server.requests[:-50], server.frames[:-50]
        for memory in (server.nonces, server.interactions, server.originals):
            for key in [*memory][:-200]:
                del memory[key]
        server.sockets[:] = [one for one in server.sockets if not one.closed]
        open_ones = set(map(id, server.sockets))
        for memory in (server._zlib, server._shards):
            for key in [one for one in memory if one not in open_ones]:
                del memory[key]

    def held_by_fakes(self):
        """Megabytes that the fake Discord remembers, and the bot does not."""
        server = self.server
        kept = (server.messages, server.requests, server.frames, server.nonces, server.interactions, server.originals)
        return weight(kept) + weight(server._known)

    async def ask(self, line, author=None):
        """A member asks; how long the answer took is noted."""
        self.asked += 1
        await self.server.until(lambda: self.server.linked, PATIENCE)  # the fake repeats nothing that nobody heard
        began = time.perf_counter()
        question = await self.server.say(line, CHANNEL, author=author or 100 + self.asked % 97)

        def answered():
            kept = self.server.messages[CHANNEL]
            return any((one.get("message_reference") or {}).get("message_id") == question["id"] for one in kept[-60:])

        try:
            await self.server.until(answered, 20.0)
            self.answers.append(time.perf_counter() - began)
        except TimeoutError:
            self.unanswered += 1

    async def trouble(self):
        """Discord misbehaves in one of its ways, but not where members ask: what they are told is no row."""
        kind = self.chance.choice(("503", "500", "429", "drop", "lose", "gateway", "reconnect"))
        self.faults[kind] += 1
        posting = ("POST", f"/channels/{self.chance.choice((FIREHOSE, DIGEST, OPERATORS))}/messages")
        if kind == "429":
            body = {"message": "slowly", "retry_after": 0.05, "global": False}
            self.server.fail(*posting, status=429, body=body, headers={"Retry-After": "0.05"})
        elif kind in ("503", "500"):
            self.server.fail(*posting, status=int(kind), body="<html>upstream</html>")
        elif kind in ("drop", "lose"):
            self.server.fail(*posting, **{kind: True})
        else:
            before = len(self.server.connected_to)
            await self.server.drop_gateway(4000 if kind == "gateway" else None)
            # The fake tells a bot that is on its way back nothing of what was said meanwhile, as Discord does.
            await self.server.until(lambda: len(self.server.connected_to) > before, PATIENCE)
            await asyncio.sleep(0.3)

    def report(self):
        """What was seen, a line each."""
        looks = self.looks
        late, own = (
            f"p99 {one.quantile(0.99) * 1000:.1f} ms, longest {one.longest * 1000:.0f} ms"
            for one in (looks.lags, looks.own)
        )
        yield f"the loop's lag: median {looks.lags.quantile(0.5) * 1000:.1f} ms, {late}; by its own work {own}"
        waits = self.answers
        yield (
            f"{self.asked} questions, {self.unanswered} without an answer; answered in {median_of(waits):.2f} s "
            f"(p95 {median_of(waits, 0.95):.2f} s, longest {max(waits, default=0):.2f} s)"
        )
        yield "longest queues: " + ", ".join(f"{what} {length}" for what, length in looks.longest.items())
        size = looks.path.stat().st_size / 2**20
        yield f"the database {size:.0f} MB, its WAL at most {looks.wal / 2**20:.1f} MB"
        if looks.memory:
            settled = looks.memory[len(looks.memory) // 3 :]
            for name, at in (("bot and fakes", 1), ("reading process", 2)):
                grows = slope([(one[0], one[at]) for one in settled])
                yield (
                    f"memory, {name}: {settled[0][at]:.0f} MB, at the end {settled[-1][at]:.0f} MB, "
                    f"most {max(one[at] for one in looks.memory):.0f} MB, slope {grows:+.2f} MB a day"
                )
        told = ", ".join(f"{name} {n}" for name, n in self.server.by_name().items())
        yield f"messages: {told}; doubled {self.server.doubled}"

    async def apart(self):
        """How well events are told apart, in a line."""
        links = await self.app.store.run(
            lambda store: store._db.execute(
                "SELECT p.story, e.link FROM placements p JOIN entries e ON e.id = p.entry ORDER BY e.id"
            ).fetchall()
        )
        told = {}
        for story, link in links:
            told.setdefault(story, []).append(event_of(link))
        events, openers = {one for story in told.values() for one in story}, {story[0] for story in told.values()}
        several = sum(len(set(story)) > 1 for story in told.values())
        return (
            f"stories of several events, of all: {several} of {len(told)}; "
            f"events that opened no story of their own: {len(events - openers)} of {len(events)}"
        )

    async def lost(self):
        """How many items that were published are not in the archive."""
        found = await self.app.store.run(lambda store: store._db.execute("SELECT count(*) FROM entries").fetchone()[0])
        return self.outlets.told[0] - found


@contextlib.asynccontextmanager
async def machine(folder, count, *, seed=1, **poll):
    """A running bot over so many outlets."""
    clock = Clock(START + timedelta(hours=1))
    with addresses_kept(), Outlets(count, seed) as outlets:
        outlets.order("at 3600")
        async with (
            CountingServer(now=clock) as server,
            Machine(folder, outlets, server, clock, seed=seed, **poll) as running,
        ):
            yield running
