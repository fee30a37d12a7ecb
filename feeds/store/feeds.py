"""What we remember of each feed between polls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Feed, FeedState
from feeds.store.db import rows
from feeds.store.db.connection import writing

_NAMES = ", ".join(rows.FEED_COLUMNS)
_MARKS = ", ".join("?" * len(rows.FEED_COLUMNS))
_SETS = ", ".join(f"{name} = excluded.{name}" for name in rows.FEED_COLUMNS[1:])
# Written at every poll for every feed, hence raw SQL: a thousand rows in one statement.
_SAVE = f"INSERT INTO feeds ({_NAMES}) VALUES ({_MARKS}) ON CONFLICT (name) DO UPDATE SET {_SETS}"
_SELECT = f"SELECT {_NAMES} FROM feeds WHERE active"


class Feeds:
    """Feed states over one connection."""

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

    def all(self) -> list[FeedState]:
        """The state of every feed that is polled, by name."""
        return [rows.feed_state(row) for row in self._db.conn.execute(f"{_SELECT} ORDER BY name")]

    def due(self, now: datetime) -> list[FeedState]:
        """The feeds to ask now, the longest waiting first."""
        sql = f"{_SELECT} AND (next_check IS NULL OR next_check <= ?) ORDER BY next_check"
        return [rows.feed_state(row) for row in self._db.conn.execute(sql, [rows.stamp(now)])]

    def save(self, states: Sequence[FeedState]) -> None:
        """Write the states of many feeds at once."""
        with writing(self._db):
            self._db.conn.executemany(_SAVE, [rows.feed_row(state) for state in states])
