"""A transport that was away is back: nothing waits longer than a few seconds more, and nobody is pestered meanwhile."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from bot.delivery import outages
from bot.delivery.transport import Retry
from feeds.model import Cause, CauseKind, Change, ChangeKind, State
from feeds.route import Draft
from tests.discord_kit import House, as_read
from tests.fakes.discord_server import CHANNEL
from tests.store_kit import FEED, HOUR, NOW, channel, opened, plan, reading
from tests.test_deliver import Bench, Wall

pytestmark = pytest.mark.slow

POSTS = f"/channels/{CHANNEL}/messages"
AWAY = {"status": 503, "body": "upstream error"}


@pytest.fixture
async def house(server, tmp_path, monkeypatch):
    monkeypatch.setattr(outages, "LOOK_SECONDS", 0.05)
    async with House(server, tmp_path / "db", server.now) as opened:
        await opened.up()
        yield opened


def test_a_look_comes_soon_enough():
    """From the server's return to the next try: one look, which with its exchange is well within fifteen seconds."""
    assert outages.LOOK_SECONDS <= 10


async def test_after_eight_503_in_a_row_the_alert_comes_at_once(server, house):
    """The clock stands still: its own pause of minutes has not passed when it goes out, nor that of the next."""
    server.fail("POST", POSTS, **AWAY, times=8)
    house.deliver()
    await house.happen(1)
    await house.happen(2)
    first, second = await house.until(State.SENT), await house.until(State.SENT, story=2)
    assert {one["id"] for one in server.posted()} == {first.message, second.message}
    assert len(server.sent("POST", POSTS)) == 10


async def test_a_server_that_is_quite_away_is_only_probed(server, house):
    """As long as the probe fails nothing is posted; when it is answered, the alert is."""
    house.deliver()
    server.fail("GET", f"/channels/{CHANNEL}", **AWAY, times=20)
    server.fail("POST", POSTS, **AWAY)
    await house.happen(1)
    await server.until(lambda: len(server.sent("GET", f"/channels/{CHANNEL}")) > 5)
    assert len(server.sent("POST", POSTS)) == 1
    await house.until(State.SENT)


async def test_what_an_earlier_run_left_waiting_is_looked_at(server, tmp_path, monkeypatch):
    """A restart in the middle of an outage begins with a look."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.happen(1)
        (row,) = await house.store.run(lambda store: store.outbox.claim(NOW))
        gone = Cause(CauseKind.ANSWERED, {"service": "Discord", "status": 503})
        await house.store.run(lambda store: store.outbox.retry(row.id, NOW + HOUR, gone))
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.until(State.SENT)


async def test_what_was_told_to_wait_waits(server, house):
    """A rate limit names its time; no look shortens that."""
    limited = {"message": "slow", "retry_after": 60.0, "global": False}
    server.fail("POST", POSTS, status=429, body=limited, headers={"Retry-After": "60"})
    house.deliver()
    await house.happen(1)
    await server.until(lambda: server.sent("POST", POSTS))
    await asyncio.sleep(0.4)
    assert len(server.sent("POST", POSTS)) == 1
    await house.until(State.SENT, tick=5)


def test_what_may_be_to_blame_itself_is_left_to_its_own_pauses(tmp_path):
    """Only answers that never came or speak of the server shorten a pause, and not for ever."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*channel())
        store.commit(plan(reading(1)), NOW)
        (row,) = store.outbox.claim(NOW)
        for cause, delayed in (
            (Cause(CauseKind.ANSWERED, {"service": "x", "status": 502}), 1),
            (Cause(CauseKind.NO_ANSWER, {"text": "x"}), 1),
            (Cause(CauseKind.ANSWERED, {"service": "x", "status": 429}), 0),
            (Cause(CauseKind.FAULT), 0),
        ):
            store.outbox.retry(row.id, NOW + HOUR, cause)
            assert len(store.outbox.delayed("terminal", NOW)) == delayed
        assert store.outbox.delayed("terminal", NOW + 2 * HOUR) == []
        assert store.outbox.delayed("other", NOW) == []


async def test_an_outage_of_an_hour_in_which_only_posting_fails_ends_with_one_look(server, house, monkeypatch):
    """All that time the server answers questions; the alert is tried at every look, and none of its pauses, which have
    long grown to minutes, is waited out: the clock stands still."""
    monkeypatch.setattr(outages, "LOOK_SECONDS", 0.01)
    server.fail("POST", POSTS, **AWAY, times=outages.TRIED_EARLY + 20)
    house.deliver()
    await house.happen(1)
    await house.until(State.SENT, seconds=20)
    assert len(server.sent("POST", POSTS)) == outages.TRIED_EARLY + 21


