"""What the store is asked and told of what stands: how far all of it is known, and which of it is still nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from bot.delivery.transport import Posted
from feeds.model import Action, Channel, Delivery, Source, State, Story
from feeds.route import Draft
from feeds.store import Store
from feeds.store.db import rows
from feeds.store.naming.spelling import kind_in_mark, topic

_DIGEST = kind_in_mark("digest")
_KNOWN = "known_until:"  # and the transport's name


def known_until(store: Store, names: Iterable[str]) -> dict[str, datetime]:
    """Until when all that stands is known, by the names of the transports for which that was noted."""
    store.keep_safe()
    noted = ((name, store.meta.get(_KNOWN + name)) for name in names)
    return {name: rows.time_in(at) for name, at in noted if at}


def note_known(store: Store, name: str, theirs: datetime) -> None:
    """All that stands at an instant of the other side's clock is known."""
    store.keep_safe()
    store.meta.put(_KNOWN + name, theirs.isoformat())


def claim_left(store: Store, channel: Channel, left: Sequence[Posted], now: datetime) -> int:
    """Queue the alerts of stories that have none in a channel, though one that is left there shows their sources: they
    came back when they were no news any more. So what stands is theirs, kept true, and no digest names them again. How
    many there are."""
    shown = (list(_shown(store, one)) for one in left)
    found = dict.fromkeys(stories[0] for stories in shown if len(stories) == 1)
    unclaimed = [story for story in found if store.outbox.told(channel.name, story).alert is None]
    for story in unclaimed:
        store.digests.drop(channel.name, story)
    return sum(store.outbox.queue(channel.name, story, [Draft("alert", Action.POST)], now) for story in unclaimed)


def claim_digests(store: Store, channel: Channel, left: Sequence[Posted], now: datetime) -> list[Posted]:
    """Of the digests that are left in a channel, those that show a source of stories that wait for its next one: they
    came back since, and were named. So each keeps what it named, however many times for a digest have passed, and what
    is new gets one of its own."""
    told = [story for one in store.digests.waiting(channel.name) if (story := store.stories.story(one)) is not None]
    claimed = []
    for one in left if told else ():
        named = tuple(story.id for story in told if _named(one, story))
        if named and topic(one.mark)[0] == _DIGEST and not store.outbox.known([one.mark]):
            at = min(one.at, now)
            there = Delivery(one.mark, channel.name, "digest", at, now, State.SENT, Action.DIGEST, stories=named)
            store.digests.stood(replace(there, message=one.message, thread=one.thread))
            claimed.append(one)
    return claimed


def _shown(store: Store, one: Posted) -> Iterator[int]:
    """The stories of an alert's watch of which it shows a source."""
    entries = (store.archive.entry(link) for link in one.links)
    for story in dict.fromkeys(story for entry in entries if entry is not None for story, _ in entry.findings):
        told = store.stories.story(story)
        if told is not None and topic(one.mark)[0] == kind_in_mark("alert", told.watch) and _shows(one, told.sources):
            yield story


def _named(one: Posted, story: Story) -> bool:
    """Whether a digest shows a source of a story that was out when it was posted: items of a page that is rewritten
    every day have one address, and what came later was not told."""
    return _shows(one, (source for source in story.sources if not source.published or source.published.start <= one.at))


def _shows(one: Posted, sources: Iterable[Source]) -> bool:
    return not set(map(unquote, one.links)).isdisjoint(unquote(source.url) for source in sources if source.url)
