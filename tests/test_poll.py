"""A round over the due feeds: what is asked, what is stored, and what trouble does."""

import asyncio
import contextlib
import logging
import sqlite3
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.wording.notices import notice_text
from config.schema import Poll
from feeds.freshness import network_trouble
from feeds.model import Feed, Fetched, Outcome
from feeds.poll import Poller
from feeds.store.db.thread import StoreThread
from seeds.model import NO_FINGERPRINT, Facts, Match, Tier
from tests.reader_kit import reader
from tests.store_kit import DAY, HOUR, MINUTE, NOW, cause, channel, opened

POLL = Poll(tick_seconds=30, interval_minutes=30, fresh_hours=24)


def rss(*items, title="Feed"):
    """A feed of (number, title, date or None)."""
    rows = "".join(
        f"<item><title>{text}</title><link>https://example.org/{number}</link><guid>g{number}</guid>"
        f"<description>All of item {number}, in a whole sentence that says what happened there and when.</description>"
        + (f"<pubDate>{format_datetime(date)}</pubDate>" if date else "")
        + "</item>"
        for number, text, date in items
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{rows}</channel></rss>".encode()


def body(*items, **more):
    raw = rss(*items)
    return Outcome(Fetched.BODY, 200, raw, body_hash=str(hash(raw)), **more)


SAME = Outcome(Fetched.SAME_BODY, 200)
NOT_MODIFIED = Outcome(Fetched.NOT_MODIFIED, 304)


def failed(reason="http_503"):
    return Outcome(Fetched.FAILED, reason=reason, cause=cause("The server answered nonsense."))


class Publishers:
    """A fetcher with an answer for each feed: an outcome, an exception, or a list of them to be given in turn."""

    def __init__(self):
        self.answers, self.asked = {}, []

    async def fetch(self, feed, state):
        self.asked.append((feed.name, state.etag))
        answer = self.answers[feed.name]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, float):  # seconds until it is there
            await asyncio.sleep(answer)
            return NOT_MODIFIED
        return answer


class Watcher:
    """Flags what speaks of blue helmets."""

    def __init__(self, name="w"):
        self.name = name

    def lead(self, reading, match, now):
        return None

    def match(self, reading, now):
        relevant = "blue helmet" in reading.document.title.casefold()
        return Match(self.name, relevant, float(relevant), Tier.INCIDENT if relevant else None)

    def facts(self, reading):
        url = reading.document.url
        return Facts(place=url, contingents=(url,))  # every item tells another event

    def quotes(self, reading, match, facts):
        return (reading.document.summary,)

    def fingerprint(self, reading):
        return NO_FINGERPRINT


BEGINNING = "The beginning of the article, which says a lot more of what happened on the road to the northern camp."


class Pages:
    """Gives one page for every address; `asked` lists them."""

    def __init__(self, page):
        self.given, self.asked = page, []

    async def page(self, url, *, local=False):
        self.asked.append(url)
        return self.given


class House:
    """A poller over a real store, with the clock in our hands."""

    def __init__(self, store, names, **more):
        self.store, self.publishers, self.now = store, Publishers(), NOW
        self.feeds = [Feed(name, f"http://{name}.example/feed", "en") for name in names]
        self.watch = Watcher()
        self.woken = 0
        self.poller = Poller(
            self.feeds,
            store,
            self.publishers,
            reader(more.pop("watches", [self.watch]), more.pop("leads", None)),
            more.pop("poll", POLL),
            clock=lambda: self.now,
            chance=lambda: 0.5,
            queued=self.wake,
            **more,
        )

    def wake(self):
        self.woken += 1

    async def tick(self, after=timedelta(0), **answers):
        self.now += after
        self.publishers.answers |= answers
        return {one.feed: one for one in await self.poller.tick() or ()}

    async def ask(self, work):
        return await self.store.run(work)

    async def state(self, name):
        return next(state for state in await self.ask(lambda store: store.feeds.all()) if state.name == name)

    async def alerts(self):
        claimed = await self.ask(lambda store: store.outbox.claim(self.now, 100))
        stories = [
            await self.ask(lambda store, n=one.story: store.stories.story(n)) for one in claimed if one.kind == "alert"
        ]
        return [story.sources[0].title for story in stories]

    async def notices(self):
        return [notice_text(one.notice) for one in await self.ask(lambda store: store.outbox.notices(50))][::-1]


