"""What is watched and what is not: the feeds as they are listed, and how well a stretch's stories are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median_low

from sqlite_utils import Database

from feeds.freshness import Freshness, freshness
from feeds.model import Coverage, Delays, ListedFeed
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.db.meta import Meta
from feeds.store.db.story_rows import SEEN_STORY
from feeds.store.feeds import Feeds
from feeds.store.handover.briefs import first_since
from seeds.model import Tier

_CONCERN = "concern"
# The newest of a stretch are enough to tell shares and delays.
_MOST = 20_000
_STORIES = f"""SELECT s.tier, s.opened, s.newest, a.publishers, a.day, a.day_precision, a.first_at, a.first_precision
    FROM stories s JOIN story_accounts a ON a.story = s.id
    WHERE s.id >= :first AND s.opened > :since AND s.opened <= :until AND s.merged_into IS NULL
    AND (:watches = '[]' OR s.watch IN (SELECT value FROM json_each(:watches))) AND {SEEN_STORY}
    ORDER BY s.id DESC LIMIT {_MOST}"""


class CoverageBook:
    """What is listed and how it serves, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db, self._meta, self._feeds = db, Meta(db), Feeds(db)

    def enlist(self, feeds: Iterable[ListedFeed]) -> None:
        """These are all feeds that are listed, whatever use is made of them. Nothing is written if nothing changes."""
        wanted = {(one.name, one.language, one.section, one.standing, one.country, one.use) for one in feeds}
        if wanted == {tuple(row) for row in self._db.execute("SELECT * FROM listed_feeds")}:
            return
        with writing(self._db):
            self._db.execute("DELETE FROM listed_feeds")
            self._db.conn.executemany("INSERT OR IGNORE INTO listed_feeds VALUES (?, ?, ?, ?, ?, ?)", wanted)

    def listed(self) -> list[ListedFeed]:
        """The feeds that are listed, by name."""
        return [ListedFeed(*row) for row in self._db.execute("SELECT * FROM listed_feeds ORDER BY name")]

    def concern(self, countries: Mapping[str, Sequence[str]]) -> None:
        """The countries that concern each watch, nearest first."""
        told = json.dumps({watch: list(codes) for watch, codes in countries.items()}, sort_keys=True)
        if self._meta.get(_CONCERN) != told:
            self._meta.put(_CONCERN, told)

    def coverage(
        self, since: datetime, until: datetime, watches: Sequence[str] = (), scope: str | None = None
    ) -> Coverage:
        """What is watched now, as a server may know it (None: all), and how well the stories are known that were new in
        a stretch."""
        hidden = self._feeds.foreign(scope)
        told = self._stories(since, until, watches)
        incidents = [row for row in told if row["tier"] == Tier.INCIDENT]
        return Coverage(
            since=since,
            until=until,
            feeds=tuple(one for one in self.listed() if one.name not in hidden),
            late=tuple(name for name in self._late(until) if name not in hidden),
            countries=self._countries(watches),
            stories=len(told),
            single=sum(row["publishers"] == 1 for row in told),
            incidents=len(incidents),
            single_incidents=sum(row["publishers"] == 1 for row in incidents),
            delays=_delays(incidents, told),
        )

    def _stories(self, since: datetime, until: datetime, watches: Sequence[str]) -> list[rows.Row]:
        values = {
            "since": rows.stamp(since), "until": rows.stamp(until), "watches": json.dumps(list(watches)),
            "first": first_since(self._db, "stories", "opened", since),
        }  # fmt: skip
        found = self._db.query(_STORIES, values)
        return [row for row in found if _news(row)]

    def _late(self, now: datetime) -> tuple[str, ...]:
        paused = {pause.feed for pause in self._feeds.pauses()}
        states = (state for state in self._feeds.all() if state.name not in paused)
        return tuple(one.name for one in states if freshness(one, now) in (Freshness.BROKEN, Freshness.STALE))

    def _countries(self, watches: Sequence[str]) -> tuple[str, ...]:
        kept: dict[str, list[str]] = json.loads(self._meta.get(_CONCERN) or "{}")
        chosen = [codes for watch, codes in kept.items() if not watches or watch in watches]
        return tuple(dict.fromkeys(code for codes in chosen for code in codes))


def _news(row: rows.Row) -> bool:
    """Whether it was told when it was read: what is filed from before says nothing about how quickly we hear."""
    return rows.time_in(row["newest"]) >= rows.time_in(row["opened"]) - timedelta(days=1)


def _delays(incidents: Sequence[rows.Row], told: Sequence[rows.Row]) -> Delays:
    days = [_first(row) - date.fromisoformat(row["day"]) for row in incidents if row["day_precision"] == "day"]
    lags = [_lag(row) for row in told if row["first_precision"] == "instant"]
    return Delays(
        same=sum(one.days <= 0 for one in days),
        next=sum(one.days == 1 for one in days),
        later=sum(one.days > 1 for one in days),
        unknown=len(incidents) - len(days),
        reading=median_low(lags) if lags else None,
        exact=len(lags),
    )


def _first(row: rows.Row) -> date:
    return rows.time_in(row["first_at"]).date()


def _lag(row: rows.Row) -> timedelta:
    return max(rows.time_in(row["opened"]) - rows.time_in(row["first_at"]), timedelta(0))
