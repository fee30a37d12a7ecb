"""What followers and operators were told before a database was put back is not told again; what is new is told."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import pytest

from bot.app import App
from bot.delivery.jobs import keep_agenda
from bot.delivery.standing.noted import claim_digests
from bot.delivery.standing.unknowns import LINES_FOR
from bot.delivery.transport import Capabilities, Posted, Transport
from config.schema import Digest, Settings
from feeds.model import Cause, CauseKind, Follower, FollowRequest, Notice, NoticeKind
from feeds.store import Store
from feeds.store.naming.notices import contrary_kind
from feeds.store.naming.spelling import mark_of, topic
from seeds.model import Tier
from tests.fakes.discord_server import CHANNEL, GUILD, MEMBER, OPERATORS, ROLE
from tests.store_kit import DAY, HOUR, NOW, place, plan, reading, subscribed
from tests.test_standing import Running, away, followed, kept, letters, put_back, told

pytestmark = pytest.mark.slow

EVENT = {"facts": {"place": "Town 1", "contingents": ("C1",)}}
SAME = {"keys": ("guid:b",), "publisher": "Other", **EVENT}


@pytest.mark.parametrize("way", ["dm", "thread"])
async def test_all_that_one_message_told_of_is_known_again_also_what_it_only_counts(server, tmp_path, way):
    """Twenty stories wait, and one message shows twelve; put back, the others come first."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await followed(house, way)
    copy = kept(path)
    async with Running(server, path) as house:
        await told(house, *(reading(number) for number in range(1, 21)))
    assert len(letters(server)) == 1
    put_back(copy, path)
    away(server, hours=2)
    async with Running(server, path) as house:
        for numbers in (range(1, 3), range(3, 9), range(9, 21)):
            await told(house, *(reading(number) for number in numbers))
        assert len(letters(server)) == 1
        await told(house, reading(21))
    assert len(letters(server)) == 2


@pytest.mark.parametrize("way", ["dm", "thread"])
async def test_a_follower_knows_a_story_by_the_alert_that_they_were_led_to(server, tmp_path, way):
    """A story comes back by another source, which no message to the follower shows; its alert shows it and is known
    again, and so is what leads to it, or mentions them in its thread. Another follower is told."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await followed(house, way)
    copy = kept(path)
    async with Running(server, path) as house:
        await told(house, reading(1, **EVENT))
        await told(house, reading(2, **SAME))
    assert len(letters(server)) == 1
    put_back(copy, path)
    away(server, hours=2)
    async with Running(server, path) as house:
        await followed(house, way, way)
        await told(house, reading(2, **SAME))
    assert len(server.posted()) == 1
    assert len(letters(server)) == 2


def failing(problem="timeout"):
    return Notice(NoticeKind.FEED_FAILING, {"feed": "wire", "failures": 3, "problem": problem, "due": None})


BACK = Notice(NoticeKind.FEED_BACK, {"feed": "wire", "failures": 4})


async def say(house, *lines):
    for line in lines:
        await house.store.run(lambda store, line=line: store.outbox.notice(line, house.clock()))
        house.wake()
        await house.quiet()
        house.server.now.move(minutes=1)


async def test_a_line_is_the_one_that_stands_only_until_another_says_the_contrary(server, tmp_path):
    """A feed had failed and come back. Put back, it fails once more: that is news, and so is that it is back; what the
    last line said already is not."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    copy = kept(path)
    async with Running(server, path) as house:
        await say(house, failing(), BACK)
    put_back(copy, path)
    away(server, hours=1)
    async with Running(server, path) as house:
        await say(house, BACK)
        assert len(server.posted(OPERATORS)) == 2
        await say(house, failing("refused"))
        assert len(server.posted(OPERATORS)) == 3
    async with Running(server, path) as house:
        await say(house, BACK)
    assert len(server.posted(OPERATORS)) == 4