@pytest.fixture
async def house(tmp_path):
    async with houses(tmp_path) as make:
        yield make("a")


@contextlib.asynccontextmanager
async def houses(tmp_path):
    path = tmp_path / "archive.db"
    async with StoreThread(lambda: opened(path, busy_seconds=0.05)) as store:
        await store.run(lambda opened: opened.subscriptions.add(*channel(pings_per_hour=100)))
        yield lambda *names, **more: House(store, names, **more)


OLD, YOUNG = NOW - 9 * DAY, NOW - HOUR


async def test_a_first_poll_fills_the_archive_and_tells_only_what_is_young(house):
    """Members are not told of last month on the first day; undated items may be as old."""
    result = await house.tick(
        a=body((1, "Blue helmets of old", OLD), (2, "Blue helmet today", YOUNG), (3, "Blue helmets, undated", None))
    )
    assert (result["a"].new, result["a"].matched, result["a"].outcome) == (3, 3, "body")
    assert await house.alerts() == ["Blue helmet today"]
    assert len(await house.ask(lambda store: store.stories.latest())) == 3


async def test_later_polls_find_what_was_not_seen_before_whatever_its_date(house):
    """Dates never decide what is new, but how loudly it is told: what is old is listed in the digest."""
    await house.tick(a=body((1, "Blue helmets of old", OLD)))
    result = await house.tick(HOUR, a=body((1, "Blue helmets of old", OLD), (2, "Blue helmet found", OLD - DAY)))
    assert (result["a"].new, result["a"].matched) == (1, 1)
    assert await house.alerts() == []
    assert [one.sources[0].title for one in await house.ask(lambda store: store.digest("alerts"))] == [
        "Blue helmet found"
    ]


@pytest.mark.parametrize("first", [True, False])
async def test_one_rule_says_what_is_fresh_at_a_first_poll_and_later(house, first):
    """An item is posted within `fresh_hours` of the latest moment at which it can have been told, and not after."""
    later = timedelta(0) if first else HOUR
    if not first:
        await house.tick(a=body((1, "Of something else", OLD)))
    edge = NOW + later - DAY
    items = [(2, "Blue helmet past", edge - MINUTE), (3, "Blue helmet fresh", edge + MINUTE)]
    items += [(4, "Blue helmet of some hour yesterday", (NOW - DAY).replace(hour=0))]
    await house.tick(later, a=body(*items))
    assert set(await house.alerts()) == {"Blue helmet fresh", "Blue helmet of some hour yesterday"}
    listed = [one.sources[0].title for one in await house.ask(lambda store: store.digest("alerts"))]
    assert listed == ([] if first else ["Blue helmet past"])


async def test_feeds_take_turns_at_the_archive(tmp_path, monkeypatch):
    """However many are read at once, at most one's work waits there, so that an alert or an answer never waits for all
    of them."""
    waiting, most = 0, 0
    run = StoreThread.run

    async def counted(store, work):
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        try:
            return await run(store, work)
        finally:
            waiting -= 1

    async with houses(tmp_path) as built:
        house = built(*"abcdefgh")
        monkeypatch.setattr(StoreThread, "run", counted)
        answers = {
            name: body(*((10 * at + n, f"Blue helmet {name}{n}", YOUNG) for n in range(3)))
            for at, name in enumerate("abcdefgh")
        }
        polled = await house.tick(**answers)
    assert sum(one.new for one in polled.values()) == 24
    assert most == 1


async def test_nothing_is_told_twice(house):
    """However often a publisher lists it."""
    listed = body((1, "Blue helmet today", YOUNG))
    for _ in range(5):
        await house.tick(HOUR, a=listed)
    assert await house.alerts() == ["Blue helmet today"]
    assert (await house.ask(lambda store: store.days.total())).read == 1


async def test_items_come_in_the_order_they_happened(house):
    """Feeds list the newest first; a story's first source is the earliest."""
    await house.tick(
        a=body(
            (3, "Blue helmet third", YOUNG), (2, "Blue helmet second", YOUNG), (1, "Blue helmet first", YOUNG - HOUR)
        )
    )
    assert await house.alerts() == ["Blue helmet first", "Blue helmet second", "Blue helmet third"]


async def test_the_outbox_worker_is_woken_when_something_waits(house):
    """And only then."""
    await house.tick(a=body((1, "Football", YOUNG)))
    assert house.woken == 0
    await house.tick(HOUR, a=body((2, "Blue helmet today", YOUNG)))
    assert house.woken == 1


