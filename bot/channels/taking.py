"""Settings that are taken from tables, as if they had been set in chat: what is wanted besides stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.channels.texts import channel_value, setting_text, wish_value
from feeds.model import Channel, Subscription
from feeds.store import Store
from feeds.store.delivery.choices import CHANNEL_SETTINGS, WISH_SETTINGS, ChosenValues
from feeds.store.delivery.subscriptions import one_name_a_place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: how many things are wanted that were not, and how many settings are others now."""

    wanted: int = 0
    changed: int = 0


def take_settings(store: Store, pairs: Iterable[tuple[Channel, Subscription]], by: str, now: datetime) -> Taken:
    """Set channels, each with something wanted in it, as they are given, whole or not at all; `by` goes on record.

    What differs from the file is a choice, which wins over it; what does not is none any more.
    """
    wanted = changed = 0
    with store.together():
        for channel, one in one_name_a_place(pairs):
            place = store.channels.at(channel.transport, channel.target)
            name = place.name if place else f"{channel.transport}:{channel.target}"
            wanted += _want(store, Channel(name, channel.transport, channel.target), one, by, now)
            known = store.channels.named(name)
            assert known is not None, "something is wanted there"
            told = (*_set_channel(store, known, channel), *_set_wish(store, known, one))
            for setting, subject, old, new in told:
                store.audit.note(known.server, by, f"channel {setting}", subject, old, new, now)
            changed += len(told)
    return Taken(wanted, changed)


def _want(store: Store, channel: Channel, one: Subscription, by: str, now: datetime) -> bool:
    new = store.subscriptions.add(channel, one)
    if new:
        known = store.channels.named(channel.name)
        server = known.server if known else ""
        store.audit.note(server, by, "subscribe", f"{one.watch} in {channel.name}", "", one.filter or "all", now)
    return new


_Change = tuple[str, str, str, str]


def _set_channel(store: Store, known: Channel, wanted: Channel) -> Iterator[_Change]:
    filed = store.filed.channel(known.transport, known.target) or known
    store.choices.choose(known.name, _differing(CHANNEL_SETTINGS, channel_value, filed, wanted))
    return _changes(CHANNEL_SETTINGS, channel_value, (known, wanted), known.name)


def _set_wish(store: Store, known: Channel, wanted: Subscription) -> Iterator[_Change]:
    mine = next(
        one for one in store.subscriptions.of_channel(known.name)
        if (one.watch, one.filter, one.story) == (wanted.watch, wanted.filter, wanted.story)
    )  # fmt: skip
    filed = next(one for one in store.filed.wishes(known.name) if one.id == mine.id)
    store.choices.choose_wish(mine.id, _differing(WISH_SETTINGS, wish_value, filed, wanted))
    return _changes(WISH_SETTINGS, wish_value, (mine, wanted), f"{mine.watch} in {known.name}")


def _differing(names: Sequence[str], value: Callable[[str, T], Any], filed: T, wanted: T) -> ChosenValues:
    """The choices that make of what the file says what is wanted."""
    pairs = ((name, value(name, filed), value(name, wanted)) for name in names)
    return {name: new for name, old, new in pairs if old != new}


def _changes(
    names: Sequence[str], value: Callable[[str, T], Any], pair: tuple[T, T], subject: str
) -> Iterator[_Change]:  # fmt: skip
    old, new = pair
    texts = ((name, setting_text(value(name, old)), setting_text(value(name, new))) for name in names)
    return ((name, subject, before, after) for name, before, after in texts if before != after)
