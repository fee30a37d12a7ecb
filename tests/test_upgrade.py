"""An archive that the first release wrote opens today, and nothing in it is lost.

`data/archive-0.1.db.gz` was written by that release: the demo's feeds, then stories that grow in five languages, are
merged and split, digests, reactions, mutes, refused and waiting deliveries. `data/archive-0.1.json` is what it showed,
with the times of sources that state a day in the order and the words of today.
"""

import contextlib
import gzip
import json
import sqlite3
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from bot import render
from bot.__main__ import main
from bot.app import App
from bot.transports import destinations_of
from bot.wording import facts
from bot.wording.causes import cause_text
from bot.wording.notices import notice_text
from config.schema import Settings, WatchSettings
from feeds.model import Action, Cause, CauseKind, ChangeKind
from feeds.store import Store, StoreError
from feeds.store.db.schema import migrations
from feeds.store.naming.spelling import MARK_LENGTH
from feeds.stories.account import account
from seeds.model import Tier
from tests.store_kit import DAY, NOW, cause, plan, reading
from tests.test_render import text

DATA = Path(__file__).parent / "data"
SHOWN = json.loads((DATA / "archive-0.1.json").read_text())


def written(path):
    """The archive of the first release, at a path of ours."""
    path.write_bytes(gzip.decompress((DATA / "archive-0.1.db.gz").read_bytes()))
    return path


@pytest.fixture
def store(tmp_path):
    with Store(written(tmp_path / "old.db")) as opened:
        yield opened


def rows(path, sql):
    with sqlite3.connect(path) as db:
        return db.execute(sql).fetchall()


def test_every_row_is_there(store, tmp_path):
    """Entries, keys, findings, stories, deliveries, reactions, pins, channels, digests, days: as many as before."""
    shown = {table: count for table, count in SHOWN["counts"].items() if table != "meta"}  # clocks went to the agenda
    counts = {table: rows(tmp_path / "old.db", f"SELECT count(*) FROM {table}")[0][0] for table in shown}
    assert counts == shown


def test_every_story_reads_as_before(store):
    """Tier, times, sources, links, changes and the whole text of its alert."""
    stories = store.stories.several([one["id"] for one in SHOWN["stories"]])
    for story, shown in zip(stories, SHOWN["stories"], strict=True):
        assert (story.id, story.watch, story.tier, story.merged_into, story.linked_to) == tuple(
            shown[name] for name in ("id", "watch", "tier", "merged_into", "linked_to")
        )
        assert [story.opened.isoformat(), story.updated.isoformat()] == [shown["opened"], shown["updated"]]
        assert [source.entry for source in story.sources] == shown["sources"]
        assert [[one.at.isoformat(), facts.change(one), one.material] for one in story.changes] == shown["changes"]
        assert text(render.alert(story)).splitlines() == shown["card"]


def test_every_change_is_data_now(store):
    """Only a line that no known form fits stays a text."""
    found = [one for story in SHOWN["stories"] for one in store.stories.story(story["id"]).changes]
    assert [one.new for one in found if one.kind is ChangeKind.TEXT] == ["something an early version wrote"]
    assert {one.kind for one in found} == set(ChangeKind) - {ChangeKind.WITHDRAWN, ChangeKind.CORRECTED}  # came after


def test_every_story_says_what_its_sources_say(store):
    """The accounts of old stories are filled in by today's rule; a merged one has none."""
    for one in SHOWN["stories"]:
        story = store.stories.story(one["id"])
        assert story.account == account(story.sources)
    assert not store.stories.story(15).sources