async def test_validators_are_kept_with_the_items(house):
    """What the publisher said is said back to it the next time."""
    await house.tick(a=body((1, "Football", YOUNG), etag='"1"'))
    await house.tick(HOUR, a=NOT_MODIFIED)
    assert house.publishers.asked == [("a", None), ("a", '"1"')]


async def test_validators_are_not_kept_without_the_items(house, monkeypatch):
    """A commit that fails forgets both, so that the next answer brings the items again."""
    await house.tick(a=body((1, "Football", YOUNG), etag='"1"'))
    store = await house.ask(lambda opened: opened)
    monkeypatch.setattr(store, "commit", lambda *_: (_ for _ in ()).throw(sqlite3.OperationalError("disk is full")))
    await house.tick(HOUR, a=body((2, "Blue helmet today", YOUNG), etag='"2"'))
    assert (await house.state("a")).etag == '"1"'
    monkeypatch.undo()
    await house.tick(a=body((2, "Blue helmet today", YOUNG), etag='"2"'))
    assert await house.alerts() == ["Blue helmet today"]


async def test_feeds_are_asked_when_they_are_due(house):
    """Not at every tick."""
    await house.tick(a=body((1, "Football", YOUNG)))
    assert await house.tick(MINUTE) == {}
    assert (await house.state("a")).next_check == NOW + 30 * MINUTE
    assert set(await house.tick(30 * MINUTE, a=SAME)) == {"a"}


async def test_an_unchanged_feed_is_not_parsed_and_stays_well(house):
    """Its state moves on all the same."""
    await house.tick(a=body((1, "Football", YOUNG)))
    for answer in (NOT_MODIFIED, SAME):
        result = await house.tick(HOUR, a=answer)
        assert (result["a"].outcome, result["a"].new, result["a"].reason) == (answer.kind, 0, None)
        assert (await house.state("a")).last_ok == house.now


async def test_disabled_feeds_are_not_asked(tmp_path):
    """The catalogue lists many that wait for an operator's decision."""
    async with houses(tmp_path) as make:
        house = make("a", "b")
        house.poller = Poller(
            [house.feeds[0], replace(house.feeds[1], enabled=False)],
            house.store,
            house.publishers,
            reader(),
            POLL,
            clock=lambda: NOW,
        )
        await house.tick(a=SAME)
        assert [name for name, _ in house.publishers.asked] == ["a"]


# trouble with one feed


async def test_one_bad_feed_disturbs_no_other(tmp_path, caplog):
    """A failure is a value, a surprise is logged with the feed's name; the rest goes on."""
    async with houses(tmp_path) as make:
        house = make("good", "page", "down", "cursed")
        result = await house.tick(
            good=body((1, "Blue helmet today", YOUNG)),
            page=Outcome(Fetched.BODY, 200, b"<html><body>Sign in</body></html>"),
            down=failed("timeout"),
            cursed=RuntimeError("a bug of ours"),
        )
        assert {name: (one.outcome, one.reason) for name, one in result.items()} == {
            "good": ("body", None),
            "page": ("failed", "html_page"),
            "down": ("failed", "timeout"),
            "cursed": ("failed", "fault"),
        }
        assert await house.alerts() == ["Blue helmet today"]
        assert "cursed: met a fault of ours" in caplog.text
        assert (await house.state("cursed")).next_check > NOW


async def test_a_body_that_is_no_feed_leaves_the_old_state(house):
    """The next answer is asked for with the validators of the last good one."""
    await house.tick(a=body((1, "Football", YOUNG), etag='"1"'))
    page = Outcome(Fetched.BODY, 200, b"<html><body>Sign in</body></html>", etag='"page"', body_hash="page")
    await house.tick(HOUR, a=page)
    state = await house.state("a")
    assert (state.etag, state.failures, state.problem) == ('"1"', 1, "html_page")


async def test_a_first_poll_that_fails_is_made_up_for_in_silence(house):
    """The baseline is the first answer that could be read."""
    await house.tick(a=failed())
    await house.tick(HOUR, a=body((1, "Blue helmets of old", OLD)))
    assert await house.alerts() == []


