"""The alert that stands is the story that is: over sockets, whatever got lost, after a restart, regrouped."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.delivery.ledger import keep_true, note_adopting, note_result, subject_of
from bot.delivery.transport import Sent
from feeds.model import State
from tests.discord_kit import House
from tests.fakes.discord_server import CHANNEL
from tests.store_kit import DAY, FEED, NOW, opened, plan, reading
from tests.store_kit import channel as wall

pytestmark = pytest.mark.slow

POSTS, EDITS = f"/channels/{CHANNEL}/messages", f"/channels/{CHANNEL}/messages/*"
FAR = {"published": NOW - 400 * DAY}


@pytest.fixture
async def house(server, tmp_path):
    async with House(server, tmp_path / "db", server.now) as opened:
        await opened.up()
        yield opened


def shown(server, at=0):
    """All that a posted message says."""
    return str(server.posted()[at]["embeds"])


async def second_source(house, **more):
    return await house.happen(1, keys=("guid:b",), publisher="Herald", **more)


async def test_what_arrives_while_the_answer_is_lost_is_shown(server, house):
    """The alert arrived and its answer did not; a second source comes while the row waits; the message is found, and
    edited into what the story says by then."""
    server.fail("POST", POSTS, lose=True, times=1)
    house.deliver()
    await house.happen(1, facts={"killed": 3})
    await house.until(State.PENDING)
    await server.until(server.posted)
    async with asyncio.timeout(5):
        while (await house.rows())[0].reason is None:
            await asyncio.sleep(0.01)
    server.forget_nonces()
    await second_source(house, facts={"killed": 4})
    await house.until(State.SENT, tick=5)
    await server.until(lambda: "Herald" in shown(server))
    assert len(server.posted()) == 1


async def test_what_is_found_as_it_should_be_is_left_alone(server, house):
    """No edit without a reason."""
    server.fail("POST", POSTS, lose=True, times=1)
    house.deliver()
    await house.happen(1, facts={"killed": 3})
    await server.until(server.posted)
    await house.until(State.SENT, tick=5)
    await asyncio.sleep(0.2)
    assert [one.kind for one in await house.rows()] == ["alert"]
    assert not server.sent("PATCH", EDITS)


async def test_a_start_edits_what_does_not_show_its_story_and_nothing_else(server, tmp_path):
    """An edit that was lost with everything that knew of it comes with the next start; what is right is not touched."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": 3})
        await house.happen(2, facts={"killed": 3})
        await house.until(State.SENT)
        await house.until(State.SENT, story=2)
    server.now.move(seconds=60)
    async with House(server, tmp_path / "db", server.now) as house:
        await second_source(house, facts={"killed": 4})
        await house.store.run(lambda store: store._db.execute("DELETE FROM deliveries WHERE kind <> 'alert'"))
        await house.store.run(lambda store: store._db.conn.commit())
        await house.up()
        house.deliver()
        await server.until(lambda: "Herald" in shown(server))
        await asyncio.sleep(0.2)
        assert len(server.sent("PATCH", EDITS)) == 1
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await asyncio.sleep(0.3)
        assert len(server.sent("PATCH", EDITS)) == 1


async def test_an_alert_that_was_deleted_is_not_tried_at_every_start(server, tmp_path):
    """Once it was refused, its edit is no longer due."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1)
        await house.until(State.SENT)
        server.messages[CHANNEL].clear()
        server.now.move(seconds=60)
        await second_source(house)
        await house.until(State.REJECTED, at=1)
    tried = len(server.sent("PATCH", EDITS))
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await asyncio.sleep(0.3)
        assert len(server.sent("PATCH", EDITS)) == tried == 1


async def test_a_merged_and_split_story_gets_its_card_back(server, house):
    """The younger card points to the elder while they are one, and tells its own event again when they are not."""
    house.deliver()
    await house.happen(1, title="Patrol opens a school")
    await house.happen(2, title="Ministers speak of finance abroad", facts={"place": "Elsewhere"})
    await house.until(State.SENT)
    await house.until(State.SENT, story=2)
    before = [message["content"] for message in server.posted()]
    server.now.move(hours=1)
    assert await house.store.run(lambda store: store.regroup.merge(1, 2, "me", house.clock())) == 1
    house.wake()
    await server.until(lambda: "same event as story 1" in shown(server, 1))
    server.now.move(hours=1)
    assert await house.store.run(lambda store: store.regroup.split(2, "me", house.clock())) == (2,)
    house.wake()
    await server.until(lambda: "same event" not in shown(server, 1))
    await server.until(lambda: "one source moved" in shown(server, 0))
    assert [message["content"] for message in server.posted()] == before
    assert len(server.posted()) == 2


async def test_what_its_publisher_withdraws_leaves_the_alert(server, house):
    """The message loses the toll of a source that says something else now, and says when nobody is left."""
    house.deliver()
    await house.happen(1, facts={"killed": 9})
    await house.until(State.SENT)
    server.now.move(minutes=1)
    await second_source(house, facts={"killed": 4, "place": "Town 1"})
    for entry, gone in ((1, "no longer reported by Wire"), (2, "No source says so any more")):
        server.now.move(hours=1)
        now = server.now()
        other = reading(entry, title="Page moved", content_hash="moved", seen=now, relevant=False)
        await house.store.run(lambda store, one=(entry, other), now=now: store.commit(plan(updated=(one,)), now))
        house.wake()
        await server.until(lambda gone=gone: gone in shown(server))
    assert "no longer reported" in server.posted()[0]["content"] and "killed" not in server.posted()[0]["content"]


def test_ten_thousand_right_alerts_cost_a_start_next_to_nothing(tmp_path):
    """They are told from the wrong ones by two columns: a fifth of a second of CPU."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*wall())
        store.commit(plan(reading(1)), NOW)
        store.outbox.sent(store.outbox.claim(NOW)[0].id, "m1", None, NOW)
        _multiply(store, 10_000)
        began = time.process_time()
        assert store.alerts.stale(NOW - DAY) == []
        assert time.process_time() - began < 0.2


