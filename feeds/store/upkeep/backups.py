"""Copies of the database, made while the bot goes on: in steps, checked, and only then given their name."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from feeds.store.db import rows
from feeds.store.db.connection import StoreError
from feeds.store.db.schema import known_migrations
from feeds.store.upkeep.damage import faults, is_damage, look_only
from feeds.store.upkeep.keeping import copied_at, copy_name, kept_of
from feeds.store.upkeep.shelf import OURS, Copy, copies_folder, copies_of, file_of, keep_on_disk, size_of

COPIED = "copied"
"""The name, among the database's small values, of the time at which a copy was made: only copies have it."""
_PAGES = 256  # pages of 4 kB a step: a megabyte, some milliseconds
_PAUSE = 0.005  # seconds between two steps, in which the disk and the interpreter are the bot's
_CHECK_SECONDS = 3600.0
_SPARE = 5_000_000  # bytes that are left free: the bot goes on writing
_GIVEN_UP = "interrupted"


class BackupError(StoreError):
    """No copy was made. `problem` is "missing", "foreign", "newer", "full", "damaged", "stopped", "there" or "failed",
    and `args` what there is to say of it: bytes `need` and `free`, a `version`, or an `error`'s text."""

    def __init__(self, problem: str, **args: object) -> None:
        super().__init__(problem)
        self.problem, self.args_of = problem, args


def back_up(
    database: Path, now: datetime, to: Path | None = None, *, stopped: Callable[[], bool] = lambda: False
) -> Copy:
    """Copy the database as it is now, whoever writes to it: into the folder of copies, or to a file or folder `to`.

    The copy is one file, for its owner alone, checked and on the disk before it has its name. `now` becomes its time.
    `stopped` is asked all the time and ends it. Raises BackupError; then there is no copy, and no half of one.
    """
    try:
        file = file_of(database)
        if not file.is_file() or not size_of(file):
            raise BackupError("missing")
        with closing(_still(file)) as source:
            target = _target(file, now, to, source)
            _room(size_of(file), target.parent)
            with _part(target) as part:
                _fill(part, source, now, stopped)
                part.replace(target)
            keep_on_disk(target.parent)
    except sqlite3.Error as error:
        if str(error) == _GIVEN_UP:
            raise BackupError("stopped") from error
        problem = "damaged" if is_damage(error) else "failed"
        raise BackupError(problem, error=str(error)) from error
    except OSError as error:
        raise BackupError("failed", error=error.strerror or str(error)) from error
    return Copy(target, now.astimezone(UTC).replace(microsecond=0))


def prune(database: Path, now: datetime) -> list[Path]:
    """Delete the copies that the rule does not keep; returns them. One that can't be deleted stays till next time."""
    copies = copies_of(database)
    kept = kept_of((one.at for one in copies), now)
    gone = [one.path for one in copies if one.at not in kept]
    for path in gone:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return gone


def schema_of(db: sqlite3.Connection) -> str:
    """The newest migration that a database has seen. Raises BackupError where it is none of ours."""
    try:
        sql = "SELECT max(name) FROM _sqlite_migrations WHERE migration_set = 'bluehelm'"
        (newest,) = db.execute(sql).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise BackupError("foreign") from error
        raise
    if newest is None:
        raise BackupError("foreign")
    return str(newest)


def newer_than_known(db: sqlite3.Connection) -> str | None:
    """The newest migration of a newer version than this one, which knows not what to keep of it."""
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'bluehelm' ORDER BY rowid"
    return next((name for (name,) in reversed(db.execute(sql).fetchall()) if name not in known_migrations()), None)


def _still(file: Path) -> sqlite3.Connection:
    """A connection that sees the database as it is now for as long as it is open, and holds up nobody: without that, a
    copy begins anew with each thing that is written meanwhile."""
    db = look_only(file)
    try:
        db.isolation_level = None
        db.execute("PRAGMA busy_timeout = 10000")
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _target(file: Path, now: datetime, to: Path | None, source: sqlite3.Connection) -> Path:
    schema = schema_of(source)
    if unknown := newer_than_known(source):
        raise BackupError("newer", version=unknown)
    name = copy_name(file.stem, now, schema)
    if to is None:
        folder = copies_folder(file)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / name
    target = to / name if to.is_dir() else to
    if target.exists() or target.is_symlink():
        raise BackupError("there", path=str(target))
    return target


def _room(need: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < need + _SPARE:
        raise BackupError("full", need=need, free=free, folder=str(folder))


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """An empty file beside the target, for its owner alone, gone at the end; so are those of killed programs."""
    _clear(target.parent)
    part = target.with_name(f".{target.name}.{os.getpid()}.bluehelm-part")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, OURS)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield part
    finally:
        part.unlink(missing_ok=True)
        os.close(handle)


def _clear(folder: Path) -> None:
    """Take away what killed programs left half-done: what nobody holds a lock on."""
    for left in folder.glob(".*.bluehelm-part"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()
            finally:
                os.close(handle)


def _fill(part: Path, source: sqlite3.Connection, now: datetime, stopped: Callable[[], bool]) -> None:
    """Copy, note the time in the copy, check it, and have the disk keep it. Once it is copied the source is let go: the
    write-ahead log grows for as long as somebody sees the database as it was."""

    def pause(*_: int) -> None:
        if stopped():
            raise sqlite3.OperationalError(_GIVEN_UP)
        time.sleep(_PAUSE)

    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        _unguarded(copy)
        source.backup(copy, pages=_PAGES, progress=pause)
        source.execute("END")
        sign_copy(copy, now)
        if found := faults(copy, _CHECK_SECONDS, stopped):
            raise BackupError("damaged", error=found[0])
    keep_on_disk(part)


def _unguarded(db: sqlite3.Connection) -> None:
    """Nothing needs saving of a file that is thrown away when something goes wrong."""
    for what in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000"):
        db.execute(f"PRAGMA {what}")


def sign_copy(copy: sqlite3.Connection, now: datetime) -> None:
    """Make a copy one file that can be read wherever it is, and note in it when it was made."""
    copy.execute("PRAGMA journal_mode = DELETE")
    copy.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        [COPIED, now.astimezone(UTC).isoformat(timespec="seconds")],
    )


def time_of(copy: Path, db: sqlite3.Connection) -> datetime | None:
    """When a copy was made: as it says itself, else by its name, else by its last tick; None where nothing tells."""
    found = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('copied', 'last_tick')").fetchall())
    named = copied_at(copy.name, copy.name.rsplit("-", 2)[0])
    return _read(found.get(COPIED)) or named or _read(found.get("last_tick"))


def _read(said: object) -> datetime | None:
    with suppress(ValueError):
        return rows.time_in(said)
    return None
