"""What the database holds: data, and what others wrote. Not a sentence of ours; those are made in `bot/wording`."""

import asyncio
import contextlib
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery import courier
from bot.delivery.jobs import keep_agenda
from bot.delivery.transport import Held
from bot.discord.answers import DiscordFailure, judge_answer
from config.schema import Digest
from feeds.model import Cause, CauseKind, Channel, Fetched, Notice, NoticeKind, Outcome, State
from feeds.web import fetch
from feeds.worker.pool import Pool
from tests.store_kit import DAY, HOUR, NOW, cause, channel, notice, opened, plan, reading
from tests.test_deliver import Bench
from tests.test_deliver import channel as wall_channel
from tests.test_poll import SAME, body, houses
from tests.test_worker import with_worker
from tests.worker_kit import STUBBORN, answer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
# Columns that hold what others wrote: publishers, operators' names for things, members, terms of the lexicon.
FROM_OUTSIDE = {
    "entries": {"feed", "link", "outlet", "publisher"},
    "wordings": {"title", "summary", "terms"},
    "entries_fts": {"title", "summary", "terms"},
    "earlier_fts": {"title", "summary", "terms"},
    "told_fts": {"title", "summary", "terms"},
    "story_marks": {"value"},
    "feeds": {"name", "url", "home", "etag", "modified"},
    "stories": {"profile"},
    "story_keys": {"key"},
    "story_accounts": {"place", "region", "attack", "actor", "symbols", "voices", "figures"},
    "story_changes": {"old", "new"},
    "findings": {"reasons", "facts", "quotes", "profile"},
    "channels": {"name", "target"},
    "subscriptions": {"channel"},
    "deliveries": {"channel"},
    "digest_items": {"channel"},
    "agenda": {"subject"},
    "pins": {"by"},
    "notes": {"by", "name", "text"},
    "looks": {"place", "member"},
    "listed_feeds": {"name"},
    "feedback": {"user", "emoji"},
    "added_feeds": {"key", "name", "publisher", "notes", "by"},
    "paused_feeds": {"key", "name", "by"},
    "unreadable_bodies": {"feed"},
    "_sqlite_migrations": {"applied_at"},
}
# Arguments of causes, notices and changes that hold what others wrote or said.
QUOTED = {
    "text", "error", "title", "stamp", "mistake", "feed", "channel", "name", "prefix", "url", "late", "old", "new",
}  # fmt: skip


def sentences(path):
    """What stands in the database and is neither data nor from outside: (table, column, value)."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = [
            (table, row[1])
            for table in tables
            if not table.startswith(("entries_fts_", "earlier_fts_", "told_fts_", "sqlite_"))
            for row in db.execute(f"PRAGMA table_info ({table})")
            if row[1] not in FROM_OUTSIDE.get(table, ())
        ]
        return [
            (table, column, value)
            for table, column in own
            for (value,) in db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE typeof({column}) = 'text'")
            if wordy(value)
        ]


def wordy(value):
    """Whether a value is words: one with spaces that is no JSON, or JSON with such a value where nothing is quoted."""
    if value[:1] in ("{", "["):
        return any(map(spaced, values(json.loads(value))))
    return spaced(value)


def spaced(text):
    return len(text.split()) > 1


def values(found):
    """Every name and every text in a JSON value, but for quoted ones; what is kept as it was once worded is one."""
    if isinstance(found, dict):
        if found.get("kind") == "text":
            yield "a sentence"
        for name, value in found.items():
            yield name
            yield from () if name in QUOTED else values(value)
    elif isinstance(found, list):
        for value in found:
            yield from values(value)
    elif isinstance(found, str):
        yield found


@pytest.fixture
def path(tmp_path):
    return tmp_path / "archive.db"


# the net has no holes


@pytest.mark.parametrize(
    ("column", "act"),
    [
        ("notice", lambda store: store.outbox.notice(notice("A feed fails."), NOW)),
        ("held", lambda store: store.channels.hold("alerts", cause("gone"))),
        ("reason", lambda store: store.unreadable.refuse("wire", "hash", cause("Too long."), NOW)),
        ("reason", lambda store: store.unreadable.mark(1, Cause(CauseKind.LACKING, {"rights": ["see the channel"]}))),
        ("reason", lambda store: store._db.execute("UPDATE deliveries SET reason = 'it failed'")),
        ("problem", lambda store: store._db.execute("UPDATE feeds SET problem = 'no answer'")),
        ("value", lambda store: store.meta.put("x", "two words")),
    ],
)
def test_a_sentence_is_found_wherever_it_is_put(path, column, act):
    """The check below would fail: a worded line, a worded argument, words in any column of ours."""
    with opened(path) as store:
        store.subscriptions.configure([channel()], NOW)
        store.commit(plan(reading(1)), NOW)
        assert sentences(path) == []
        act(store)
        store._db.conn.commit()
    assert [found for _, found, _ in sentences(path)] == [column]


# what the house does on good days and on bad ones


@pytest.mark.slow
def test_the_demo_stores_no_sentence(demo_archive):
    """The main job from end to end: alerts, pings, edits, digests, the operators' lines."""
    assert sentences(demo_archive) == []


