"""One polled feed into the database in one transaction: entries, stories, deliveries, validators and counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from feeds.model import (
    Cause,
    CauseKind,
    Committed,
    Day,
    FeedState,
    Finding,
    Judged,
    Notice,
    Plan,
    Source,
    State,
    Story,
)  # fmt: skip
from feeds.model.teams import owned_name
from feeds.route import News, route
from feeds.store.archive import Archive
from feeds.store.days import DayCounts
from feeds.store.db.connection import writing
from feeds.store.delivery.alerts import Alerts
from feeds.store.delivery.filters import Filters
from feeds.store.delivery.outbox import Outbox
from feeds.store.delivery.subscriptions import Subscriptions
from feeds.store.feeds import Feeds
from feeds.store.follows.news import FollowsNews
from feeds.store.recall import recall, recalled
from feeds.store.storybook import Storybook
from feeds.store.unreadable import Unreadables
from feeds.stories.assign import lookups
from feeds.stories.changes import changes
from feeds.stories.profile import profile


class Commits:
    """Commits over the parts of one store."""

    def __init__(
        self,
        db: Database,
        *,
        archive: Archive,
        storybook: Storybook,
        outbox: Outbox,
        alerts: Alerts,
        subscriptions: Subscriptions,
        feeds: Feeds,
        days: DayCounts,
        unreadable: Unreadables,
        filters: Filters,
        follow_news: FollowsNews,
    ) -> None:
        self._db, self._archive, self._storybook = db, archive, storybook
        self._outbox, self._subscriptions, self._feeds, self._days = outbox, subscriptions, feeds, days
        self._unreadable, self._alerts = unreadable, alerts
        self._filters, self._follow_news = filters, follow_news

    def commit(self, plan: Plan, now: datetime) -> Committed:
        """Carry out a plan, whole or not at all."""
        with writing(self._db):
            readings = map(self._recalled, plan.readings)
            new = [(entry, reading) for reading in readings if (entry := self._archive.add(reading)) is not None]
            told = [one for entry, reading in new for one in self._tell(entry, reading, {}, now)]
            told += [one for entry, reading in plan.updated for one in self._revise(entry, reading, now)]
            for entry, reading in new:
                if reading.unreadable:
                    self._unreadable.mark(entry, reading.unreadable)
            self._archive.stand(plan.standing, now)
            for key, entry in plan.aliases:
                self._archive.alias(key, entry)
            for notice in plan.notices:
                self._outbox.notice(notice, now)
            self._feeds.save([plan.state])
            matched = sum(bool(reading.findings) for _, reading in new)
            self._days.count(now, Day(polls=plan.polls, read=len(new), matched=matched))
        return Committed(len(new), matched, tuple(dict(told)), sum(queued for _, queued in told))

    def record(self, states: Sequence[FeedState], notices: Sequence[Notice], day: Day, now: datetime) -> None:
        """The end of a round: the states of all feeds that brought nothing to store, in one piece."""
        with writing(self._db):
            self._feeds.save(states)
            self._days.count(now, day)
            for notice in notices:
                self._outbox.notice(notice, now)

    def _recalled(self, reading: Judged) -> Judged:
        """A reading with what is relevant in it because the archive knows the event that it tells."""
        found = []
        for lead in reading.leads:
            document = reading.entry.document(reading.publisher, reading.seen)
            told = profile(
                document, lead.facts, lead.marks, owned_name(lead.match.watch, reading.audience), reading.seen
            )
            story = recall(told, self._storybook.candidates(lookups(told)))
            found += [] if story is None else [recalled(lead, story)]
        return replace(reading, findings=(*reading.findings, *found), leads=()) if found else reading

    def _revise(self, entry: int, reading: Judged, now: datetime) -> list[tuple[int, int]]:
        """A known entry whose text changed: its stories as they were are compared with what they are now."""
        watches = self._storybook.watches_of(entry)
        before = {watch: story for watch in watches if (story := self._storybook.of_entry(entry, watch)) is not None}
        reading = self._recalled(reading)
        self._unreadable.mark(entry, reading.unreadable)
        if not self._archive.revise(entry, reading):
            return []
        flagged = {finding.match.watch for finding in reading.findings}
        left = [(story.id, self._leave(story, now)) for watch, story in before.items() if watch not in flagged]
        return [*self._tell(entry, reading, before, now), *left]

    def _leave(self, before: Story, now: datetime) -> int:
        """A story without what one of its sources said, which does not say so any more; returns the rows queued. It is
        an edit, and no reason to tell anybody of the story."""
        after = self._storybook.retell(self._storybook.known(before.id), now)
        news = changes(before, after, now)
        if not news:
            return 0
        after = self._storybook.note(after, news)
        if after.withdrawn:
            self._take_back(after, now)
        return self._announce(News(before, after, after.tier, news, silent=True), now)

    def _take_back(self, story: Story, now: datetime) -> None:
        """What waits to tell of a story that nobody tells any more."""
        for channel, _ in self._subscriptions.of_story(story):
            if self._outbox.told(channel.name, story.id).alert is State.PENDING:
                self._alerts.withdraw(channel.name, story.id, Cause(CauseKind.WITHDRAWN), now)
                self._alerts.disown(channel.name, story.id)

    def _tell(self, entry: int, reading: Judged, before: Mapping[str, Story], now: datetime) -> list[tuple[int, int]]:
        """Put an entry into its stories and queue what that says to whom; (story, rows queued) for each."""
        told = []
        for finding in reading.findings:
            news = self._place(entry, reading, finding, before.get(finding.match.watch), now)
            if news.after.withdrawn:
                self._take_back(news.after, now)
            if not news.silent:
                self._follow_news.note(news.after.id, now)
            told.append((news.after.id, 0 if _reads_alike(news) else self._announce(news, now)))
        return told

    def _place(self, entry: int, reading: Judged, finding: Finding, before: Story | None, now: datetime) -> News:
        assert finding.match.tier is not None, "what is relevant has a tier"
        story = self._storybook.place(entry, reading, finding)
        # what a story says is as it was, until it is told anew
        unmet = self._unmet(finding.match.watch, story, entry, now)
        known = self._storybook.known(story)
        before = before or _without(known, entry)
        after = self._storybook.retell(known, now)
        news = changes(before, after, now) if before else ()
        silent = reading.silent or after.withdrawn  # that nobody says so any more is an edit, and rings nobody
        tier = after.pinned or finding.match.tier
        return News(before, self._storybook.note(after, news), tier, news, silent, reading.stale, unmet)

    def _unmet(self, watch: str, story: int, entry: int, now: datetime) -> frozenset[str]:
        """The filters that did not let a story pass before an entry said what it says now."""
        filters = self._subscriptions.filters(watch)
        return frozenset(filters) - self._filters.passed(filters, story, now, entry) if filters else frozenset()

    def _announce(self, news: News, now: datetime) -> int:
        """Queue what the channels that want the story are told of a step; returns how many rows that made."""
        count, story = 0, news.after.id
        for channel, asking in self._subscriptions.of_story(news.after):
            told, load = self._outbox.told(channel.name, story), self._outbox.load(channel.name, now)
            if told.alert is None and news.silent:
                continue
            wishes = self._filters.asking(asking, news.after, now, stands=told.alert is not None)
            drafts = route(news, channel, wishes, told, load, now=now)
            count += self._outbox.queue(channel.name, story, drafts, now)
            count += self._alerts.step(news, channel, wishes, now, quiet=news.quiet)
        return count


def _reads_alike(news: News) -> bool:
    """Whether a step changed nothing that anyone sees: an item's text was touched outside of what is quoted."""
    if news.before is None or news.changes or len(news.before.sources) != len(news.after.sources):
        return False
    pairs = zip(news.before.sources, news.after.sources, strict=True)
    return all(_shown(old) == _shown(new) for old, new in pairs)


def _shown(source: Source) -> Source:
    """A source without what tells its wordings apart and nobody sees."""
    return replace(source, content_hash="", wording=1, rewritten=False)


def _without(story: Story, entry: int) -> Story | None:
    """The story before an entry joined, as it still says until it is told anew; None when that opened it."""
    sources = tuple(source for source in story.sources if source.entry != entry)
    return replace(story, sources=sources) if sources else None
