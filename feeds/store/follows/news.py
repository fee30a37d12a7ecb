"""What follows are still to be held against: the stories that changed, and which queries are followed at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from feeds.store.db import rows
from feeds.store.db.connection import writing

# A story and those that were merged into it: who was told of one of them was told of it.
_FAMILY = """WITH RECURSIVE family (id) AS (VALUES (:story) UNION
    SELECT s.id FROM stories s JOIN family f ON s.merged_into = f.id)"""
_FOUND = f"""{_FAMILY} INSERT OR IGNORE INTO follow_hits (follow, story, at)
    SELECT f.id, :story, :at FROM follows f
    WHERE f.id IN (SELECT value FROM json_each(:follows)) AND f.paused IS NULL AND f.made <= :at
    AND coalesce((SELECT server FROM stories WHERE id = :story), '') IN ('', f.server)
    AND NOT EXISTS (SELECT 1 FROM follow_hits h WHERE h.follow = f.id AND h.story IN (SELECT id FROM family))"""
# The same query about the same watches is asked once, however many follow it.
_WISHES = """SELECT query, watches, json_group_array(id) AS follows FROM (
    SELECT f.id, f.query, coalesce((SELECT json_group_array(DISTINCT s.watch) FROM channels c JOIN subscriptions s
        ON s.channel = c.name AND s.ended IS NULL AND s.watch <> ''
        WHERE c.transport = f.transport AND c.target = f.place), '[]') AS watches
    FROM follows f WHERE f.paused IS NULL)
    GROUP BY query, watches"""


@dataclass(frozen=True, slots=True)
class FollowNews:
    """A story that changed `at` a moment (as it is stored), and the story that it is part of now."""

    story: int
    at: str
    now: int


@dataclass(frozen=True, slots=True)
class FollowWish:
    """A query that is followed about some watches (none: all), with the ids of the follows."""

    query: str
    watches: tuple[str, ...]
    follows: tuple[int, ...]


class FollowsNews:
    """News for follows over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, story: int, now: datetime) -> None:
        """A story is new or changed: it is to be looked at, if anybody follows anything. Part of the caller's
        transaction, so that nothing is lost."""
        sql = """INSERT INTO follow_news (story, at) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM follows)
            ON CONFLICT (story) DO UPDATE SET at = excluded.at"""
        self._db.execute(sql, [story, rows.stamp(now)])

    def waiting(self, limit: int = 50) -> list[FollowNews]:
        """The stories to be looked at, the longest waiting first."""
        sql = "SELECT story, at FROM follow_news ORDER BY at, story LIMIT ?"
        return [FollowNews(story, at, self._elder(story)) for story, at in self._db.execute(sql, [limit]).fetchall()]

    def _elder(self, story: int) -> int:
        """The story that this one was merged into at last, or itself."""
        row = self._db.execute("SELECT merged_into FROM stories WHERE id = ?", [story]).fetchone()
        return story if row is None or row[0] is None else self._elder(int(row[0]))

    def wishes(self) -> list[FollowWish]:
        """All queries that are followed."""
        return [
            FollowWish(query, tuple(json.loads(watches)), tuple(json.loads(follows)))
            for query, watches, follows in self._db.execute(_WISHES)
        ]

    def found(self, news: FollowNews, follows: Iterable[int]) -> None:
        """A story was looked at, and these follows find it: each is told of it once. What changed meanwhile is looked
        at again."""
        values = {"story": news.now, "at": news.at, "follows": str(list(follows))}
        with writing(self._db):
            self._db.conn.execute(_FOUND, values)
            self._db.execute("DELETE FROM follow_news WHERE story = ? AND at = ?", [news.story, news.at])