def unfetched():
    """Every way in which an exchange fails."""
    yield from (fetch._named("https://a.example/", kinds[0].__new__(kinds[0])) for kinds, *_ in fetch._NAMES)
    yield fetch._named("https://a.example/", OSError(101, "Network is unreachable"))
    yield fetch._named("https://a.example/", ValueError("quite wrong"))
    yield Outcome(Fetched.FAILED, 503, reason="http_503", cause=Cause(CauseKind.STATUS, {"status": 503}))
    yield Outcome(Fetched.FAILED, 410, reason="gone", cause=Cause(CauseKind.STATUS, {"status": 410}))


UNREAD = (
    b"", b"<html><head><title>Down for repairs</title></head>", b"We are away today", b'{"error": "no such name"}',
    b"<rss><channel>" + b"<a>" * 6000, b"<opml><head/></opml>",
    b"<html><title>Just a moment...</title>Checking your browser</html>",
)  # fmt: skip


def numbered(first):
    return [(number, f"Number {number} in a long list of items", NOW) for number in range(first, first + 12)]


async def test_feeds_that_fail_in_every_way_store_no_sentence(path):
    """Failures of the way, bodies that are none, recoveries, moves, renamed items, small windows."""
    bad = [*unfetched(), *(Outcome(Fetched.BODY, 200, one, body_hash=str(at)) for at, one in enumerate(UNREAD))]
    async with houses(path.parent) as make:
        names = [f"feed{at}" for at in range(len(bad))]
        house = make(*names)
        for _ in range(4):
            await house.tick(DAY, **dict(zip(names, bad, strict=True)))
        await house.tick(DAY, **{name: body(*numbered(100 * at)) for at, name in enumerate(names)})
        renamed = [(number + 5000, title, at) for number, title, at in numbered(0)]
        repeated = [(1, title, at) for _, title, at in numbered(6000)]
        strange = {
            "feed0": body(*renamed), "feed1": body(*repeated), "feed2": replace(SAME, moved_to="https://b.example/"),
            "feed3": body(*numbered(7000)),
        }  # fmt: skip
        await house.tick(DAY, **strange, feed4=ValueError("our fault"))
        for step in (0, 1, 2):
            await house.ask(lambda store, day=step: keep_agenda(store, house.now + day * DAY, Digest()))
        told = {one.notice.kind for one in await house.ask(lambda store: store.outbox.notices(500))}
    assert told >= {
        NoticeKind.FEED_FAILING, NoticeKind.FEED_GONE, NoticeKind.FEED_BACK, NoticeKind.FEED_RENAMED,
        NoticeKind.FEED_MOVED, NoticeKind.FEED_SMALL_WINDOW, NoticeKind.DAY_CLOSED,
    }  # fmt: skip
    assert sentences(path) == []


