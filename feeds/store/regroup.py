"""Stories merged and split by members, and what that means for the messages that are out already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.model import Action, Cause, CauseKind, Change, ChangeKind, Channel, State, Story, Subscription
from feeds.route import Draft, News, loudest_action, route
from feeds.store.db.connection import writing
from feeds.store.delivery.alerts import Alerts
from feeds.store.delivery.digests import Digests
from feeds.store.delivery.filters import Filters
from feeds.store.delivery.outbox import Outbox
from feeds.store.delivery.subscriptions import Subscriptions
from feeds.store.follows.news import FollowsNews
from feeds.store.storybook import Storybook
from feeds.stories.told import told_at

_OUT = (State.SENDING, State.SENT)
_NEVER = (None, State.REJECTED)
_A_DAY = timedelta(days=1)


class Regrouping:
    """Merging and splitting over the parts of one store."""

    def __init__(
        self,
        db: Database,
        storybook: Storybook,
        *,
        outbox: Outbox,
        alerts: Alerts,
        digests: Digests,
        subscriptions: Subscriptions,
        filters: Filters,
        follow_news: FollowsNews,
    ) -> None:
        self._db, self._storybook = db, storybook
        self._outbox, self._alerts = outbox, alerts
        self._digests, self._subscriptions, self._filters = digests, subscriptions, filters
        self._follow_news = follow_news

    def merge(self, one: int, other: int, by: str, now: datetime, window: timedelta = _A_DAY) -> int | None:
        """Make one story of two; returns the elder's id, which keeps all sources, and leaves the younger a pointer.

        Who wanted neither of the two and wants the whole is told of it; of one whose last report is older than `window`
        in a digest at most. None, and nothing done, when one is unknown, both are one already, they are of different
        watches, or one is a server's alone.
        """
        with writing(self._db):
            found = [self._storybook.resolve(story) for story in (one, other)]
            stories = sorted((story for story in found if story is not None), key=lambda story: story.id)
            if len({story.id for story in stories}) < 2 or _apart(*stories):
                return None
            elder, younger = stories
            unmet = self._unmet(elder, younger, now)
            self._storybook.join(elder.id, younger.id, now)
            whole = self._tell(elder.id, Change(now, ChangeKind.MERGED, new=younger.id))
            moved = [source.entry for source in younger.sources]
            self._storybook.pin("merge", elder.id, by, now, other=younger.id, entries=moved)
            self._subscriptions.follow(elder.id, younger.id)
            stale = now - max(map(told_at, whole.sources)) >= window
            news = News(elder, whole, whole.tier, silent=whole.withdrawn, stale=stale, unmet=unmet)
            for channel, wishes in self._subscriptions.of_watch(elder.watch, elder.server):
                self._hand_over(channel.name, elder.id, younger.id, now)
                self._alerts.one_of_two(channel.name, whole, younger.id)
                self._alerts.correct(channel.name, whole, now)
                self._come_to_match(news, channel, wishes, now)
            if not news.quiet:
                self._follow_news.note(elder.id, now)
        return elder.id

    def _unmet(self, elder: Story, younger: Story, now: datetime) -> frozenset[str]:
        """The filters that let neither story pass."""
        filters = self._subscriptions.filters(elder.watch)
        passed = (self._filters.passed(filters, story.id, now) for story in (elder, younger))
        return frozenset(filters).difference(*passed) if filters else frozenset()

    def _come_to_match(self, news: News, channel: Channel, wishes: Sequence[Subscription], now: datetime) -> None:
        """A channel that only wants what two stories say together is told as it would be with the next report."""
        waiting = [one for one in wishes if one.filter in news.unmet and one.story is None]
        told = self._outbox.told(channel.name, news.after.id)
        if not waiting or told.alert is not None:
            return
        asking = self._filters.asking(waiting, news.after, now)
        load = self._outbox.load(channel.name, now)
        self._outbox.queue(channel.name, news.after.id, route(news, channel, asking, told, load, now=now), now)

    def _hand_over(self, channel: str, elder: int, younger: int, now: datetime) -> None:
        """The younger alert becomes a pointer; where it is the only one, it becomes the elder story's."""
        mine, theirs = (self._outbox.told(channel, story) for story in (elder, younger))
        if theirs.alert is State.PENDING and mine.alert not in _NEVER:
            why = Cause(CauseKind.STORY_MERGED, {"younger": younger, "elder": elder})
            self._alerts.withdraw(channel, younger, why, now)
        elif theirs.alert in _OUT and mine.alert not in _NEVER:
            self._outbox.queue(channel, younger, [Draft("edit")], now)
        elif theirs.alert in (*_OUT, State.PENDING):
            self._alerts.inherit(channel, elder, younger)
        self._digests.drop(channel, younger)
        alert = self._outbox.told(channel, elder).alert
        if alert in _OUT:
            self._outbox.queue(channel, elder, [Draft("edit")], now)
        elif alert is None and theirs.digested and not mine.digested:
            self._digests.add(channel, elder, now)

    def split(self, entry: int, by: str, now: datetime) -> tuple[int, ...]:
        """Give an entry a story of its own in each watch that flagged it, or back the one that it was merged from;
        returns the ids of these stories in the order of the watches' names.

        None of them, and nothing done, when it is in no story or alone in its own.
        """
        with writing(self._db):
            found = [self._storybook.of_entry(entry, watch) for watch in self._storybook.watches_of(entry)]
            shared = [story for story in found if story is not None and len(story.sources) > 1]
            return tuple([self._part(old, entry, by, now) for old in shared])

    def _part(self, old: Story, entry: int, by: str, now: datetime) -> int:
        new = self._storybook.part(entry, old.watch, now)
        story = self._tell(new, Change(now, ChangeKind.SPLIT, old=old.id))
        gone, moved = self._storybook.unsay(old.id, entry), Change(now, ChangeKind.MOVED, new=new)
        left = self._tell(old.id, moved)
        self._storybook.pin("split", new, by, now, entry=entry, other=old.id)
        for channel, wishes in self._subscriptions.of_watch(old.watch, old.server):
            asked = self._filters.asking(wishes, story, now) if not story.withdrawn else ()
            wanted = loudest_action(one.action(story.tier) for one in asked if one.story is None)
            self._announce(channel.name, old.id, new, wanted, now)
            self._take_back(channel.name, left, moved if any(one.material for one in gone) else None, now)
        return new

    def _take_back(self, channel: str, story: Story, moved: Change | None, now: datetime) -> None:
        """What was told of a story and left it with an entry: a line told aloud is corrected, and a thread in which a
        line tells it says that a source moved."""
        self._alerts.correct(channel, story, now)
        if moved is not None and self._outbox.told(channel, story.id).alert in _OUT:
            self._outbox.queue(channel, story.id, [Draft("note", change=moved)], now)

    def _tell(self, story: int, change: Change) -> Story:
        return self._storybook.note(self._storybook.retell(self._storybook.known(story), change.at), [change])

    def _announce(self, channel: str, old: int, new: int, wanted: Action | None, now: datetime) -> None:
        """One new alert where the old story has one, never a ping: a person is asking, and knows. A story that is back
        has the message it had, which is edited; what was never posted of it is forgotten."""
        told, own = (self._outbox.told(channel, story) for story in (old, new))
        if told.alert in _OUT:
            self._outbox.queue(channel, old, [Draft("edit")], now)
        self._alerts.disown(channel, new)
        if own.alert in _OUT:
            self._outbox.queue(channel, new, [Draft("edit")], now)
        elif told.alert in (*_OUT, State.PENDING) and wanted in (Action.PING, Action.POST):
            self._outbox.queue(channel, new, [Draft("alert", Action.POST)], now)
        elif wanted is not None and (told.alert is not None or told.digested):
            self._digests.add(channel, new, now)


def _apart(one: Story, other: Story) -> bool:
    return (one.watch, one.server) != (other.watch, other.server)
