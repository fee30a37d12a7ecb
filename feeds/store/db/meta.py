"""Small values that outlive a restart, by name."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlite_utils import Database

from feeds.store.db import rows
from feeds.store.db.connection import writing

RESTORED = "restored"
"""Under this name stands that a copy was put in the place of the database: when, and from which time it was."""


class Meta:
    """Named values over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, key: str) -> str | None:
        """The value of a name; None when there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, value: str) -> None:
        """Keep a value under a name, instead of an earlier one."""
        with writing(self._db):
            self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value])

    def restored(self) -> tuple[datetime, datetime | None] | None:
        """When a copy was last put in the place of this database, and of which time it was (None: nobody knows)."""
        value = self.get(RESTORED)
        at, _, copied = (value or "").partition(" ")
        return (rows.time_in(at), rows.time_in(copied) if copied else None) if value else None

    def woken(self, now: datetime) -> None:
        """A copy that somebody has put in its place by hand, and that is now opened as the database, says so from now
        on; of an unknown time, where the copy tells none that can be read."""
        copied = self.get("copied")
        if copied is not None:
            try:
                of = rows.time_in(copied)
            except ValueError:
                of = None
            with writing(self._db):
                self.put(RESTORED, restored_value(now, of))
                self._db.execute("DELETE FROM meta WHERE key = 'copied'")


def restored_value(at: datetime, copied: datetime | None) -> str:
    """The value that stands under `RESTORED`: both times in UTC, one behind the other; the second may be missing."""
    times = [at, copied] if copied is not None else [at]
    return " ".join(one.astimezone(UTC).isoformat(timespec="seconds") for one in times)