def test_every_delivery_and_reaction_is_there(store):
    """Kind, state, message, thread, reason and subject; a note now holds the change that it tells."""
    for one in SHOWN["deliveries"]:
        kept = store.outbox.delivery(one["id"])
        for name in ("channel", "kind", "state", "action", "story", "attempts", "message", "thread"):
            assert getattr(kept, name) == one[name]
        assert [kept.created.isoformat(), kept.due.isoformat()] == [one["created"], one["due"]]
        noted = facts.change(kept.change) if kept.change else ""
        assert (notice_text(kept.notice) if kept.notice else noted) == one["text"]
        assert (kept.reason and cause_text(kept.reason)) == one["reason"]
    messages = dict.fromkeys(message for message, *_ in SHOWN["reactions"])
    events = [one for message in messages for one in store.feedback.on(message)]
    assert [[one.message, one.user, one.emoji, one.at.isoformat(), one.removed] for one in events] == SHOWN["reactions"]
    assert [notice_text(one.notice) for one in store.outbox.notices(100)] == SHOWN["notices"]


def test_every_channel_gets_what_it_got(store):
    """A mute, a hold, a role and the wishes stay, whoever made them."""
    muted, held = store.channels.named("discord:77"), store.channels.named("terminal-minusma")
    assert muted.muted_until.isoformat() == "2021-03-05T12:00:00+00:00"
    assert held.held == cause("the terminal went away")
    (wish,) = store.subscriptions.of_channel("discord:77")
    assert (wish.watch, wish.role, wish.pings_per_hour, wish.posts_per_day) == ("minusma", "9", 2, 30)
    assert dict(wish.actions) == dict.fromkeys(Tier, Action.POST)


def test_the_old_terminal_of_a_watch_becomes_the_one_terminal(tmp_path):
    """The first start after the upgrade: what it was told, what waits for it, its hold and its wishes stand under the
    place's name, each in the state that it had."""
    path = written(tmp_path / "old.db")
    with Store(path) as store:
        settings = Settings(watch=(WatchSettings(name="minusma"), WatchSettings(name="monusco")))
        store.subscriptions.configure(destinations_of(settings), NOW)
        here = store.channels.at("terminal", "terminal")
        assert (here.name, here.held) == ("terminal", cause("the terminal went away"))
        assert [one.watch for one in store.subscriptions.of_channel("terminal")] == ["minusma", "monusco"]
        assert store.subscriptions.notices() == ["terminal"]
        for one in SHOWN["deliveries"]:
            kept, moved = store.outbox.delivery(one["id"]), one["channel"] in {"terminal-minusma", "operators"}
            assert (kept.channel, kept.state) == ("terminal" if moved else one["channel"], one["state"])
    assert rows(path, "SELECT count(*) FROM channels WHERE transport = 'terminal'") == [(1,)]


def test_every_entry_is_found_as_before(store):
    """By its id with what the watches found in it, by words in any script, and in the order of the newest."""
    assert [
        [
            one.id,
            one.entry.title,
            [[story, found.match.watch, found.match.tier, len(found.match.reasons)] for story, found in one.findings],
        ]
        for one in store.archive.entries(0, 1000)
    ] == SHOWN["entries"]
    assert [story.id for story in store.stories.latest(50)] == SHOWN["latest"]
    found = {words: [hit.source.entry for hit in store.archive.search(words, 50).items] for words in SHOWN["search"]}
    assert found == SHOWN["search"]
    assert {one: [story.id for story in store.digest(one)] for one in SHOWN["digests"]} == SHOWN["digests"]


@pytest.fixture
def worded(tmp_path):
    """A database as it was when causes and lines were kept as sentences."""
    with contextlib.closing(sqlite3.connect(tmp_path / "worded.db")) as connection:
        db = Database(connection)
        migrations.apply(db, stop_before="m070_causes")
        at = "2021-02-10T12:00:00.000000+00:00"
        row = {"channel": "main", "created": at, "due": at}
        db["channels"].insert({"name": "main", "transport": "t", "target": "t", "held": "the channel is gone"})
        db["subscriptions"].insert(
            {"channel": "main", "kind": "notices", "watch": "", "actions": "{}", "pings_per_hour": 1,
             "posts_per_day": 1, "origin": "file"}
        )  # fmt: skip
        db["deliveries"].insert_all([
            row | {"kind": "digest", "state": "sent", "text": "", "reason": "Discord answered 503 (7): away", "n": 1},
            row | {"kind": "digest", "state": "sent", "text": "", "reason": "what nobody knows any more", "n": 2},
            row | {"kind": "digest", "state": "sent", "text": "", "reason": None, "n": 3},
            row | {"kind": "notice", "state": "pending", "text": "wire: it\nfails “often”.", "reason": None, "n": 4},
        ])  # fmt: skip
        db["meta"].insert({"key": "salt", "value": "test"})
        db["unreadable_bodies"].insert(
            {"feed": "wire", "hash": "h", "reason": "Reading it ended the reading process (SIGSEGV).", "at": at}
        )
        no_end = "Reading it did not come to an end in time."
        db["unreadable_entries"].insert_all([{"entry": 7, "reason": no_end}, {"entry": 8, "reason": no_end}])
        texts = ("feed", "title", "summary", "language", "publisher", "standing", "seen", "told", "content_hash")
        db["entries"].insert({"id": 7} | dict.fromkeys(texts, at))
        connection.commit()
    return tmp_path / "worded.db"


