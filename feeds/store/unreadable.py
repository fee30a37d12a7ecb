"""What could not be read, and why: bodies that are not tried again, items that are kept by name only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.model import Cause, CauseKind
from feeds.store.db import rows
from feeds.store.db.connection import writing

# A body that met a fault of ours is tried once more after so long: the program may have learned to read it.
_FAULTY_FOR = timedelta(days=1)
# A feed whose every body is unreadable is told of once in so long.
_TOLD_FOR = timedelta(days=1)
_MOST = 100  # bodies that are remembered of one feed, for one that never sends the same


class Unreadables:
    """Over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def body(self, feed: str, digest: str, now: datetime, limits: str = "") -> Cause | None:
        """Why the body with that hash is not to be read within the `limits`; None when it is to be tried."""
        sql = "SELECT reason, at FROM unreadable_bodies WHERE feed = ? AND hash = ? AND limits = ?"
        row = self._db.execute(sql, [feed, digest, limits]).fetchone()
        reason = rows.cause_of(row[0]) if row else None
        faulty = reason is not None and reason.kind is CauseKind.READING_FAULT
        return None if faulty and row[1] <= rows.stamp(now - _FAULTY_FOR) else reason

    def refuse(self, feed: str, digest: str, reason: Cause, now: datetime, limits: str = "") -> bool:
        """Remember that a feed's body exceeds the `limits`. Whether that is worth a word: neither this body nor, for a
        day, another of the feed was refused."""
        with writing(self._db):
            known = self._db.execute(
                "SELECT 1 FROM unreadable_bodies WHERE feed = ? AND (hash = ? OR at > ?)",
                [feed, digest, rows.stamp(now - _TOLD_FOR)],
            ).fetchone()
            self._db.execute(
                "INSERT OR REPLACE INTO unreadable_bodies (feed, hash, reason, at, limits) VALUES (?, ?, ?, ?, ?)",
                [feed, digest, rows.cause_row(reason), rows.stamp(now), limits],
            )
            self._db.execute(
                """DELETE FROM unreadable_bodies WHERE feed = ? AND hash NOT IN (
                    SELECT hash FROM unreadable_bodies WHERE feed = ? ORDER BY at DESC, hash LIMIT ?)""",
                [feed, feed, _MOST],
            )
        return known is None

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
