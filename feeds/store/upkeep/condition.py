"""How the database's file is, for `bluehelm doctor`: looked at whole, and nothing of it changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from feeds.store.db import rows
from feeds.store.db.connection import reason_in
from feeds.store.db.lock import holder
from feeds.store.db.schema import known_migrations
from feeds.store.upkeep.damage import faults, is_damage, look_only, lost
from feeds.store.upkeep.keeping import Condition
from feeds.store.upkeep.shelf import copies_of, file_of, open_to_others

_CHECK_SECONDS = 3600.0
# Where the newest times are, each found by the end of an index or a row.
_NEWEST = (
    "SELECT value FROM meta WHERE key = 'last_tick'",
    "SELECT max(last_checked) FROM feeds",
    "SELECT seen FROM entries ORDER BY id DESC LIMIT 1",
    "SELECT created FROM deliveries ORDER BY n DESC LIMIT 1",
)


def condition_of(database: Path) -> Condition:
    """The state of the file and of what stands around it; whatever is wrong is in what is returned."""
    try:
        file, told = file_of(database), lost(database)
    except OSError as error:
        return Condition(there=False, problem=error.strerror or str(error))
    around = _around(database, file)
    if told or not file.exists():
        return Condition(there=False, lost=told, **around)
    try:
        with closing(look_only(file)) as db:
            return Condition(there=True, **around, **_inside(db))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        why = reason_in(error) if isinstance(error, sqlite3.Error) else str(error)
        found = {"faults": (str(error),)} if is_damage(error) else {"problem": why}
        return Condition(there=True, **around, **found)


def _around(database: Path, file: Path) -> dict[str, Any]:
    copies = copies_of(database)
    folder = next(one for one in file.parents if one.exists())
    return {
        "size": _bytes(file),
        "log": _bytes(file.with_name(f"{file.name}-wal")),
        "free": shutil.disk_usage(folder).free,
        "fixed": next((str(one) for one in (folder, file) if one.exists() and not os.access(one, os.W_OK)), None),
        "loose": tuple(map(str, open_to_others(database))),
        "copies": len(copies),
        "newest_copy": copies[-1].at if copies else None,
        "holder": holder(database),
    }


def _bytes(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0


def _inside(db: sqlite3.Connection) -> dict[str, Any]:
    began = time.monotonic()
    found = faults(db, _CHECK_SECONDS)
    seconds = time.monotonic() - began
    if found:
        return {"faults": tuple(found), "seconds": seconds}
    applied = _applied(db)
    newer = [name for name in applied if name not in known_migrations()]
    return {
        "seconds": seconds,
        "schema": max(applied, default=None),
        "newer": newer[-1] if newer else None,
        "pending": bool(known_migrations() - set(applied)),
        "newest": _newest(db),
    }


def _applied(db: sqlite3.Connection) -> list[str]:
    try:
        sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'bluehelm' ORDER BY rowid"
        return [str(name) for (name,) in db.execute(sql)]
    except sqlite3.OperationalError:
        return []


def _newest(db: sqlite3.Connection) -> datetime | None:
    found: list[datetime] = []
    for sql in _NEWEST:
        with suppress(sqlite3.Error, ValueError):
            row = db.execute(sql).fetchone()
            if row and row[0]:
                found.append(rows.time_in(row[0]))
    return max(found, default=None)
