"""A member says of which tier a story is: the story, the alerts that are out and what waits follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.model import Cause, CauseKind, Change, ChangeKind, Channel, State, Story, Subscription
from feeds.route import Draft, News, Told, loudness, route
from feeds.store.db.connection import writing
from feeds.store.delivery.alerts import Alerts
from feeds.store.delivery.digests import Digests
from feeds.store.delivery.filters import Filters
from feeds.store.delivery.outbox import Outbox
from feeds.store.delivery.subscriptions import Subscriptions
from feeds.store.follows.news import FollowsNews
from feeds.store.storybook import Storybook
from feeds.store.watching.pins import TierPins
from feeds.stories.told import told_at
from seeds.model import Tier

_MEANT = 3  # items of a story that a correction speaks of


@dataclass(frozen=True, slots=True)
class Corrected:
    """A story before and after its tier was corrected; `told` names the channels where it is to be posted now, `edited`
    those where its alert is edited. An `old` one is news to nobody."""

    before: Story
    after: Story
    told: tuple[Channel, ...] = ()
    edited: tuple[Channel, ...] = ()
    old: bool = False


class Correcting:
    """Corrections of tiers over the parts of one store."""

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
        self._db, self._storybook, self._pins = db, storybook, TierPins(db)
        self._outbox, self._alerts, self._digests = outbox, alerts, digests
        self._subscriptions, self._filters, self._follow_news = subscriptions, filters, follow_news

    def tier(self, story: int, tier: Tier | None, by: str, now: datetime, fresh: timedelta) -> Corrected | None:
        """The story is of this tier from now on, whatever its sources say; None for `tier` lets them say it again.

        A story that was told longer than `fresh` ago is corrected and told to nobody. None, and nothing done, where
        there is no such story.
        """
        with writing(self._db):
            before = self._storybook.resolve(story)
            if before is None or not before.sources:
                return None
            self._pins.add(before.id, tier, by, now, _meant(before, tier))
            after = self._storybook.retell(self._storybook.known(before.id), now)
            if after.tier is before.tier:
                return Corrected(before, after)
            kind = ChangeKind.CORRECTED if tier is not None else ChangeKind.TIER
            after = self._storybook.note(after, [Change(now, kind, before.tier, after.tier)])
            old = max(map(told_at, after.sources)) < now - fresh
            return self._tell(News(before, after, after.tier, silent=old), now)

    def _tell(self, news: News, now: datetime) -> Corrected:
        """Bring every channel that asks for the story up to date."""
        assert news.before is not None
        told: list[Channel] = []
        edited: list[Channel] = []
        for channel, asking in self._subscriptions.of_story(news.after):
            known = self._outbox.told(channel.name, news.after.id)
            wishes = self._filters.asking(asking, news.after, now, stands=known.alert is not None)
            drafts = self._drafts(news, channel, wishes, known, now)
            self._outbox.queue(channel.name, news.after.id, drafts, now)
            self._alerts.step(news, channel, wishes, now, quiet=True)
            told += [channel] if any(one.kind == "alert" for one in drafts) else []
            edited += [channel] if any(one.kind == "edit" for one in drafts) else []
        if not news.silent:
            self._follow_news.note(news.after.id, now)
        return Corrected(news.before, news.after, tuple(told), tuple(edited), news.silent)

    def _drafts(
        self, news: News, channel: Channel, wishes: Sequence[Subscription], known: Told, now: datetime
    ) -> tuple[Draft, ...]:
        """What a channel is told: an alert that is out is edited; a new one is posted only where the tier is louder
        now; one that still waits is told as the new tier is."""
        load = self._outbox.load(channel.name, now)
        if known.alert is State.PENDING:
            afresh = route(News(None, news.after, news.tier), channel, wishes, Told(), load, now=now)
            self._alerts.reconsider(channel.name, news.after.id, afresh, Cause(CauseKind.TIER_CORRECTED), now)
            return tuple(one for one in afresh if one.kind == "digest")
        if known.alert is None and not _louder(news, wishes):
            if not any(one.action(news.after.tier) for one in wishes):
                self._digests.drop(channel.name, news.after.id)
            return ()
        return route(news, channel, wishes, known, load, now=now)


def _louder(news: News, wishes: Sequence[Subscription]) -> bool:
    """Whether anybody wants to hear more loudly of the story than before."""
    before = news.before.tier if news.before else news.after.tier
    return any(loudness(one.action(news.after.tier)) > loudness(one.action(before)) for one in wishes)


def _meant(story: Story, tier: Tier | None) -> list[int]:
    """The items of which a correction says something: those that made the story what it was, or are louder than what
    it is."""
    order = list(Tier)
    said = [(order.index(source.tier), source.entry) for source in story.sources if source.tier and not source.outdated]
    if tier is None or not said:
        return []
    quietest = max(min(said)[0], order.index(tier))
    return [entry for loud, entry in said if loud <= quietest][:_MEANT]
