"""The messages that tell followers what was found: taken when there is room in the hour, marked before they are tried,
settled when the other side has answered, as alerts are; but in an outbox of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.following.limits import MOST_AN_HOUR, TOLD_WITHIN, parcels
from feeds.model import AlertPlace, Cause, CauseKind, Follower, FollowHit, FollowMessage
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.follows.book import OF_FOLLOWER, Follows
from feeds.store.naming.marks import Marks

REFUSALS = 3
"""So often a follower's message is refused before their follows are paused."""

_AGAIN = timedelta(hours=1)  # after a refusal
_PATIENCE = timedelta(minutes=5)  # so long a mention waits for the alert under which it is to stand
_MOST = 500  # stories that one message tells of
_WHOLE = (CauseKind.MEMBER_LEFT, CauseKind.SERVER_GONE)  # what concerns all follows of a follower at once
_AT_ONCE = (*_WHOLE, CauseKind.PLACE_HIDDEN, CauseKind.NOT_PERSONAL)
_READY = """h.message IS NULL AND f.paused IS NULL AND NOT (f.way = 'thread' AND f.server <> '' AND h.at > :patient
    AND EXISTS (SELECT 1 FROM deliveries d WHERE d.story = h.story AND d.kind = 'alert'
        AND d.state IN ('pending', 'sending')))"""
_HITS = "FROM follow_hits h JOIN follows f ON f.id = h.follow"
_THEIRS = "m.transport = f.transport AND m.server = f.server AND m.member = f.member"
_SENT = f"SELECT count(*) FROM follow_messages m WHERE {_THEIRS} AND m.state = 'sent' AND m.settled > :hour"
# Who waits for an earlier message gets the next one after it.
_FOLLOWERS = f"""SELECT f.transport, f.server, f.member, ({_SENT}) AS sent {_HITS}
    WHERE {_READY} AND f.transport IN (SELECT value FROM json_each(:transports))
    AND NOT EXISTS (SELECT 1 FROM follow_messages m WHERE {_THEIRS} AND m.settled IS NULL) AND sent < {MOST_AN_HOUR}
    GROUP BY 1, 2, 3 ORDER BY min(h.at) LIMIT :limit"""
_WAITING = f"""SELECT h.story, max(f.way = 'dm') {_HITS} WHERE {_READY}
    AND f.{OF_FOLLOWER.replace("AND ", "AND f.")} GROUP BY h.story ORDER BY min(h.at), h.story LIMIT {_MOST}"""
_TAKEN = f"""UPDATE follow_hits SET message = :n
    WHERE message IS NULL AND story IN (SELECT value FROM json_each(:stories))
    AND follow IN (SELECT id FROM follows WHERE {OF_FOLLOWER} AND paused IS NULL)"""
_ALERTS = """SELECT d.story, c.target, d.message, d.thread FROM deliveries d JOIN channels c ON c.name = d.channel
    WHERE d.kind = 'alert' AND d.state = 'sent' AND d.message IS NOT NULL AND c.transport = ?
    AND d.story IN (SELECT value FROM json_each(?)) ORDER BY c.target IN (SELECT value FROM json_each(?)) DESC, d.n"""
# What was found of a story that has become another's since is found of that.
_MERGED = "message IS NULL AND story IN (SELECT id FROM stories WHERE merged_into IS NOT NULL)"
_ELDER = "(SELECT merged_into FROM stories WHERE id = follow_hits.story)"


