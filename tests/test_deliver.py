"""The outbox worker against a transport of our own that can go wrong in every way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import sqlite3
import time

import pytest

from bot.delivery import courier
from bot.delivery.courier import Courier
from bot.delivery.destinations import OPERATORS
from bot.delivery.transport import Capabilities, Held, Rejected, Retry, Sent, Transport
from bot.wording.causes import cause_text
from feeds.model import Channel, State, Subscription
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from tests.discord_kit import Clock
from tests.store_kit import ALL, cause, plan, reading

pytestmark = pytest.mark.slow

# The first lines of the two alerts that are told in order.
BOTH = [f"🔴 Incident · Town {n} · single source" for n in (1, 2)]


class Wall(Transport):
    """A transport onto which messages are written. `plan` says how the next calls end; then all goes well.

    A plan's item is a result, an exception to raise, or a function that is awaited with the call's writer, which
    writes when called.
    """

    name, connected = "wall", True
    capabilities = Capabilities(edit=True, find=True, threads=True)

    def __init__(self):
        self.messages, self.plan, self.calls, self.blocked = [], [], [], None

    async def _show(self, kind, delivery, channel, said):
        self.calls.append((kind, delivery.id, channel.name))

        def write():
            self.messages.append((delivery.id, channel.name, said))

        if self.plan:
            step = self.plan.pop(0)
            if isinstance(step, BaseException):
                raise step
            if not callable(step):
                return step
            return await step(write)
        write()
        return Sent(f"m{len(self.messages)}")

    async def send(self, delivery, cards, channel):
        return await self._show("send", delivery, channel, cards[0].title)

    async def edit(self, delivery, cards, channel):
        return await self._show("edit", delivery, channel, cards[0].title)

    async def note(self, delivery, text, channel):
        return await self._show("note", delivery, channel, text)

    async def find(self, delivery, channel):
        self.calls.append(("find", delivery.id, channel.name))
        known = [at for at, message in enumerate(self.messages, 1) if message[0] == delivery.id]
        return Sent(f"m{known[0]}") if known else None

    async def probe(self, channel):
        return self.blocked


def channel(name="alerts", **more):
    return Channel(name, "wall", name), Subscription(name, "w", ALL, **more)


class Bench:
    """A store, a wall and couriers that come and go."""

    def __init__(self, database, *channels):
        self.clock, self.wall = Clock(), Wall()
        self.thread = StoreThread(lambda: Store(database, busy_seconds=0.05))
        operators = Channel(OPERATORS, "wall", "ops"), Subscription(OPERATORS, "", (), kind="notices")
        self.channels = (*(channels or (channel(),)), operators)

    async def __aenter__(self):
        self.store = await self.thread.__aenter__()
        await self.store.run(lambda store: store.subscriptions.configure(self.channels, self.clock()))
        return self

    async def __aexit__(self, *error):
        await self.thread.__aexit__(*error)

    @contextlib.asynccontextmanager
    async def running(self, **more):
        courier = Courier(self.store, {"wall": self.wall}, self.clock, chance=lambda: 0.0, idle=0.005, **more)
        task = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            await courier.close()
            await task

    async def happen(self, number=1, **more):
        now = self.clock()
        told = reading(number, seen=now, published=now, **more)
        return await self.store.run(lambda store: store.commit(plan(told), now))

    async def rows(self, story=1):
        return await self.store.run(lambda store: store.outbox.of_story(story))

    async def until(self, condition, seconds=5.0, tick=0):
        async with asyncio.timeout(seconds):
            while not (found := await condition()):
                self.clock.move(seconds=tick)
                await asyncio.sleep(0.005)
            return found

    async def sent(self, story=1, tick=0):
        async def settled():
            rows = await self.rows(story)
            return rows and all(row.state is State.SENT for row in rows) and rows

        return await self.until(settled, tick=tick)


@pytest.fixture
async def bench(tmp_path):
    async with Bench(tmp_path / "db") as opened:
        yield opened


async def test_nothing_is_marked_sent_before_the_other_side_has_answered(bench):
    """While the call is under way the row says SENDING; the message id comes with the answer."""
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(write):
        asked.set()
        await go.wait()
        write()
        return Sent("m7")

    bench.wall.plan = [slow]
    async with bench.running():
        await bench.happen()
        await asked.wait()
        assert [row.state for row in await bench.rows()] == [State.SENDING]
        go.set()
        (row,) = await bench.sent()
        assert row.message == "m7"


BUSY = cause("busy")


@pytest.mark.parametrize("trouble", [Retry(BUSY), Retry(BUSY, after=30.0), TimeoutError(), RuntimeError("ours")])
async def test_every_trouble_is_tried_again_after_a_look(bench, trouble, caplog):
    """Weather, a named wait, a hang or a fault of ours: the row goes back, is looked for, and is sent later."""
    bench.wall.plan = [trouble]
    async with bench.running():
        await bench.happen()
        await bench.sent(tick=1)
    assert [kind for kind, *_ in bench.wall.calls] == ["send", "find", "send"]
    assert len(bench.wall.messages) == 1
    assert ("fault of ours" in caplog.text) is isinstance(trouble, RuntimeError)


async def test_a_named_wait_is_kept(bench):
    """Retry-After is honoured: not a second before."""
    bench.wall.plan = [Retry(cause("slow down"), after=120.0)]
    async with bench.running():
        await bench.happen()
        began = bench.clock()
        await bench.sent(tick=1)
    assert (bench.clock() - began).total_seconds() >= 120


async def test_a_lost_answer_is_found_by_its_marker(bench):
    """The message arrived, its answer did not: the next look finds it and nothing is sent again."""

    async def lost(write):
        write()
        return Retry(cause("no answer"))

    bench.wall.plan = [lost]
    async with bench.running():
        await bench.happen()
        (row,) = await bench.sent(tick=1)
    assert len(bench.wall.messages) == 1
    assert row.message == "m1"


async def test_a_call_that_hangs_is_cut_off(bench, monkeypatch):
    """A transport that never answers keeps neither the row nor its channel."""
    monkeypatch.setattr(courier, "ATTEMPT_SECONDS", 0.05)

    async def hang(write):
        await asyncio.sleep(60)

    bench.wall.plan = [hang]
    async with bench.running():
        await bench.happen()
        await bench.sent(tick=1)
    assert len(bench.wall.messages) == 1


async def test_a_refused_alert_is_given_up_and_goes_to_the_digest(bench):
    """What the other side will never take is not tried again, and what it would have told is not lost."""
    bench.wall.plan = [Rejected(cause("malformed"))]
    async with bench.running():
        await bench.happen()

        async def rejected():
            return (await bench.rows())[0].state is State.REJECTED

        await bench.until(rejected)
    assert [story.id for story in await bench.store.run(lambda store: store.digest("alerts"))] == [1]


async def test_channels_do_not_wait_for_each_other(tmp_path):
    """A channel that hangs delays only its own alerts, which keep their order."""
    go = asyncio.Event()
    async with Bench(tmp_path / "db", channel("first"), channel("second")) as bench:

        async def slow(write):
            await go.wait()
            write()
            return Sent("late")

        bench.wall.plan = [slow]
        async with bench.running():
            for number in (1, 2):
                await bench.happen(number)

            async def other():
                return len(bench.wall.messages) == 2

            await bench.until(other)
            assert {name for _, name, _ in bench.wall.messages} in ({"first"}, {"second"})
            go.set()
            await bench.sent(1)
            await bench.sent(2)
    for name in ("first", "second"):
        assert [said for _, told, said in bench.wall.messages if told == name] == BOTH


async def test_a_held_channel_waits_and_resumes(bench, monkeypatch):
    """Held: nothing is tried meanwhile, one line to the operators, one more when it works again."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.02)
    bench.wall.blocked = Held(cause("no permission"))
    bench.wall.plan = [Held(cause("no permission"))]
    async with bench.running():
        for number in (1, 2, 3):
            await bench.happen(number)

        async def told():
            return [said for _, name, said in bench.wall.messages if name == OPERATORS]

        (line,) = await bench.until(told)
        assert "no permission" in line
        await asyncio.sleep(0.1)
        assert [name for _, name, _ in bench.wall.messages] == [OPERATORS]
        bench.wall.blocked = None
        for story in (1, 2, 3):
            await bench.sent(story)

        async def both():
            return len(await told()) == 2

        await bench.until(both)
        assert "can be posted to again" in (await told())[1]
    assert (await bench.store.run(lambda store: store.channels.named("alerts"))).held is None


