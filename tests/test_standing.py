"""A database that was put back, or lost its last rows: nothing that stands is posted again, and nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.standing.places import LATE
from bot.delivery.standing.recognition import standing_twin
from bot.delivery.transport import Posted
from bot.discord.marks import hidden, woven
from bot.discord.posting import history
from bot.discord.posting.clock import TheirClock
from feeds.model import Feed, Follower, FollowRequest, State
from feeds.store import Store
from feeds.store.naming.spelling import mark_of
from seeds.model import Tier
from tests.discord_kit import Clock, House, wanted
from tests.fakes.discord_server import CHANNEL, DIRECT, GUILD, MEMBER, OPERATORS
from tests.follow_kit import AWAY
from tests.store_kit import DAY, HOUR, MINUTE, NOW, notice, plan, reading

pytestmark = pytest.mark.slow


class Shifted:
    """A clock that is wrong by some time."""

    def __init__(self, clock, off):
        self.clock, self.off = clock, off

    def __call__(self):
        return self.clock() + self.off

    def move(self, **by):
        self.clock.move(**by)


class Running(House):
    """A house that is up, delivers, and has noted how far it knows what stands. `off` is what its clock is wrong by."""

    def __init__(self, server, path, off=timedelta(0), **more):
        super().__init__(server, path, Shifted(server.now, off), **more)

    async def __aenter__(self):
        await super().__aenter__()
        await self.up()
        self.deliver()
        await self.noted()
        return self

    async def noted(self):
        """Wait until every place was looked at; its feeds are read."""
        self.courier.caught_up()
        async with asyncio.timeout(5):
            while not await self.courier.standing.look_around():
                await asyncio.sleep(0.01)

    async def tell(self, *readings):
        now = self.clock()
        await self.store.run(lambda store: store.commit(plan(*readings), now))
        self.wake()

    async def quiet(self):
        """Wait until nothing is to be sent."""
        async with asyncio.timeout(5):
            while not await self.store.run(lambda store: store.outbox.idle(self.clock())):
                await asyncio.sleep(0.01)


def kept(path):
    """A copy of a database as it is now, as `put_back` takes it."""
    there = sqlite3.connect(path)
    there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    there.close()
    return shutil.copy(path, path.with_suffix(".kept"))


def put_back(copy, path):
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copy(copy, path)


def away(server, **by):
    """Nobody runs for so long, after which Discord knows no nonce any more."""
    server.now.move(**by)
    server.forget_nonces()


async def told_and_forgotten(server, path, read, **since):
    """What was read stands in the channel, and the database is as it was so long before."""
    async with Running(server, path):
        pass
    copy = kept(path)
    server.now.move(**since)
    async with Running(server, path) as house:
        await house.tell(read)
        await house.quiet()
    put_back(copy, path)


def two_sources():
    """One event, as its first source told it and as another did."""
    event = {"facts": {"place": "Town 1", "contingents": ("C1",)}}
    return reading(1, **event), reading(2, keys=("guid:b",), publisher="Other", **event)


@pytest.mark.parametrize("lowband", [False, True])
@pytest.mark.parametrize("chatter", [0, 700])
async def test_a_database_put_back_from_an_hour_ago_posts_nothing_again(server, tmp_path, lowband, chatter):
    """What was posted in that hour is known again by what it is about, whatever its number, its order and its clock
    say now, under however many messages; it is edited to what is known now. What is new is posted."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        if lowband:
            await house.store.run(lambda store: store.choices.choose("alerts", {"lowband": True}))
        await house.tell(reading(1))
        await house.quiet()
    copy = kept(path)
    server.now.move(minutes=10)
    async with Running(server, path) as house:
        await house.tell(reading(2), reading(3))
        await house.quiet()
        await house.store.run(lambda store: store.outbox.notice(notice("a line"), server.now()))
        house.wake()
        await server.until(lambda: server.posted(OPERATORS))
        await house.quiet()
    before = [one["id"] for one in server.posted()]
    assert len(before) == 3
    server.messages[CHANNEL] += [server._message(CHANNEL, {"content": "so sad"}, 5001) for _ in range(chatter)]
    put_back(copy, path)
    away(server, hours=1)
    async with Running(server, path) as house:
        await house.tell(reading(4), reading(3), reading(2))
        await house.quiet()
        await house.store.run(lambda store: store.outbox.notice(notice("a line"), server.now()))
        house.wake()
        await house.quiet()
        stories = await house.store.run(lambda store: store.stories.latest())
        alerts = {story.sources[0].title: await house.rows(story.id) for story in stories}
    assert [one["id"] for one in server.posted()][:3] == before
    assert len(server.posted()) == 4
    assert len(server.posted(OPERATORS)) == 1
    assert [rows[0].message for _, rows in sorted(alerts.items())][1:3] == before[1:]
    assert all(rows[0].state is State.SENT for rows in alerts.values())


