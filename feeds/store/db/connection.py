"""One connection, opened the same way everywhere, and the transaction in which everything is written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from config.sentence import Said, placed, strung, worded
from feeds.store.db.schema import known_migrations, migrations
from feeds.store.upkeep.damage import lost
from feeds.store.upkeep.shelf import NO_FILE, file_of, make_private, no_file

# Kilobytes of the file that are kept beside the system's own cache of it: half of what SQLite would take.
_CACHE = 1000


class StoreError(Exception):
    """The database can't be used at all; the text is one line for the operator."""


# What the database's library says, as far as an operator meets it.
_REASONS: Mapping[str, str] = {
    one: one
    for one in (
        NO_FILE,
        Said("file is not a database"),
        Said("database is locked"),
        Said("database disk image is malformed"),
        Said("database or disk is full"),
        Said("disk I/O error"),
        Said("unable to open database file"),
        Said("attempt to write a readonly database"),
    )
}


def reason_in(error: sqlite3.Error) -> str:
    """What a database's error tells, as a sentence where it is one of the usual ones."""
    return _REASONS.get(str(error), str(error))


def connect(path: Path, busy_seconds: float = 5.0) -> Database:
    """The database at `path`, made and migrated when needed. It belongs to the thread that asks.

    Another program's lock is waited for `busy_seconds`, then sqlite3.OperationalError comes. Raises StoreError when
    the file can't be made, is no database, is another program's, was written by a newer version, or was lost and has a
    copy that can be put back. A new one is for its owner alone to read.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_lost(path)
        _refuse_no_file(path)
        make_private(file_of(path))
        with closed_on_failure(Database(sqlite3.connect(path, timeout=busy_seconds))) as db:
            _refuse_others(path, db)
            _refuse_newer(path, db)
            db.execute("PRAGMA journal_mode = WAL")
            _configure(db)
            if migrations.pending(db):
                migrations.apply(db)
            return db
    except sqlite3.OperationalError as error:
        raise StoreError(Said("{path}: cannot be opened ({error})", path=path, error=reason_in(error))) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(strung(": ", (str(path), reason_in(error)))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(placed(path, error)) from error


def look(path: Path) -> Database:
    """The database at `path` for reading only, whoever else writes.

    Raises StoreError when there is none of ours, or one of another version.
    """
    try:
        _refuse_lost(path)
        _refuse_no_file(path)
        if not path.is_file():
            raise StoreError(Said("{path}: there is no archive yet", path=path))
        with closed_on_failure(Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))) as db:
            _configure(db)
            _refuse_newer(path, db)
            if migrations.pending(db):
                raise outdated(path)
            return db
    except sqlite3.DatabaseError as error:
        raise StoreError(strung(": ", (str(path), reason_in(error)))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(placed(path, error)) from error


@contextmanager
def closed_on_failure(db: Database) -> Iterator[Database]:
    """A connection that is closed at once when something is wrong inside: one that is left to itself is in a circle of
    references, and holds the file and what stands beside it, though another may have been put in its place since."""
    try:
        yield db
    except BaseException:
        db.close()
        raise


def outdated(path: Path) -> StoreError:
    """What to say of a database that must be upgraded before it can be read."""
    return StoreError(
        Said("{path}: is no archive of this version; `bluehelm poll --once` brings one up to date", path=path)
    )


def _refuse_lost(path: Path) -> None:
    if told := lost(path):
        raise StoreError(told)


def _refuse_no_file(path: Path) -> None:
    if no_file(file_of(path)):
        raise StoreError(Said("{path}: cannot be opened ({error})", path=path, error=NO_FILE))


def _refuse_others(path: Path, db: Database) -> None:
    """A file that somebody names by mistake stays as it is: one that holds something, and none of it ours."""
    if not migrations.applied(db) and set(db.table_names()) - {migrations.migrations_table}:
        raise StoreError(Said("{path}: is no archive of Bluehelm", path=path))


def _refuse_newer(path: Path, db: Database) -> None:
    unknown = [one.name for one in migrations.applied(db) if one.name not in known_migrations()]
    if unknown:
        form = worded("{path}: was written by a newer version ({version}); update this program to use it")
        raise StoreError(Said(form, path=path, version=unknown[-1]))


def _configure(db: Database) -> None:
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute(f"PRAGMA cache_size = -{_CACHE}")
    db.conn.create_function("seen", 1, lambda _: True)  # until somebody says for whom it is read


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """A transaction that takes the write lock at once, so that it never fails half-way for another writer.

    Inside another one it is part of that. Raises sqlite3.OperationalError, with nothing written, when the database
    is locked or the disk full.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise


_STEPS = 2000  # of SQLite's machine between two looks at the clock: some tens of microseconds


@contextmanager
def hurried(db: Database, seconds: float) -> Iterator[None]:
    """Inside, whatever is asked of the database raises sqlite3.OperationalError ("interrupted") after so many
    seconds."""
    end = time.monotonic() + seconds
    db.conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        db.conn.set_progress_handler(None, _STEPS)