def test_sentences_become_data(worded):
    """What is known by its words gets its kind and arguments, all else stays as it was said; a line that waits for the
    operators is told in the words in which it was queued."""
    with Store(worded) as store:
        assert store.channels.named("main").held == Cause(CauseKind.CHANNEL_GONE)
        reasons = [store.outbox.delivery(f"test0000000{n}").reason for n in (1, 2, 3)]
        answered = {"service": "Discord", "status": 503, "code": 7, "text": "away"}
        assert reasons == [Cause(CauseKind.ANSWERED, answered), cause("what nobody knows any more"), None]
        assert store.unreadable.body("wire", "h", NOW) == Cause(CauseKind.CRASH, {"text": "SIGSEGV"})
        assert store.unreadable.entry(7) == Cause(CauseKind.TIME)
        assert store.unreadable.entry(8) is None  # it was purged, long ago
        store.channels.release("main")
        [line] = store.outbox.claim(NOW)
        assert notice_text(line.notice) == "wire: it\nfails “often”."


def test_an_old_archive_can_be_handed_over(store):
    """Its stories have a timeline for notes, its days can be briefed, and no channel is told by schedule unasked."""
    told = store.stories.story(13)
    assert store.notes.add(13, "discord:7", "Awa", "hello", told.updated).id == 1
    assert [note.text for note in store.notes.of_story(13)] == ["hello"]
    brief = store.briefs.between(told.opened - DAY, told.updated)
    assert 13 in {line.story.id for line in brief.lines}
    assert brief.awake.read == len([one for one in store.archive.entries(0, 1000)
                                    if told.opened - DAY < one.seen <= told.updated])  # fmt: skip
    assert [one.handovers for one in store.channels.all()] == [()] * len(store.channels.all())
    found = store.coverage.coverage(told.opened - DAY, told.updated)
    assert found.stories and not found.feeds


def test_what_was_there_before_handovers_stays(tmp_path):
    """A channel with its digest, an added feed, a merged story: as they were, with what is new left empty."""
    with contextlib.closing(sqlite3.connect(tmp_path / "before.db")) as connection:
        db = Database(connection)
        migrations.apply(db, stop_before="m160_handover")
        db["channels"].insert({"name": "a", "transport": "t", "target": "1", "digest": '{"hours":[6],"zone":"UTC"}'})
        db["subscriptions"].insert({"channel": "a", "kind": "alerts", "watch": "w", "actions": "{}",
                                    "pings_per_hour": 1, "posts_per_day": 1, "origin": "chat"})  # fmt: skip
        names = ("key", "name", "url", "language", "section", "notes", "by", "server")
        at = {"at": NOW.isoformat(), "standing": "outlet"}
        db["added_feeds"].insert(dict.fromkeys(names, "x") | at)
        connection.commit()
    with Store(tmp_path / "before.db") as store:
        (channel,) = store.channels.all()
        assert (channel.digest.hours, channel.handovers) == ((6,), ())
        assert store.feeds.added()[0].feed.country == ""
        assert (store.notes.of_story(1), store.coverage.listed(), store.briefs.look("a", "b")) == ([], [], None)


