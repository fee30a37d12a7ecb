"""Times that cannot be, taken back; and when what matters was last done, whatever the clocks said in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlite_utils import Database

from feeds.cadence import LONGEST_WAIT
from feeds.model import Pulse
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.delivery.claims import CLAIMABLE, claimable_at
from feeds.store.storybook import Storybook

AHEAD: Final = timedelta(minutes=5)
"""What was done so far ahead of now was done by a clock that was wrong then, or is now."""

LONGEST_DUE: Final = timedelta(days=1)
"""No message waits for longer because of a rule; a mute and quiet hours are no time of the message's."""

_LONGEST_CHECK = timedelta(seconds=LONGEST_WAIT * 1.06)  # the spread that is added to a publisher's own wish among it
# What decides when something is done next, each with what makes it impossible.
_NEXT = (
    """UPDATE feeds SET next_check = :now WHERE active AND (next_check > :check OR last_checked > :ahead)
        AND next_check > :now""",
    """UPDATE deliveries SET due = :now, created = min(created, :now)
        WHERE state = 'pending' AND (due > :due OR created > :ahead)""",
    "UPDATE follow_messages SET due = :now, created = min(created, :now) WHERE state = 'pending' AND due > :due",
)
# What was done, as far as limits are counted by it or what was done last is told by it.
_DONE = (
    *(f"UPDATE feeds SET {name} = :now WHERE {name} > :ahead"
      for name in ("last_checked", "last_ok", "last_new", "failing_since")),
    *(f"UPDATE deliveries SET {name} = :now WHERE {name} > :ahead" for name in ("created", "settled")),
    "UPDATE follow_messages SET settled = :now WHERE settled > :ahead",
    "UPDATE follow_hits SET at = :now WHERE at > :ahead",
    "DELETE FROM absences WHERE began > :ahead",
    "UPDATE absences SET ended = :now WHERE ended > :ahead",
    "UPDATE unreadable_bodies SET at = :now WHERE at > :ahead",
)  # fmt: skip
# Where days on which feeds were read lie ahead, more of them than this (UTC), it is today's clock that is behind: then
# the archive is right, and nothing of it is taken back.
_WRONG_DAYS = 2
_DAYS_AHEAD = "SELECT count(*) FROM days WHERE day > :today"
_LATELY = 20_000  # rows: what a wrong clock wrote is among so many of the newest, and few of these times have an index


def _late(table: str, column: str) -> str:
    return f"id > (SELECT max(id) FROM {table}) - {_LATELY} AND {column} > :ahead"


_MISDATED = f"""SELECT id FROM stories WHERE merged_into IS NULL AND id IN (
    SELECT story FROM placements WHERE entry IN (SELECT id FROM entries WHERE {_late("entries", "seen")}
        UNION SELECT entry FROM wordings WHERE {_late("wordings", "first_read")})
    UNION SELECT story FROM story_changes WHERE at > :ahead
    UNION SELECT id FROM stories WHERE {_late("stories", "max(opened, updated, newest)")})"""
# What was read and noted, and by what alerts are known to be out of date: these are drawn again.
_READ = (
    f"UPDATE entries SET told = min(told, :now), seen = :now WHERE {_late('entries', 'seen')}",
    *(f"UPDATE wordings SET {name} = :now WHERE {_late('wordings', name)}" for name in ("first_read", "last_read")),
    f"UPDATE stories SET opened = :now WHERE {_late('stories', 'opened')}",
    *(f"UPDATE {table} SET at = :now WHERE {_late(table, 'at')}" for table in ("feedback", "notes")),
    "UPDATE placements SET since = :now WHERE since > :ahead",
    "UPDATE story_changes SET at = :now WHERE at > :ahead",
    "UPDATE deliveries SET drawn = NULL WHERE drawn > :ahead",
    "UPDATE digest_items SET added = :now WHERE added > :ahead",
    "UPDATE looks SET since = min(since, :now), at = :now WHERE at > :ahead",
    "UPDATE follow_news SET at = :now WHERE at > :ahead",
    """INSERT INTO days SELECT :today, sum(polls), sum(failures), sum(read), sum(matched) FROM days WHERE day > :today
        GROUP BY NULL ON CONFLICT (day) DO UPDATE SET polls = polls + excluded.polls,
        failures = failures + excluded.failures, read = read + excluded.read, matched = matched + excluded.matched""",
    "DELETE FROM days WHERE day > :today",
)  # fmt: skip
# Mutes that were set by a clock ahead of now, as the record of changes tells, and that are as they were set then.
_MUTED = """SELECT c.name, c.muted_until, a.at FROM channels c JOIN audit a
    ON a.id = (SELECT max(id) FROM audit WHERE action = 'mute' AND subject = c.name)
    WHERE c.muted_until > :ahead AND a.at > :ahead AND a.new = strftime('%Y-%m-%d %H:%M UTC', c.muted_until)"""
