"""Killed at any step, nothing is lost and nothing is told twice; locked at any verb, the store fails cleanly."""

import signal
import sqlite3
from dataclasses import replace
from multiprocessing import get_context

import pytest

from feeds.model import AddedFeed, CauseKind, Day, Delivery, Every, Job, ListedFeed, Look, Pause, Server
from feeds.query import Query
from feeds.query.known import KnownNames
from feeds.route import Draft
from feeds.store import Store
from feeds.store.follows.news import FollowNews
from feeds.watching.model import WatchChange
from seeds.model import Tier
from tests import crash_child
from tests.follow_kit import wished
from tests.store_kit import DAY, FEED, NOW, cause, channel, entry, notice, opened, plan, reading

pytestmark = pytest.mark.slow

# One process has the imports ready, and each child is a fork of it.
SERVER = get_context("forkserver")
SERVER.set_forkserver_preload(["tests.crash_child"])


@pytest.mark.slow
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
        assert store.outbox.idle(NOW)
        assert store.days.total().read == 2


def run(database, posted, step):
    child = SERVER.Process(target=crash_child.run, args=(database, posted, step))
    child.start()
    child.join(30)
    return child.exitcode


WISH = wished("item")


def first(store):
    """The mark of the first delivery."""
    return store._db.execute("SELECT mark FROM deliveries ORDER BY n").fetchone()[0]


