"""What a channel is told by schedule: each time of the stretch since the last one, so that nothing is told twice or
left out, however long the bot, the other side or the channel was silent."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from feeds.handover.choice import LONGEST_BRIEF, SETTLED
from feeds.model import HandoverKind, Notice, NoticeKind
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.naming.marks import Marks

_OF_KIND = "channel = :channel AND kind = :kind"
# Until when a channel was told, or is to be; of what was refused, since when it would have been.
_LAST = f"""SELECT coalesce(max(json_extract(notice, '$.args.until')) FILTER (WHERE state <> 'rejected'),
    min(json_extract(notice, '$.args.since'))) FROM deliveries WHERE {_OF_KIND}"""
# One that waits untried (a mute may last for weeks) tells of the longer stretch.
_LONGER = f"""UPDATE deliveries SET notice = json_set(notice, '$.args.until', :until)
    WHERE {_OF_KIND} AND state = 'pending' AND attempts = 0"""
_ENDED = """UPDATE deliveries
    SET notice = json_set(notice, '$.args.until', min(json_extract(notice, '$.args.until'), ?)) WHERE mark = ?"""
_NEW = """INSERT INTO deliveries (mark, channel, kind, created, due, action, notice)
    VALUES (:mark, :channel, :kind, :now, :now, 'post', :notice)"""


class Handovers:
    """Handovers in the outbox, over one connection."""

    def __init__(self, db: Database, marks: Marks) -> None:
        self._db, self._marks = db, marks

    def queue(
        self, channel: str, kind: HandoverKind, start: datetime, now: datetime, when: datetime | None = None
    ) -> None:
        """Put one into the outbox that tells of what happened up to a few minutes before `now` since the last one of
        its kind; the first one, since `start`. What waits there untried is made to tell of it instead. `when` is the
        time for which it was planned."""
        until = now - SETTLED
        values = {"channel": channel, "kind": kind, "until": rows.stamp(until), "now": rows.stamp(now)}
        with writing(self._db):
            if self._db.conn.execute(_LONGER, values).rowcount:
                return
            last = rows.instant_of(self._db.execute(_LAST, values).fetchone()[0])
            since = max(min(last or start, until), until - LONGEST_BRIEF)
            about = Notice(NoticeKind.HANDOVER, {"since": rows.stamp(since), "until": values["until"]})
            mark = self._marks.of_notice(kind, None, when)
            self._db.execute(_NEW, values | {"notice": rows.notice_row(about), "mark": mark})

    def stood(self, delivery: str, at: datetime) -> None:
        """One stands since an instant: it tells of what happened until then, and the next one tells the rest."""
        with writing(self._db):
            self._db.execute(_ENDED, [rows.stamp(at - SETTLED), delivery])
