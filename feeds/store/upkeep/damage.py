"""A damaged database: found when the bot starts and while it runs, set aside, and said in one line with what to do."""

from __future__ import annotations

import logging
import shlex
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from config.sentence import Said
from feeds.store.db import rows
from feeds.store.upkeep.shelf import (
    NO_FILE,
    beside,
    copies_folder,
    copies_of,
    damaged_before,
    file_of,
    no_file,
    set_aside,
    size_of,
    unclean,
)

log = logging.getLogger(__name__)

CHECKED_ALWAYS = 100_000_000
"""Bytes that are checked at every start, in two tenths of a second; more after an unclean end, or once a day."""
SPEED = 300_000_000
"""Bytes that are checked in a second: 500 MB on a busy machine of two cores, less where the disk is slow."""
MOST_SECONDS = 60.0
CHECK_AGAIN = timedelta(days=1)

_CORRUPT, _NO_DATABASE = 11, 26  # SQLITE_CORRUPT and SQLITE_NOTADB, of sqlite.org/rescode.html
_NO_PLACE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY_DIRECTORY)
_MAGIC = b"SQLite format 3\0"
_STEPS = 2000


class DamageError(sqlite3.OperationalError):
    """The database's file is damaged: nothing more is read of it or written to it."""


class UnreadableError(sqlite3.OperationalError):
    """A row holds what none of our programs writes: bits of it were changed in a way that SQLite can't see."""


# Where errors pass through on their way from the store, or from whoever asks it.
_PASSAGES = (__name__, "feeds.store.db.thread")
# What the store asks to make sense of a row.
_READ_BY = ("feeds.stories", "feeds.model", "seeds")


@contextmanager
def readable() -> Iterator[None]:
    """Inside, what the store's own code can't make sense of raises UnreadableError, and nobody gets a trace."""
    try:
        yield
    except (ValueError, LookupError, OverflowError) as error:
        if found := unreadable_row(error):
            raise found from error
        raise


def unreadable_row(error: BaseException | None) -> UnreadableError | None:
    """What an error is that came of reading a row; None for another. The store raises no such errors of its own, so
    it is one where the store was the last to have a hand in it."""
    if not isinstance(error, ValueError | LookupError | OverflowError):
        return None
    names = (str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__))
    ours = [name for name in names if name.partition(".")[0] in ("bot", "feeds", "seeds", "config")]
    while ours and ours[-1].startswith(_READ_BY):
        ours.pop()
    if not ours or not ours[-1].startswith("feeds.store") or ours[-1] in _PASSAGES:
        return None
    told = (str(error).splitlines() or [""])[0]
    return UnreadableError(f"a row cannot be understood: {type(error).__name__}, {told[:200]}")


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file is damaged or no database, and not that it is locked, full or away."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, DamageError) or (isinstance(error, sqlite3.Error) and code in (_CORRUPT, _NO_DATABASE))


def check_due(size: int, *, doubtful: bool, checked: datetime | None, now: datetime) -> bool:
    """Whether a file of so many bytes is checked at this start; `checked` is when it was last checked as a whole, and
    one is `doubtful` that was not closed at its end, or met with damage."""
    if size <= CHECKED_ALWAYS or doubtful or checked is None:
        return True
    return not timedelta(0) <= now - checked < CHECK_AGAIN


def faults(
    db: sqlite3.Connection, seconds: float = MOST_SECONDS, stopped: Callable[[], bool] = lambda: False
) -> list[str]:
    """What SQLite's quick check finds wrong, at most a hundred lines; none where all is well.

    Raises sqlite3.OperationalError ("interrupted") after so many seconds or when it is `stopped`, and where the file
    can't be read.
    """
    end = time.monotonic() + seconds
    db.set_progress_handler(lambda: stopped() or time.monotonic() > end, _STEPS)
    try:
        return [line for (line,) in db.execute("PRAGMA quick_check") if line != "ok"]
    except UnicodeDecodeError as error:
        return [error.reason]
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return [str(error)]
        raise
    finally:
        db.set_progress_handler(None, _STEPS)


