"""Copies of the archive, the way back, and what becomes of a damaged one: real files, real programs where it counts."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.app import App
from bot.wording.notices import notice_text
from config.schema import Settings
from feeds.model import Notice, NoticeKind
from feeds.store import Store, StoreError
from feeds.store.db.lock import LockedError, lock
from feeds.store.db.schema import known_migrations
from feeds.store.db.thread import StoreThread
from feeds.store.upkeep import backups as backups_module
from feeds.store.upkeep.backups import BackupError, back_up, prune
from feeds.store.upkeep.condition import condition_of
from feeds.store.upkeep.copyist import Copyist
from feeds.store.upkeep.damage import CHECKED_ALWAYS, DamageError, check_due, damaged, faults
from feeds.store.upkeep.keeping import copied_at, copy_name, kept_of
from feeds.store.upkeep.restore import put_back as restore
from feeds.store.upkeep.shelf import beside, copies_of, damaged_before, open_to_others
from tests.store_kit import FEED, NOW, channel, opened, plan, reading
from tests.test_app import start

ROOT = Path(__file__).resolve().parents[1]
RELEASED = sorted((ROOT / "tests" / "data").glob("archive-*.db.gz"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def database(tmp_path):
    """An archive with a story that waits to be told."""
    path = tmp_path / "archive.db"
    with opened(path) as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*channel())
        store.commit(plan(reading(1), reading(2), reading(3, relevant=False)), NOW)
    return path


def value(path, key):
    with contextlib.closing(sqlite3.connect(path)) as db:
        row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return row and row[0]


def put(path, key, text):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, text])


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def spoil(path, offset=4096, length=4096):
    """Write noise over a part of a file."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(random.Random(7).randbytes(length))


def ours(folder):
    return sorted(one.name for one in folder.iterdir() if not one.name.endswith(".lock"))


def said(*words, **more):
    """What a command says, and how it ends."""
    return CliRunner().invoke(main, [str(word) for word in words], **more)


