"""What could not be read, and why: bodies that are not tried again for a while, items that are kept by name only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.model import Cause
from feeds.store.db import rows
from feeds.store.db.connection import writing

# A body that was refused is tried once more after so long: the program may have learned to read it.
_REFUSED_FOR = timedelta(days=1)


class Unreadables:
    """Over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def body(self, feed: str, digest: str, now: datetime) -> Cause | None:
        """Why the body with that hash is not to be read now; None when it is to be tried."""
        sql = "SELECT reason FROM unreadable_bodies WHERE feed = ? AND hash = ? AND at > ?"
        row = self._db.execute(sql, [feed, digest, rows.stamp(now - _REFUSED_FOR)]).fetchone()
        return rows.cause_of(row[0]) if row else None

    def refuse(self, feed: str, digest: str, reason: Cause, now: datetime) -> bool:
        """Remember a feed's unreadable body, instead of an earlier one. Whether it is another than that."""
        with writing(self._db):
            before = self._db.execute("SELECT hash FROM unreadable_bodies WHERE feed = ?", [feed]).fetchone()
            self._db.execute(
                "INSERT OR REPLACE INTO unreadable_bodies (feed, hash, reason, at) VALUES (?, ?, ?, ?)",
                [feed, digest, rows.cause_row(reason), rows.stamp(now)],
            )
        return before is None or before[0] != digest

    def mark(self, entry: int, reason: Cause | None) -> None:
        """Remember why an entry is kept by name only; None when it can be read after all."""
        with writing(self._db):
            if reason is None:
                self._db.execute("DELETE FROM unreadable_entries WHERE entry = ?", [entry])
            else:
                sql = "INSERT OR REPLACE INTO unreadable_entries (entry, reason) VALUES (?, ?)"
                self._db.execute(sql, [entry, rows.cause_row(reason)])

    def entry(self, entry: int) -> Cause | None:
        """Why an entry could not be read; None for all others."""
        row = self._db.execute("SELECT reason FROM unreadable_entries WHERE entry = ?", [entry]).fetchone()
        return rows.cause_of(row[0]) if row else None