async def test_a_story_that_is_read_anew_without_its_first_source_waits_for_it(server, tmp_path):
    """As long as something unknown stands, an alert waits until the feeds were read once: then it is known again."""
    path, (first, later) = tmp_path / "db", two_sources()
    await told_and_forgotten(server, path, first)
    away(server, hours=1)
    async with House(server, path, server.now) as house:
        await house.up()
        await house.store.run(lambda store: store.commit(plan(later), server.now()))
        house.deliver()
        await asyncio.sleep(0.5)
        assert len(server.posted()) == 1
        await house.store.run(lambda store: store.commit(plan(first), server.now()))
        house.courier.caught_up()
        await house.until(State.SENT, tick=5)
    assert len(server.posted()) == 1


async def test_what_was_read_while_a_place_was_looked_at_counts(server, tmp_path, monkeypatch):
    """A story's first source comes back, as the last feed's, while its alert is looked for: it is known again by it."""
    path, (first, later) = tmp_path / "db", two_sources()
    await told_and_forgotten(server, path, first)
    away(server, hours=1)
    async with House(server, path, server.now) as house:
        await house.up()
        look = house.courier.standing._places.read

        async def slow_look(*place):
            failed = await look(*place)
            await house.store.run(lambda store: store.commit(plan(first), server.now()))
            house.courier.caught_up()
            return failed

        monkeypatch.setattr(house.courier.standing._places, "read", slow_look)
        await house.store.run(lambda store: store.commit(plan(later), server.now()))
        house.deliver()
        await house.until(State.SENT, tick=5)
    assert len(server.posted()) == 1


async def test_a_copy_that_was_behind_already_goes_on_looking(server, tmp_path):
    """It was made while something unknown stood, and is put back more than a day later: a start that reads no feed does
    not make the next one forget what stands."""
    path, week = tmp_path / "db", {"oldest": 7 * DAY}
    await told_and_forgotten(server, path, reading(1))
    for hours in (1, 30, 1):
        away(server, hours=hours)
        async with Running(server, path, **week):
            pass
    async with Running(server, path, **week) as house:
        await house.tell(reading(1))
        await house.quiet()
    assert len(server.posted()) == 1


async def test_what_was_taken_up_stays_taken_when_its_edit_is_lost(server, tmp_path):
    """The answer to the edit that brings it up to date never comes: it is edited again, and nothing is posted."""
    path = tmp_path / "db"
    await told_and_forgotten(server, path, reading(1), minutes=5)
    away(server, hours=1)
    server.fail("PATCH", f"/channels/{CHANNEL}/messages/*", lose=True, times=2)
    async with Running(server, path) as house:
        await house.tell(reading(1))
        first = await house.until(State.SENT)
        await house.until(State.SENT, at=1, tick=5)
    assert [one["id"] for one in server.posted()] == [first.message]
    assert first.id in str(server.posted()[0]["embeds"])


async def test_a_new_database_posts_nothing_again_of_the_last_day(server, tmp_path):
    """The file was lost, or a power cut took all of it: what stands of that day is known by what it is about."""
    for name in ("one", "two"):
        async with Running(server, tmp_path / name) as house:
            await house.tell(reading(1))
            await house.quiet()
        away(server, hours=2)
    assert len(server.posted()) == 1