async def test_failures_are_announced_after_the_third_and_so_is_the_recovery(house):
    """Each once; a feed is never given up."""
    await house.tick(a=body((1, "Football", YOUNG)))
    for _ in range(5):
        await house.tick(DAY, a=failed())
    assert [text.split(":")[0] for text in await house.notices()] == ["a"]
    assert "3 times in a row. " in (await house.notices())[0]
    await house.tick(DAY, a=SAME)
    assert (await house.notices())[1] == "a: back after 5 failures."


async def test_a_feed_that_renames_its_items_is_held_and_said(house):
    """Neither posted again nor passed over in silence; what is truly new among them is told."""
    titles = ["Blue helmets on patrol", "Blue helmets leave town", "Blue helmets build a well", "Council meets again"]
    await house.tick(a=body(*((n, title, OLD) for n, title in enumerate(titles))))
    moved = [(n + 100, title, OLD) for n, title in enumerate(titles)]
    result = await house.tick(HOUR, a=body(*moved, (200, "Blue helmet wounded this morning", YOUNG)))
    assert result["a"].new == 1
    assert await house.alerts() == ["Blue helmet wounded this morning"]
    assert (await house.notices())[-1].startswith("a: 4 of its 5 items came back under new names.")
    assert (await house.state("a")).held == 4
    await house.tick(HOUR, a=body(*moved))
    assert await house.alerts() == []
    assert (await house.state("a")).held == 0


async def test_a_changed_item_is_read_again(house):
    """A stub that is filled in later is flagged then."""
    await house.tick(a=body((1, "Developing story", YOUNG)))
    await house.tick(HOUR, a=body((1, "Blue helmet killed", YOUNG)))
    assert await house.alerts() == ["Blue helmet killed"]


# trouble with everything


async def test_when_nobody_answers_it_is_our_network(tmp_path, caplog):
    """No feed pays for it, and nobody is told that all publishers broke."""
    async with houses(tmp_path) as make:
        house = make("a", "b", "c")
        await house.tick(a=body((1, "Football", YOUNG)), b=SAME, c=SAME)
        for _ in range(6):
            await house.tick(HOUR, a=failed("dns"), b=failed("timeout"), c=failed("unreachable"))
        assert [(await house.state(name)).failures for name in "abc"] == [0, 0, 0]
        assert await house.notices() == []
        assert "our own network seems to be down" in caplog.text
        states = [await house.state(name) for name in "abc"]
        assert [one.problem for one in states] == ["dns", "timeout", "unreachable"]
        assert network_trouble(states) == "dns"
        await house.tick(HOUR, b=SAME)
        states = [await house.state(name) for name in "abc"]
        assert [one.failures for one in states] == [1, 0, 1]
        assert network_trouble(states) is None


async def test_our_network_is_recognised_over_several_rounds(tmp_path):
    """Feeds fall due one by one; the third in a row that hears nothing shows what is going on."""
    async with houses(tmp_path) as make:
        house = make("a", "b", "c")
        await house.tick(a=SAME, b=SAME, c=SAME)
        for name in "abc":
            await house.ask(lambda store, n=name: _due_at(store, n, house.now + MINUTE * (1 + "abc".index(n))))
        for name in "abc":
            await house.tick(MINUTE, **{name: failed("dns")})
        assert [(await house.state(name)).failures for name in "abc"] == [1, 1, 0]


def _due_at(store, name, when):
    from feeds.model import Day

    state = next(one for one in store.feeds.all() if one.name == name)
    store.record([replace(state, next_check=when)], [], Day(), NOW)


async def test_an_answer_from_anyone_means_that_the_others_failed_by_themselves(tmp_path):
    """Also an angry one."""
    async with houses(tmp_path) as make:
        house = make("a", "b", "c", "d")
        await house.tick(a=failed("dns"), b=failed("dns"), c=failed("dns"), d=failed("http_500"))
        assert [(await house.state(name)).failures for name in "abcd"] == [1, 1, 1, 1]


async def test_a_locked_database_stops_the_asking_not_the_program(house, tmp_path, caplog):
    """Publishers are not asked for what could not be stored; the next tick tries again."""
    await house.tick(a=SAME)
    other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with caplog.at_level(logging.WARNING):
        assert await house.tick(HOUR, a=body((1, "Blue helmet today", YOUNG))) == {}
    assert len(house.publishers.asked) == 1
    assert "nothing is polled while the database can't be written" in caplog.text
    assert "Traceback" not in caplog.text
    other.execute("ROLLBACK")
    other.close()
    assert (await house.tick())["a"].matched == 1