@pytest.mark.slow
async def test_what_cannot_be_read_stores_no_sentence(path):
    """Bodies and items that hang, crash or meet a fault of ours."""
    async with Pool(STUBBORN) as pool, houses(path.parent) as make:
        await pool.ready()
        house = with_worker(make("a", "b"), pool)
        await house.tick(a=answer("HANG"), b=answer("blue helmet", "VANISH blue", "FAULT blue"))
        told = {one.notice.kind for one in await house.ask(lambda store: store.outbox.notices(500))}
    assert told == {NoticeKind.BODY_UNREADABLE, NoticeKind.ITEM_UNREADABLE}
    assert sentences(path) == []


ANSWERS = [
    DiscordFailure(None, text="ClientOSError: cannot connect to host"), DiscordFailure(429, retry_after=1.0),
    DiscordFailure(503, text="<html>upstream is away</html>"), DiscordFailure(400, 30046),
    DiscordFailure(400, 50035, text="Invalid Form Body"), DiscordFailure(404, 10008), DiscordFailure(403, 50013),
    DiscordFailure(403, 50001), DiscordFailure(404, 10003),
]  # fmt: skip


async def test_deliveries_that_fail_in_every_way_store_no_sentence(path, monkeypatch):
    """What the other side answers, held and mended channels, faults, time that runs out, a place without transport."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.01)
    monkeypatch.setattr(courier, "ATTEMPT_SECONDS", 0.05)

    async def hang(_):
        await asyncio.sleep(60)

    far = (Channel("far", "discord", "1"), replace(wall_channel()[1], channel="far"))
    async with Bench(path, wall_channel(), far) as bench:
        lacking = Held(Cause(CauseKind.LACKING, {"rights": ["embed_links"]}))
        bench.wall.plan = [*map(judge_answer, ANSWERS), hang, lacking, RuntimeError("ours")]
        async with bench.running():
            for number in range(1, 16):
                await bench.happen(number)

            async def done():
                return not bench.wall.plan and {
                    row.state for n in range(1, 16) for row in await bench.rows(n) if row.channel == "alerts"
                } <= {State.SENT, State.REJECTED}

            await bench.until(done, seconds=20, tick=60)
        rows = [*await bench.store.run(lambda store: store.outbox.notices(99))]
        rows += [row for number in range(1, 16) for row in await bench.rows(number)]
        kinds = {row.reason.kind for row in rows if row.reason}
    assert kinds >= {CauseKind.ANSWERED, CauseKind.MESSAGE_DELETED, CauseKind.NOT_RUNNING, CauseKind.FAULT}
    assert sentences(path) == []


def test_what_is_withdrawn_stores_no_sentence(path):
    """Merged stories, ended subscriptions, two names of one place, edits that overtake, a catalogue that breaks."""
    with opened(path) as store:
        store.subscriptions.configure([channel(), channel("other")], NOW)
        store.commit(plan(reading(1), reading(2)), NOW)
        store.regroup.merge(1, 2, "a member", NOW)
        for one in store.outbox.claim(NOW):
            store.outbox.reject(one.id, Cause(CauseKind.ALERT_MISSING), NOW)
        store.commit(plan(reading(3)), NOW + HOUR)
        store.subscriptions.end("other", NOW + HOUR)
        store.subscriptions.configure([channel()], NOW + HOUR)
        store.outbox.notice(Notice(NoticeKind.CATALOG_BROKEN, {"mistake": "feeds.toml:3: no url", "more": 1}), NOW)
        reasons = {one.reason.kind for n in (1, 2, 3) for one in store.outbox.of_story(n) if one.reason}
    assert reasons >= {CauseKind.ALERT_MISSING, CauseKind.CHANNEL_REMOVED}
    assert sentences(path) == []