def alone(*words, **more):
    """A command as a program of its own."""
    env = {name: text for name, text in os.environ.items() if not name.startswith(("BLUEHELM_", "DISCORD_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)], check=False, cwd=ROOT, env=env | {"BLUEHELM_ENV_FILE": ""},
        capture_output=True, text=True, timeout=50, **more,
    )  # fmt: skip


# which copies are kept


def test_a_copy_is_known_by_its_name():
    """Its time and schema stand there; what is called otherwise, or is of another database, is no copy."""
    name = copy_name("archive", NOW, "m210_watch_changes")
    assert name == "archive-20210210T120000Z-m210.db"
    assert copied_at(name, "archive") == NOW
    for other in ("archive.db", "other-20210210T120000Z-m210.db", "archive-20211310T120000Z-m1.db", f".{name}.part"):
        assert copied_at(other, "archive") is None


def test_of_a_year_of_days_the_rule_keeps_days_weeks_and_months():
    """Seven days, four weeks and six months, and with them the way back to each of these ends."""
    copies: set[datetime] = set()
    for day in range(400):
        now = NOW + day * DAY
        copies = set(kept_of(copies | {now}, now))
        assert now in copies
    ages = sorted((now - at).days for at in copies)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len({at.isocalendar()[:2] for at in copies}) >= 4
    assert len({(at.year, at.month) for at in copies}) == 6
    assert len(copies) <= 7 + 4 + 6


def test_all_copies_of_the_last_day_are_kept():
    """Who copies by hand before a change finds that copy again, whatever is planned."""
    hours = [NOW - n * HOUR for n in range(48)]
    assert set(hours[:25]) <= kept_of(hours, NOW)


def test_an_absence_deletes_nothing():
    """Copies go when newer ones take their places, not for their age."""
    copies = [NOW + n * DAY for n in range(7)]
    assert kept_of(copies, NOW + 900 * DAY) == set(copies)


@given(st.sets(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), max_size=60))
def test_the_newest_copy_is_always_kept(times):
    """Whatever the clock said when they were made, and nothing is kept that is not there; once more changes nothing."""
    found = {one.replace(tzinfo=UTC) for one in times}
    kept = kept_of(found, NOW)
    assert kept <= found
    assert not found or max(found) in kept
    assert kept_of(kept, NOW) == kept


# making copies


def test_a_copy_is_one_private_file_that_says_when_it_was_made(database):
    """In the folder beside the archive, read by nobody else, in no need of files beside it; it holds all rows."""
    made = back_up(database, NOW)
    schema = max(known_migrations()).partition("_")[0]
    assert made.path == database.parent / "backups" / f"archive-20210210T120000Z-{schema}.db"
    assert (mode(made.path), mode(made.path.parent)) == (0o600, 0o700)
    assert ours(made.path.parent) == [made.path.name]
    assert made.path.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log
    assert value(made.path, "copied") == "2021-02-10T12:00:00+00:00"
    assert value(database, "copied") is None
    with Store(made.path, read_only=True) as store:
        assert [story.id for story in store.stories.latest(9)] == [2, 1]


def test_a_copy_is_of_one_moment_while_the_bot_writes(database, monkeypatch):
    """It is made in steps that hold up no writer, begins not anew with each thing written, and ends in good time."""
    monkeypatch.setattr(backups_module, "_PAGES", 4)
    monkeypatch.setattr(backups_module, "_PAUSE", 0.002)
    stop, waits = threading.Event(), []

    def write():
        with contextlib.closing(sqlite3.connect(database, timeout=0.5)) as db:
            n = 0
            while not stop.is_set():
                began = time.perf_counter()
                with db:
                    db.execute("INSERT OR REPLACE INTO meta VALUES ('one', ?)", [str(n)])
                    db.execute("INSERT OR REPLACE INTO meta VALUES ('two', ?)", [str(n)])
                waits.append(time.perf_counter() - began)
                n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(waits) < 5:
            time.sleep(0.001)
        before = len(waits)
        made = back_up(database, NOW)
        assert len(waits) > before + 5
    finally:
        stop.set()
        writer.join()
    assert value(made.path, "one") == value(made.path, "two") is not None
    assert int(value(made.path, "one")) < int(value(database, "one"))


def test_the_log_can_be_emptied_while_a_copy_is_checked(database, monkeypatch):
    """A check takes its time; by then nobody sees the archive as it was, and what is written does not pile up."""
    busy = []

    def checked(*args):
        with contextlib.closing(sqlite3.connect(database, timeout=0)) as db:
            with db:
                db.execute("INSERT OR REPLACE INTO meta VALUES ('one', '2')")
            busy.append(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        return faults(*args)

    monkeypatch.setattr(backups_module, "faults", checked)
    back_up(database, NOW)
    assert busy == [0]


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("missing", "missing"),
        ("foreign", "foreign"),
        ("newer", "newer"),
        ("noise", "damaged"),
        ("empty", "missing"),
        ("spoilt", "damaged"),
    ],
)
def test_what_cannot_be_copied_is_named(tmp_path, database, what, problem):
    """There is none, it is not ours, it is damaged; and no half of a copy stays."""
    path = tmp_path / "other.db"
    if what == "foreign":
        sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()
    elif what == "newer":
        path = database
        _newer(path)
    elif what == "noise":
        path.write_bytes(b"no database at all" * 1000)
    elif what == "empty":
        path.touch()
    elif what == "spoilt":
        path = database
        spoil(path, 40960, 40960)
    with pytest.raises(BackupError) as refused:
        back_up(path, NOW)
    assert refused.value.problem == problem
    assert not list(tmp_path.glob("backups/*"))
    result = said("backup", "--db", path)
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1


def test_too_little_room_is_said_before_it_is_filled(database, monkeypatch):
    """With what is needed and what is free, to who asks and to the operators."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 3_000_000})())
    result = said("backup", "--db", database)
    assert result.exit_code == 1
    need = database.stat().st_size // 1_000_000 + 1
    folder = database.parent / "backups"
    assert result.output == f"The archive was not copied: that needs {need} MB, and 3 MB are free in {folder}.\n"
    assert ours(folder) == []


def test_a_disk_that_fills_up_on_the_way_leaves_no_half_of_a_copy(database):
    """One line, status 1, and the archive as it was."""
    before = database.read_bytes()
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
    result = alone("backup", "--db", database, preexec_fn=small)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1 and result.stderr.startswith("The archive was not copied (")
    assert ours(database.parent / "backups") == []
    assert database.read_bytes() == before


def test_a_killed_copy_leaves_nothing_that_looks_like_one(database):
    """What it had begun has no copy's name, is in nobody's way and is cleared away by the next one."""
    code = f"""
import datetime, os, pathlib
from feeds.store.upkeep import backups
backups._PAGES = 1
backups.time.sleep = lambda _: os.kill(os.getpid(), 9)
backups.back_up(pathlib.Path({str(database)!r}), datetime.datetime.now(datetime.UTC))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == -signal.SIGKILL
    assert copies_of(database) == []
    assert len(ours(database.parent / "backups")) == 1
    made = back_up(database, NOW)
    assert ours(database.parent / "backups") == [made.path.name]