async def test_a_database_that_locks_in_the_middle_of_a_round_loses_nothing(tmp_path, caplog):
    """What could not be stored is fetched again, in the same state as before."""
    async with houses(tmp_path) as make:
        house = make("a")
        other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
        fetch = house.publishers.fetch

        async def fetch_and_lock(feed, state):
            other.execute("BEGIN IMMEDIATE")
            return await fetch(feed, state)

        house.publishers.fetch = fetch_and_lock
        assert await house.tick(a=body((1, "Blue helmet today", YOUNG))) == {}
        assert "a: not stored" in caplog.text
        other.execute("ROLLBACK")
        other.close()
        house.publishers.fetch = fetch
        assert (await house.tick())["a"].matched == 1
        assert await house.alerts() == ["Blue helmet today"]


# many at a time


async def test_many_feeds_are_in_hand_at_once_but_not_all(tmp_path):
    """So that one that hangs does not hold up the rest, and memory stays bounded."""
    async with houses(tmp_path) as make:
        house = make(*(f"f{n}" for n in range(30)), poll=POLL.model_copy(update={"concurrency": 2}))
        busy, most = 0, 0

        async def fetch(feed, state):
            nonlocal busy, most
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.001)
            busy -= 1
            return SAME

        house.publishers.fetch = fetch
        assert len(await house.tick()) == 30
        assert 2 <= most <= 8


async def test_nothing_is_taken_once_it_closes(tmp_path):
    """The round that is under way when the house closes leaves nobody in hand behind it."""
    async with houses(tmp_path) as make:
        house = make(*(f"f{n}" for n in range(30)), poll=POLL.model_copy(update={"concurrency": 2}))
        asked = 0

        async def fetch(feed, state):
            nonlocal asked
            asked += 1
            await asyncio.sleep(60)

        house.publishers.fetch = fetch
        tick = asyncio.create_task(house.poller.tick(0.5))
        while asked < 8:
            await asyncio.sleep(0.001)
        await house.poller.close()
        assert await asyncio.wait_for(tick, 5) == ()
        assert (asked, house.poller._in_hand) == (8, {})


async def test_hosts_take_turns(tmp_path):
    """The second feed of a host comes after the first of every other."""
    async with houses(tmp_path) as make:
        house = make("a", poll=POLL.model_copy(update={"concurrency": 1}))
        feeds = [Feed(f"{host}{n}", f"http://{host}.example/{n}", "en") for host in "xy" for n in range(2)]
        house.poller = Poller(feeds, house.store, house.publishers, reader(), POLL, clock=lambda: NOW)
        await house.tick(x0=SAME, x1=SAME, y0=SAME, y1=SAME)
        assert [name for name, _ in house.publishers.asked] == ["x0", "y0", "x1", "y1"]


async def test_two_watches_judge_every_item(tmp_path):
    """Each with its own story and its own channels."""
    async with houses(tmp_path) as make:
        house = make("a", watches=[Watcher("w"), Watcher("other")])
        await house.ask(lambda store: store.subscriptions.add(*channel("second", watch="other")))
        await house.tick(a=body((1, "Blue helmet today", YOUNG)))
        claimed = await house.ask(lambda store: store.outbox.claim(NOW))
        assert {(one.channel, one.story) for one in claimed} == {("alerts", 1), ("second", 2)}


async def test_the_page_of_a_thin_flagged_item_is_read(tmp_path):
    """Not of what nobody flagged, not of what is told to no one, not of what its feed tells in full."""
    pages = Pages(f"<html><body><article><p>{BEGINNING}</p></article></body></html>".encode())

    async with houses(tmp_path) as make:
        house = make("a", leads=pages)
        thin = b"<description>All of item %d, in a whole sentence that says what happened there and when.</description>"
        listed = rss(
            (1, "Blue helmet today", YOUNG),
            (2, "Football", YOUNG),
            (3, "Blue helmet of old", OLD),
            (4, "Blue helmet", YOUNG),
        )
        for number in (1, 2, 3):
            listed = listed.replace(thin % number, b"")
        await house.tick(a=Outcome(Fetched.BODY, 200, listed, body_hash="1"))
        assert pages.asked == ["https://example.org/1"]
        story = (await house.ask(lambda store: store.archive.search("today"))).items[0]
        assert story.summary == BEGINNING
        await house.tick(HOUR, a=Outcome(Fetched.BODY, 200, listed, body_hash="2"))
        assert len(pages.asked) == 1, "the feed's text has not changed, so the item has not"


