"""What the settings say that cannot be meant, which is a mistake, and what will not work as it stands, a warning."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bot.delivery.destinations import place_of
from bot.transports import ONE_PLACE, TRANSPORTS, chosen, transport_mistakes
from config.load import SettingsFile
from config.mistakes import Mistake, Problem, by_line
from config.schema import ChannelSettings, Settings
from feeds.store import Store, StoreError

# Names that are kept free for examples, and are nobody's.
_NOBODYS = re.compile(r"\bexample\.(?:com|net|org)\b|\.(?:example|invalid|test)\b", re.IGNORECASE)


def doubts(read: SettingsFile) -> list[Mistake]:
    """What a start says of settings with which it goes on all the same."""
    return [*mistakes_in(read), *warnings_in(read)]


def mistakes_in(read: SettingsFile) -> list[Mistake]:
    """What is wrong in settings that can be read, where that is not said already."""
    if read.settings is None:
        return []
    found = (read.mistake(*problem) for problem in settings_mistakes(read.settings))
    return [one for one in found if read.sound(one.key) and (read.sound("watch") or ".watch" not in one.key)]


def warnings_in(read: SettingsFile) -> list[Mistake]:
    """What will not work with settings that can be read."""
    settings = read.settings
    if settings is None:
        return []
    found = settings_warnings(settings, lambda: _subscribed(settings.database))
    return list(by_line(read.mistake(*one) for one in found))


def _subscribed(database: Path) -> bool:
    """Whether managers have said in chat where alerts go."""
    try:
        with Store(database, read_only=True) as store:
            return bool(store.subscriptions.listeners())
    except (StoreError, sqlite3.Error):
        return False


def settings_mistakes(settings: Settings) -> Iterator[Problem]:
    """What is wrong in settings that can be read: watches, channels, transports."""
    yield from _watch_mistakes(settings)
    for at, channel in enumerate(settings.channel):
        problems = (*_unwatched(settings, channel), *_doubles(channel, settings.channel[:at]))
        yield from ((("channel", at, key), text) for key, text in problems)
    yield from transport_mistakes(settings)


def settings_warnings(settings: Settings, subscribed: Callable[[], bool]) -> Iterator[Problem]:
    """What will not work with settings that are right; `subscribed` says whether managers have subscribed channels, and
    is asked only where that matters."""
    if not settings.poll.contact.strip() or _NOBODYS.search(settings.poll.contact):
        yield ("poll", "contact"), "is nobody's: put an address of yours there, by which publishers can reach you"
    running = chosen(settings)
    for spec in running:
        yield from spec.warnings(settings)
    places = {spec.name for spec in running if not spec.fallback}
    untold = list(_untold(settings, places)) if places else []
    if untold and not subscribed():
        yield from untold
    for at, channel in enumerate(settings.channel):
        if channel.transport in TRANSPORTS and TRANSPORTS[channel.transport] not in running:
            yield (
                ("channel", at, "transport"),
                f"{channel.transport} does not run now: nothing is posted there",
            )


def _untold(settings: Settings, places: set[str]) -> Iterator[Problem]:
    """The enabled watches that no channel wants."""
    told = {channel.watch for channel in settings.channel if channel.transport in places}
    if not told:
        yield ("channel",), "none is named, so nothing is posted until a manager subscribes one"
        return
    for at, watch in enumerate(settings.watch):
        if watch.enabled and watch.name not in told:
            yield ("watch", at), f"{watch.name} is enabled, and no channel wants it: its stories are told to nobody"


def _watch_mistakes(settings: Settings) -> Iterator[Problem]:
    if not any(watch.enabled for watch in settings.watch):
        yield ("watch",), "none is enabled, so nothing would ever be flagged"
    names = [watch.name for watch in settings.watch]
    yield from (
        (("watch", at, "name"), f"{name} is listed twice") for at, name in enumerate(names) if name in names[:at]
    )


def _unwatched(settings: Settings, channel: ChannelSettings) -> Iterator[tuple[str, str]]:
    enabled = {watch.name: watch.enabled for watch in settings.watch}
    if channel.watch not in enabled:
        yield "watch", f"{channel.watch} is not a listed watch"
    elif not enabled[channel.watch]:
        yield "watch", f"{channel.watch} is listed but not enabled"


def _doubles(channel: ChannelSettings, before: Iterable[ChannelSettings]) -> Iterator[tuple[str, str]]:
    """What a table repeats of those before it."""
    if any(one.watch == channel.watch and place_of(one, ONE_PLACE) == place_of(channel, ONE_PLACE) for one in before):
        yield "watch", f"{channel.watch} is wanted twice in one place"