def test_a_copy_goes_where_it_is_wanted_and_over_nothing(database, tmp_path):
    """A folder gets a file with a copy's name, a file its own; what is there already stays."""
    (tmp_path / "stick").mkdir()
    result = said("backup", "--db", database, "--to", tmp_path / "stick", "--json")
    told = json.loads(result.output)
    assert Path(told["path"]).parent == tmp_path / "stick"
    assert told["bytes"] == Path(told["path"]).stat().st_size
    back_up(database, NOW, tmp_path / "mine.db")
    for there in (tmp_path / "mine.db", database):
        before = there.read_bytes()
        refused = said("backup", "--db", database, "--to", there)
        assert (refused.exit_code, refused.output) == (1, f"{there}: is there already; nothing is written over\n")
        assert there.read_bytes() == before
    assert copies_of(database) == []


def test_old_copies_are_deleted_by_the_rule_and_nothing_else_is(database):
    """Copies of another database, and files that are no copies, stay."""
    folder = back_up(database, NOW).path.parent
    for name in ("other-20200101T000000Z-m210.db", "notes.txt"):
        (folder / name).touch()
    for day in range(60):
        (folder / copy_name("archive", NOW - day * DAY - HOUR, "m210")).touch()
    prune(database, NOW)
    left = copies_of(database)
    assert {one.at for one in left} == kept_of([NOW, *(NOW - day * DAY - HOUR for day in range(60))], NOW)
    assert {"other-20200101T000000Z-m210.db", "notes.txt"} <= set(ours(folder))


# the way back


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.name)
def test_a_copy_of_every_release_can_be_put_back(tmp_path, released):
    """It is made of the old archive as it is, put in the place of today's, and opens with every story."""
    old, here = tmp_path / "old.db", tmp_path / "bluehelm.db"
    old.write_bytes(gzip.decompress(released.read_bytes()))
    shown = json.loads(released.with_name(released.name.replace(".db.gz", ".json")).read_text())
    copy = back_up(old, NOW).path
    opened(here).close()
    done = restore(here, copy, NOW + DAY)
    assert done.copied == NOW and done.schema < "m210"
    with Store(here) as store:
        assert [story.id for story in store.stories.latest(50)] == shown["latest"]
        assert store.meta.restored() == (NOW + DAY, NOW)
    with Store(copy) as store:
        assert [story.id for story in store.stories.latest(50)] == shown["latest"]


def test_what_a_copy_replaces_is_kept(database):
    """The rows of the time of the copy are back, those written since are in the file that was set aside."""
    put(database, "since", "no")
    copy = back_up(database, NOW).path
    whole = copy.read_bytes()
    put(database, "since", "yes")
    result = said("restore", copy, "--db", database, "--json")
    told = json.loads(result.output)
    assert told["copied"] == "2021-02-10T12:00:00+00:00"
    assert (value(database, "since"), value(told["aside"], "since")) == ("no", "yes")
    assert (mode(database), copy.read_bytes()) == (0o600, whole)
    assert [one for one in ours(database.parent) if one not in ("archive.db", "backups")] == [Path(told["aside"]).name]