async def test_without_its_page_a_thin_item_keeps_the_feeds_text(tmp_path):
    """A page that can't be read costs nothing but its lead."""
    pages = Pages(None)
    async with houses(tmp_path) as make:
        house = make("a", leads=pages)
        listed = (
            rss((1, "Blue helmet today", YOUNG)).replace(b"<description>", b"<x>").replace(b"</description>", b"</x>")
        )
        await house.tick(a=Outcome(Fetched.BODY, 200, listed))
        assert await house.alerts() == ["Blue helmet today"]


async def test_a_long_round_still_counts_as_ticking(tmp_path):
    """The watchdog must not shoot a program that is busy."""
    async with houses(tmp_path) as make:
        house = make("a", "b", "c")

        async def fetch(feed, state):
            house.now += 10 * MINUTE
            return SAME

        house.publishers.fetch = fetch
        await house.tick()
        assert await house.ask(lambda store: store.days.last_tick()) == NOW + 30 * MINUTE


@pytest.mark.slow
async def test_a_month_of_one_feed_loses_and_repeats_nothing(tmp_path):
    """Four items a day through a window of ten whose dates move at every look, with failures in between."""
    async with houses(tmp_path) as make:
        house = make("a", poll=POLL.model_copy(update={"interval_minutes": 60}))
        await house.ask(lambda store: store.subscriptions.add(*channel(posts_per_day=10_000)))
        await house.tick(a=body((0, "Blue helmet number 0", OLD)))
        told, number = [], 0
        for turn in range(1, 12 * 30):
            if turn % 3 == 0:
                number += 1
            window = [
                (n, f"Blue helmet number {n}", house.now - n * MINUTE) for n in range(number, max(-1, number - 10), -1)
            ]
            await house.tick(timedelta(minutes=125), a=failed() if turn % 7 == 3 else body(*window))
            told += await house.alerts()
        assert told == [f"Blue helmet number {n}" for n in range(1, number + 1)]


async def test_a_feed_without_end_is_taken_in_parts(house, monkeypatch):
    """More new items than are stored at once: the rest comes with the next looks, silent while the first fill lasts."""
    monkeypatch.setattr("feeds.intake.MOST_ITEMS_A_LOOK", 20)
    items = [(number, f"Blue helmets, part {number}", OLD if number else YOUNG) for number in range(50)]
    answer = body(*items, etag='"all"')

    found = [(await house.tick(3 * HOUR, a=answer))["a"].new for _ in range(4)]

    assert found == [20, 20, 10, 0]
    assert [etag for _, etag in house.publishers.asked] == [None, None, None, '"all"']
    assert await house.alerts() == ["Blue helmets, part 0"]


@pytest.mark.slow
async def test_changed_items_without_end_are_taken_in_parts(house, monkeypatch):
    """A feed that rewrites all its titles cannot hold up the house either."""
    monkeypatch.setattr("feeds.intake.MOST_ITEMS_A_LOOK", 20)
    await house.tick(a=body(*[(number, "Blue helmets", OLD) for number in range(20)]))
    await house.tick(DAY, a=body(*[(number, "Blue helmets", OLD) for number in range(30)]))
    rewritten = body(*[(number, "Blue helmets, rewritten", OLD) for number in range(30)])

    for _ in range(2):
        await house.tick(DAY, a=rewritten)

    stored = await house.ask(lambda store: store.archive.search("rewritten", 100, everything=True))
    assert stored.total == 30


async def test_slow_feeds_hold_up_no_round_however_they_follow_each_other(tmp_path):
    """A round ends soon after its last feed was asked; what is in hand goes on, and is not asked twice."""
    async with houses(tmp_path) as make:
        house = make(*"abcdef")
        house.publishers.answers = {name: 0.1 * number for number, name in enumerate("abcdef", 1)}
        before = asyncio.get_running_loop().time()
        first = await house.poller.tick(0.15)
        assert asyncio.get_running_loop().time() - before < 0.4
        assert {one.feed for one in first} >= {"a"} and len(first) < 6
        seen = [one.feed for one in first]
        while len(seen) < 6:
            seen += [one.feed for one in await house.poller.tick(0.15)]
        assert sorted(seen) == [*"abcdef"]
        assert sorted(name for name, _ in house.publishers.asked) == [*"abcdef"]
