"""What we remember of each feed between polls, and how the days went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlite_utils import Database

from feeds.model import Day, Feed, FeedState
from feeds.store import rows
from feeds.store.connection import writing

_NAMES = ", ".join(rows.FEED_COLUMNS)
_MARKS = ", ".join("?" * len(rows.FEED_COLUMNS))
_SETS = ", ".join(f"{name} = excluded.{name}" for name in rows.FEED_COLUMNS[1:])
# Written at every poll for every feed, hence raw SQL: a thousand rows in one statement.
_SAVE = f"INSERT INTO feeds ({_NAMES}) VALUES ({_MARKS}) ON CONFLICT (name) DO UPDATE SET {_SETS}"
_SELECT = f"SELECT {_NAMES} FROM feeds WHERE active"


class Health:
    """Feed states, counters and the tick over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def enrol(self, feeds: Iterable[Feed]) -> None:
        """Make these the feeds that are polled. New ones are due at once; one whose address the catalogue changed
        starts there with a silent first poll, its archive kept; those no longer listed rest, their state kept."""
        with writing(self._db):
            self._db.execute("UPDATE feeds SET active = 0")
            self._db.conn.executemany(
                """INSERT INTO feeds (name, url, home) VALUES (?1, ?2, ?2)
                    ON CONFLICT (name) DO UPDATE SET active = 1""",
                [(feed.name, feed.url) for feed in feeds],
            )
            self._db.conn.executemany(
                """UPDATE feeds SET url = ?2, home = ?2, etag = NULL, modified = NULL, body_hash = NULL,
                    next_check = NULL, failures = 0, baseline = 0 WHERE name = ?1 AND home <> ?2""",
                [(feed.name, feed.url) for feed in feeds],
            )

    def feeds(self) -> list[FeedState]:
        """The state of every feed that is polled, by name."""
        return [rows.feed_state(row) for row in self._db.conn.execute(f"{_SELECT} ORDER BY name")]

    def due(self, now: datetime) -> list[FeedState]:
        """The feeds to ask now, the longest waiting first."""
        sql = f"{_SELECT} AND (next_check IS NULL OR next_check <= ?) ORDER BY next_check"
        return [rows.feed_state(row) for row in self._db.conn.execute(sql, [rows.stamp(now)])]

    def next_due(self) -> datetime | None:
        """When the next feed falls due; None when one has never been asked, or there is none."""
        sql = "SELECT min(coalesce(next_check, '')) FROM feeds WHERE active"
        return rows.instant(self._db.execute(sql).fetchone()[0] or None)

    def save(self, states: Sequence[FeedState]) -> None:
        """Write the states of many feeds at once."""
        with writing(self._db):
            self._db.conn.executemany(_SAVE, [rows.feed_row(state) for state in states])

    def tick(self, now: datetime) -> None:
        """Note that the scheduler is alive."""
        with writing(self._db):
            self._put("last_tick", rows.stamp(now))

    def last_tick(self) -> datetime | None:
        """When the scheduler last ticked."""
        return rows.instant(self.meta("last_tick"))

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

    def total(self) -> Day:
        """The counters of all days together."""
        row = self._db.execute("SELECT sum(polls), sum(failures), sum(read), sum(matched) FROM days").fetchone()
        return Day(*(value or 0 for value in row))

    def meta(self, key: str) -> str | None:
        """One small value that outlives a restart."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return str(row[0]) if row else None

    def _put(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value])

    def remember(self, key: str, value: str) -> None:
        """Write what `meta` reads."""
        with writing(self._db):
            self._put(key, value)