async def test_a_claim_that_a_power_cut_took_back_doubles_nothing(server, tmp_path):
    """The database is as it was before the claim, the message is there: it is found by its own mark."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await house.courier.close()
        await asyncio.gather(house.tasks.pop())
        await house.tell(reading(1))
    copy = kept(path)
    async with Running(server, path) as house:
        sent = await house.until(State.SENT)
    put_back(copy, path)
    away(server, hours=3)
    async with Running(server, path) as house:
        assert (await house.until(State.SENT)).message == sent.message
        await house.quiet()
    assert len(server.posted()) == 1


async def test_what_was_lost_stays_known_over_a_second_start(server, tmp_path):
    """A bot that is put back and ends before it has read its feeds again looks as far back at its next start."""
    path = tmp_path / "db"
    await told_and_forgotten(server, path, reading(1), minutes=5)
    for _ in range(3):
        away(server, hours=1)
        async with Running(server, path) as house:
            pass
    async with Running(server, path) as house:
        await house.tell(reading(1))
        await house.quiet()
    assert len(server.posted()) == 1


@pytest.mark.parametrize("off", [20, -20])
async def test_a_clock_that_is_wrong_doubles_nothing_after_a_lost_answer(server, tmp_path, off):
    """Our clock is twenty minutes off, the answer is lost, the nonce forgotten: it is looked for by Discord's clock."""
    async with Running(server, tmp_path / "db", off * MINUTE) as house:
        server.fail("POST", f"/channels/{CHANNEL}/messages", lose=True)
        await house.tell(reading(1))
        await server.until(lambda: len(server.posted()) == 1)
        for walker in house.courier._walkers.values():
            walker.cancel()
    away(server, hours=1)
    async with Running(server, tmp_path / "db", off * MINUTE) as house:
        await house.quiet()
    assert len(server.posted()) == 1


async def test_where_nobody_can_look_nothing_is_sent(server, tmp_path):
    """A start whose look into the channel fails sends nothing until it has succeeded."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    server.now.move(hours=1)
    server.fail("GET", f"/channels/{CHANNEL}/messages", status=403, times=6, body="<html>away</html>")
    async with House(server, path, server.now) as house:
        await house.up()
        await house.happen(1)
        house.deliver()
        await asyncio.sleep(0.2)
        assert not server.posted()
        await house.until(State.SENT, tick=10)
    assert len(server.posted()) == 1


def test_a_message_is_taken_for_a_twin_only_of_its_kind_and_watch(tmp_path):
    """Another watch's alert of the same item, a line about it, or an alert of another item, is none."""

    class Subject:
        stories = ()

    def alert(number, watch="w", kind="alert"):
        return mark_of(number, kind, watch, "https://a.example/1")

    with Store(tmp_path / "db") as store:
        store.subscriptions.add(*wanted())
        store.commit(plan(reading(1)), NOW)
        (row,) = store.outbox.claim(NOW)
        Subject.stories = (store.stories.story(1),)
    name = Subject.stories[0].sources[0].url or Subject.stories[0].sources[0].content_hash
    twin = Posted("1", None, mark_of(5, "alert", "w", name))
    others = [
        Posted("2", None, mark_of(5, "alert", "v", name)),
        Posted("3", None, mark_of(5, "note", "w", name)),
        Posted("4", None, alert(7)),
        Posted("5", None, "ab1200000001"),
    ]
    assert standing_twin(row, Subject, others, lines=True) is None
    assert standing_twin(row, Subject, [*others, twin], lines=False) == twin
    shows = Posted("6", None, alert(8), frozenset({Subject.stories[0].sources[0].url or ""}))
    assert (standing_twin(row, Subject, [shows], lines=True) == shows) is bool(Subject.stories[0].sources[0].url)