async def test_a_channel_that_is_not_in_order_is_told_before_it_matters(bench, monkeypatch):
    """Each channel is looked at once after the start: the operators hear of a missing right before an alert does."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.01)
    bench.wall.blocked = Held(cause("the bot may not embed links there"))
    async with bench.running():

        async def told():
            return [said for _, name, said in bench.wall.messages if name == OPERATORS]

        (line,) = await bench.until(told)
        assert "check “alerts”: the bot may not embed links there" in line
        await asyncio.sleep(0.1)
        assert len(await told()) == 1
    assert (await bench.store.run(lambda store: store.channels.named("alerts"))).held is None


@pytest.mark.parametrize("first", ["look", "delivery", "look before a restart"])
async def test_one_fault_of_a_channel_is_one_notice(bench, monkeypatch, first):
    """Whoever meets it first, the look at the channel or a delivery, and while the other is on its way; the next fault,
    after something was posted again, is told again."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.02)
    bench.wall.blocked = Held(cause("no permission"))
    probing, probe = asyncio.Event(), bench.wall.probe

    async def slow(where):
        probing.set()
        await asyncio.sleep(0.1 if first == "delivery" else 0)
        return await probe(where) if where.name == "alerts" else None

    async def told():
        return [said for _, name, said in bench.wall.messages if name == OPERATORS]

    bench.wall.probe = slow
    show = bench.wall._show

    async def shut(kind, delivery, where, said):
        if where.name == "alerts" and bench.wall.blocked:
            await asyncio.sleep(0.05 if first == "look" else 0)
            return Held(cause("missing access"))
        return await show(kind, delivery, where, said)

    bench.wall._show = shut
    if first == "look before a restart":
        async with bench.running():
            await bench.until(told)
        bench.wall.probe = lambda where: asyncio.sleep(0.1, bench.wall.blocked if where.name == "alerts" else None)
        probing.set()
    async with bench.running():
        await bench.happen()
        await probing.wait()
        await bench.until(told)
        await asyncio.sleep(0.3)
        assert len(await told()) == 1
        bench.wall.probe, bench.wall.blocked = slow, None
        await bench.sent()

        async def mended():
            return len(await told()) == 2

        await bench.until(mended)
        bench.wall.blocked = Held(cause("no permission"))
        await bench.happen(2)

        async def again():
            return len(await told()) == 3

        await bench.until(again)