# Every verb of the store; the first test below sees to it that none is missing.
WRITING = {
    "clocks.question": lambda s: s.clocks.question(NOW, thoroughly=True),
    "audit.note": lambda s: s.audit.note("1", "me", "mute", "alerts", "", "x", NOW),
    "servers.allow": lambda s: s.servers.allow("1", "2", "channels"),
    "servers.disallow": lambda s: s.servers.disallow("1", "2"),
    "servers.present": lambda s: s.servers.present(Server("1")),
    "servers.left": lambda s: s.servers.left("1", NOW),
    "servers.speak": lambda s: s.servers.speak("1", "fr"),
    "presence.arrived": lambda s: s.presence.arrived("discord", Server("1"), ["2"], NOW),
    "presence.left": lambda s: s.presence.left("1", NOW),
    "presence.roll_call": lambda s: s.presence.roll_call("discord", {Server("1"): ["2"]}, NOW),
    "follows.resume": lambda s: s.follows.resume("discord", "1", CauseKind.SERVER_GONE),
    "feeds.add": lambda s: s.feeds.add(AddedFeed(replace(FEED, name="other", url="https://other.example/"), "me", NOW)),
    "feeds.remove": lambda s: s.feeds.remove("other"),
    "feeds.pause": lambda s: s.feeds.pause(Pause("wire", "me", NOW)),
    "feeds.remember": lambda s: s.feeds.remember("wire", b"x"),
    "feeds.resume": lambda s: s.feeds.resume("wire"),
    "commit": lambda s: s.commit(plan(reading(7)), NOW),
    "record": lambda s: s.record(s.feeds.all(), [notice("text")], Day(1), NOW),
    "regroup.merge": lambda s: s.regroup.merge(1, 2, "me", NOW),
    "regroup.split": lambda s: s.regroup.split(2, "me", NOW),
    "feeds.enrol": lambda s: s.feeds.enrol([FEED]),
    "days.tick": lambda s: s.days.tick(NOW),
    "days.woke": lambda s: s.days.woke(NOW),
    "notes.add": lambda s: s.notes.add(1, "discord:7", "Awa", "words", NOW),
    "notes.remove": lambda s: s.notes.remove(1),
    "follows.keep": lambda s: s.follows.keep(WISH, (1,), NOW),
    "follows.end": lambda s: s.follows.end(WISH.follower, [1]),
    "follows.pause": lambda s: s.follows.pause([1], cause("why")),
    "follow_news.found": lambda s: s.follow_news.found(FollowNews(2, "", 2), [1]),
    "tellings.claim": lambda s: s.tellings.claim(NOW, ["discord"]),
    "tellings.sent": lambda s: s.tellings.sent("none", "7", NOW),
    "tellings.retry": lambda s: s.tellings.retry("none", NOW, cause("later")),
    "tellings.drop": lambda s: s.tellings.drop("none", cause("why"), NOW),
    "tellings.refuse": lambda s: s.tellings.refuse("none", cause("closed"), NOW),
    "tellings.forget": lambda s: s.tellings.forget(NOW),
    "briefs.looked": lambda s: s.briefs.looked("discord:1", "7", Look(NOW, NOW)),
    "briefs.forget": lambda s: s.briefs.forget(NOW),
    "handovers.queue": lambda s: s.handovers.queue("alerts", "brief", NOW - DAY, NOW),
    "handovers.stood": lambda s: s.handovers.stood("0", NOW),
    "coverage.enlist": lambda s: s.coverage.enlist([ListedFeed("wire", "en", "media", "outlet", "", "polled")]),
    "coverage.concern": lambda s: s.coverage.concern({"w": ("FR",)}),
    "days.count": lambda s: s.days.count(NOW, Day(1)),
    "meta.woken": lambda s: s.meta.woken(NOW),
    "meta.put": lambda s: s.meta.put("key", "value"),
    "subscriptions.configure": lambda s: s.subscriptions.configure([channel()], NOW),
    "subscriptions.add": lambda s: s.subscriptions.add(*channel("new")),
    "subscriptions.end": lambda s: s.subscriptions.end("alerts", NOW),
    "choices.change": lambda s: s.choices.change("alerts", {"role": "7", "lowband": True}),
    "choices.reset": lambda s: s.choices.reset("alerts"),
    "choices.choose": lambda s: s.choices.choose("alerts", {"lowband": True}),
    "choices.choose_wish": lambda s: s.choices.choose_wish(1, {"role": "7"}),
    "channels.copy_settings": lambda s: s.channels.copy_settings("alerts", "other"),
    "subscriptions.follow": lambda s: s.subscriptions.follow(1, 2),
    "agenda.plan": lambda s: s.agenda.plan([Job("daily", Every(1), NOW)], NOW),
    "agenda.hasten": lambda s: s.agenda.hasten("daily", NOW),
    "agenda.carry_out": lambda s: s.agenda.carry_out(Job("daily", Every(1), NOW), lambda: None, NOW),
    "channels.mute": lambda s: s.channels.mute("alerts", NOW),
    "channels.hold": lambda s: s.channels.hold("alerts", cause("gone")),
    "channels.release": lambda s: s.channels.release("alerts"),
    "channels.doubt": lambda s: s.channels.doubt("alerts", [cause("gone")]),
    "outbox.queue": lambda s: s.outbox.queue("alerts", 1, [Draft("edit")], NOW),
    "outbox.claim": lambda s: s.outbox.claim(NOW),
    "outbox.trying": lambda s: s.outbox.trying(first(s), NOW),
    "outbox.sent": lambda s: s.outbox.sent(first(s), "7", None, NOW),
    "outbox.retry": lambda s: s.outbox.retry(first(s), NOW, cause("later")),
    "outbox.reject": lambda s: s.outbox.reject(first(s), cause("never"), NOW),
    "outbox.notice": lambda s: s.outbox.notice(notice("text"), NOW),
    "outbox.greet": lambda s: s.outbox.greet("new", notice("text"), NOW),
    "outbox.forget": lambda s: s.outbox.forget(NOW + DAY),
    "outbox.queue_digest": lambda s: s.outbox.queue_digest("alerts", NOW),
    "outbox.hasten": lambda s: s.outbox.hasten([first(s)], NOW),
    "digests.stood": lambda s: s.digests.stood(Delivery("m", "alerts", "digest", NOW, NOW, stories=(1,))),
    "alerts.drawn": lambda s: s.alerts.drawn("alerts", s.stories.story(1), "digest", aloud=True),
    "archive.purge": lambda s: s.archive.purge(NOW + DAY),
    "archive.stand": lambda s: s.archive.stand([1], NOW + DAY),
    "archive.keep": lambda s: s.archive.keep(3),
    "feedback.press": lambda s: s.feedback.press("7", "me", "✅", NOW),
    "feedback.add": lambda s: s.feedback.add("7", "me", "✅", NOW),
    "correct.tier": lambda s: s.correct.tier(1, Tier.DECISION, "me", NOW, DAY),
    "watches.put": lambda s: s.watches.put(WatchChange("w", "threshold", "0.7", "me", NOW)),
    "watches.forget": lambda s: s.watches.forget("w", "threshold"),
    "unreadable.refuse": lambda s: s.unreadable.refuse("wire", "hash", cause("why"), NOW),
}
READING = {
    "meta.restored": lambda s: s.meta.restored(),
    "follows.of": lambda s: s.follows.of(WISH.follower, NOW),
    "follows.rehearse": lambda s: s.follows.rehearse(Query(), (), NOW),
    "follow_news.waiting": lambda s: s.follow_news.waiting(),
    "follow_news.wishes": lambda s: s.follow_news.wishes(),
    "tellings.half_sent": lambda s: s.tellings.half_sent(),
    "tellings.open": lambda s: s.tellings.open(),
    "notes.note": lambda s: s.notes.note(1),
    "notes.of_story": lambda s: s.notes.of_story(1),
    "briefs.look": lambda s: s.briefs.look("discord:1", "7"),
    "briefs.between": lambda s: s.briefs.between(NOW - DAY, NOW),
    "incidents.of": lambda s: s.incidents.of([1]),
    "incidents.newest": lambda s: s.incidents.newest(5),
    "filters.passed": lambda s: s.filters.passed(["killed:>3", "convoy"], 1, NOW),
    "filters.stories": lambda s: s.filters.stories([channel(filter="killed:>3")[1]], NOW),
    "filters.know": lambda s: s.filters.know(KnownNames),
    "choices.of_channel": lambda s: s.choices.of_channel("alerts"),
    "filed.channel": lambda s: s.filed.channel("terminal", "alerts"),
    "filed.wishes": lambda s: s.filed.wishes("alerts"),
    "channels.quiet_at": lambda s: s.channels.quiet_at(NOW),
    "subscriptions.filters": lambda s: s.subscriptions.filters("w"),
    "coverage.listed": lambda s: s.coverage.listed(),
    "coverage.coverage": lambda s: s.coverage.coverage(NOW - DAY, NOW),
    "clocks.pulse": lambda s: s.clocks.pulse(NOW),
    "audit.count": lambda s: s.audit.count(None),
    "audit.of": lambda s: s.audit.of("1", 5),
    "servers.all": lambda s: s.servers.all(),
    "servers.named": lambda s: s.servers.named("1"),
    "servers.roles": lambda s: s.servers.roles("1"),
    "servers.of_the_archive": lambda s: s.servers.of_the_archive(()),
    "feeds.foreign": lambda s: s.feeds.foreign("1"),
    "feeds.failing_since": lambda s: s.feeds.failing_since(NOW),
    "feeds.added": lambda s: s.feeds.added(),
    "feeds.pauses": lambda s: s.feeds.pauses(),
    "alerts.stale": lambda s: s.alerts.stale(NOW),
    "alerts.waiting": lambda s: s.alerts.waiting([1, 2]),
    "outbox.delayed": lambda s: s.outbox.delayed("terminal", NOW),
    "archive.known": lambda s: s.archive.known([entry(1)]),
    "archive.titles": lambda s: s.archive.titles("wire"),
    "archive.entry": lambda s: s.archive.entry(1),
    "archive.entries": lambda s: s.archive.entries(),
    "archive.wordings": lambda s: s.archive.wordings(1),
    "archive.search": lambda s: s.archive.search("item"),
    "archive.items": lambda s: s.archive.items(Query()),
    "queries.stories": lambda s: s.queries.stories(Query()),
    "queries.items": lambda s: s.queries.items(Query()),
    "queries.matches": lambda s: s.queries.matches(Query(), 1),
    "queries.which": lambda s: s.queries.which([Query()], 1),
    "queries.passages": lambda s: s.queries.passages(Query(), [1]),
    "queries.names": lambda s: s.queries.names("source"),
    "stories.story": lambda s: s.stories.story(1),
    "stories.several": lambda s: s.stories.several([1]),
    "stories.latest": lambda s: s.stories.latest(),
    "stories.untold": lambda s: s.stories.untold(),
    "stories.count": lambda s: s.stories.count(),
    "feeds.remembered": lambda s: s.feeds.remembered("wire"),
    "subscriptions.filed": lambda s: s.subscriptions.filed(),
    "feeds.all": lambda s: s.feeds.all(),
    "feeds.due": lambda s: s.feeds.due(NOW),
    "days.last_tick": lambda s: s.days.last_tick(),
    "days.day": lambda s: s.days.day(NOW.date()),
    "days.looked": lambda s: s.days.looked(),
    "days.total": lambda s: s.days.total(),
    "meta.get": lambda s: s.meta.get("last_tick"),
    "channels.all": lambda s: s.channels.all(),
    "channels.named": lambda s: s.channels.named("alerts"),
    "channels.at": lambda s: s.channels.at("terminal", "alerts"),
    "channels.doubts": lambda s: s.channels.doubts("alerts"),
    "subscriptions.all": lambda s: s.subscriptions.all(),
    "subscriptions.of_channel": lambda s: s.subscriptions.of_channel("alerts"),
    "subscriptions.of_watch": lambda s: s.subscriptions.of_watch("w"),
    "subscriptions.listeners": lambda s: s.subscriptions.listeners(),
    "subscriptions.first": lambda s: s.subscriptions.first(),
    "subscriptions.notices": lambda s: s.subscriptions.notices(),
    "agenda.all": lambda s: s.agenda.all(),
    "agenda.due": lambda s: s.agenda.due(NOW),
    "outbox.known": lambda s: s.outbox.known(["none"]),
    "outbox.half_sent": lambda s: s.outbox.half_sent(),
    "outbox.delivered": lambda s: s.outbox.delivered(1, "alerts"),
    "outbox.by_message": lambda s: s.outbox.by_message("7"),
    "outbox.delivery": lambda s: s.outbox.delivery(first(s)),
    "outbox.of_story": lambda s: s.outbox.of_story(1),
    "outbox.waiting": lambda s: s.outbox.waiting(),
    "outbox.idle": lambda s: s.outbox.idle(NOW),
    "outbox.notices": lambda s: s.outbox.notices(),
    "digest": lambda s: s.digest("alerts"),
    "feedback.on": lambda s: s.feedback.on("7"),
    "labels.items": lambda store: store.labels.items("w"),
    "stories.candidates": lambda store: store.stories.candidates(("w|any|place:Gao",)),
    "watches.all": lambda s: s.watches.all(),
    "watches.stories": lambda s: s.watches.stories(),
    "candidates.stories": lambda s: s.candidates.stories("w", "item", None, 5),
    "candidates.items": lambda s: s.candidates.items("w", "item", None, 5),
    "candidates.documents": lambda s: s.candidates.documents([1, 3]),
    "candidates.groups": lambda s: s.candidates.groups([(entry(9).document("Wire", NOW), reading(9).findings[0])]),
    "candidates.kept": lambda s: s.candidates.kept(),
    "unreadable.body": lambda s: s.unreadable.body("wire", "hash", NOW),
    "unreadable.entry": lambda s: s.unreadable.entry(1),
}


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db", busy_seconds=0.02) as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.add(*channel())
        fresh.commit(plan(reading(1), reading(2), reading(3, relevant=False)), NOW)
        fresh.days.tick(NOW - DAY)
        fresh.meta.put("copied", NOW.isoformat())
        fresh.follows.keep(wished("attack"), (), NOW - DAY)
        fresh.follow_news.found(FollowNews(1, NOW.isoformat(), 1), [1])
        yield fresh


