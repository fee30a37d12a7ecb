"""The follows themselves: what a member wishes to be told of, and what that would have told lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.model import (
    MOST_FOLLOWS,
    MOST_FOLLOWS_IN_DIRECT,
    MOST_FOLLOWS_OF_SERVER,
    Cause,
    CauseKind,
    Follow,
    Follower,
    FollowKept,
    FollowRequest,
    Rehearsal,
)
from feeds.query import Query
from feeds.query.meaning import with_watches
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.handover.briefs import first_since
from feeds.store.search.bits import bits_of, highest
from feeds.store.search.conditions import ALL_STORIES, Meeting

LATELY = timedelta(days=30)
# Stories whose newest report is older are as good as new when one comes: they need not be known beforehand.
_REMEMBERED = timedelta(days=90)
_MOST_KNOWN = 2000
OF_FOLLOWER = "transport = :transport AND server = :server AND member = :member"
# Like an alert, a follow tells of no story that was old when it was read.
_NEW = """SELECT id FROM stories WHERE id >= :first AND opened >= :since AND merged_into IS NULL
    AND julianday(newest) >= julianday(opened) - 1"""
_ALIVE = "SELECT id FROM stories WHERE merged_into IS NULL AND newest > ?"
_TOLD = """SELECT f.*, count(m.n) AS told, max(m.settled) AS last FROM follows f
    LEFT JOIN follow_hits h ON h.follow = f.id AND h.message > 0
    LEFT JOIN follow_messages m ON m.n = h.message AND m.state = 'sent' AND m.settled > :since
    WHERE f.transport = :transport AND f.server = :server AND f.member = :member GROUP BY f.id ORDER BY f.id"""


class Follows:
    """Follows over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def rehearse(self, query: Query, watches: Sequence[str], now: datetime) -> Rehearsal:
        """What a follow of some watches or (none given) of all would have told in the last 30 days, or since
        anything was read."""
        since = max(now - LATELY, self._first_read() or now)
        found = Meeting(self._db, ALL_STORIES).ever(with_watches(query, watches).tree)
        times = {"first": first_since(self._db, "stories", "opened", since), "since": rows.stamp(since)}
        new = found & bits_of(self._db.execute(_NEW, times))
        alive = found & bits_of(self._db.execute(_ALIVE, [rows.stamp(now - _REMEMBERED)]))
        newest = self._db.execute(
            "SELECT id FROM stories WHERE id IN (SELECT value FROM json_each(?)) ORDER BY newest DESC, id DESC LIMIT 1",
            [str(highest(new, _MOST_KNOWN))],
        ).fetchone()
        return Rehearsal(new.bit_count(), since, newest and newest[0], tuple(highest(alive, _MOST_KNOWN)))

    def _first_read(self) -> datetime | None:
        """When the first item was read, of those that are kept: what is purged is older than any rehearsal."""
        found = self._db.execute("SELECT seen FROM entries ORDER BY id LIMIT 1").fetchone()
        return rows.time_in(found[0]) if found else None

    def of(self, follower: Follower, now: datetime) -> list[Follow]:
        """A follower's follows, the oldest first."""
        values = _values(follower) | {"since": rows.stamp(now - LATELY)}
        return [_follow(row) for row in self._db.query(_TOLD, values)]

    def keep(self, wish: FollowRequest, known: Sequence[int], now: datetime) -> FollowKept:
        """Keep a follow, or take it up again as it is wished now; nothing is told of the stories that are `known`."""
        with writing(self._db):
            mine = {one.query: one for one in self.of(wish.follower, now)}
            if wish.query in mine:
                return self._renew(mine[wish.query], wish)
            if len(mine) >= MOST_FOLLOWS:
                return FollowKept.MEMBER_FULL
            if full := self._full(wish.follower):
                return full
            self._add(wish, known, now)
        return FollowKept.NEW

    def _renew(self, kept: Follow, wish: FollowRequest) -> FollowKept:
        sql = "UPDATE follows SET place = ?, way = ?, paused = NULL WHERE id = ?"
        self._db.execute(sql, [wish.place, wish.way, kept.id])
        if kept.paused is not None:
            return FollowKept.RESUMED
        return FollowKept.KNOWN if kept.way == wish.way else FollowKept.CHANGED

    def _full(self, follower: Follower) -> FollowKept | None:
        """Why nobody there can follow more; None while they can."""
        known = self._of_server(follower)
        if follower.server:
            return FollowKept.SERVER_FULL if known >= MOST_FOLLOWS_OF_SERVER else None
        return FollowKept.DIRECT_FULL if known >= MOST_FOLLOWS_IN_DIRECT else None

    def _of_server(self, follower: Follower) -> int:
        sql = "SELECT count(*) FROM follows WHERE transport = ? AND server = ?"
        return int(self._db.execute(sql, [follower.transport, follower.server]).fetchone()[0])

    def _add(self, wish: FollowRequest, known: Sequence[int], now: datetime) -> None:
        values = {"place": wish.place, "query": wish.query, "way": wish.way, "made": rows.stamp(now)}
        cursor = self._db.conn.execute(
            """INSERT INTO follows (transport, server, member, place, query, way, made)
                VALUES (:transport, :server, :member, :place, :query, :way, :made)""",
            values | _values(wish.follower),
        )
        self._db.conn.executemany(
            "INSERT INTO follow_hits (follow, story, at, message) VALUES (?, ?, ?, 0)",
            [(cursor.lastrowid, story, values["made"]) for story in known],
        )

    def end(self, follower: Follower, follows: Sequence[int]) -> int:
        """Forget these follows of a follower, with what waits to be told of them; returns how many there were."""
        with writing(self._db):
            mine = f"id IN (SELECT value FROM json_each(:ids)) AND {OF_FOLLOWER}"
            values = _values(follower) | {"ids": str(list(follows))}
            hits = f"DELETE FROM follow_hits WHERE follow IN (SELECT id FROM follows WHERE {mine})"
            self._db.conn.execute(hits, values)
            return self._db.conn.execute(f"DELETE FROM follows WHERE {mine}", values).rowcount

    def pause(self, follows: Sequence[int], why: Cause) -> None:
        """Tell no more of these until they are asked for again."""
        with writing(self._db):
            sql = "UPDATE follows SET paused = ? WHERE paused IS NULL AND id IN (SELECT value FROM json_each(?))"
            self._db.execute(sql, [rows.cause_row(why), str(list(follows))])

    def resume(self, transport: str, server: str, why: CauseKind) -> None:
        """Those of a server that were paused for this reason are told again."""
        with writing(self._db):
            sql = """UPDATE follows SET paused = NULL
                WHERE transport = ? AND server = ? AND json_extract(paused, '$.kind') = ?"""
            self._db.execute(sql, [transport, server, why.value])


def _values(follower: Follower) -> dict[str, object]:
    return {"transport": follower.transport, "server": follower.server, "member": follower.member}


def _follow(row: rows.Row) -> Follow:
    return Follow(
        id=row["id"],
        follower=Follower(row["transport"], row["server"], row["member"]),
        place=row["place"],
        query=row["query"],
        way=row["way"],
        made=rows.time_in(row["made"]),
        paused=rows.cause_of(row["paused"]),
        told=row["told"],
        last=rows.instant_of(row["last"]),
    )