async def test_a_probe_that_is_wrong_is_not_believed_for_ever(bench, monkeypatch):
    """The place says of itself that it is closed, but it is not: after some probes it is tried all the same."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.005)
    monkeypatch.setattr("bot.delivery.holds.TRY_ANYWAY", 5)
    bench.wall.blocked = Held(cause("stale"))
    bench.wall.plan = [Held(cause("no permission"))]
    async with bench.running():
        await bench.happen()
        await bench.sent(tick=1)
    assert len([one for one in bench.wall.messages if one[1] == "alerts"]) == 1


async def test_a_probe_that_lies_does_not_flood_the_operators(bench, monkeypatch):
    """The probe says yes, the send says no, over and over: the operators hear of it once."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.01)

    show = bench.wall._show

    async def stubborn(kind, delivery, where, said):
        return Held(cause("no permission")) if where.name == "alerts" else await show(kind, delivery, where, said)

    bench.wall._show = stubborn
    async with bench.running():
        await bench.happen()
        await asyncio.sleep(0.4)
    assert len(bench.wall.messages) == 1


@pytest.mark.slow
async def test_a_locked_database_neither_loses_nor_repeats(bench, tmp_path, caplog):
    """The answer came but could not be written down: that is tried again until it is, and nothing is sent twice."""
    caplog.set_level(logging.ERROR)
    other = sqlite3.connect(tmp_path / "db", isolation_level=None)

    async def lock(write):
        write()
        other.execute("BEGIN IMMEDIATE")
        return Sent("m1")

    bench.wall.plan = [lock]
    async with bench.running():
        await bench.happen()

        async def complained():
            return "the outbox cannot be kept" in caplog.text

        await bench.until(complained)
        other.execute("ROLLBACK")
        await bench.sent()
    other.close()
    assert len(bench.wall.messages) == 1
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.slow
async def test_a_stop_gives_back_what_was_not_begun(bench):
    """On close the call under way gets a moment, the rest goes back to PENDING, and it ends within seconds."""
    asked = asyncio.Event()

    async def hang(write):
        asked.set()
        await asyncio.sleep(60)

    bench.wall.plan = [hang]
    async with bench.running():
        for number in (1, 2):
            await bench.happen(number)
        await asked.wait()
        began = time.monotonic()
    assert time.monotonic() - began < 3
    states = [(await bench.rows(story))[0].state for story in (1, 2)]
    assert sorted(states) == [State.PENDING, State.SENDING]
    async with bench.running():
        await bench.sent(1, tick=1)
        await bench.sent(2, tick=1)
    assert len(bench.wall.messages) == 2


