"""Times that cannot be, taken back; and when what matters was last done, whatever the clocks said in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlite_utils import Database

from feeds.cadence import LONGEST_WAIT
from feeds.model import Pulse
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.delivery.claims import CLAIMABLE, claimable_at

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
_WAITING = f"""SELECT count(*), min(since) FROM (
    SELECT coalesce(tried, due) AS since FROM deliveries WHERE state = 'sending' OR (state = 'pending'
        AND reason IS NOT NULL AND due > :now AND channel IN (SELECT name FROM channels WHERE held IS NULL))
    UNION ALL SELECT * FROM (SELECT coalesce(d.tried, d.due) {CLAIMABLE}))"""
_POLLED = """SELECT count(*), max(last_ok), min(coalesce(last_ok, failing_since)),
    min(CASE WHEN failures = 0 THEN (julianday(next_check) - julianday(last_ok)) * 86400 END) FROM feeds WHERE active"""


class Clocks:
    """Times over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def question(self, now: datetime, *, thoroughly: bool = False) -> int:
        """Take back what lies further ahead of `now` than any rule puts it; how many times of what is to be done that
        were. What was done is looked at where there were any, or if `thoroughly`."""
        values = {"now": now, "ahead": now + AHEAD, "check": now + _LONGEST_CHECK, "due": now + LONGEST_DUE}
        stamped = {name: rows.stamp(at) for name, at in values.items()}
        with writing(self._db):
            strayed = sum(self._db.conn.execute(sql, stamped).rowcount for sql in _NEXT)
            for sql in _DONE if strayed or thoroughly else ():
                self._db.conn.execute(sql, stamped)
        return strayed

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