_WAITING = f"""SELECT count(*), min(since) FROM (
    SELECT coalesce(tried, due) AS since FROM deliveries WHERE state = 'sending' OR (state = 'pending'
        AND reason IS NOT NULL AND due > :now AND channel IN (SELECT name FROM channels WHERE held IS NULL))
    UNION ALL SELECT * FROM (SELECT coalesce(d.tried, d.due) {CLAIMABLE}))"""
_POLLED = """SELECT count(*), max(last_ok), min(coalesce(last_ok, failing_since)),
    min(CASE WHEN failures = 0 THEN (julianday(next_check) - julianday(last_ok)) * 86400 END) FROM feeds WHERE active"""


class Clocks:
    """Times over one connection."""

    def __init__(self, db: Database, stories: Storybook) -> None:
        self._db, self._stories = db, stories

    def question(self, now: datetime, *, thoroughly: bool = False) -> int:
        """Take back what lies further ahead of `now` than any rule puts it; how many times of what is to be done that
        were. What was done is looked at where there were any, or if `thoroughly`; what was read counts as read now, and
        a mute lasts from now for as long as it was set for."""
        values = {"now": now, "ahead": now + AHEAD, "check": now + _LONGEST_CHECK, "due": now + LONGEST_DUE}
        stamped = {name: rows.stamp(at) for name, at in values.items()}
        with writing(self._db):
            strayed = self._carry_out(_NEXT, stamped)
            if strayed or thoroughly:
                self._carry_out(_DONE, stamped)
                self._date_anew(stamped | {"today": (now + AHEAD).astimezone(UTC).date().isoformat()}, now)
        return strayed

    def _carry_out(self, statements: Iterable[str], values: dict[str, str]) -> int:
        return sum(self._db.conn.execute(sql, values).rowcount for sql in statements)

    def _date_anew(self, values: dict[str, str], now: datetime) -> None:
        """What was read, noted and muted by a clock that was ahead is of now, and stories say so."""
        if self._db.execute(_DAYS_AHEAD, values).fetchone()[0] > _WRONG_DAYS:
            return
        misdated = self._db.execute(_MISDATED, values).fetchall()
        muted = self._db.execute(_MUTED, values).fetchall()
        self._carry_out(_READ, values)
        for name, until, at in muted:
            ends = rows.stamp(now + (datetime.fromisoformat(until) - datetime.fromisoformat(at)))
            self._db.execute("UPDATE channels SET muted_until = ? WHERE name = ?", [ends, name])
        for story in self._stories.several([row[0] for row in misdated]):
            if story.sources:
                self._stories.retell(self._stories.known(story.id), now)

    def pulse(self, now: datetime) -> Pulse:
        """What was done last, and what waits."""
        tick = self._db.execute("SELECT value FROM meta WHERE key = 'last_tick'").fetchone()
        feeds, polled, first, gap = self._db.execute(_POLLED).fetchone()
        waiting, since = self._db.execute(_WAITING, claimable_at(self._db, now, 1000)).fetchone()
        sent = self._db.execute("SELECT max(settled) FROM deliveries WHERE state = 'sent'").fetchone()[0]
        return Pulse(
            ticked=rows.instant_of(tick[0] if tick else None), feeds=feeds, polled=rows.instant_of(polled),
            looking_since=rows.instant_of(first), gap=None if gap is None else timedelta(seconds=max(gap, 0)),
            waiting=waiting, waiting_since=rows.instant_of(since), sent=rows.instant_of(sent),
        )  # fmt: skip
