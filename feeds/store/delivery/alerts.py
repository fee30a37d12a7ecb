"""The alerts that are out: what each shows, whether that still holds, and what of its story was told aloud."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce

from sqlite_utils import Database

from feeds.escalate import HOLDS, either, escalation, heard_of, held, noticed
from feeds.model import Cause, Channel, Heard, Story, Subscription
from feeds.route import Draft, News
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.delivery.filters import Filters
from feeds.store.delivery.outbox import Outbox
from feeds.store.delivery.subscriptions import Subscriptions

_ALERT = "kind = 'alert' AND channel = ? AND story = ?"
_ALOUD = "kind = 'escalation' AND message IS NOT NULL AND state IN ('pending', 'sent')"
# Of an alert for which no digest is kept nobody knows what it shows: only if its story is young is it worth an edit.
# One with an empty digest was found standing and not edited yet.
_STALE = """SELECT d.channel, d.story FROM deliveries d JOIN stories s ON s.id = d.story
    WHERE d.kind = 'alert' AND d.state = 'sent' AND (d.drawn IS NULL OR d.drawn < s.updated OR d.shown = '')
    AND (d.shown IS NOT NULL OR s.updated > ?) ORDER BY s.updated DESC, d.n"""


class Alerts:
    """Alerts over one connection."""

    def __init__(self, db: Database, outbox: Outbox, subscriptions: Subscriptions, filters: Filters) -> None:
        self._db, self._outbox, self._subscriptions, self._filters = db, outbox, subscriptions, filters

    # what they show

    def drawn(self, channel: str, story: Story, shown: str, *, aloud: bool) -> None:
        """What the channel's alert is about to show: `shown` is a digest of it. A new alert tells it `aloud`, an edit
        does not. Noted before it is given away, so that it is known even if no answer comes."""
        heard = rows.HEARD.dump_json(heard_of(story.account)).decode() if aloud else None
        with writing(self._db):
            self._db.execute(
                f"UPDATE deliveries SET shown = ?, drawn = ?, heard = coalesce(?, heard) WHERE {_ALERT}",
                [shown, rows.stamp(story.updated), heard, channel, story.id],
            )

    def stale(self, since: datetime) -> list[tuple[str, int]]:
        """The channel and story of each alert that was found again and not shown anew, or whose story has changed since
        it was last shown, newest change first.

        One of which nobody knows what it shows is left alone unless its story changed after `since`.
        """
        return [(row[0], row[1]) for row in self._db.execute(_STALE, [rows.stamp(since)])]

    def waiting(self, stories: Iterable[int]) -> bool:
        """Whether an alert of one of these stories is on its way."""
        sql = """SELECT EXISTS (SELECT 1 FROM deliveries WHERE kind = 'alert' AND state IN ('pending', 'sending')
            AND story IN (SELECT value FROM json_each(?)))"""
        return bool(self._db.execute(sql, [json.dumps(list(stories))]).fetchone()[0])

    # what was told aloud

    def step(
        self, news: News, channel: Channel, wishes: Sequence[Subscription], now: datetime, *, quiet: bool = False
    ) -> int:
        """A story whose alert is out took a step: queue what of it the channel is to be told aloud, unless the step is
        to be `quiet`, and remember that it was; returns how many rows or digest lines that made."""
        story, before = news.after, news.before or news.after
        known = self._heard(channel.name, story.id)
        if known is None:
            return 0
        heard, load = known[0] or heard_of(before.account), self._outbox.load(channel.name, now)
        draft = None if quiet else escalation(story, channel, wishes, heard=heard, load=load, now=now)
        with writing(self._db):
            self.correct(channel.name, story, now)
            told = either(heard, heard_of(story.account)) if draft else noticed(heard, story.account)
            self._hear(channel.name, story.id, told)
            if draft is not None and draft.kind == "escalation":
                self._edit_now(channel.name, story.id, now)
            return self._outbox.queue(channel.name, story.id, [draft] if draft else (), now)

    def catch_up(self, channel: str, story: Story, now: datetime) -> int:
        """Queue what of a story as it is now the channel is to be told aloud: it changed while its alert was on its
        way. Returns as `step` does."""
        asking = self._subscriptions.of_story(story, channel)
        if story.merged_into is not None:
            return 0
        heard = ((place, self._filters.asking(own, story, now, stands=True)) for place, own in asking)
        return sum(self.step(News(story, story, story.tier), place, own, now) for place, own in heard)

    def one_of_two(self, channel: str, elder: Story, younger: int) -> None:
        """Two stories are one: whatever was told aloud of either, or stands in both, is not told again."""
        whole = heard_of(elder.account)
        known = [heard for story in (elder.id, younger) if (heard := self._heard(channel, story)) is not None]
        if known:
            self._hear(channel, elder.id, reduce(either, (heard or whole for (heard,) in known), whole))

    def _heard(self, channel: str, story: int) -> tuple[Heard | None] | None:
        """What was told aloud, (None,) where that is not known; None without an alert that is out."""
        sql = f"SELECT heard FROM deliveries WHERE {_ALERT} AND state = 'sent'"
        row = self._db.execute(sql, [channel, story]).fetchone()
        return None if row is None else (rows.HEARD.validate_json(row[0]) if row[0] else None,)

    def _hear(self, channel: str, story: int, heard: Heard) -> None:
        values = [rows.HEARD.dump_json(heard).decode(), channel, story]
        with writing(self._db):
            self._db.execute(f"UPDATE deliveries SET heard = ? WHERE {_ALERT}", values)

    def correct(self, channel: str, story: Story, now: datetime) -> None:
        """What was told aloud and does not hold any more, or only in part, is corrected where it was said, and put back
        likewise."""
        told = f"SELECT n, change, shown FROM deliveries WHERE channel = ? AND story = ? AND {_ALOUD}"
        for n, kept, shown in self._db.execute(told, [channel, story.id]).fetchall():
            holds = held(rows.CHANGE.validate_json(kept), story)
            if holds != (shown or HOLDS):
                sql = "UPDATE deliveries SET state = 'pending', due = ?, shown = ?, reason = NULL WHERE n = ?"
                self._db.execute(sql, [rows.stamp(now), holds, n])

    def _edit_now(self, channel: str, story: int, now: datetime) -> None:
        """The alert's waiting edit is due: what is told aloud must not contradict it for longer than sending takes."""
        with writing(self._db):
            self._db.execute(
                """UPDATE deliveries SET due = min(due, ?)
                    WHERE channel = ? AND story = ? AND kind = 'edit' AND state = 'pending'""",
                [rows.stamp(now), channel, story],
            )

    # regrouped stories

    def withdraw(self, channel: str, story: int, reason: Cause, now: datetime) -> None:
        """What waits for a story is not sent any more."""
        with writing(self._db):
            self._db.execute(
                """UPDATE deliveries SET state = 'rejected', reason = ?, settled = ?
                    WHERE channel = ? AND story = ? AND state = 'pending'""",
                [rows.cause_row(reason), rows.stamp(now), channel, story],
            )

    def reconsider(self, channel: str, story: int, drafts: Sequence[Draft], why: Cause, now: datetime) -> None:
        """The alert of a story that waits is to be told as these drafts say: as loudly as the alert among them, or not
        at all where there is none. What was tried already may be there and is sent all the same."""
        alert = next((one for one in drafts if one.kind == "alert"), None)
        waits = f"{_ALERT} AND state = 'pending'"
        with writing(self._db):
            if alert is not None:
                sql = f"UPDATE deliveries SET action = ?, roles = ? WHERE {waits}"
                self._db.execute(sql, [alert.action, json.dumps(alert.roles), channel, story])
            elif self._db.execute(
                f"SELECT 1 FROM deliveries WHERE {waits} AND attempts = 0", [channel, story]
            ).fetchone():
                self.withdraw(channel, story, why, now)
                self.disown(channel, story)

    def inherit(self, channel: str, story: int, other: int) -> None:
        """The messages of another story are this one's from now on, which must have no alert in the channel but one
        that was rejected; that is nobody's then."""
        with writing(self._db):
            self.disown(channel, story)
            sql = "UPDATE deliveries SET story = ? WHERE channel = ? AND story = ?"
            self._db.execute(sql, [story, channel, other])

    def disown(self, channel: str, story: int) -> None:
        """An alert of the story that was rejected is nobody's, so that it can have another one."""
        with writing(self._db):
            refused = "kind = 'alert' AND state = 'rejected'"
            sql = f"UPDATE deliveries SET story = NULL WHERE channel = ? AND story = ? AND {refused}"
            self._db.execute(sql, [channel, story])
