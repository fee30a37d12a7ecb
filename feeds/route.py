"""Decides what of a fetch is new, and who is told what: pure rules, from what is known and wished to what is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.schema import Tiers
from feeds.model import Action, Change, Channel, Entry, Known, State, Story, Subscription
from feeds.parsing.identity import fold_title, rekeyed, traces
from seeds.model import Tier, When

# Fewer words than this say no more than a title; aggregators' summaries are the title and the outlet's name.
_SENTENCE = 8
_LOUDNESS = {None: 0, Action.DIGEST: 1, Action.POST: 2, Action.PING: 3}


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery before it has a row. `kind` "digest" means: a line in the channel's next digest.

    A ping names `roles`.
    """

    kind: Literal["alert", "edit", "note", "digest"]
    action: Action = Action.POST
    text: str = ""
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

    `changes` is what members should see of it; a `silent` step (a feed's first poll) is announced to no one.
    """

    before: Story | None
    after: Story
    tier: Tier
    changes: tuple[Change, ...] = ()
    silent: bool = False


def wishes_of(tiers: Tiers) -> tuple[tuple[Tier, Action], ...]:
    """How loudly each tier is told, as the settings say; one that is "off" is left out."""
    chosen = tiers.model_dump()
    return tuple((tier, Action(chosen[tier])) for tier in Tier if chosen[tier] != "off")


def route(
    news: News, channel: Channel, wishes: Sequence[Subscription], told: Told, load: Load, *, now: datetime
) -> tuple[Draft, ...]:
    """What one channel is told of one step of a story; `wishes` are its subscriptions that ask for the story.

    An alert that still waits says it all when it is sent, so nothing is added. One that was sent is edited, and a
    material change is also noted in its thread. Without an alert each subscription's wish for the tier counts, within
    its limits, and the loudest of them decides; see `_wanted` and `_limited`.
    """
    if not wishes or told.alert is State.PENDING or told.alert is State.REJECTED:
        return ()
    if told.alert is not None:
        notes = [Draft("note", text=change.text) for change in news.changes if change.material and not news.silent]
        return (Draft("edit"), *notes)
    if news.silent:
        return ()
    wanted = [(one, _limited(_wanted(news, one, told), one, channel, load, now)) for one in wishes]
    action = loudest_action(heard for _, heard in wanted)
    if action is None or action is Action.DIGEST:
        return () if action is None else (Draft("digest", action),)
    rung = [one.role for one, heard in wanted if heard is Action.PING and one.role is not None]
    return (Draft("alert", action, roles=tuple(dict.fromkeys(rung))),)


def loudest_action(wishes: Iterable[Action | None]) -> Action | None:
    """The wish that drowns the others; None when nobody wishes anything."""
    return max(wishes, key=_LOUDNESS.__getitem__, default=None)


def _wanted(news: News, wish: Subscription, told: Told) -> Action | None:
    """How loudly a subscription wants to hear of a story for which its channel has no alert.

    A new story as its tier says; a known one (found in silence, or named in a digest) likewise when its tier has
    become louder; a material change of it is posted without a ping; anything else is one line in one digest.
    """
    action = wish.action(news.after.tier)
    if news.before is None or _LOUDNESS[action] > _LOUDNESS[wish.action(news.before.tier)]:
        return action
    own = wish.action(news.tier)
    if _LOUDNESS[own] >= _LOUDNESS[Action.POST] and any(change.material for change in news.changes):
        return Action.POST
    return Action.DIGEST if action is not None and not told.digested else None


def _limited(wanted: Action | None, wish: Subscription, channel: Channel, load: Load, now: datetime) -> Action | None:
    """The wish within its limits: pings too many are posts, posts too many go to the digest, and so does everything
    while the channel is muted. Nothing is dropped."""
    if wanted is not None and channel.muted_until is not None and channel.muted_until > now:
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


def fresh(published: When | None, now: datetime, window: timedelta) -> bool:
    """Whether an item of a feed's first poll is told at once: dated, and within `window` of now."""
    return published is not None and now - published.start < window


def thin(entry: Entry) -> bool:
    """Whether a feed gives less than a sentence of an item besides its title, so that its page is worth reading."""
    said, title = fold_title(entry.summary), fold_title(entry.title)
    return len(said.removeprefix(title).split()) < _SENTENCE


@dataclass(frozen=True, slots=True)
class Sifted:
    """A fetch, sorted: new entries, known ones whose text changed, new keys of known ones.

    `renamed` counts the known ones that came back under new names, when a feed did that to most of them.
    """

    new: tuple[Entry, ...] = ()
    changed: tuple[tuple[int, Entry], ...] = ()
    aliases: tuple[tuple[str, int], ...] = ()
    renamed: int = 0


def suspicious(known: Sequence[Known | None]) -> bool:
    """Whether so much of a fetch is new that the feed may have renamed its items."""
    return sum(one is None for one in known) * 2 > len(known)


def sift(
    feed: str,
    entries: Sequence[Entry],
    known: Sequence[Known | None],
    stored: Sequence[tuple[int, str, str | None]],
    total: int | None = None,
) -> Sifted:
    """Sort a fetch of `total` entries (all of these, when it is not told) by what is `known` of each.

    Entries that are known as they are may be left out. `stored` are the (id, title, link) of the feed's stored
    entries, wanted only when the fetch is `suspicious`. When the feed has renamed its items, those that look familiar
    get their new keys and are no news.
    """
    pairs = list(zip(entries, known, strict=True))
    new = [entry for entry, one in pairs if one is None]
    old = [(entry, one) for entry, one in pairs if one is not None]
    aliases = [(key, one.entry) for _, one in old for key in one.missing]
    # Only the feed that an entry came from may change it: an aggregator's copy has another summary.
    changed = [(one.entry, entry) for entry, one in old if one.feed == feed and one.content_hash != entry.content_hash]
    familiar = {mark: number for number, title, link in reversed(stored) for mark in traces(title, link)}
    if not rekeyed(len(entries) if total is None else total, [(entry.title, entry.link) for entry in new], familiar):
        return Sifted(tuple(new), tuple(changed), tuple(aliases))
    homes = [(entry, _home(entry, familiar)) for entry in new]
    aliases += [(key, home) for entry, home in homes if home is not None for key in entry.keys]
    new = [entry for entry, home in homes if home is None]
    return Sifted(tuple(new), tuple(changed), tuple(aliases), len(homes) - len(new))


def _home(entry: Entry, familiar: Mapping[str, int]) -> int | None:
    return next((familiar[mark] for mark in traces(entry.title, entry.link) if mark in familiar), None)
