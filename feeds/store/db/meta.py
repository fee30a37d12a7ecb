"""Small values that outlive a restart, by name."""

from __future__ import annotations

from sqlite_utils import Database

from feeds.store.db.connection import writing


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