def test_a_second_opening_upgrades_nothing(tmp_path):
    """What was worked out once stays; a reader that comes after is let in."""
    path = written(tmp_path / "old.db")
    for _ in range(2):
        Store(path).close()
    changes = rows(path, "SELECT count(*) FROM story_changes")
    with Store(path, read_only=True) as store:
        assert [story.id for story in store.stories.latest(50)] == SHOWN["latest"]
    assert changes == [(sum(len(story["changes"]) for story in SHOWN["stories"]),)]


def test_an_upgrade_that_was_cut_short_is_finished_by_the_next(tmp_path, monkeypatch):
    """Killed after the tables were changed and before the stories were read again: readers wait, the next run fills."""
    path = written(tmp_path / "old.db")
    with monkeypatch.context() as patched:
        patched.setattr("feeds.store.db.accounts.Accounts.fill", killed)
        with pytest.raises(KeyboardInterrupt):
            Store(path)
    with pytest.raises(StoreError, match="no archive of this version"):
        Store(path, read_only=True)
    with Store(path) as store:
        assert store.stories.story(13).account.believed("killed") == 2


def killed(_):
    raise KeyboardInterrupt


@pytest.mark.parametrize(("read_only", "state"), [(True, "older"), (True, "newer"), (False, "newer"), (True, "half")])
def test_a_refused_archive_is_not_held(tmp_path, monkeypatch, read_only, state):
    """Nobody waits for the garbage: what is put in its place meanwhile would be read through what was held of it."""
    path, opened, connect = tmp_path / "new.db", [], sqlite3.connect
    (newer if state == "newer" else written)(path)
    if state == "half":
        monkeypatch.setattr("feeds.store.db.accounts.Accounts.fill", killed)
        with pytest.raises(KeyboardInterrupt):
            Store(path)
    monkeypatch.setattr("sqlite3.connect", lambda *args, **more: opened.append(connect(*args, **more)) or opened[-1])
    with pytest.raises(StoreError):
        Store(path, read_only=read_only)
    (held,) = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        held.execute("SELECT 1")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_archive_is_refused(tmp_path, read_only):
    """A database with a migration that this version does not know is left alone, with one line."""
    path = newer(tmp_path / "new.db")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version \(m999_later\)") as refused:
        Store(path, read_only=read_only)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == before


def newer(path):
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('bluehelm', ?, '')",
                   ["m999_later"])  # fmt: skip
    return path


@pytest.mark.parametrize("command", ["latest --db new.db", "search kidal --db new.db", "poll --once --db new.db"])
def test_commands_say_so_in_one_line(tmp_path, monkeypatch, command):
    """Commands that read or poll end with that line and no trace."""
    monkeypatch.chdir(tmp_path)
    newer(tmp_path / "new.db")
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if line] == [
        "new.db: was written by a newer version (m999_later); update this program to use it"
    ]


async def test_the_bot_does_not_start_on_a_newer_archive(tmp_path):
    """It ends with that line before it asks a feed or connects anywhere."""
    settings = Settings(database=newer(tmp_path / "new.db"))
    with pytest.raises(StoreError, match="newer version"):
        async with App(settings, [], []):
            pass


def upgraded(path, times):
    """Seconds of CPU that an upgrade takes of an archive with its stories copied so many times more."""
    path = written(path)
    with sqlite3.connect(path) as db:
        for table, key in (("stories", "id"), ("entries", "id"), ("findings", "entry")):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info ({table})")]
            moved = {"id": "id + n.value * 1000", key: f"{key} + n.value * 1000", "story": "story + n.value * 1000"}
            chosen = ", ".join(moved.get(one, one) for one in columns)
            db.execute(
                f"""INSERT INTO {table} ({", ".join(columns)}) SELECT {chosen}
                    FROM {table}, (SELECT value FROM json_each(?)) n""",
                [json.dumps(list(range(1, times + 1)))],
            )
        db.execute("UPDATE stories SET merged_into = NULL, linked_to = NULL")
    began = time.process_time()
    with Store(path) as store:
        took = time.process_time() - began
        last = store.stories.story(13 + times * 1000)
        assert last.account.figures == store.stories.story(13).account.figures
    return took