def test_what_was_written_last_is_kept_too(database):
    """After a kill the last rows stand beside the file: they are set aside with it, and none of them comes back."""
    copy = back_up(database, NOW).path
    code = f"""
import os, sqlite3
db = sqlite3.connect({str(database)!r})
with db: db.execute("INSERT INTO meta VALUES ('last', 'words')")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert database.with_name("archive.db-wal").stat().st_size
    done = restore(database, copy, NOW)
    assert (value(database, "last"), value(done.aside, "last")) == (None, "words")


def test_a_restored_archive_says_so(database):
    """When it was put back and from which time: what was sent in between is not known to it."""
    copy = back_up(database, NOW).path
    with Store(database) as store:
        assert store.meta.restored() is None
    restore(database, copy, NOW + 2 * HOUR)
    with Store(database) as store:
        assert store.meta.get("restored") == "2021-02-10T14:00:00+00:00 2021-02-10T12:00:00+00:00"
        assert store.meta.restored() == (NOW + 2 * HOUR, NOW)


def test_a_copy_that_was_put_back_by_hand_says_so_too(database):
    """Whoever copies the file with the system's own means and starts the bot is found out by the copy's own note."""
    copy = back_up(database, NOW).path
    database.write_bytes(copy.read_bytes())
    with Store(database) as store:
        store.meta.woken(NOW + HOUR)
        assert store.meta.restored() == (NOW + HOUR, NOW)
        store.meta.woken(NOW + 5 * HOUR)
        assert store.meta.restored() == (NOW + HOUR, NOW)


def _damage(path):
    spoil(path, 40960, 40960)


def _foreign(path):
    path.unlink()
    sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()


def _newer(path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('bluehelm', 'm999_x', '')")


@pytest.mark.parametrize(
    ("ruin", "line"),
    [
        (_damage, "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:30000]), "is damaged"),
        (lambda path: path.write_bytes(b"noise" * 9000), "is damaged"),
        (lambda path: path.write_bytes(b""), "is no copy of an archive"),
        (_foreign, "is no copy of an archive"),
        (_newer, "was written by a newer version (m999_x)"),
        (lambda path: path.unlink(), "there is no such file"),
    ],
    ids=["damaged", "truncated", "noise", "empty", "foreign", "newer", "missing"],
)
def test_an_unfit_copy_changes_nothing(database, ruin, line):
    """It is looked at first: one line, and the archive and everything beside it are as they were."""
    copy = back_up(database, NOW).path
    ruin(copy)
    before, files = database.read_bytes(), ours(database.parent)
    result = said("restore", copy, "--db", database)
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1 and line in result.output
    assert (database.read_bytes(), ours(database.parent)) == (before, files)


def test_another_programs_database_is_refused_as_it_is(tmp_path):
    """Named by mistake, it is not made an archive of ours; an empty file, as a killed first start leaves one, is."""
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE accounts (name TEXT)")
    before = other.read_bytes()
    with pytest.raises(StoreError, match=r"other\.db: is no archive of Bluehelm"):
        Store(other)
    assert other.read_bytes() == before
    (tmp_path / "empty.db").touch()
    Store(tmp_path / "empty.db").close()


def test_nothing_is_put_back_under_a_running_bot(database):
    """It is named, and asked to be stopped; so is a program that reads while something waits to be written down."""
    copy = back_up(database, NOW).path
    before = database.read_bytes()
    with lock(database):
        result = said("restore", copy, "--db", database)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{database}: another bluehelm (process {os.getpid()}) uses this database",
        "Stop it first; nothing was changed.",
    ]
    assert database.read_bytes() == before
    assert said("restore", database, "--db", database).output == f"{database}: is the archive itself\n"


def test_a_reader_in_the_way_is_named(database, monkeypatch):
    """What was written last can't be written down while somebody reads what was before: nothing is changed."""
    monkeypatch.setattr("feeds.store.upkeep.restore._WAIT_MS", 50)
    copy = back_up(database, NOW).path
    with contextlib.closing(sqlite3.connect(database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        put(database, "since", "yes")
        with pytest.raises(StoreError, match="another program reads it"):
            restore(database, copy, NOW)
    assert value(database, "since") == "yes"


@pytest.mark.parametrize("broken", ["faults", "keep_on_disk", "_exchange"])
def test_a_way_back_that_fails_half_way_changes_nothing(database, monkeypatch, broken):
    """A full disk or a fault at any step before the last one leaves the archive as it was, and no file of ours."""
    copy = back_up(database, NOW).path
    put(database, "since", "yes")
    files = ours(database.parent)
    with monkeypatch.context() as patched:
        patched.setattr(f"feeds.store.upkeep.restore.{broken}", _no_space)
        with pytest.raises(StoreError, match="No space left on device"):
            restore(database, copy, NOW)
    assert (value(database, "since"), ours(database.parent)) == ("yes", files)


def _no_space(*_):
    raise OSError(28, "No space left on device")


# damage


def test_a_sound_archive_opens_as_ever(database):
    """Nothing is said, moved or written."""
    before = database.read_bytes()
    assert damaged(database, NOW) is None
    assert database.read_bytes() == before
    assert damaged_before(database) is None


def _truncated(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // 4096 * 4096])


def _cut(path):
    path.write_bytes(path.read_bytes()[:50_001])


def _noise(path):
    path.write_bytes(os.urandom(50_000))


DAMAGES = {"spoilt": _damage, "truncated": _truncated, "cut": _cut, "noise": _noise}


@pytest.mark.parametrize("ruin", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("copied", [True, False], ids=["copied", "uncopied"])
def test_a_damaged_archive_is_set_aside_with_a_word_on_what_to_do(database, ruin, copied):
    """The file is kept, the newest copy and the command are named, and no empty archive takes its place at the next
    start; the command works."""
    copy = back_up(database, NOW).path if copied else None
    ruin(database)
    if ruin is _noise and not copied:
        pytest.skip("it may be anybody's: the next test")
    spoilt = database.read_bytes()
    for word in ("poll --once", "poll --once", "latest"):
        result = said(*word.split(), "--db", database)
        assert result.exit_code == 1
        [line] = result.output.splitlines()
        assert line.startswith(f"{database}: is damaged and was set aside as archive.db.damaged-")
        assert (f"bluehelm restore {copy} --db {database}" in line) is copied
    assert not database.exists()
    assert damaged_before(database).read_bytes() == spoilt
    if copied:
        assert said(*line.rpartition("bluehelm ")[2].split()).exit_code == 0
        assert damaged(database, NOW) is None
        assert said("latest", "--db", database).exit_code == 0


def test_a_file_that_is_none_of_ours_stays_where_it_is(tmp_path):
    """Somebody mistyped a path: one line, and their notes are not given another name."""
    notes = tmp_path / "notes.txt"
    notes.write_text("some notes" * 200)
    result = said("poll", "--once", "--db", notes)
    assert (result.exit_code, result.output) == (1, f"{notes}: file is not a database\n")
    assert notes.read_text() == "some notes" * 200


def test_who_moves_the_damaged_file_away_begins_anew(database):
    """That is what the line says where there is no copy."""
    _damage(database)
    told = damaged(database, NOW)
    assert told.endswith("move the file away to begin anew")
    with pytest.raises(StoreError, match="set aside"):
        Store(database)
    damaged_before(database).rename(database.with_name("elsewhere.db"))
    Store(database).close()


def test_an_empty_file_is_begun_unless_there_are_copies(database, tmp_path):
    """A file that somebody touched is a new archive; one that has copies was emptied, and nothing is written to it."""
    (tmp_path / "new.db").touch()
    Store(tmp_path / "new.db").close()
    back_up(database, NOW)
    database.write_bytes(b"")
    with pytest.raises(StoreError, match="is empty; the newest copy is of 2021-02-10 12:00 UTC"):
        Store(database)
    assert database.read_bytes() == b""


def test_last_words_beside_an_empty_file_are_not_thrown_away(database):
    """SQLite would delete them; the bot does not open such a file."""
    database.write_bytes(b"")
    database.with_name("archive.db-wal").write_bytes(b"last words")
    with pytest.raises(StoreError, match="what was written last is beside it"):
        Store(database)
    assert database.with_name("archive.db-wal").read_bytes() == b"last words"


def test_odd_places_are_one_line_or_none(database, tmp_path):
    """A folder and links in a circle are refused; through a link the archive itself is opened, locked and copied."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for odd in ("folder", "round"):
        for words in (("poll", "--once"), ("backup",), ("latest",)):
            result = said(*words, "--db", tmp_path / odd)
            assert result.exit_code in (1, 2)
            assert "Traceback" not in result.output
        with pytest.raises(StoreError):
            Store(tmp_path / odd)
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(database)
    with lock(database), pytest.raises(LockedError), lock(link):
        pass
    copy = back_up(link, NOW).path
    assert copy.parent == database.parent / "backups"
    done = restore(link, copy, NOW)
    assert link.is_symlink() and done.aside.parent == database.parent
    assert value(database, "restored")


@pytest.mark.parametrize(
    "words",
    [("poll", "--once"), ("latest",), ("search", "mali"), ("backup",), ("restore", "copy"), ("run",), ("health",)],
)
def test_what_is_no_file_is_one_line_and_never_waited_for(tmp_path, database, words):
    """A pipe, which nobody writes into, in the place of the archive."""
    back_up(database, NOW).path.rename(tmp_path / "copy")
    os.mkfifo(tmp_path / "pipe")
    config = tmp_path / "bluehelm.toml"
    config.write_text(
        f'watches = "{ROOT / "seeds" / "watches"}"\nfeeds = "{ROOT / "config" / "feeds.toml"}"\ndatabase = "pipe"\n'
        '[[watch]]\nname = "minusma"\n'
    )
    words = [str(tmp_path / "copy") if one == "copy" else one for one in words]
    result = said(*words, "--config", config)
    before = 2 if words == ["run"] else 0  # it greets first
    assert (result.exit_code, len(result.output.splitlines())) == (1, before + 1), result.output
    assert "Traceback" not in result.output


def test_doctor_does_not_wait_for_what_is_no_file(tmp_path):
    """It is said what stands there."""
    os.mkfifo(tmp_path / "pipe")
    assert condition_of(tmp_path / "pipe").problem == "it is no file"


ODD_TIMES = [b"\xff\x00", 7, "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2021-02-10T12:00:00", "noon"]


@pytest.mark.parametrize("odd", ODD_TIMES, ids=repr)
def test_an_odd_time_of_a_copy_is_an_unknown_one(database, odd):
    """No text, no time, one that no calendar has: the copy can be put back all the same, by either way."""
    copy = back_up(database, NOW).path
    put(copy, "copied", odd)
    put(copy, "last_tick", odd)
    put(copy, "checked", odd)
    plain = copy.rename(copy.with_name("other.db"))
    assert restore(database, plain, NOW).copied is None
    database.write_bytes(plain.read_bytes())
    with Store(database) as store:
        store.meta.woken(NOW)
        assert store.meta.restored() == (NOW, None)
    assert condition_of(database).there


@pytest.mark.parametrize("odd", ODD_TIMES, ids=repr)
@pytest.mark.parametrize(
    ("table", "column"), [("stories", "opened"), ("deliveries", "created"), ("feeds", "next_check"), ("meta", "value")]
)
def test_an_odd_time_in_a_row_is_one_line(database, table, column, odd):
    """Whatever stands where a time should; nobody gets a trace."""
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        if table == "meta":
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("last_tick", odd), ("restored", odd)])
        else:
            db.execute(f"UPDATE {table} SET {column} = ?", [odd])
    reading_it = {
        "stories": lambda store: store.stories.latest(5), "deliveries": lambda store: store.outbox.claim(NOW),
        "feeds": lambda store: store.feeds.all(), "meta": lambda store: (store.days.last_tick(), store.meta.restored()),
    }  # fmt: skip
    with pytest.raises(sqlite3.OperationalError, match="a row cannot be understood"), Store(database) as store:
        reading_it[table](store)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("fixed", ["file", "folder"])
def test_what_may_not_be_written_is_one_line(database, tmp_path_factory, fixed):
    """Whether file or folder: no round, and no way back; a copy to elsewhere can be made all the same."""
    put(database, "since", "yes")
    place = database if fixed == "file" else database.parent
    place.chmod(0o400 if fixed == "file" else 0o500)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy.db"
    try:
        assert said("backup", "--db", database, "--to", elsewhere).exit_code == 0
        for words in (("poll", "--once"), *([("restore", elsewhere)] if fixed == "folder" else [])):
            result = said(*words, "--db", database)
            assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    finally:
        place.chmod(0o700)
    assert value(database, "since") == "yes"


def test_a_large_file_is_checked_once_a_day_or_after_an_unclean_end():
    """A small one at every start: nobody notices that."""
    assert check_due(CHECKED_ALWAYS, doubtful=False, checked=NOW, now=NOW)
    assert check_due(CHECKED_ALWAYS + 1, doubtful=False, checked=None, now=NOW)
    assert check_due(CHECKED_ALWAYS + 1, doubtful=True, checked=NOW, now=NOW)
    assert not check_due(CHECKED_ALWAYS + 1, doubtful=False, checked=NOW, now=NOW + 23 * HOUR)
    assert check_due(CHECKED_ALWAYS + 1, doubtful=False, checked=NOW, now=NOW + DAY)
    assert check_due(CHECKED_ALWAYS + 1, doubtful=False, checked=NOW, now=NOW - HOUR)


def test_the_check_of_a_large_file_is_noted_and_bounded(database, monkeypatch, caplog):
    """It is said how long it takes; the next start on the same day has none; one that takes too long is given up."""
    caplog.set_level("INFO", "feeds")
    monkeypatch.setattr("feeds.store.upkeep.damage.CHECKED_ALWAYS", 1000)
    assert damaged(database, NOW) is None
    assert "checking the archive, " in caplog.text
    caplog.clear()
    assert damaged(database, NOW + HOUR) is None
    assert caplog.text == ""
    monkeypatch.setattr("feeds.store.upkeep.damage.MOST_SECONDS", -1.0)
    monkeypatch.setattr("feeds.store.upkeep.damage._STEPS", 1)
    assert damaged(database, NOW + 2 * DAY) is None


FLIPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 7)), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder, the bytes of an archive, and how many rows each of its tables has."""
    folder = tmp_path_factory.mktemp("whole")
    path = folder / "archive.db"
    with opened(path) as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*channel())
        store.commit(plan(*[reading(n) for n in range(1, 15)]), NOW)
        store.outbox.claim(NOW)
    return folder, path.read_bytes(), counted(path)


TABLES = ("entries", "entry_keys", "stories", "findings", "deliveries", "channels")


def counted(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [db.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchone()[0] for table in TABLES]


@given(FLIPS)
def test_flipped_bits_are_nothing_or_one_line(whole, flips):
    """Wherever they fall: the archive works and has every row, or one line says what is wrong and the file is kept as
    it is; what SQLite can't see, in the midst of a text, is a line where that row is read."""
    folder, content, rows = whole
    path, spoilt = folder / "archive.db", bytearray(content)
    for at, bit in flips:
        spoilt[at * 977 % len(spoilt)] ^= 1 << bit
    for left in folder.iterdir():
        left.unlink()
    path.write_bytes(spoilt)
    if damaged(path, NOW):
        assert damaged_before(path).read_bytes() == spoilt
        return
    try:
        with Store(path) as store:
            assert counted(path) == rows
            store.outbox.claim(NOW)
            store.feeds.due(NOW)
            assert (store.stories.latest(50), store.archive.entries(0, 1000), store.channels.all()) != ([], [], [])
            store.commit(plan(reading(99)), NOW)
    except (StoreError, sqlite3.Error) as error:
        assert len(str(error).splitlines()) == 1


def test_a_bug_is_not_taken_for_a_damaged_row(database):
    """Only what the store itself can't read is; who asks it gets their own mistakes back as they are."""
    with pytest.raises(ValueError, match="mine"), Store(database):
        raise ValueError("mine")
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        db.execute("UPDATE stories SET opened = '2021-02m10'")
    with (
        pytest.raises(sqlite3.OperationalError, match="a row cannot be understood: ValueError"),
        Store(database) as store,
    ):
        store.stories.latest(5)
    result = said("latest", "--db", database)
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)


@pytest.mark.slow
def test_a_running_bot_ends_with_a_line_when_its_archive_is_damaged(tmp_path):
    """Status 1, no trace; the file is set aside and the copy named."""
    path = tmp_path / "bluehelm.db"
    opened(path).close()
    back_up(path, NOW)
    program = start(tmp_path, "http://127.0.0.1:9/")
    try:
        deadline = time.monotonic() + 20
        while not path.with_name("bluehelm.db-wal").exists() or value(path, "last_tick") is None:
            assert time.monotonic() < deadline and program.poll() is None
            time.sleep(0.05)
        for file in (path, *beside(path)):
            spoil(file, 0, file.stat().st_size)
        _, told = program.communicate(timeout=20)
    finally:
        program.kill()
        program.communicate()
    assert program.returncode == 1, told
    assert "Traceback" not in told
    assert told.count("the archive is damaged (") == 1
    assert "is damaged and was set aside as bluehelm.db.damaged-" in told.splitlines()[-1]
    assert "bluehelm restore " in told.splitlines()[-1]


async def test_damage_at_run_time_is_one_error_and_nothing_more_is_written(database, caplog):
    """Who asks gets what all that write to a full disk expect, the log one line, and the file stays as it was then."""
    thread = StoreThread(lambda: Store(database))
    async with thread:
        _damage(database)
        database.with_name("archive.db-wal").unlink(missing_ok=True)
        with pytest.raises(DamageError, match="malformed"):
            await thread.run(lambda store: [store.archive.entries(0, 1000), store._db.execute("VACUUM")])
        assert thread.damaged.is_set()
        before = database.read_bytes()
        with pytest.raises(DamageError):
            await thread.run(lambda store: store.meta.put("more", "words"))
        assert database.read_bytes() == before
    assert [one.getMessage() for one in caplog.records] == [
        "the archive is damaged (database disk image is malformed): nothing more is read or written"
    ]


# who may read


def test_files_are_private_from_the_first_byte(tmp_path):
    """Also where the system gives everybody everything: the archive, what SQLite keeps beside it, and copies."""
    before = os.umask(0)
    try:
        with Store(tmp_path / "data" / "archive.db") as store:
            store.meta.put("a", "b")
            back_up(tmp_path / "data" / "archive.db", NOW)
            found = {one.name: mode(one) for one in (tmp_path / "data").rglob("*") if one.is_file()}
    finally:
        os.umask(before)
    assert set(found.values()) == {0o600}
    assert {"archive.db", "archive.db-wal", "archive.db-shm"} < set(found)


@pytest.mark.parametrize("links", [True, False], ids=["links", "no-links"])
@pytest.mark.parametrize("stands", ["whole", "stray"])
def test_what_a_restore_leaves_is_private(database, monkeypatch, links, stands):
    """Also what was open to others before: the file that was set aside, and what was written last and had stayed where
    a damaged one was."""
    copy, wal = back_up(database, NOW).path, next(beside(database))
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", lambda *_: (_ for _ in ()).throw(OSError("no links here")))
    if stands == "stray":
        wal.write_bytes(b"last words")
        database.rename(database.with_name("archive.db.damaged-20210101T000000Z"))
    for one in database.parent.glob("archive.db*"):
        one.chmod(0o644)
    before = os.umask(0)
    try:
        restore(database, copy, NOW + HOUR)
    finally:
        os.umask(before)
    left = [one for one in database.parent.glob("archive.db*") if not one.name.endswith(".lock")]
    assert len(left) == (2 if stands == "whole" else 3)
    assert [one.name for one in left if mode(one) != 0o600] == []


async def test_files_that_others_may_read_are_named_at_the_start(database, caplog):
    """With what keeps them out; they are left as they are."""
    database.chmod(0o640)
    assert open_to_others(database) == [database]
    async with App(Settings(database=database), [], [], once=True):
        pass
    [line] = [one.getMessage() for one in caplog.records if "others" in one.getMessage()]
    assert line.startswith(f"others may read {database}") and line.endswith(": chmod 600 keeps them out")
    assert mode(database) == 0o640


# by schedule


async def test_the_planned_copy_is_made_beside_the_bot(database, caplog):
    """At its time, with the round going on meanwhile, and older ones are deleted by the rule."""
    clock = [datetime(2021, 2, 10, 2, 59, tzinfo=UTC)]
    settings = Settings(database=database)
    async with App(settings, [], [], once=True, clock=lambda: clock[0]) as app:
        for minutes in (0, 2, 30):
            clock[0] = datetime(2021, 2, 10, 2, 59, tzinfo=UTC) + timedelta(minutes=minutes)
            app.courier.wake = lambda: None
            await app.keep_agenda()
            await app.copyist.idle()
    assert [one.at for one in copies_of(database)] == [datetime(2021, 2, 10, 3, 1, tzinfo=UTC)]
    assert value(database, "checked") == "2021-02-10T03:01:00+00:00"


async def test_a_planned_copy_that_was_cut_off_is_made_after_the_next_start(database, monkeypatch):
    """A while after it, and once; the end of the bot does not put it off for a day."""
    clock = [datetime(2021, 2, 10, 3, 1, tzinfo=UTC)]
    settings = Settings(database=database)

    async def run(minutes, *, wait=True):
        clock[0] += timedelta(minutes=minutes)
        await app.keep_agenda()
        if wait:
            await app.copyist.idle()

    async with App(settings, [], [], once=True, clock=lambda: clock[0] - 2 * MINUTE) as app:
        await app.keep_agenda()
    with monkeypatch.context() as slow:
        slow.setattr(backups_module, "_PAGES", 1)
        slow.setattr(backups_module, "_PAUSE", 0.05)
        async with App(settings, [], [], once=True, clock=lambda: clock[0]) as app:
            await run(0, wait=False)
    assert copies_of(database) == []
    for _ in range(2):
        async with App(settings, [], [], once=True, clock=lambda: clock[0]) as app:
            for minutes in (5, 4, 2, 9):
                await run(minutes)
    assert [one.at for one in copies_of(database)] == [datetime(2021, 2, 10, 3, 12, tzinfo=UTC)]


async def test_no_copy_is_planned_where_that_is_off(database):
    """An earlier plan is struck out."""
    for backup, jobs in (("03:00 UTC", ["backup"]), ("off", [])):
        async with App(Settings(database=database, backup=backup), [], [], once=True, clock=lambda: NOW) as app:
            await app.keep_agenda()
            found = await app.store.run(lambda store: store.agenda.all())
            assert [one.kind for one in found if one.kind == "backup"] == jobs


async def test_a_failed_copy_is_told_to_the_operators(database, monkeypatch):
    """In a line, and the bot goes on."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 0})())
    async with StoreThread(lambda: Store(database)) as thread:
        told: list[Notice] = []
        await thread.run(lambda store: setattr(store.outbox, "notice", lambda notice, now: told.append(notice)))
        copyist = Copyist(database, thread)
        copyist.begin(NOW)
        await copyist.idle()
        assert [one.kind for one in told] == [NoticeKind.BACKUP_FAILED]
        assert "0 MB are free" in notice_text(told[0])


async def test_the_end_of_the_bot_ends_a_copy(database, monkeypatch):
    """At once, without a word to the operators and without leaving half of it."""
    monkeypatch.setattr(backups_module, "_PAGES", 1)
    monkeypatch.setattr(backups_module, "_PAUSE", 0.05)
    async with StoreThread(lambda: Store(database)) as thread:
        copyist = Copyist(database, thread)
        copyist.begin(NOW)
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await copyist.close()
        assert time.perf_counter() - began < 1
        assert await thread.run(lambda store: store.outbox.notices()) == []
    assert ours(database.parent / "backups") == []
