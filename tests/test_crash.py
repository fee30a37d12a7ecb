"""Killed at any step, nothing is lost and nothing is told twice; locked at any verb, the store fails cleanly."""

import signal
import sqlite3
from multiprocessing import get_context

import pytest

from feeds.model import Day
from feeds.route import Draft
from feeds.store import Store
from tests import crash_child
from tests.store_kit import DAY, FEED, NOW, channel, entry, opened, plan, reading

# One process has the imports ready, and each child is a fork of it.
SERVER = get_context("forkserver")
SERVER.set_forkserver_preload(["tests.crash_child"])


@pytest.mark.parametrize("step", crash_child.STEPS)
def test_a_bot_that_is_killed_makes_up_for_it(tmp_path, step):
    """Before and after the commit, between the claim and the word that it was sent: each alert comes exactly once."""
    posted = tmp_path / "posted"
    posted.touch()
    first, second = (run(tmp_path / "archive.db", posted, at) for at in (step, "never"))
    assert first == (0 if step == "never" else -signal.SIGKILL)
    assert second == 0
    titles = [line.split(" ", 1)[1] for line in posted.read_text().splitlines()]
    assert sorted(titles) == ["Blue helmet one", "Blue helmet two"]
    with Store(tmp_path / "archive.db") as store:
        assert store.idle(NOW)
        assert store.total().read == 2


def run(database, posted, step):
    child = SERVER.Process(target=crash_child.run, args=(database, posted, step))
    child.start()
    child.join(30)
    return child.exitcode


# Every verb of the store; the first test below sees to it that none is missing.
WRITING = {
    "commit": lambda s: s.commit(plan(reading(7)), NOW),
    "record": lambda s: s.record(s.feeds(), ["text"], Day(1), NOW),
    "merge": lambda s: s.merge(1, 2, "me", NOW),
    "split": lambda s: s.split(2, "me", NOW),
    "enrol": lambda s: s.enrol([FEED]),
    "tick": lambda s: s.tick(NOW),
    "count": lambda s: s.count(NOW, Day(1)),
    "remember": lambda s: s.remember("key", "value"),
    "configure": lambda s: s.configure([channel()], NOW),
    "subscribe": lambda s: s.subscribe(channel("new")),
    "unsubscribe": lambda s: s.unsubscribe("alerts", NOW),
    "mute": lambda s: s.mute("alerts", NOW),
    "hold": lambda s: s.hold("alerts", "gone"),
    "release": lambda s: s.release("alerts"),
    "queue": lambda s: s.queue("alerts", 1, [Draft("edit")], NOW),
    "claim": lambda s: s.claim(NOW),
    "sent": lambda s: s.sent("test00000001", "7", None, NOW),
    "retry": lambda s: s.retry("test00000001", NOW, "later"),
    "reject": lambda s: s.reject("test00000001", "never", NOW),
    "notice": lambda s: s.notice("text", NOW),
    "forget": lambda s: s.forget(NOW + DAY),
    "queue_digest": lambda s: s.queue_digest("alerts", NOW),
    "purge": lambda s: s.purge(NOW + DAY),
    "feedback": lambda s: s.feedback("7", "me", "✅", NOW),
}
READING = {
    "known": lambda s: s.known([entry(1)]),
    "titles": lambda s: s.titles("wire"),
    "entry": lambda s: s.entry(1),
    "entries": lambda s: s.entries(),
    "search": lambda s: s.search("item"),
    "story": lambda s: s.story(1),
    "stories": lambda s: s.stories([1]),
    "latest": lambda s: s.latest(),
    "count_stories": lambda s: s.count_stories(),
    "feeds": lambda s: s.feeds(),
    "due": lambda s: s.due(NOW),
    "last_tick": lambda s: s.last_tick(),
    "day": lambda s: s.day(NOW.date()),
    "total": lambda s: s.total(),
    "meta": lambda s: s.meta("salt"),
    "channels": lambda s: s.channels(),
    "channel": lambda s: s.channel("alerts"),
    "half_sent": lambda s: s.half_sent(),
    "delivered": lambda s: s.delivered(1, "alerts"),
    "by_message": lambda s: s.by_message("7"),
    "delivery": lambda s: s.delivery("test00000001"),
    "deliveries": lambda s: s.deliveries(1),
    "waiting": lambda s: s.waiting(),
    "idle": lambda s: s.idle(NOW),
    "notices": lambda s: s.notices(),
    "digest": lambda s: s.digest("alerts"),
    "reactions": lambda s: s.reactions("7"),
}


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db", busy_seconds=0.02) as fresh:
        fresh.enrol([FEED])
        fresh.subscribe(channel())
        fresh.commit(plan(reading(1), reading(2), reading(3, relevant=False)), NOW)
        yield fresh


@pytest.fixture
def locked(store, tmp_path):
    other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield store
    other.close()


def test_every_verb_is_tried_on_a_locked_database(store):
    """Whoever adds a verb adds it here."""
    verbs = {name for name in dir(store) if not name.startswith("_") and callable(getattr(store, name))}
    assert verbs - {"close"} == WRITING.keys() | READING.keys()


@pytest.mark.parametrize("verb", WRITING)
def test_a_writing_verb_fails_cleanly_on_a_locked_database(locked, tmp_path, verb):
    """One expected error, nothing half-written, and the store works on once the lock is gone."""
    before = dump(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        WRITING[verb](locked)
    assert dump(tmp_path) == before
    assert not locked._db.conn.in_transaction


@pytest.mark.parametrize("verb", WRITING)
def test_every_writing_verb_works_on_a_free_database(store, verb):
    """Or the test above would prove nothing."""
    WRITING[verb](store)
    assert not store._db.conn.in_transaction


@pytest.mark.parametrize("verb", READING)
def test_a_reading_verb_does_not_mind_a_writer(locked, verb):
    """Members get their answers while another program writes."""
    READING[verb](locked)


def dump(tmp_path):
    reader = sqlite3.connect(tmp_path / "archive.db")
    try:
        tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: list(reader.execute(f'SELECT * FROM "{name}"')) for name in tables}
    finally:
        reader.close()


def test_a_full_disk_is_an_expected_error(store):
    """It comes as sqlite3.OperationalError like a lock, and leaves nothing half-written."""
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    big = [reading(n, summary="x" * 5000) for n in range(10, 60)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.commit(plan(*big), NOW)
    assert store.known([one.entry for one in big]) == [None] * 50
    store._db.execute("PRAGMA max_page_count = 1000000")
    assert store.commit(plan(*big), NOW).new == 50