async def test_what_was_said_of_another_cause_is_another_line(server, tmp_path):
    """A channel lacks two rights, and nothing that stands says so of the second."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    copy = kept(path)

    def lacks(right):
        cause = Cause(CauseKind.TEXT, {"text": right})
        return Notice(NoticeKind.CHANNEL_LACKS, {"channel": "alerts"}, cause)

    async with Running(server, path) as house:
        await say(house, lacks("no threads"))
    put_back(copy, path)
    away(server, hours=1)
    async with Running(server, path) as house:
        for right in ("no files", "no threads"):
            await say(house, lacks(right))
            assert len(server.posted(OPERATORS)) == 2


async def test_a_digest_that_was_due_when_the_archive_was_put_back_waits_for_what_it_named(server, tmp_path):
    """Its stories are read again first: then it is the one that stands, and the next one names none of them. One whose
    feed is away stays in it."""
    path, tier = tmp_path / "db", {"tier": Tier.BACKGROUND}
    async with Running(server, path) as house:
        await at_work(house)
    copy = kept(path)
    async with Running(server, path) as house:
        await told(house, reading(1, **tier), reading(2, **tier))
        server.now.move(hours=23)
        await at_work(house)
        await house.quiet()
    (before,) = server.posted()
    put_back(copy, path)
    away(server, hours=2)
    async with Running(server, path) as house:
        house.courier.standing._caught_up = False
        await at_work(house)
        await told(house, reading(2, **tier))
        house.courier.caught_up()
        await at_work(house)
        await house.quiet()
        server.now.move(days=1)
        await at_work(house)
        await house.quiet()
    assert [one["id"] for one in server.posted()] == [before["id"]]
    assert "Item 1" in str(server.posted())


async def test_of_several_digests_since_the_copy_each_keeps_what_it_named(server, tmp_path):
    """Two days' digests stand, and what both named is read again at once: neither is edited, nothing is named again,
    and what is new is in one of its own."""
    path, tier, week = tmp_path / "db", {"tier": Tier.BACKGROUND}, {"oldest": 7 * DAY}
    async with Running(server, path) as house:
        await at_work(house)
    copy = kept(path)
    async with Running(server, path) as house:
        for numbers in ((1, 2), (3,)):
            await told(house, *(reading(number, **tier) for number in numbers))
            server.now.move(hours=23)
            await at_work(house)
            await house.quiet()
    before = [dict(one) for one in server.posted()]
    assert len(before) == 2
    put_back(copy, path)
    away(server, hours=2)
    async with Running(server, path, **week) as house:
        await told(house, *(reading(number, **tier) for number in (3, 2, 4)))
        await house.noted()
        await at_work(house)
        await house.quiet()
        digests = [await house.store.run(partial(named_in, message=one["id"])) for one in before]
    assert server.posted()[:2] == before
    (new,) = server.posted()[2:]
    assert [f"example.org/{number}" in str(new) for number in (2, 3, 4)] == [False, False, True]
    assert digests == [["https://example.org/2"], ["https://example.org/3"]]


def test_a_digest_told_nothing_that_came_out_later_at_the_same_address(tmp_path):
    """Of a page that is rewritten every day only what was there when the digest was posted has been named; an item
    without a time may have been."""
    link, tier = "https://example.org/daily", {"tier": Tier.BACKGROUND}
    stands = Posted("5", None, mark_of(1, "digest"), frozenset({link}), at=NOW + HOUR)
    times = (NOW + DAY, NOW, None)
    items = [reading(number, published=at, seen=NOW + DAY, **tier) for number, at in enumerate(times, 1)]
    with subscribed(tmp_path) as store:
        store.commit(plan(*(replace(one, entry=replace(one.entry, link=link)) for one in items)), NOW + DAY)
        assert claim_digests(store, place(), [stands], NOW + DAY) == [stands]
        assert store.digests.waiting("alerts") == [1]


@pytest.mark.parametrize("late", [False, True])
async def test_a_digest_that_stands_is_known_by_what_it_names_for_a_day(server, tmp_path, late):
    """From a day after the start on a story is named, whatever stands: by then it may be another at that address."""
    path, read = tmp_path / "db", reading(1, tier=Tier.BACKGROUND)
    async with Running(server, path) as house:
        await at_work(house)
    copy = kept(path)
    async with Running(server, path) as house:
        await told(house, read)
        server.now.move(hours=23)
        await at_work(house)
        await house.quiet()
    assert len(server.posted()) == 1
    put_back(copy, path)
    away(server, hours=2)
    async with Running(server, path, oldest=7 * DAY) as house:
        seconds = time.monotonic() + LINES_FOR * late
        house.courier.standing._monotonic = lambda: seconds
        await told(house, read)
        await house.noted()
        assert await house.store.run(lambda store: store.digests.waiting("alerts")) == [1] * late


def named_in(store, message):
    """The addresses of what the archive says that a digest named."""
    stories = store.outbox.by_message(message).stories
    assert not set(stories) & set(store.digests.waiting("alerts"))
    return [store.stories.story(one).sources[0].url for one in stories]


async def at_work(house):
    """What the agenda has for now is done, as a round does it."""
    now, digests = house.clock(), not house.courier.standing.catching_up
    await house.store.run(lambda store: keep_agenda(store, now, Digest(), digests=digests))
    house.wake()


async def test_after_a_start_no_digest_is_made_before_it_is_known_what_stands(tmp_path):
    """Feeds were read, and alerts that stand have their stories. `poll --once`, which reads first, makes it at once."""

    class Discord(Transport):
        name, capabilities, connected = "discord", Capabilities(find=True, history=True), True
        send = note = None

        def now(self):
            return NOW

    Discord.__abstractmethods__ = frozenset()
    async with App(Settings(database=tmp_path / "db"), [], [], once=True, transports=[Discord()]) as app:
        made = []

        def agenda(store, *args, digests, **more):
            made.append(digests)
            return []

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.app.keep_agenda", agenda)
            await app.keep_agenda()
            app._once = False
            await app.keep_agenda()
            await app.courier.standing.begin()
            for then in (app.courier.caught_up, app.courier.standing.look_around):
                if (waits := then()) is not None:
                    await waits
                await app.keep_agenda()
    assert made == [True, False, False, True]


def test_one_fault_of_a_channel_is_one_line_whoever_meets_it(tmp_path):
    """A channel is held or found unfit: the mark of either line says the same, and that of the word that it is mended
    is the contrary of both."""
    cause = Cause(CauseKind.WRONG_CHANNEL)
    with Store(tmp_path / "db") as store:
        marks = store.outbox._marks
        held, unfit = (
            topic(marks.of_notice("notice", Notice(kind, {"channel": "x"}, cause)))
            for kind in (NoticeKind.CHANNEL_HELD, NoticeKind.CHANNEL_DOUBTFUL)
        )
        mended = Notice(NoticeKind.CHANNEL_MENDED, {"channel": "x"})
        assert held == unfit
        assert contrary_kind(mended) == held[0]
        assert topic(marks.of_notice("notice", mended))[0] != held[0]


async def test_what_is_found_again_takes_no_room_from_what_is_new(server, tmp_path):
    """What was posted hours ago counts as posted then: an incident right after the archive was put back still rings."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    copy = kept(path)
    async with Running(server, path) as house:
        for number in (1, 2, 3):
            await house.tell(reading(number))
            await house.quiet()
    put_back(copy, path)
    away(server, hours=3)
    async with Running(server, path) as house:
        await house.tell(reading(3), reading(2), reading(1))
        await house.quiet()
        await house.tell(reading(4))
        await house.quiet()
    assert len(server.posted()) == 4
    assert f"<@&{ROLE}>" in server.posted()[-1]["content"]


