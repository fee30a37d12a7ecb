"""Decides who is told what of a story, how loudly and when: pure rules, from what is wished to what is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.schema import Tiers
from feeds.agenda import quiet_until
from feeds.model import Action, Change, Channel, State, Story, Subscription
from seeds.model import Tier

# How long a line told aloud waits for the edit of its alert: a death is worth more than the order of two messages.
EDIT_FIRST = timedelta(minutes=1)
_LOUDNESS = {None: 0, Action.DIGEST: 1, Action.POST: 2, Action.PING: 3}


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery before it has a row. `kind` "digest" means: a line in the channel's next digest.

    A note and an escalation tell a `change`, a ping names `roles`.
    """

    kind: Literal["alert", "edit", "note", "escalation", "digest"]
    action: Action = Action.POST
    change: Change | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was told of a story so far: the state of its one alert, and whether a digest named it."""

    alert: State | None = None
    digested: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """How much a channel was told lately: pings in the last hour, alerts (pings among them) in the last 24."""

    pings: int = 0
    posts: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """One step of a story: the source of tier `tier` that made `after` out of `before` (None for a new story).

    `changes` is what members should see of it; a `silent` step (a feed's first poll) is announced to no one, a `stale`
    one (the source told it long before we read it) at most in a digest. `unmet` are the filters that did not let the
    story pass before this step.
    """

    before: Story | None
    after: Story
    tier: Tier
    changes: tuple[Change, ...] = ()
    silent: bool = False
    stale: bool = False
    unmet: frozenset[str] = frozenset()

    @property
    def quiet(self) -> bool:
        """Whether an alert is edited without a word: the step is silent, or an old report joins. What an old report
        says newly (its text was rewritten) is news."""
        joins = self.before is None or len(self.before.sources) < len(self.after.sources)
        return self.silent or (self.stale and joins)


def wishes_of(tiers: Tiers) -> tuple[tuple[Tier, Action], ...]:
    """How loudly each tier is told, as the settings say; one that is "off" is left out."""
    chosen = tiers.model_dump()
    return tuple((tier, Action(chosen[tier])) for tier in Tier if chosen[tier] != "off")


def route(
    news: News, channel: Channel, wishes: Sequence[Subscription], told: Told, load: Load, *, now: datetime
) -> tuple[Draft, ...]:
    """What one channel is told of one step of a story; `wishes` are its subscriptions that ask for the story and let it
    pass, or once its alert stands those that asked for it.

    An alert that still waits says it all when it is sent, so nothing is added. One that was sent is edited, and a
    material change is also noted in its thread. Without an alert each subscription's wish for the tier counts, within
    its limits, and the loudest of them decides; see `_wanted` and `limited_action`.
    """
    if not wishes or told.alert is State.PENDING or told.alert is State.REJECTED:
        return ()
    if told.alert is not None:
        notes = [Draft("note", change=change) for change in news.changes if change.material and not news.quiet]
        return (Draft("edit"), *notes)
    if news.silent:
        return ()
    silence = silent(channel, news.after.tier, now)
    wanted = [(one, limited_action(_wanted(news, one, told), one, load, silence)) for one in wishes]
    action = loudest_action(heard for _, heard in wanted)
    if action is None or action is Action.DIGEST:
        return () if action is None else (Draft("digest", action),)
    rung = [one.role for one, heard in wanted if heard is Action.PING and one.role is not None]
    return (Draft("alert", action, roles=tuple(dict.fromkeys(rung))),)


def loudness(action: Action | None) -> int:
    """How loud an action is: 0 for none."""
    return _LOUDNESS[action]


def loudest_action(wishes: Iterable[Action | None]) -> Action | None:
    """The wish that drowns the others; None when nobody wishes anything."""
    return max(wishes, key=_LOUDNESS.__getitem__, default=None)


def _wanted(news: News, wish: Subscription, told: Told) -> Action | None:
    """How loudly a subscription wants to hear of a story for which its channel has no alert.

    A new story as its tier says; a known one (found in silence, or named in a digest) likewise when its tier has
    become louder, or when only this step makes it meet the subscription's filter; a material change of it is posted
    without a ping; anything else, and whatever is stale, is one line in one digest.
    """
    action, own = wish.action(news.after.tier), wish.action(news.tier)
    if not news.stale:
        before = None if wish.filter in news.unmet else news.before
        if before is None or _LOUDNESS[action] > _LOUDNESS[wish.action(before.tier)]:
            return action
        if _LOUDNESS[own] >= _LOUDNESS[Action.POST] and any(change.material for change in news.changes):
            return Action.POST
    return Action.DIGEST if action is not None and not told.digested else None


def silent(channel: Channel, tier: Tier, now: datetime) -> bool:
    """Whether a channel is told nothing of a story of that tier now: its server is gone, it is muted, or in its quiet
    hours, from which some tiers are excepted."""
    if channel.gone or (channel.muted_until is not None and channel.muted_until > now):
        return True
    quiet = channel.quiet
    return quiet is not None and tier not in quiet.but and quiet_until(quiet, now) is not None


def limited_action(wanted: Action | None, wish: Subscription, load: Load, silence: bool = False) -> Action | None:
    """The wish within its limits: pings too many are posts, posts too many go to the digest, and so does everything
    in `silence`. Nothing is dropped."""
    if wanted is not None and silence:
        return Action.DIGEST
    if wanted is Action.PING and load.pings >= wish.pings_per_hour:
        wanted = Action.POST
    if wanted in (Action.PING, Action.POST) and load.posts >= wish.posts_per_day:
        wanted = Action.DIGEST
    return wanted


def edit_due(now: datetime, posted: datetime | None, edited: datetime | None, gap: timedelta) -> datetime:
    """When an alert may next be edited: `gap` after its last edit, ten times that once it is an hour old and an
    hour once it is a day old, because the other side refuses frequent edits of old messages."""
    if posted is None or edited is None:
        return now
    age = now - posted
    pause = gap if age < timedelta(hours=1) else gap * 10 if age < timedelta(days=1) else max(gap, timedelta(hours=1))
    return max(now, edited + pause)
