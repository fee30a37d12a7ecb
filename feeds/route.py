"""Decides what of a fetch is new, and who is told what: pure rules, from what is known and wished to what is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from feeds.model import Action, Change, Channel, Entry, Known, State, Story
from feeds.parsing.identity import fold_title, rekeyed, traces
from seeds.model import Tier, When

# Fewer words than this say no more than a title; aggregators' summaries are the title and the outlet's name.
_SENTENCE = 8
_LOUDNESS = {None: 0, Action.DIGEST: 1, Action.POST: 2, Action.PING: 3}


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery before it has a row. `kind` "digest" means: a line in the channel's next digest."""

    kind: Literal["alert", "edit", "note", "digest"]
    action: Action = Action.POST
    text: str = ""


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


def route(news: News, channel: Channel, told: Told, load: Load, now: datetime) -> tuple[Draft, ...]:
    """What one channel is told of one step of a story.

    An alert that still waits says it all when it is sent, so nothing is added. One that was sent is edited, and a
    material change is also noted in its thread. Without an alert the channel's wish for the tier decides, within
    its limits; see `_wanted` and `_limited`.
    """
    if told.alert is State.PENDING or told.alert is State.REJECTED:
        return ()
    if told.alert is not None:
        notes = [Draft("note", text=change.text) for change in news.changes if change.material and not news.silent]
        return (Draft("edit"), *notes)
    wanted = None if news.silent else _wanted(news, channel, told)
    if wanted is None:
        return ()
    action = _limited(wanted, channel, load, now)
    return (Draft("digest", action) if action is Action.DIGEST else Draft("alert", action),)


def _wanted(news: News, channel: Channel, told: Told) -> Action | None:
    """How loudly the channel should hear of a story for which it has no alert.

    A new story as its tier says; a known one (found in silence, or named in a digest) likewise when its tier has
    become louder; a material change of it is posted without a ping; anything else is one line in one digest.
    """
    action = channel.action(news.after.tier)
    if news.before is None or _LOUDNESS[action] > _LOUDNESS[channel.action(news.before.tier)]:
        return action
    own = channel.action(news.tier)
    if _LOUDNESS[own] >= _LOUDNESS[Action.POST] and any(change.material for change in news.changes):
        return Action.POST
    return Action.DIGEST if action is not None and not told.digested else None


def _limited(wanted: Action, channel: Channel, load: Load, now: datetime) -> Action:
    """The wish within the channel's limits: pings too many are posts, posts too many go to the digest, and so does
    everything while the channel is muted. Nothing is dropped."""
    if channel.muted_until is not None and channel.muted_until > now:
        return Action.DIGEST
    if wanted is Action.PING and load.pings >= channel.pings_per_hour:
        wanted = Action.POST
    if wanted is not Action.DIGEST and load.posts >= channel.posts_per_day:
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


def next_digest(now: datetime, hour: int, zone: str) -> datetime:
    """The first `hour` o'clock after `now` in an IANA time zone, in UTC.

    An hour that the clocks skip in spring falls an hour later; one that they repeat in autumn is taken the first time.
    """
    local = now.astimezone(ZoneInfo(zone))
    for days in range(3):
        day = (local + timedelta(days=days)).date()
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if at > now:
            return at
    raise AssertionError("a day has an hour of each name, or the next one has")


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
    entries, wanted only when the fetch is `suspicious`. When the feed has renamed its items, those that look familiar get their new keys and are no news.
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