def look_only(file: Path, *, alone: bool = False) -> sqlite3.Connection:
    """A connection that changes nothing, not even what stands beside the file; `alone` says that nobody writes to it,
    and that nothing stands there. Raises sqlite3.DatabaseError."""
    if no_file(file):
        raise sqlite3.OperationalError(NO_FILE)
    db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if alone else ''}", uri=True)
    try:
        db.execute("PRAGMA cache_size = -1000").close()
        db.execute("PRAGMA schema_version").close()
    except sqlite3.OperationalError as error:
        db.close()
        # in a folder where nothing may be written, and where nobody has it open: SQLite wants a file beside it
        if alone or error.sqlite_errorcode not in _NO_PLACE or any(one.exists() for one in beside(file)):
            raise
        return look_only(file, alone=True)
    except UnicodeDecodeError as error:  # in what SQLite says of the names of tables
        db.close()
        raise DamageError(error.reason) from error
    except BaseException:
        db.close()
        raise
    return db


def damaged(database: Path, now: datetime, *, suspected: bool = False) -> Said | None:
    """Look at the database before it is opened: a damaged one is set aside, and what to do is returned; None where all
    is well, or where opening it will say what is wrong. A large file that is `suspected` is checked in any case.

    Only who has the database's lock may ask. A check that takes more than a minute is given up, which the log says.
    Raises OSError when a damaged file can't be set aside.
    """
    if told := lost(database):
        return told
    file = file_of(database)
    if not file.is_file() or not _once_ours(database, file) or not _wrong(file, now, suspected=suspected):
        return None
    return said_of(database, set_aside(file, "damaged", now))


def _once_ours(database: Path, file: Path) -> bool:
    """Whether a file was a database; not one that somebody names by mistake, which stays where it is."""
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC or bool(copies_of(database))


def lost(database: Path) -> Said | None:
    """Why a file that is missing or empty must not be made anew: an earlier one was set aside, or has copies. Raises
    OSError where the place can't be looked at."""
    file = file_of(database)
    if not file.exists():
        before = damaged_before(file)
        return said_of(database, before) if before else None
    if file.is_file() and not file.stat().st_size and (unclean(file) or copies_of(database)):
        return said_of(database, None)
    return None


def _wrong(file: Path, now: datetime, *, suspected: bool) -> bool:
    try:
        with closing(look_only(file)) as db:
            size, doubtful = size_of(file), suspected or unclean(file)
            if not check_due(size, doubtful=doubtful, checked=_checked(db), now=now):
                return False
            if size > CHECKED_ALWAYS:
                log.info("checking the archive, %d MB: some %d s", size / 1e6, size / SPEED + 1)
            found = faults(db)
    except sqlite3.DatabaseError as error:
        if str(error) == "interrupted":
            log.warning("the archive's check was given up after %d s; `bluehelm doctor` checks all of it", MOST_SECONDS)
        return is_damage(error)
    if not found and size > CHECKED_ALWAYS:
        _note_checked(file, now)
    return bool(found)


def _checked(db: sqlite3.Connection) -> datetime | None:
    """When the file was last checked as a whole, as far as it tells."""
    try:
        row = db.execute("SELECT value FROM meta WHERE key = 'checked'").fetchone()
        return rows.time_in(row[0]) if row else None
    except (sqlite3.OperationalError, ValueError):
        return None


def _note_checked(file: Path, now: datetime) -> None:
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('checked', ?)", [now.isoformat()])


def said_of(database: Path, aside: Path | None) -> Said:
    """What happened to a damaged database, and the command that puts the newest copy in its place."""
    copies, shown = copies_of(database), str(database)
    told = Said("is damaged and was set aside as {aside}", aside=aside.name) if aside else Said("is empty")
    if copies:
        return Said(
            "{database}: {told}; the newest copy is of {at}, and this puts it back: {back}",
            database=shown, told=told, at=f"{copies[-1].at:%Y-%m-%d %H:%M} UTC",
            back=f"bluehelm restore {shlex.quote(str(copies[-1].path))} --db {shlex.quote(shown)}",
        )  # fmt: skip
    if aside is None:
        return Said("{database}: {told}, but what was written last is beside it; keep both", database=shown, told=told)
    return Said(
        "{database}: {told}; there is no copy of it in {folder}; move the file away to begin anew",
        database=shown, told=told, folder=copies_folder(database),
    )  # fmt: skip
