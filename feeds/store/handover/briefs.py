"""What happened between two moments, found at a cost that grows with the stretch and not with the archive."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from feeds.freshness import Freshness, freshness, network_trouble
from feeds.handover.choice import TOLD_CHANGES, Chosen, NewStory, worth_telling
from feeds.model import Briefing, BriefLine, Change, Channel, Look, Wakefulness
from feeds.store.days import ABSENCE, DayCounts
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.db.story_rows import SEEN_STORY, change_of
from feeds.store.feeds import Feeds
from feeds.store.storybook import Storybook
from seeds.model import Tier

# A stretch with more of these is no watch's; what is beyond is left out.
_MOST = 5000
# Days are counted where there are several of them.
_BY_DAY = timedelta(days=2)
# Rows are nearly in the order of time: those of one round are not.
_DISORDER = timedelta(hours=1)
_OF_WATCHES = f"(:watches = '[]' OR s.watch IN (SELECT value FROM json_each(:watches))) AND {SEEN_STORY}"
# A story that an archive lost and read again is as old as its alert, which was found to stand.
_ALERTED = """coalesce((SELECT min(d.created) FROM deliveries d
    WHERE d.story = s.id AND d.kind = 'alert' AND d.state = 'sent'), s.opened)"""
_OPENED = f"""SELECT s.id, s.tier, min(s.opened, {_ALERTED}) AS opened, s.newest, a.killed FROM stories s
    LEFT JOIN story_accounts a ON a.story = s.id
    WHERE s.id >= :first AND min(s.opened, {_ALERTED}) > :since AND s.opened <= :until AND s.merged_into IS NULL
    AND {_OF_WATCHES}
    ORDER BY s.id DESC LIMIT {_MOST}"""
_CHANGED = f"""SELECT c.* FROM story_changes c JOIN stories s ON s.id = c.story
    WHERE c.at > :since AND c.at <= :until AND s.merged_into IS NULL AND {_OF_WATCHES}
    AND c.kind IN (SELECT value FROM json_each(:kinds)) ORDER BY c.at DESC, c.id DESC LIMIT {_MOST}"""
# Of several alerts of a story the one in the place itself comes first.
_MESSAGES = """SELECT d.story, c.target, d.message FROM deliveries d JOIN channels c ON c.name = d.channel
    WHERE d.kind = 'alert' AND d.state = 'sent' AND d.message IS NOT NULL AND c.transport = ?
    AND d.story IN (SELECT value FROM json_each(?)) AND ? IN ('', c.server) ORDER BY c.target = ?, d.n DESC"""


class Briefs:
    """Briefs over one connection."""

    def __init__(self, db: Database) -> None:
        self._db, self._days, self._feeds, self._stories = db, DayCounts(db), Feeds(db), Storybook(db)

    # who was briefed

    def look(self, place: str, member: str) -> Look | None:
        """When a member was last briefed in a place."""
        found = self._db.execute("SELECT since, at FROM looks WHERE place = ? AND member = ?", [place, member])
        row = found.fetchone()
        return Look(*map(rows.time_in, row)) if row else None

    def looked(self, place: str, member: str, look: Look) -> None:
        """Note that a member was briefed in a place."""
        with writing(self._db):
            sql = "INSERT OR REPLACE INTO looks (place, member, since, at) VALUES (?, ?, ?, ?)"
            self._db.execute(sql, [place, member, rows.stamp(look.since), rows.stamp(look.at)])

    def forget(self, before: datetime) -> None:
        """Forget who was briefed before an instant, and stretches without a look that ended before it."""
        with writing(self._db):
            self._db.execute("DELETE FROM looks WHERE at < ?", [rows.stamp(before)])
            self._db.execute("DELETE FROM absences WHERE ended < ?", [rows.stamp(before)])

    # what happened

    def between(
        self,
        since: datetime,
        until: datetime,
        *,
        watches: Sequence[str] = (),
        place: Channel | None = None,
        zone: str = "UTC",
        stories: Container[int] | None = None,
    ) -> Briefing:
        """What happened after `since` and up to `until`, of some watches or (none given) of all, or of some `stories`
        of theirs alone.

        Messages are those of the server of `place` (where none is known, of its transport), its own before others. The
        days of a stretch of two or more are those of the zone.
        """
        opened, chosen = self._happened(since, until, watches, stories)
        told = {story.id: story for story in self._stories.several([story for story, *_ in chosen.lines])}
        messages = self._messages(list(told), place) if place else {}
        lines = tuple(
            BriefLine(kind, told[story], changes, messages.get(story))
            for story, kind, changes in chosen.lines
            if story in told and told[story].sources
        )
        days = self._by_day(opened, since, until, zone) if until - since >= _BY_DAY else ()
        awake = self._awake(since, until, place)
        return Briefing(since, until, lines, chosen.more, chosen.counts, awake, days)

    def _happened(
        self, since: datetime, until: datetime, watches: Sequence[str], stories: Container[int] | None
    ) -> tuple[list[NewStory], Chosen]:
        values = {
            "since": rows.stamp(since), "until": rows.stamp(until), "watches": json.dumps(list(watches)),
            "kinds": json.dumps(list(TOLD_CHANGES)), "first": first_since(self._db, "stories", "opened", since),
        }  # fmt: skip
        opened = [_new_story(row) for row in self._db.query(_OPENED, values) if stories is None or row["id"] in stories]
        changed: dict[int, list[Change]] = {}
        for row in reversed(list(self._db.query(_CHANGED, values))):
            if stories is not None and row["story"] not in stories:
                continue
            changed.setdefault(row["story"], []).append(change_of(row))
        return opened, worth_telling(opened, changed)

    def _messages(self, stories: Sequence[int], place: Channel) -> dict[int, tuple[str, str]]:
        values = [place.transport, json.dumps(list(stories)), place.server, place.target]
        return {story: (target, message) for story, target, message in self._db.execute(_MESSAGES, values)}

    def _by_day(
        self, opened: Sequence[NewStory], since: datetime, until: datetime, zone: str
    ) -> tuple[tuple[date, int | None], ...]:
        """How many stories were new on each day; None where nobody looked."""
        there = ZoneInfo(zone)
        counted = Counter(one.opened.astimezone(there).date() for one in opened if one.news)
        first, last = since.astimezone(there).date(), (until - timedelta(microseconds=1)).astimezone(there).date()
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return tuple((day, counted[day] if counted[day] or self._days.day(day).polls else None) for day in days)

    # how far that can be relied on

    def _awake(self, since: datetime, until: datetime, place: Channel | None) -> Wakefulness:
        paused = {pause.feed for pause in self._feeds.pauses()}
        hidden = self._feeds.foreign(place.server or None if place else None)
        states = [state for state in self._feeds.all() if state.name not in paused | hidden]
        how = {state.name: freshness(state, until) for state in states}
        late = [name for name, one in how.items() if one in (Freshness.BROKEN, Freshness.STALE)]
        return Wakefulness(
            feeds=len(states),
            fresh=sum(one is Freshness.FRESH for one in how.values()),
            late=tuple(late),
            read=self._read(since, until),
            absences=self._absences(since, until),
            stuck=self._stuck(place),
            network=network_trouble(states),
            held=place.held if place else None,
        )

    def _read(self, since: datetime, until: datetime) -> int:
        first = first_since(self._db, "entries", "seen", since)
        sql = "SELECT count(*) FROM entries WHERE id >= ? AND seen > ? AND seen <= ?"
        return int(self._db.execute(sql, [first, rows.stamp(since), rows.stamp(until)]).fetchone()[0])

    def _absences(self, since: datetime, until: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches in which nobody looked, within this one; the last may go on."""
        sql = "SELECT began, ended FROM absences WHERE ended > ? AND began < ? ORDER BY began"
        found = [
            (rows.time_in(began), rows.time_in(ended))
            for began, ended in self._db.execute(sql, [rows.stamp(since), rows.stamp(until)])
        ]
        last = self._days.last_tick()
        if last is not None and until - last > ABSENCE and last not in (began for began, _ in found):
            found.append((last, until))
        return tuple((max(began, since), min(ended, until)) for began, ended in found)

    def _stuck(self, place: Channel | None) -> int:
        """How many messages wait because something went wrong with them: in the place, in its server, or anywhere."""
        sql = """SELECT count(*) FROM deliveries d LEFT JOIN channels c ON c.name = d.channel
            WHERE d.state = 'pending' AND d.reason IS NOT NULL AND d.kind <> 'notice'
            AND :name IN ('', d.channel) AND :server IN ('', c.server)"""
        values = {"name": place.name, "server": place.server} if place else {"name": "", "server": ""}
        return int(self._db.execute(sql, values).fetchone()[0])


def first_since(db: Database, table: str, column: str, since: datetime) -> int:
    """An id before which no row of a table is of `since` or later by a column, found by halves: the rows came in the
    order of their ids, and no index of that column is needed."""
    sought = rows.stamp(since - _DISORDER)
    low, high = 1, int(db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])
    while low < high:
        middle = (low + high) // 2
        row = db.execute(f"SELECT id, {column} FROM {table} WHERE id >= ? ORDER BY id LIMIT 1", [middle]).fetchone()
        if row is None or row[1] >= sought:
            high = middle
        else:
            low = int(row[0]) + 1
    return low


def _new_story(row: rows.Row) -> NewStory:
    opened, newest = rows.time_in(row["opened"]), rows.time_in(row["newest"])
    return NewStory(row["id"], Tier(row["tier"]), opened, newest, row["killed"])