async def test_deliveries_wait_for_the_connection_untried(bench):
    """While the transport is not connected nothing is attempted or written; then all goes out, in order."""
    bench.wall.connected = False
    async with bench.running():
        for number in (1, 2):
            await bench.happen(number)
        await asyncio.sleep(0.1)
        assert not bench.wall.calls
        assert (await bench.rows())[0].attempts == 0
        bench.wall.connected = True
        await bench.sent(2)
    assert [said for _, name, said in bench.wall.messages] == BOTH


async def test_a_stop_while_not_connected_gives_back(bench):
    """What waited for the connection is PENDING after the stop, the one in hand as well."""
    bench.wall.connected = False
    async with bench.running():
        for number in (1, 2):
            await bench.happen(number)

        async def claimed():
            return (await bench.rows(2))[0].state is State.SENDING

        await bench.until(claimed)
    assert [(await bench.rows(story))[0].state for story in (1, 2)] == [State.PENDING] * 2
    assert not bench.wall.calls


async def test_a_channel_without_its_transport_waits(tmp_path):
    """A Discord channel while only the terminal runs: the alert stays in the outbox."""
    async with Bench(tmp_path / "db", (Channel("far", "discord", "1"), Subscription("far", "w", ALL))) as bench:
        async with bench.running():
            await bench.happen()

            async def tried():
                return (await bench.rows())[0].reason

            assert "discord is not running" in cause_text(await bench.until(tried))
        assert (await bench.rows())[0].state is State.PENDING


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
async def test_exactly_once_whatever_happens(tmp_path, seed):
    """Random faults before and after arrival, random stops and restarts: every alert stands there exactly once."""
    chance = random.Random(seed)
    async with Bench(tmp_path / "db", channel("first"), channel("second")) as bench:

        async def arrives_unheard(write):
            write()
            return Retry(cause("no answer"))

        async def arrives_and_hangs(write):
            write()
            await asyncio.sleep(60)

        async def hangs(write):
            await asyncio.sleep(60)

        kinds = (Retry(cause("busy")), arrives_unheard, arrives_and_hangs, hangs, RuntimeError("ours"), TimeoutError())
        for number in range(1, 5):
            await bench.happen(number)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(courier, "GRACE_SECONDS", 0.01)
            for _ in range(4):
                bench.wall.plan = [chance.choice(kinds) for _ in range(chance.randint(0, 4))]
                async with bench.running():
                    await asyncio.sleep(chance.random() * 0.03)
                bench.clock.move(minutes=10)
            bench.wall.plan = []
            async with bench.running():
                for story in range(1, 5):
                    await bench.sent(story, tick=5)
        assert len(bench.wall.messages) == len(set(bench.wall.messages)) == 8


async def test_a_transport_that_is_down_holds_up_no_other(tmp_path):
    """However much waits for it, what is told elsewhere goes on."""
    far = Wall()
    far.connected = False
    distant = Channel("far", "far", "far"), Subscription("far", "w", ALL, posts_per_day=1000)
    async with Bench(tmp_path / "db", distant, channel(posts_per_day=1000)) as bench:
        for number in range(1, 2 * courier.BATCH):
            await bench.happen(number)
        mine = Courier(bench.store, {"wall": bench.wall, "far": far}, bench.clock, chance=lambda: 0.0, idle=0.005)
        task = asyncio.create_task(mine.run())

        async def told():
            return len(bench.wall.messages) == 2 * courier.BATCH - 1

        assert await bench.until(told)
        await mine.close()
        await task
