"""Where what was set in chat wins over the file: a note for whoever reads the file. Nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from bot.channels.texts import channel_value, setting_text, wish_value
from bot.delivery.destinations import destination
from bot.language import _, plural
from bot.transports import ONE_PLACE
from config.lines import KeyPath
from config.load import SettingsFile
from config.mistakes import Mistake, Problem, by_line
from config.schema import ChannelSettings
from feeds.model import Origin, Subscription
from feeds.store import Store, StoreError
from feeds.store.delivery.subscriptions import one_name_a_place
from seeds.model import Tier

T = TypeVar("T")

_KEYS = {"pings": "pings_per_hour", "posts": "posts_per_day"}


def notes_in(read: SettingsFile) -> tuple[Mistake, ...]:
    """A note for each value of the file that does not hold, because it was set in chat; none where there is no archive
    that can be read."""
    if read.settings is None:
        return ()
    try:
        with Store(read.settings.database, read_only=True) as store:
            found = [*_overruled(store, read.settings.channel), *_besides(store)]
    except (StoreError, sqlite3.Error):
        return ()
    return by_line(read.mistake(*one) for one in found)


def _overruled(store: Store, tables: Sequence[ChannelSettings]) -> Iterator[Problem]:
    places: set[str] = set()
    for at, (channel, wanted) in enumerate(one_name_a_place(destination(one, ONE_PLACE) for one in tables)):
        place = store.channels.at(channel.transport, channel.target)
        if place is None:
            continue
        if place.name not in places:
            yield from _differing(place.changed, channel_value, (channel, place), ("channel", at))
        places.add(place.name)
        yield from _of_wish(store, place.name, wanted, ("channel", at))


def _of_wish(store: Store, place: str, wanted: Subscription, path: KeyPath) -> Iterator[Problem]:
    filed = (one for one in store.filed.wishes(place) if one.origin is Origin.FILE)
    known = next((one for one in filed if (one.watch, one.filter) == (wanted.watch, wanted.filter)), None)
    if known is None:
        return
    if known.ended is not None:
        yield (*path, "watch"), _("was ended in chat, and stays ended until it is subscribed again")
        return
    now = next(one for one in store.subscriptions.of_channel(place) if one.id == known.id)
    yield from _differing(now.changed, wish_value, (wanted, now), path)


def _differing(
    names: Sequence[str], value: Callable[[str, T], Any], pair: tuple[T, T], path: KeyPath
) -> Iterator[Problem]:  # fmt: skip
    """What of the file's does not hold: `pair` is what it says and what holds."""
    said, holds = pair
    for name in names:
        if value(name, said) != value(name, holds):
            told = _("{value} was set in chat and wins; {command} lets the file decide again")
            yield (
                (*path, *_key(name)),
                told.format(value=setting_text(value(name, holds)), command=f"!channel reset {name.replace('_', '-')}"),
            )


def _key(name: str) -> tuple[str, ...]:
    return ("tiers", name) if name in set(Tier) else (_KEYS.get(name, name),)


def _besides(store: Store) -> Iterator[Problem]:
    """What is wanted only in chat."""
    count = sum(one.origin is Origin.CHAT for one in store.subscriptions.all())
    if count:
        one = "{n} thing more is wanted in chat; bluehelm channels export shows it"
        yield (
            ("channel",),
            plural(one, "{n} things more are wanted in chat; bluehelm channels export shows them", count),
        )
