"""Putting a copy in the place of the database: checked first, with the present file kept, and never half-done."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.sentence import Said
from feeds.store.db.connection import StoreError
from feeds.store.db.lock import lock
from feeds.store.db.meta import RESTORED, restored_value
from feeds.store.upkeep.backups import COPIED, BackupError, newer_than_known, schema_of, sign_copy, time_of
from feeds.store.upkeep.damage import faults, is_damage, look_only
from feeds.store.upkeep.shelf import (
    NO_FILE,
    OURS,
    aside_name,
    beside,
    damaged_before,
    file_of,
    keep_on_disk,
    make_private,
    no_file,
    size_of,
    unclean,
)

_CHECK_SECONDS = 3600.0
_WAIT_MS = 2000  # for a command that reads while the database is put away


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put in the place of the database: a copy made at `copied` (None where nothing tells), of a schema; what
    stood there before is in `aside` (None for nothing)."""

    database: Path
    copied: datetime | None
    schema: str
    aside: Path | None


def put_back(database: Path, copy: Path, now: datetime) -> PutBack:
    """Put a copy in the place of the database, which nothing may use meanwhile; what is there is kept under a name with
    the time. The copy itself stays as it is.

    The database then says when it was put back and from which time. It is brought up to date when it is next opened.
    Raises StoreError, or LockedError where the bot runs, with one line; then everything is as it was.
    """
    with lock(database):
        try:
            file = file_of(database)
            _refuse(file, copy)
            with _made(file, copy, now) as (fresh, copied, schema):
                aside = _exchange(file, fresh, now)
        except BackupError as error:
            raise StoreError(Said("{copy}: is no copy of an archive", copy=copy)) from error
        except sqlite3.Error as error:
            if is_damage(error):
                raise StoreError(Said("{copy}: is damaged ({fault})", copy=copy, fault=error)) from error
            raise StoreError(Said("{copy}: cannot be read ({error})", copy=copy, error=error)) from error
        except OSError as error:
            raise StoreError(Said("{file}: cannot be put back ({error})", file=database, error=_why(error))) from error
    return PutBack(database, copied, schema, aside)


def _why(error: OSError) -> str:
    return str(error.strerror or error)


def _refuse(file: Path, copy: Path) -> None:
    if not copy.is_file():
        raise StoreError(Said("{copy}: there is no such file", copy=copy))
    if file.exists() and copy.samefile(file):
        raise StoreError(Said("{copy}: is the archive itself", copy=copy))
    if file.is_dir():
        raise StoreError(Said("{file}: is a folder, and should be a file in one", file=file))
    if no_file(file):
        raise StoreError(Said("{path}: cannot be opened ({error})", path=file, error=NO_FILE))
    need, free = size_of(copy), shutil.disk_usage(file.parent).free
    if free < need:
        raise StoreError(
            Said(
                "{file}: the copy needs {need} MB, and {free} MB are free",
                file=file, need=need // 1_000_000 + 1, free=free // 1_000_000,
            )
        )  # fmt: skip


@contextmanager
def _made(file: Path, copy: Path, now: datetime) -> Iterator[tuple[Path, datetime | None, str]]:
    """A file beside the database that holds what the copy does, found whole, and says that it was put back."""
    fresh = file.with_name(f".{file.name}.restoring")
    fresh.unlink(missing_ok=True)
    make_private(fresh)
    try:
        with closing(look_only(copy, alone=not unclean(copy))) as source:
            schema = _known_schema(copy, source)
            copied = time_of(copy, source)
            with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
                source.backup(target)
                _mark(target, copied, now)
                if found := faults(target, _CHECK_SECONDS):
                    raise StoreError(Said("{copy}: is damaged ({fault})", copy=copy, fault=found[0]))
        keep_on_disk(fresh)
        yield fresh, copied, schema
    finally:
        fresh.unlink(missing_ok=True)


def _known_schema(copy: Path, source: sqlite3.Connection) -> str:
    schema = schema_of(source)
    if unknown := newer_than_known(source):
        raise StoreError(
            Said(
                "{path}: was written by a newer version ({name}); update this program to use it",
                path=copy, name=unknown,
            )
        )  # fmt: skip
    return schema


def _mark(target: sqlite3.Connection, copied: datetime | None, now: datetime) -> None:
    sign_copy(target, now)  # one plain file; the time of the copy goes into the mark
    target.execute("DELETE FROM meta WHERE key = ?", [COPIED])
    value = restored_value(now.astimezone(UTC), copied)
    target.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [RESTORED, value])


def _exchange(file: Path, fresh: Path, now: datetime) -> Path | None:
    """Keep what is there under another name and put the new file in its place, at no time without either."""
    wal, shm = beside(file)
    if not file.exists():
        stray = damaged_before(file)  # what was written last may have been left where it was
        if stray is not None and wal.exists():
            _close(stray)
            _close(wal)
            wal.replace(stray.with_name(f"{stray.name}-wal"))
        aside = None
    else:
        _settle(file)
        aside = aside_name(file, "before-restore", now)
        _second_name(file, aside)
        if wal.exists() and wal.stat().st_size:  # of a damaged file, whose last words can't be written into it
            _copy(wal, aside.with_name(f"{aside.name}-wal"))
    wal.unlink(missing_ok=True)  # SQLite would take it for the new file's
    shm.unlink(missing_ok=True)
    fresh.replace(file)
    keep_on_disk(file.parent)
    return aside


def _settle(file: Path) -> None:
    """Write what stands beside the file into it, as far as that is possible. Raises StoreError where somebody reads."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file, timeout=_WAIT_MS / 1000)) as db:
        if not unclean(file):
            return
        busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreError(Said("{file}: another program reads it; try again when that has ended", file=file))


def _second_name(file: Path, aside: Path) -> None:
    """A second name for the file, where the disk knows such; else a copy of it. Others may not read it any more."""
    _close(file)
    try:
        aside.hardlink_to(file)
    except OSError:
        _copy(file, aside)
        keep_on_disk(aside)


def _copy(file: Path, to: Path) -> None:
    make_private(to)
    shutil.copyfile(file, to)


def _close(file: Path) -> None:
    """Take a file away from others, as far as it is ours."""
    with suppress(PermissionError):
        file.chmod(OURS)