class Tellings:
    """Messages to followers over one connection; `marks` names each."""

    def __init__(self, db: Database, follows: Follows, marks: Marks) -> None:
        self._db, self._follows, self._marks = db, follows, marks

    # what the teller does

    def claim(self, now: datetime, transports: Sequence[str], limit: int = 20) -> list[FollowMessage]:
        """Take what may be told now through these transports, of so many followers at most, the longest waiting first;
        each message is marked as being sent. A follower gets at most six in any hour."""
        if not self._anything(now):
            return []
        with writing(self._db):
            self._merge()
            numbers = [*self._due(now, transports, limit), *self._composed(now, transports, limit)]
        return [self._telling(one) for one in numbers]

    def half_sent(self) -> list[FollowMessage]:
        """What an earlier run began to send: the other side may or may not have it."""
        found = self._db.execute("SELECT n FROM follow_messages WHERE state = 'sending' ORDER BY n").fetchall()
        return [replace(self._telling(n), doubtful=True) for (n,) in found]

    def sent(self, telling: str, message: str | None, now: datetime) -> None:
        """The other side has it, under its id `message`."""
        self._settle(telling, "state = 'sent', message = ?, settled = ?", [message, rows.stamp(now)])

    def retry(self, telling: str, due: datetime, reason: Cause) -> None:
        """It did not go through; it is tried again from `due` on."""
        sets = "state = 'pending', due = ?, reason = ?"
        self._settle(telling, sets, [rows.stamp(due), rows.cause_row(reason)])

    def drop(self, telling: str, reason: Cause, now: datetime) -> None:
        """There is nothing left to tell in it."""
        self._settle(telling, "state = 'rejected', reason = ?, settled = ?", [rows.cause_row(reason), rows.stamp(now)])

    def refuse(self, telling: str, reason: Cause, now: datetime) -> bool:
        """The follower cannot be told: it is tried again an hour later, or, where that has no sense or was in vain
        twice, what it tells waits until the follows, which are paused, are asked for again. Whether they are paused.
        """
        with writing(self._db):
            sql = "UPDATE follow_messages SET refusals = refusals + 1 WHERE mark = ? RETURNING n, refusals"
            n, refusals = self._db.execute(sql, [telling]).fetchone() or (-1, REFUSALS)
            if reason.kind not in _AT_ONCE and refusals < REFUSALS:
                self.retry(telling, now + _AGAIN, reason)
                return False
            self._follows.pause(self._concerned(n, reason), reason)
            self._db.execute("UPDATE follow_hits SET message = NULL WHERE message = ?", [n])
            self.drop(telling, reason, now)
        return True

    def open(self) -> int:
        """How many followers' messages are not settled."""
        return int(self._db.execute("SELECT count(*) FROM follow_messages WHERE settled IS NULL").fetchone()[0])

    def forget(self, before: datetime) -> None:
        """Delete messages that were settled before an instant; what they told stays told."""
        with writing(self._db):
            self._db.execute("DELETE FROM follow_messages WHERE settled < ?", [rows.stamp(before)])

    # parts of it

    def _anything(self, now: datetime) -> bool:
        sql = """SELECT EXISTS (SELECT 1 FROM follow_hits WHERE message IS NULL)
            OR EXISTS (SELECT 1 FROM follow_messages WHERE state = 'pending' AND due <= ?)"""
        return bool(self._db.execute(sql, [rows.stamp(now)]).fetchone()[0])

    def _merge(self) -> None:
        self._db.execute(f"UPDATE OR IGNORE follow_hits SET story = {_ELDER} WHERE {_MERGED}")
        self._db.execute(f"DELETE FROM follow_hits WHERE {_MERGED}")

    def _due(self, now: datetime, transports: Sequence[str], limit: int) -> list[int]:
        found = self._db.execute(
            """UPDATE follow_messages SET state = 'sending' WHERE n IN (SELECT n FROM follow_messages
                WHERE state = 'pending' AND due <= ? AND transport IN (SELECT value FROM json_each(?))
                ORDER BY due LIMIT ?) RETURNING n""",
            [rows.stamp(now), json.dumps(list(transports)), limit],
        ).fetchall()
        return sorted(n for (n,) in found)

    def _composed(self, now: datetime, transports: Sequence[str], limit: int) -> list[int]:
        values = {
            "patient": rows.stamp(now - _PATIENCE), "hour": rows.stamp(now - TOLD_WITHIN), "limit": limit,
            "transports": json.dumps(list(transports)),
        }  # fmt: skip
        followers = list(self._db.query(_FOLLOWERS, values))
        return [n for one in followers for n in self._parted(one, values, now)]

    def _parted(self, follower: rows.Row, values: dict[str, object], now: datetime) -> Iterable[int]:
        """A follower's messages for now, as rows."""
        whose = {name: follower[name] for name in ("transport", "server", "member")}
        waiting = self._db.execute(_WAITING, values | whose).fetchall()
        for told in parcels(waiting, follower["sent"]):
            way = "dm" if any(dm for _, dm in told) else "thread"
            mark = self._marks.of_telling(whose["server"], whose["member"], (story for story, _ in told))
            cursor = self._db.conn.execute(
                """INSERT INTO follow_messages (mark, transport, server, member, way, created, due, state)
                    VALUES (:mark, :transport, :server, :member, :way, :now, :now, 'sending')""",
                whose | {"way": way, "now": rows.stamp(now), "mark": mark},
            )
            taken = {"n": cursor.lastrowid, "stories": json.dumps([story for story, _ in told])}
            self._db.conn.execute(_TAKEN, whose | taken)
            yield int(cursor.lastrowid or 0)

    def _telling(self, n: int) -> FollowMessage:
        row = next(iter(self._db.query("SELECT * FROM follow_messages WHERE n = ?", [n])))
        sql = f"SELECT h.story, f.query, f.place {_HITS} WHERE h.message = ? ORDER BY h.at, h.story, f.id"
        hits: dict[int, list[str]] = {}
        places: dict[str, None] = {}
        for story, query, place in self._db.execute(sql, [n]):
            hits.setdefault(story, []).append(query)
            places[place] = None
        return FollowMessage(
            id=row["mark"],
            follower=Follower(row["transport"], row["server"], row["member"]),
            way=row["way"],
            created=rows.time_in(row["created"]),
            hits=tuple(FollowHit(story, tuple(queries)) for story, queries in hits.items()),
            places=tuple(places),
            alerts=self._alerts(row["transport"], list(hits), list(places)),
            attempts=row["attempts"],
            doubtful=row["attempts"] > 0,
        )

    def _alerts(self, transport: str, stories: list[int], places: list[str]) -> dict[int, tuple[AlertPlace, ...]]:
        """Where alerts of the stories stand, those of the places first."""
        found: dict[int, list[AlertPlace]] = {}
        for story, *alert in self._db.execute(_ALERTS, [transport, json.dumps(stories), json.dumps(places)]):
            found.setdefault(story, []).append(AlertPlace(*alert))
        return {story: tuple(alerts) for story, alerts in found.items()}

    def _concerned(self, n: int, reason: Cause) -> list[int]:
        """The follows that a refusal is about: all of the follower's, those asked in a place, those in the message."""
        if reason.kind in _WHOLE:
            own = f"SELECT f.id FROM follows f JOIN follow_messages m ON {_THEIRS} WHERE m.n = ?"
            return [one for (one,) in self._db.execute(own, [n]).fetchall()]
        found = self._db.execute(f"SELECT DISTINCT f.id, f.place {_HITS} WHERE h.message = ?", [n]).fetchall()
        places = reason.args.get("places")
        hidden = places if isinstance(places, list | tuple) else None
        return [one for one, place in found if hidden is None or place in hidden]

    def _settle(self, telling: str, sets: str, values: Sequence[object]) -> None:
        with writing(self._db):
            sql = f"UPDATE follow_messages SET attempts = attempts + 1, {sets} WHERE mark = ?"
            self._db.execute(sql, [*values, telling])
