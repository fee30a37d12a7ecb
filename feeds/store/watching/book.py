"""What members changed of the watches: which are on, their thresholds and phrases."""

from __future__ import annotations

from sqlite_utils import Database

from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.db.story_rows import SEEN_STORY
from feeds.watching.model import WatchChange
from seeds.text.fold import fold


class WatchBook:
    """Changes of watches over one connection; the archive of a watch is never touched by them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[WatchChange, ...]:
        """Everything that was changed, by watch."""
        found = self._db.query("SELECT * FROM watch_changes ORDER BY watch, setting, subject")
        return tuple(_change(row) for row in found)

    def put(self, change: WatchChange) -> None:
        """Keep a change, instead of the one of the same thing."""
        values = [change.phrase, change.value, change.by, rows.stamp(change.at)]
        with writing(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO watch_changes (watch, setting, subject, said, value, by, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [change.watch, change.setting, phrase_key(change.phrase), *values],
            )

    def forget(self, watch: str, setting: str, phrase: str = "") -> None:
        """From now on the files have the say again in this."""
        with writing(self._db):
            sql = "DELETE FROM watch_changes WHERE watch = ? AND setting = ? AND subject = ?"
            self._db.execute(sql, [watch, setting, phrase_key(phrase)])

    def stories(self) -> dict[str, int]:
        """How many stories of each watch the archive holds, of those that have any."""
        sql = f"SELECT watch, count(*) FROM stories s WHERE merged_into IS NULL AND {SEEN_STORY} GROUP BY watch"
        return {str(watch): int(number) for watch, number in self._db.execute(sql)}


def phrase_key(phrase: str) -> str:
    """A phrase as it is compared: without case and accents."""
    return fold(phrase).strip()


def _change(row: rows.Row) -> WatchChange:
    at = rows.time_in(row["at"])
    return WatchChange(row["watch"], row["setting"], row["value"], row["by"], at, row["said"])
