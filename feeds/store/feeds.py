"""What we remember of each feed between polls, and which feeds were added or paused beside the operator's file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from feeds.model import AddedFeed, Feed, FeedState, Pause
from feeds.model.teams import seen_by, shared_with
from feeds.store.db import rows
from feeds.store.db.connection import writing

_NAMES = ", ".join(rows.FEED_COLUMNS)
_MARKS = ", ".join("?" * len(rows.FEED_COLUMNS))
_SETS = ", ".join(f"{name} = excluded.{name}" for name in rows.FEED_COLUMNS[1:])
# Written at every poll for every feed, hence raw SQL: a thousand rows in one statement.
# A feed whose address the catalogue changed while it was asked keeps its new start: the answer was the old address's.
_SAVE = f"""INSERT INTO feeds ({_NAMES}) VALUES ({_MARKS})
    ON CONFLICT (name) DO UPDATE SET {_SETS} WHERE feeds.home = excluded.home"""
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
                    next_check = NULL, failures = 0, failing_since = NULL, baseline = 0
                    WHERE name = ?1 AND home <> ?2""",
                [(feed.name, feed.url) for feed in feeds],
            )
            self._db.execute("DELETE FROM read_bodies WHERE feed NOT IN (SELECT name FROM feeds WHERE active)")

    def all(self) -> list[FeedState]:
        """The state of every feed that is polled, by name."""
        return [rows.feed_state(row) for row in self._db.conn.execute(f"{_SELECT} ORDER BY name")]

    def due(self, now: datetime) -> list[FeedState]:
        """The feeds to ask now, the longest waiting first."""
        sql = f"{_SELECT} AND (next_check IS NULL OR next_check <= ?) ORDER BY next_check"
        return [rows.feed_state(row) for row in self._db.conn.execute(sql, [rows.stamp(now)])]

    def failing_since(self, at: datetime | None) -> bool:
        """Whether a feed has begun to fail since an instant (None: ever) and does so still."""
        sql = "SELECT EXISTS (SELECT 1 FROM feeds WHERE active AND failing_since >= ?)"
        return bool(self._db.execute(sql, [rows.stamp(at) if at else ""]).fetchone()[0])

    def save(self, states: Sequence[FeedState]) -> None:
        """Write the states of many feeds at once."""
        with writing(self._db):
            self._db.conn.executemany(_SAVE, [rows.feed_row(state) for state in states])

    def remembered(self, name: str) -> bytes | None:
        """What reading the feed's last body left for the next; see `feeds.parsing.chunks`."""
        row = self._db.execute("SELECT memo FROM read_bodies WHERE feed = ?", [name]).fetchone()
        return row[0] if row else None

    def remember(self, name: str, memo: bytes | None) -> None:
        """Keep that in place of what was kept before; None keeps nothing."""
        with writing(self._db):
            if memo is None:
                self._db.execute("DELETE FROM read_bodies WHERE feed = ?", [name])
            else:
                self._db.execute("INSERT OR REPLACE INTO read_bodies (feed, memo) VALUES (?, ?)", [name, memo])

    def add(self, one: AddedFeed) -> bool:
        """Keep a feed beside the file's. False, and nothing is kept, when one that its server added has its name or
        address."""
        feed = one.feed
        row = [
            feed.name.casefold(), feed.name, feed.url, feed.language, feed.section, feed.standing, feed.interval,
            feed.publisher, feed.notes, one.by, rows.stamp(one.at), one.server, feed.country,
        ]  # fmt: skip
        with writing(self._db):
            sql = f"INSERT OR IGNORE INTO added_feeds VALUES ({', '.join('?' * len(row))})"
            return self._db.conn.execute(sql, row).rowcount == 1

    def remove(self, name: str) -> bool:
        """Forget an added feed and its pause; what it brought stays. False when none of that name was added."""
        with writing(self._db):
            gone = self._db.conn.execute("DELETE FROM added_feeds WHERE key = ?", [name.casefold()]).rowcount == 1
            if gone:
                self.resume(name)
        return gone

    def pause(self, one: Pause) -> bool:
        """Mark a feed as paused. False when it is already, and then the first mark stays."""
        row = [one.feed.casefold(), one.feed, one.by, rows.stamp(one.at), one.server]
        with writing(self._db):
            return self._db.conn.execute("INSERT OR IGNORE INTO paused_feeds VALUES (?, ?, ?, ?, ?)", row).rowcount == 1

    def resume(self, name: str) -> bool:
        """Take the mark away again. False when there is none."""
        with writing(self._db):
            return self._db.conn.execute("DELETE FROM paused_feeds WHERE key = ?", [name.casefold()]).rowcount == 1

    def added(self) -> list[AddedFeed]:
        """The feeds that were added, oldest first."""
        return [rows.added_feed(row) for row in self._db.query("SELECT * FROM added_feeds ORDER BY at, key")]

    def foreign(self, scope: str | None) -> frozenset[str]:
        """The names of feeds of another server than this one, which they are not shown to, those that it removed just
        now among them; None, the operator, sees all."""
        owned = "FROM feeds WHERE active AND name LIKE '% @%'"
        found = self._db.execute(f"SELECT name, server FROM added_feeds UNION SELECT name, '' {owned}")
        return frozenset(name for name, server in found if not (seen_by(name, scope) and shared_with(server, scope)))

    def pauses(self) -> list[Pause]:
        """The marks of paused feeds, by name."""
        found = self._db.query("SELECT * FROM paused_feeds ORDER BY key")
        return [Pause(row["name"], row["by"], rows.time_in(row["at"]), row["server"]) for row in found]
