"""How the days went: counters of what was polled, read and flagged, and the scheduler's last tick."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlite_utils import Database

from feeds.model import Day
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.db.meta import Meta

ABSENCE = timedelta(hours=1)
"""After so long without a tick nobody can say that nothing happened; feeds keep what is younger."""


class DayCounts:
    """Counters and the tick over one connection."""

    def __init__(self, db: Database) -> None:
        self._db, self._meta = db, Meta(db)

    def tick(self, now: datetime) -> None:
        """Note that the scheduler is alive."""
        with writing(self._db):
            self._meta.put("last_tick", rows.stamp(now))

    def last_tick(self) -> datetime | None:
        """When the scheduler last ticked."""
        return rows.instant_of(self._meta.get("last_tick"))

    def woke(self, now: datetime) -> None:
        """The program starts: note since when nobody has looked, where that is worth a word."""
        last = self.last_tick()
        if last is not None and now - last > ABSENCE:
            with writing(self._db):
                self._db.execute(
                    "INSERT OR REPLACE INTO absences (began, ended) VALUES (?, ?)", [rows.stamp(last), rows.stamp(now)]
                )

    def count(self, now: datetime, day: Day) -> None:
        """Add to the counters of today (UTC)."""
        with writing(self._db):
            self._db.execute(
                """INSERT INTO days (day, polls, failures, read, matched) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (day) DO UPDATE SET polls = polls + excluded.polls,
                    failures = failures + excluded.failures, read = read + excluded.read,
                    matched = matched + excluded.matched""",
                [now.astimezone(UTC).date().isoformat(), day.polls, day.failures, day.read, day.matched],
            )

    def day(self, day: date) -> Day:
        """The counters of one day (UTC); zeroes for a day without polls."""
        sql = "SELECT polls, failures, read, matched FROM days WHERE day = ?"
        row = self._db.execute(sql, [day.isoformat()]).fetchone()
        return Day(*row) if row else Day()

    def looked(self) -> list[date]:
        """The days (UTC) on which some feed was read, in order."""
        found = self._db.execute("SELECT day FROM days WHERE polls > failures ORDER BY day").fetchall()
        return [date.fromisoformat(row[0]) for row in found]

    def total(self) -> Day:
        """The counters of all days together."""
        row = self._db.execute("SELECT sum(polls), sum(failures), sum(read), sum(matched) FROM days").fetchone()
        return Day(*(value or 0 for value in row))