def test_what_was_written_outlives_the_loss_of_the_log(tmp_path):
    """Once it was kept safe, all of it is in the file itself."""
    path = tmp_path / "db"
    with Store(path) as store:
        store.meta.put("said", "before")
        store.keep_safe()
        alone = shutil.copy(path, tmp_path / "alone")
    with Store(tmp_path / "alone") as store:
        assert store.meta.get("said") == "before"
    assert alone


def test_their_clock_goes_on_between_answers_and_takes_nonsense_for_nothing():
    """What passes between two answers is measured, not read from our clock."""
    seconds = [100.0]
    theirs = TheirClock(lambda: seconds[0])
    assert theirs.now() is None
    theirs.heard("Wed, 10 Feb 2021 12:00:00 GMT")
    seconds[0] += 90
    assert theirs.now() == NOW + timedelta(seconds=90)
    for nonsense in (None, "", "yesterday", "Wed, 99 Feb 2021 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1400"):
        theirs.heard(nonsense)
    assert theirs.now() == NOW + timedelta(seconds=90)


async def test_how_far_all_is_known_is_noted_by_discords_clock(server, tmp_path):
    """Not by ours, which is a day ahead here."""
    async with Running(server, tmp_path / "db", timedelta(days=1)) as house:
        known = await house.store.run(lambda store: store.meta.get("known_until:discord"))
    assert known is not None
    assert abs((server.now() - Clock(NOW)()).total_seconds()) < HOUR.total_seconds()
    assert known < (NOW + LATE).isoformat()


def test_a_mark_takes_less_room_than_it_would_in_two_signs():
    """Short texts for thin lines hold it: 84 signs, as against 131."""
    mark = mark_of(1, "alert", "w", "x")
    assert len(hidden(mark)) == 84
    assert woven("two words", mark).replace(hidden(mark), "") == "two words"


async def followed(house, *ways):
    """Members follow what happens, alone or in the story's thread."""
    for member, way in enumerate(ways, MEMBER):
        house.server.mentionable.add(member)
        wish = FollowRequest(Follower("discord", str(GUILD), str(member)), str(CHANNEL), "item", way)
        await house.store.run(lambda store, wish=wish: store.follows.keep(wish, (), NOW))


async def told(house, *readings):
    await house.tell(*readings)
    await house.quiet()
    await house.teller.round()


def letters(server):
    """What stands elsewhere than in the channel: threads and direct messages."""
    return [one for place, said in server.messages.items() if place != CHANNEL for one in said]


