"""The outbox: what is to be said, to whom, and what became of it. Nothing is posted that is not a row here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from feeds.model import Action, Cause, CauseKind, Change, Delivery, Notice, State
from feeds.route import Draft, Load, Told, edit_due
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.delivery.claims import CLAIMABLE, OUTBOX_IDLE, claimable_at
from feeds.store.delivery.digests import Digests
from feeds.store.delivery.readers import concerns, notice_readers, plainly
from feeds.store.naming.marks import Marks

# The channel of the operators' lines as long as no channel wants them.
UNADDRESSED = ""

_OF = "(:scope IS NULL OR channel IN (SELECT name FROM channels WHERE server = :scope))"


class Outbox:
    """Deliveries over one connection. `marks` names each; `edit_gap` paces the edits of an alert."""

    def __init__(self, db: Database, digests: Digests, marks: Marks, edit_gap: timedelta) -> None:
        self._db, self._digests, self._marks, self._edit_gap = db, digests, marks, edit_gap

    # what the worker does

    def claim(self, now: datetime, limit: int = 50, busy: Iterable[str] = ()) -> list[Delivery]:
        """Take what is due now and may be sent, pings first, then the longest due; each is marked SENDING.

        Channels that are `busy`, held or gone are passed over, muted and quiet ones but for edits and what is excepted
        from quiet hours. An edit or a note comes with the `message` and `thread` of its alert, and only once that was
        sent.
        """
        with writing(self._db):
            sql = f"SELECT d.*, a.message AS m, a.thread AS t {CLAIMABLE}"
            found = list(self._db.query(sql, claimable_at(self._db, now, limit, busy)))
            self._db.conn.executemany("UPDATE deliveries SET state = 'sending' WHERE n = ?", [(r["n"],) for r in found])
        return [self._claimed(row) for row in found]

    def _claimed(self, row: dict[str, Any]) -> Delivery:
        held = {"state": State.SENDING, "message": row["message"] or row["m"], "thread": row["thread"] or row["t"]}
        return rows.delivery(row | held)

    def half_sent(self) -> list[Delivery]:
        """What an earlier run marked SENDING and never settled: the other side may or may not have it."""
        return self._select("WHERE state = 'sending' ORDER BY n")

    def trying(self, delivery: str, at: datetime) -> None:
        """It is given away for the first time, `at` an instant of the other side's clock; an earlier one stays."""
        with writing(self._db):
            sql = "UPDATE deliveries SET tried = ? WHERE mark = ? AND tried IS NULL"
            self._db.execute(sql, [rows.stamp(at), delivery])

    def known(self, marks: Iterable[str]) -> dict[str, State]:
        """Those of the marks that are of deliveries or of messages to followers here, and their states."""
        sql = """WITH asked (mark) AS (SELECT value FROM json_each(?))
            SELECT mark, state FROM deliveries WHERE mark IN asked
            UNION ALL SELECT mark, state FROM follow_messages WHERE mark IN asked"""
        return {mark: State(state) for mark, state in self._db.execute(sql, [json.dumps(list(marks))])}

    def sent(
        self, delivery: str, message: str | None, thread: str | None, now: datetime, at: datetime | None = None
    ) -> None:
        """The other side has it, under its ids `message` and `thread`; `at` is since when, where that is not now: what
        was told then takes no room from what is told today."""
        sets = "state = 'sent', message = ?, thread = coalesce(?, thread), settled = ?, created = min(created, ?)"
        self._settle(delivery, sets, [message, thread, rows.stamp(now), rows.stamp(at or now)])

    def retry(self, delivery: str, due: datetime, reason: Cause) -> None:
        """It did not go through; it is tried again from `due` on. An edit gives way to a newer one that waits."""
        with writing(self._db):
            newer = self._db.conn.execute(
                """UPDATE deliveries SET due = max(due, ?) WHERE kind = 'edit' AND state = 'pending' AND mark <> ?
                    AND (channel, story) = (SELECT channel, story FROM deliveries WHERE mark = ? AND kind = 'edit')""",
                [rows.stamp(due), delivery, delivery],
            ).rowcount
            if newer:
                self._settle(delivery, "state = 'rejected', reason = ?", [rows.cause_row(Cause(CauseKind.NEWER_EDIT))])
            else:
                sets = "state = 'pending', due = ?, reason = ?"
                self._settle(delivery, sets, [rows.stamp(due), rows.cause_row(reason)])

    def delayed(self, transport: str, now: datetime) -> list[Delivery]:
        """What waits for a time to come because the other side was away, oldest first."""
        of_transport = "channel IN (SELECT name FROM channels WHERE transport = ? AND held IS NULL)"
        clause = f"WHERE state = 'pending' AND due > ? AND reason IS NOT NULL AND {of_transport} ORDER BY n"
        found = self._select(clause, [rows.stamp(now), transport])
        return [one for one in found if one.reason is not None and one.reason.outage]

    def hasten(self, deliveries: Iterable[str], now: datetime) -> None:
        """These are due at once."""
        marks = [(rows.stamp(now), one) for one in deliveries]
        with writing(self._db):
            self._db.conn.executemany("UPDATE deliveries SET due = ? WHERE mark = ? AND state = 'pending'", marks)

    def reject(self, delivery: str, reason: Cause, now: datetime) -> None:
        """It will never go through. What it would have told is not lost: it goes into the channel's next digest."""
        with writing(self._db):
            sets = "state = 'rejected', reason = ?, settled = ?"
            self._settle(delivery, sets, [rows.cause_row(reason), rows.stamp(now)])
            for row in self._db.query("SELECT * FROM deliveries WHERE mark = ?", [delivery]):
                self._give_back(row, now)

    def _give_back(self, row: dict[str, Any], now: datetime) -> None:
        if row["kind"] == "alert":
            self._db.execute(
                """UPDATE deliveries SET state = 'rejected', reason = ?, settled = ?
                    WHERE channel = ? AND story = ? AND kind IN ('edit', 'note', 'escalation')
                    AND state = 'pending'""",
                [rows.cause_row(Cause(CauseKind.ALERT_REJECTED)), rows.stamp(now), row["channel"], row["story"]],
            )
            self._digests.add(row["channel"], row["story"], now)
        elif row["kind"] == "escalation" and row["message"] is None:
            self._digests.add(row["channel"], row["story"], now)
        elif row["kind"] == "digest":
            self._digests.give_back(row["n"])

    def _settle(self, delivery: str, sets: str, values: Sequence[object]) -> None:
        with writing(self._db):
            sql = f"UPDATE deliveries SET attempts = attempts + 1, {sets} WHERE mark = ?"
            self._db.execute(sql, [*values, delivery])

    # what is queued

    def queue(
        self, channel: str, story: int, drafts: Iterable[Draft], now: datetime, later: timedelta = timedelta(0)
    ) -> int:
        """Write drafts for one story and channel, edits for `later` than now; returns how many rows or digest lines
        came of it."""
        count = 0
        with writing(self._db):
            for draft in drafts:
                if draft.kind == "digest":
                    count += self._digests.add(channel, story, now)
                    continue
                if draft.kind == "alert":
                    self._digests.drop(channel, story)
                due = now
                if draft.kind == "edit":
                    due = max(self._edit_due(channel, story, now), now + later)
                    self._bring_forward(channel, story, due)
                count += self._insert(
                    channel, draft.kind, now, due=due, action=draft.action, story=story, change=draft.change,
                    roles=draft.roles,
                )  # fmt: skip
        return count

    def _insert(
        self,
        channel: str,
        kind: str,
        now: datetime,
        *,
        due: datetime | None = None,
        action: Action = Action.POST,
        story: int | None = None,
        stories: Iterable[int] = (),
        change: Change | None = None,
        notice: Notice | None = None,
        roles: Iterable[str] = (),
        when: datetime | None = None,
    ) -> int:
        """1, or 0 when the story has its alert or its waiting edit already."""
        own = self._marks
        mark = own.of_notice(kind, notice, when) if story is None else own.of_story(kind, story, change)
        return self._db.conn.execute(
            """INSERT OR IGNORE INTO deliveries
                (mark, channel, kind, created, due, action, story, stories, change, notice, roles)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                mark, channel, kind, rows.stamp(now), rows.stamp(due or now), action, story, json.dumps(list(stories)),
                None if change is None else rows.CHANGE.dump_json(change).decode(),
                None if notice is None else rows.notice_row(notice), json.dumps(list(roles)),
            ],
        ).rowcount  # fmt: skip

    def _bring_forward(self, channel: str, story: int, due: datetime) -> None:
        """An edit that waits for no other reason than its turn need not wait longer than a new one would."""
        sql = """UPDATE deliveries SET due = min(due, ?) WHERE channel = ? AND story = ? AND kind = 'edit'
            AND state = 'pending' AND reason IS NULL"""
        self._db.execute(sql, [rows.stamp(due), channel, story])

    def _edit_due(self, channel: str, story: int, now: datetime) -> datetime:
        posted, edited = self._db.execute(
            """SELECT max(CASE kind WHEN 'alert' THEN created END),
                max(CASE kind WHEN 'edit' THEN coalesce(settled, due) END) FROM deliveries
                WHERE channel = ? AND story = ? AND state IN ('sent', 'sending')""",
            [channel, story],
        ).fetchone()
        return edit_due(now, rows.instant_of(posted), rows.instant_of(edited), self._edit_gap)

    def told(self, channel: str, story: int) -> Told:
        """What the channel was told of the story so far."""
        sql = "SELECT state FROM deliveries WHERE channel = ? AND story = ? AND kind = 'alert'"
        alert = self._db.execute(sql, [channel, story]).fetchone()
        return Told(State(alert[0]) if alert else None, self._digests.names(channel, story))

    def load(self, channel: str, now: datetime) -> Load:
        """How much the channel was told within the last hour and the last day, by alerts and escalations."""
        hour, day = rows.stamp(now - timedelta(hours=1)), rows.stamp(now - timedelta(days=1))
        pings, posts = self._db.execute(
            """SELECT count(CASE WHEN action = 'ping' AND created > ? THEN 1 END), count(*) FROM deliveries
                WHERE channel = ? AND created > ? AND kind IN ('alert', 'escalation') AND state <> 'rejected'""",
            [hour, channel, day],
        ).fetchone()
        return Load(pings, posts)

    def greet(self, channel: str, greeting: Notice, now: datetime) -> bool:
        """A first word in a channel; False where anything was ever said or is to be said there."""
        with writing(self._db):
            known = self._db.execute("SELECT 1 FROM deliveries WHERE channel = ?", [channel]).fetchone()
            return known is None and self._insert(channel, "greeting", now, notice=greeting) == 1

    def notice(self, notice: Notice, now: datetime, about: str | None = None, otherwise: str | None = None) -> None:
        """A line for the operators, in each channel that wants such lines but the one that it is `about` and, of a feed
        of a server's own, those of other servers. Where there is none it goes into the channel `otherwise`, or waits
        for one, a week at most (see `forget`)."""
        with writing(self._db):
            places = notice_readers(self._db) or {otherwise or UNADDRESSED: ""}
            for channel, server in places.items():
                if channel != about and concerns(notice, server):
                    self._insert(channel, "notice", now, notice=plainly(notice))

    def notices(self, limit: int = 10) -> list[Delivery]:
        """The newest lines for the operators, whatever became of them."""
        return self._select("WHERE kind = 'notice' ORDER BY n DESC LIMIT ?", [limit])

    def forget(self, before: datetime) -> int:
        """Delete notices older than an instant that were sent, or that nobody was there to read."""
        with writing(self._db):
            sql = "DELETE FROM deliveries WHERE kind = 'notice' AND created < ? AND state <> 'sending'"
            return self._db.conn.execute(sql, [rows.stamp(before)]).rowcount

    # the digest

    def queue_digest(self, channel: str, now: datetime, when: datetime | None = None) -> Delivery | None:
        """Put the channel's digest into the outbox, or into one that waits there untried (a mute may last for weeks);
        None when there is nothing to name. `when` is the time for which it was planned."""
        with writing(self._db):
            if not (stories := self._digests.waiting(channel)):
                return None
            n = self._add_to_waiting(channel, stories)
            if n is None:
                self._insert(channel, "digest", now, action=Action.DIGEST, stories=stories, when=when)
                n = self._db.execute("SELECT last_insert_rowid()").fetchone()[0]
            self._digests.take(channel, n)
        return next(iter(self._select("WHERE n = ?", [n])))

    def _add_to_waiting(self, channel: str, stories: Iterable[int]) -> int | None:
        untried = "channel = ? AND kind = 'digest' AND state = 'pending' AND attempts = 0"
        row = self._db.execute(f"SELECT n, stories FROM deliveries WHERE {untried}", [channel]).fetchone()
        if row is None:
            return None
        named = dict.fromkeys([*json.loads(row[1]), *stories])
        self._db.execute("UPDATE deliveries SET stories = ? WHERE n = ?", [json.dumps(list(named)), row[0]])
        return int(row[0])

    def delivered(self, story: int, channel: str) -> Delivery | None:
        """The channel's alert of the story, once it was sent."""
        return self._one("WHERE story = ? AND channel = ? AND kind = 'alert' AND state = 'sent'", [story, channel])

    def by_message(self, message: str) -> Delivery | None:
        """The delivery that became the message with this id: an alert or a digest before its edits and notes."""
        return self._one("WHERE message = ? ORDER BY kind NOT IN ('alert', 'digest'), n LIMIT 1", [message])

    def delivery(self, public: str) -> Delivery | None:
        """The delivery of an id."""
        return self._one("WHERE mark = ?", [public])

    def waiting(self, scope: str | None = None) -> int:
        """How many deliveries are not settled, notices aside: of a server's channels, or (None) of all."""
        sql = f"SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending') AND kind <> 'notice' AND {_OF}"
        return int(self._db.execute(sql, {"scope": scope}).fetchone()[0])

    def idle(self, now: datetime) -> bool:
        """Whether nothing could be claimed now and nothing is on its way."""
        return bool(self._db.execute(OUTBOX_IDLE, claimable_at(self._db, now, 1)).fetchone()[0])

    def of_story(self, story: int) -> list[Delivery]:
        """Everything ever queued for a story, in order."""
        return self._select("WHERE story = ? ORDER BY n", [story])

    def _one(self, clause: str, values: list[object]) -> Delivery | None:
        return next(iter(self._select(clause, values)), None)

    def _select(self, clause: str, values: Iterable[object] = ()) -> list[Delivery]:
        found = self._db.query(f"SELECT * FROM deliveries {clause}", list(values))
        return [rows.delivery(row) for row in found]