@pytest.fixture
def locked(store, tmp_path):
    other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield store
    other.close()


# What the store does within a transaction of another verb.
INSIDE = {
    "follow_news.note",
    "archive.add", "archive.alias", "archive.revise", "channels.forget", "channels.put", "feeds.save",
    "digests.add", "digests.drop", "digests.give_back", "digests.names", "digests.take", "digests.waiting",
    "alerts.catch_up", "alerts.correct", "alerts.disown", "alerts.inherit", "alerts.one_of_two", "alerts.reconsider",
    "alerts.step",
    "outbox.load", "outbox.told",
    "alerts.withdraw", "stories.join", "stories.known", "stories.note", "stories.of_entry", "stories.part",
    "stories.pin", "stories.place", "stories.rebuild", "stories.resolve", "stories.retell", "stories.unsay",
    "stories.watches_of",
    "subscriptions.of_story", "unreadable.mark", "filters.asking",
}  # fmt: skip


def test_every_verb_is_tried_on_a_locked_database(store):
    """Whoever adds a verb adds it here."""
    parts = {name: part for name, part in vars(store).items() if not name.startswith("_") and not callable(part)}
    verbs = {f"{name}.{verb}" for name, part in parts.items() for verb in dir(part) if not verb.startswith("_")}
    assert verbs | {"commit", "record", "digest"} == WRITING.keys() | READING.keys() | INSIDE


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
    assert store.archive.known([one.entry for one in big]) == [None] * 50
    store._db.execute("PRAGMA max_page_count = 1000000")
    assert store.commit(plan(*big), NOW).new == 50