@pytest.mark.parametrize("way", ["dm", "thread"])
async def test_a_follower_is_told_nothing_again_by_a_database_put_back(server, tmp_path, way):
    """One message told each story, then one tells them all: what stands is told to nobody again, what is new is."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await followed(house, way)
    copy = kept(path)
    async with Running(server, path) as house:
        for number in (1, 2):
            await told(house, reading(number))
    assert len(letters(server)) == 2
    put_back(copy, path)
    away(server, hours=1)
    async with Running(server, path) as house:
        for readings in ([reading(2)], [reading(1), reading(3)]):
            await told(house, *readings)
    assert len(letters(server)) == 3
    asked = [one.path for one in server.requests if one.method == "GET" and one.path.endswith("/messages")]
    assert len([one for one in asked if one == f"/channels/{DIRECT + MEMBER}/messages"]) == 2  # once a start


async def test_a_story_whose_first_source_is_down_waits_for_it_for_an_hour(server, tmp_path):
    """Its feed fails since the database was put back, and an alert that stands names its place: whichever source
    answers first, the story is told once."""
    path, (first, later) = tmp_path / "db", two_sources()
    await told_and_forgotten(server, path, first)
    away(server, hours=1)
    async with House(server, path, server.now) as house:
        await house.up()
        feed = Feed("down", "https://down.example/rss", "en")
        await house.store.run(lambda store: store.feeds.enrol([feed]))
        await house.store.run(
            lambda store: store.feeds.save([replace(store.feeds.all()[0], failing_since=server.now())])
        )
        await house.store.run(lambda store: store.commit(plan(later, reading(5)), server.now()))
        house.courier.caught_up()
        house.deliver()
        await house.until(State.SENT, story=2)
        await asyncio.sleep(0.3)
        assert len(server.posted()) == 2  # another event waits for nobody
        await house.store.run(lambda store: store.commit(plan(first), server.now()))
        await house.until(State.SENT, tick=5)
    assert len(server.posted()) == 2


async def test_lines_and_lists_are_known_again_hours_after_the_start(server, tmp_path):
    """A line for the operators, and a digest of the time for which it was planned; another time's is another digest."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    copy = kept(path)
    when = server.now()

    async def say(house, at):
        await house.store.run(lambda store: store.outbox.notice(notice("a line"), server.now()))
        await house.store.run(lambda store: store.digests.add("alerts", 1, server.now()))
        await house.store.run(lambda store: store.outbox.queue_digest("alerts", server.now(), at))
        house.wake()
        await house.quiet()

    for late in (False, True):
        if late:
            put_back(copy, path)
            away(server, hours=1)
        async with Running(server, path) as house:
            await house.tell(reading(1))
            await house.quiet()
            seconds = time.monotonic()
            house.courier.standing._monotonic = lambda at=seconds + 5 * 3600 * late: at
            await say(house, when)
    assert [len(server.posted(one)) for one in (CHANNEL, OPERATORS)] == [2, 1]
    put_back(copy, path)
    away(server, hours=1)
    async with Running(server, path) as house:
        await house.tell(reading(1))
        await house.quiet()
        await say(house, when + HOUR)
    assert len(server.posted()) == 3


async def test_a_database_lost_for_days_posts_nothing_again_that_is_still_news(server, tmp_path):
    """A new one looks back as far as an item may be old and still be told."""
    for name in ("one", "two"):
        async with Running(server, tmp_path / name, oldest=7 * DAY) as house:
            await house.tell(reading(1))
            await house.quiet()
        away(server, days=3)
    assert len(server.posted()) == 1


async def test_a_long_history_is_read_in_parts_and_never_anew(server, tmp_path, monkeypatch):
    """A look that fails in the middle goes on where it was; each part is a few requests."""
    monkeypatch.setattr(history, "MOST_READ", 200)
    async with Running(server, tmp_path / "one") as house:
        await house.tell(reading(1))
        await house.quiet()
    for _ in range(700):
        server.now.move(seconds=1)
        server.messages[CHANNEL].append(server._message(CHANNEL, {"content": "so sad"}, 5001))
    server.forget_nonces()
    before = len(server.requests)
    async with House(server, tmp_path / "two", server.now) as house:
        await house.up()
        looks, whole = [], house.transport.posted

        async def posted(channel, since, thread=None):
            looks.append(since)
            return AWAY if len(looks) == 3 else await whole(channel, since, thread)

        house.transport.posted = posted
        house.courier.caught_up()
        await house.happen(1)
        house.deliver()
        await house.until(State.SENT, tick=1)
    pages = [
        one for one in server.requests[before:] if one.method == "GET" and one.path.endswith(f"{CHANNEL}/messages")
    ]
    assert len(server.posted()) == 1
    assert len(pages) < 2 * 10


async def test_an_answer_that_shows_a_forged_mark_is_no_alert(server, tmp_path):
    """A feed gives an item an address that ends as a mark of another item's alert does, and a member asks for it: after
    the next start the other item is told all the same."""
    path, true = tmp_path / "db", reading(2)
    forged = f"https://bad.example/x?a=1&mark={mark_of(7, 'alert', 'w', true.entry.link)}"
    told = reading(1, tier=Tier.BACKGROUND)
    async with Running(server, path) as house:
        await house.tell(replace(told, entry=replace(told.entry, link=forged)))
        await server.say("!latest")
        await server.until(lambda: forged in str(server.posted()))
    async with Running(server, path) as house:
        await house.tell(true)
        await house.quiet()
    assert ["Town 2" in str(one) for one in server.posted()] == [False, True]