class Picky(Wall):
    """Takes everything but one story."""

    async def send(self, delivery, cards, channel):
        if delivery.story == 1:
            self.plan = [Retry(Cause(CauseKind.NO_ANSWER, {"text": "x"}))]
        return await super().send(delivery, cards, channel)


async def test_a_delivery_that_fails_where_others_go_through_is_not_tried_early_for_ever(tmp_path, monkeypatch):
    """It is tried so many times early and then at its own pace."""
    monkeypatch.setattr(outages, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(outages, "TRIED_EARLY", 5)
    async with Bench(tmp_path / "db") as bench:
        bench.wall = Picky()
        await bench.happen()
        async with bench.running():
            for number in range(2, 3 + outages.PASSED_BY):
                await asyncio.sleep(0.1)
                await bench.happen(number)
                await bench.sent(story=number)
            await asyncio.sleep(0.1)
            before = len(bench.wall.calls)
            await asyncio.sleep(0.3)
        assert len(bench.wall.calls) == before > 5


# threads keep their order


def test_a_note_that_waits_holds_back_the_later_ones_of_its_thread_and_no_others(tmp_path):
    """The second note of a story goes out after the first; another story's does not wait for it."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*channel())
        store.commit(plan(reading(1), reading(2)), NOW)
        for one in store.outbox.claim(NOW):
            store.outbox.sent(one.id, f"m{one.story}", None, NOW)
        notes = [Draft("note", change=Change(NOW, ChangeKind.KILLED, old, old + 1)) for old in (1, 2)]
        for number in (1, 2):
            store.outbox.queue("alerts", number, notes, NOW)
        first, other = store.outbox.claim(NOW)
        assert (first.story, first.change.old, other.story, other.change.old) == (1, 1, 2, 1)
        store.outbox.retry(first.id, NOW + HOUR, Cause(CauseKind.STOPPED))
        store.outbox.sent(other.id, "n", "t", NOW)
        assert [(one.story, one.change.old) for one in store.outbox.claim(NOW)] == [(2, 2)]
        assert [(one.story, one.change.old) for one in store.outbox.claim(NOW + HOUR)] == [(1, 1)]
        store.outbox.reject(first.id, Cause(CauseKind.STOPPED), NOW)
        assert [(one.story, one.change.old) for one in store.outbox.claim(NOW + HOUR)] == [(1, 2)]


async def test_notes_of_one_thread_come_in_order_over_sockets(server, house, monkeypatch):
    """The first does not go through for a while, for a reason that is nobody's outage; the second waits for it."""
    house.deliver()
    await house.happen(1, facts={"killed": 2})
    alert = await house.until(State.SENT)
    thread = f"/channels/{alert.message}/messages"
    slow = {"message": "slow", "retry_after": 31.0, "global": False}
    server.fail("POST", thread, status=429, body=slow, headers={"Retry-After": "31"})
    server.now.move(minutes=5)
    await house.happen(1, keys=("guid:b",), publisher="Herald", facts={"killed": 4})
    await server.until(lambda: server.sent("POST", thread))
    await house.happen(1, keys=("guid:c",), publisher="Globe", facts={"killed": 9})
    await asyncio.sleep(0.3)
    assert not server.posted(int(alert.message))
    async with asyncio.timeout(5):
        while len(server.posted(int(alert.message))) < 2:
            server.now.move(seconds=5)
            await asyncio.sleep(0.02)
    said = [as_read(one) for one in server.posted(int(alert.message))]
    assert [line.split(" —")[0] for line in said] == ["Killed 2 → 4", "Killed 4 → 9"]


def test_ordering_threads_costs_a_claim_next_to_nothing(tmp_path):
    """A thousand notes of one story that wait: a claim takes less than a fifth of a second of CPU."""
    with opened(tmp_path / "db", edit_gap=timedelta(0)) as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*channel())
        store.commit(plan(reading(1)), NOW)
        store.outbox.sent(store.outbox.claim(NOW)[0].id, "m", None, NOW)
        note = Draft("note", change=Change(NOW, ChangeKind.OFFICIAL))
        store.outbox.queue("alerts", 1, [note] * 1000, NOW)
        began = time.process_time()
        assert len(store.outbox.claim(NOW)) == 1
        assert time.process_time() - began < 0.2