@pytest.mark.slow
def test_an_upgrade_takes_time_in_proportion(tmp_path):
    """A thousand stories of nearly three thousand sources take less than nine times as long as a sixth of them: each
    takes what it takes, whatever a machine makes of that."""
    few, many = (upgraded(tmp_path / f"{times}.db", times) for times in (10, 60))
    assert many < 9 * few


def of_two_places(path, *times):
    """An archive with a story of two places for each of the times, stored before places were told apart; returns the
    profiles that tell them apart."""
    with Store(path) as store:
        for first, at in enumerate(times):
            for number, harm in ((10 * first + 1, {"killed": 3}), (10 * first + 2, {"injured": 9})):
                facts = {"place": f"Town {number}", "region": "Kidal", "contingents": ("C1",), **harm}
                one = reading(number, facts=facts, title="Two towns attacked", published=at, seen=at)
                store.commit(plan(one), at)
    parted = rows(path, PROFILES)
    rows(path, "UPDATE stories SET profile = json_remove(profile, '$.parts')")
    rows(path, "DELETE FROM _sqlite_migrations WHERE name = 'm240_parts'")
    return parted


@pytest.mark.parametrize(
    ("forged", "part"), [("#a:~:mark={}", "#a"), ("#%3A~%3Amark={}", ""), ("#b%3A~:x=1&mark={}", "#b"), ("#~a", "#~a")]
)
def test_no_address_in_the_archive_can_hold_a_mark(tmp_path, forged, part):
    """What an earlier version stored of an item whose address ends as a mark does is shown without that; all other
    addresses, and what nobody can read, stay as they are."""
    path, page = tmp_path / "db", "https://a.example/1"
    with Store(path) as store:
        for number in (1, 2, 3):
            store.commit(plan(reading(number)), NOW)
    rows(path, f"UPDATE entries SET link = '{page}{forged.format('a' * MARK_LENGTH)}' WHERE id = 1")
    rows(path, "UPDATE entries SET link = CAST(x'ff237e' AS TEXT) WHERE id = 3")
    rows(path, "DELETE FROM _sqlite_migrations WHERE name = 'm250_addresses'")
    with Store(path) as store:
        assert store.stories.story(1).sources[0].url == f"{page}{part}"
        assert store.stories.story(2).sources[0].url == reading(2).entry.link
    assert rows(path, "SELECT hex(link) FROM entries WHERE id = 3") == [("FF237E",)]


PROFILES = "SELECT profile FROM stories ORDER BY id"


def test_stories_of_several_places_are_parted_when_the_archive_is_opened(tmp_path):
    """What was stored before places were told apart is compared place by place at once, not once it grows. What is
    long past, which hardly anything joins, stays as it is."""
    path = tmp_path / "db"
    before, now = (json.loads(kept) for (kept,) in of_two_places(path, NOW - 300 * DAY, NOW))
    assert set(before["parts"]) == {"Town 1", "Town 2"} and set(now["parts"]) == {"Town 11", "Town 12"}
    with Store(path):
        pass
    del before["parts"]
    assert [json.loads(kept) for (kept,) in rows(path, PROFILES)] == [before, now]


@pytest.mark.parametrize("damage", [
    "UPDATE stories SET profile = '{' WHERE id = 1",
    "UPDATE stories SET newest = 'z' WHERE id = 1",
    "UPDATE findings SET profile = '{' WHERE wording = 1",
    "UPDATE findings SET profile = '[]' WHERE wording = 1",
])  # fmt: skip
def test_a_row_that_nobody_can_read_keeps_no_archive_from_opening(tmp_path, damage):
    """Its story keeps what it has, and the places of the others are told apart."""
    path = tmp_path / "db"
    parted = of_two_places(path, NOW - DAY * 30, NOW)
    rows(path, damage)
    (before, _) = rows(path, PROFILES)
    with Store(path):
        pass
    assert rows(path, PROFILES)[1] == parted[1]
    assert rows(path, PROFILES)[0] == (parted[0] if "newest" in damage else before)