async def test_a_follower_who_was_told_hours_ago_is_told_what_is_new_at_once(server, tmp_path):
    """The six messages of that time, known again, are none of this hour."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await followed(house, "dm")
    copy = kept(path)
    async with Running(server, path) as house:
        for number in range(1, 7):
            await told(house, reading(number))
    put_back(copy, path)
    away(server, hours=3)
    async with Running(server, path) as house:
        for number in range(1, 8):
            await told(house, reading(number))
    assert len(letters(server)) == 7


async def test_a_line_about_a_story_is_known_whichever_source_came_first(server, tmp_path):
    """The UN has spoken, and the thread says so. Put back, another source is read first, and the UN speaks again: the
    line that stands says that."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    copy = kept(path)

    def item(number, **more):
        return reading(number, keys=(f"guid:{number}",), publisher=f"P{number}", **EVENT, **more)

    for order in ((1, 2), (2, 1)):
        put_back(copy, path)
        away(server, hours=1)
        async with Running(server, path) as house:
            for one in (*map(item, order), item(3, standing="official")):
                await house.tell(one)
                await house.quiet()
                server.now.move(minutes=20)
            house.wake()
            await house.quiet()
    lines = [one["content"] for one in (*server.posted()[1:], *letters(server))]
    assert lines and len(lines) == len({line.replace("\u200b", "") for line in map(seen, lines)}), lines