def _multiply(store, times):
    for table, key in (("stories", "id"), ("deliveries", "n")):
        columns = [row[1] for row in store._db.execute(f"PRAGMA table_info ({table})")]
        moved = {key: f"{key} + value", "story": "story + value", "drawn": "'2026-01-01'", "shown": "'digest'",
                 "mark": "'m' || value"}  # fmt: skip
        chosen = ", ".join(moved.get(one, f'"{one}"') for one in columns)
        named = ", ".join(f'"{one}"' for one in columns)
        numbers = f"WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {times})"
        store._db.execute(f"INSERT INTO {table} ({named}) {numbers} SELECT {chosen} FROM {table}, n WHERE {key} = 1")
    store._db.execute("UPDATE deliveries SET drawn = '2026-01-01', shown = 'digest'")
    store._db.conn.commit()


def test_what_an_earlier_version_posted_is_compared_only_while_it_is_young(tmp_path):
    """Nobody knows what such an alert shows: one whose story changed long ago stays as it is."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*wall())
        store.commit(plan(reading(1)), NOW)
        store.outbox.sent(store.outbox.claim(NOW)[0].id, "m1", None, NOW)
        assert store.alerts.stale(NOW - DAY) == [("alerts", 1)]
        assert store.alerts.stale(NOW + DAY) == []


def test_an_alert_that_was_found_again_and_not_edited_is_compared_at_the_next_start(tmp_path):
    """Killed between the two, its story need not change for that: what it shows is not known."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*wall())
        store.commit(plan(reading(1)), NOW)
        [alert] = store.outbox.claim(NOW)
        note_adopting(store, alert, subject_of(store, alert))
        store.outbox.sent(alert.id, "m1", None, NOW)
        assert store.alerts.stale(NOW - DAY) == [("alerts", 1)]
        assert keep_true(store, "alerts", 1, NOW)


def test_an_answer_and_the_edit_that_it_calls_for_are_noted_together_or_not_at_all(tmp_path, monkeypatch):
    """Else a kill between them leaves an alert as it was found."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*wall())
        store.commit(plan(reading(1)), NOW)
        [alert] = store.outbox.claim(NOW)
        monkeypatch.setattr("bot.delivery.ledger.keep_true", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            note_result(store, alert, Sent("m1"), NOW, 0.5)
        assert [one.state for one in store.outbox.of_story(1)] == [State.SENDING]


def test_a_channel_that_wants_a_story_no_more_keeps_its_alert_as_it_is(tmp_path):
    """Unsubscribed is left alone, at the start too."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*wall())
        store.commit(plan(reading(1)), NOW)
        store.outbox.sent(store.outbox.claim(NOW)[0].id, "m1", None, NOW)
        store.subscriptions.end("alerts", NOW)
        assert not keep_true(store, "alerts", 1, NOW)
        assert [one.kind for one in store.outbox.of_story(1)] == ["alert"]


def test_news_of_a_story_is_not_held_up_by_the_turn_of_an_old_edit(tmp_path):
    """A start sets edits far apart; one whose story has news goes out with them."""
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*wall())
        store.commit(plan(reading(1)), NOW)
        store.outbox.sent(store.outbox.claim(NOW)[0].id, "m1", None, NOW)
        assert keep_true(store, "alerts", 1, NOW, later=DAY)
        assert store.outbox.claim(NOW) == []
        store.commit(plan(reading(1, keys=("guid:b",), publisher="Herald")), NOW)
        assert [one.kind for one in store.outbox.claim(NOW)] == ["edit"]


async def test_an_alert_whose_report_is_taken_back_says_so(server, house):
    """A title that begins with the word for it withdraws what was told; nothing new is posted of such a report."""
    house.deliver()
    await house.happen(1, facts={"injured": 20})
    await house.until(State.SENT)
    server.now.move(minutes=5)
    now = server.now()
    facts = {"injured": 20, "retracted": True}
    told = reading(1, facts=facts, title="RETRACTED: what was told", content_hash="new", seen=now)
    await house.store.run(lambda store: store.commit(plan(updated=((1, told),)), now))
    house.wake()
    await server.until(lambda: "no longer says so" in shown(server))
    assert "no longer reported" in server.posted()[0]["content"]
    await house.happen(2, facts={"injured": 3, "retracted": True})
    await asyncio.sleep(0.2)
    assert len(server.posted()) == 1