def seen(text):
    return "".join(one for one in text if one not in "\u200b\u200c\u200d")


async def test_a_brief_that_stands_keeps_what_it_told_and_the_next_one_tells_the_rest(server, tmp_path):
    """Put back, the archive reads what the brief told again only now: neither is that taken out of it, nor is it told
    again. What was posted after it is."""
    path = tmp_path / "db"
    async with Running(server, path):
        pass
    copy, planned = kept(path), server.now() + 2 * HOUR

    async def brief(house, when):
        start = planned - 12 * HOUR
        now = house.clock()
        await house.store.run(lambda store: store.handovers.queue("alerts", "brief", start, now, when))
        house.wake()
        await house.quiet()

    async with Running(server, path) as house:
        server.now.move(hours=1)
        await house.tell(reading(1, seen=server.now()))
        await house.quiet()
        server.now.move(hours=1)
        await brief(house, planned)
        before = dict(server.posted()[-1])
        server.now.move(minutes=30)
        await house.tell(reading(3, seen=server.now()))
        await house.quiet()
    assert "Town 1" in str(before)
    put_back(copy, path)
    away(server, hours=2)
    async with Running(server, path) as house:
        await house.tell(*(reading(number, seen=server.now()) for number in (3, 1, 2)))
        await house.quiet()
        await brief(house, planned)
        assert [one for one in server.posted() if one["id"] == before["id"]] == [before]
        server.now.move(hours=22)
        await brief(house, planned + 24 * HOUR)
    last = server.posted()[-1]
    assert last["id"] != before["id"]
    assert [f"Town {number}" in str(last) for number in (1, 2, 3)] == [False, True, True]


async def test_a_line_that_waited_in_the_copy_is_found_whatever_was_said_since(server, tmp_path):
    """Its own mark stands, before the line that says the contrary."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await house.courier.close()
        await house.tasks.pop()
        await house.store.run(lambda store: store.outbox.notice(failing(), server.now()))
    copy = kept(path)
    async with Running(server, path) as house:
        await house.quiet()
        await say(house, BACK)
    put_back(copy, path)
    away(server, hours=1)
    async with Running(server, path) as house:
        await house.quiet()
    assert len(server.posted(OPERATORS)) == 2


async def test_what_the_archive_knows_keeps_nothing_from_a_follower(server, tmp_path):
    """A search found a story; after an ordinary start another one of the same member finds that its toll has grown."""
    path = tmp_path / "db"
    async with Running(server, path) as house:
        await followed(house, "dm")
        grown = FollowRequest(Follower("discord", str(GUILD), str(MEMBER)), str(CHANNEL), "killed:>=10", "dm")
        await house.store.run(lambda store: store.follows.keep(grown, (), house.clock()))
        await told(house, reading(1, facts=EVENT["facts"] | {"killed": 2}))
    server.now.move(minutes=10)
    async with Running(server, path) as house:
        await told(house, reading(2, keys=("guid:b",), facts=EVENT["facts"] | {"killed": 12}))
    assert len([one for one in letters(server) if "You follow" in str(one)]) == 2
