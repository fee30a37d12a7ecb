"""What the settings say that cannot be meant, which is a mistake, and what will not work as it stands, a warning."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.delivery.destinations import place_of
from bot.desk.names import lore
from bot.language import _, languages
from bot.transports import ONE_PLACE, TRANSPORTS, chosen, transport_mistakes
from bot.wording.formats import clean, day
from bot.wording.query import misread_text
from config.load import SettingsFile
from config.mistakes import Mistake, Problem, by_line
from config.schema import ChannelSettings, Settings
from feeds.query import Misread
from feeds.query.filters import parse_filter
from feeds.store import Store, StoreError
from feeds.watching.kept import kept_changes, settings_now
from feeds.watching.model import WatchChange

# Names that are kept free for examples, and are nobody's.
_NOBODYS = re.compile(r"\bexample\.(?:com|net|org)\b|\.(?:example|invalid|test)\b", re.IGNORECASE)


def doubts(read: SettingsFile) -> list[Mistake]:
    """What a start says of settings with which it goes on all the same."""
    return [*mistakes_in(read), *warnings_in(read)]


def mistakes_in(read: SettingsFile) -> list[Mistake]:
    """What is wrong in settings that can be read, where that is not said already."""
    if read.settings is None:
        return []
    settings = settings_now(read.settings, kept_changes(read.settings.database))
    found = (read.mistake(*one) for one in settings_mistakes(settings) if read.stated(one[0]))
    watches = read.valid and read.sound("watch")
    return [one for one in found if read.sound(one.key) and (watches or ".watch" not in one.key)]


def warnings_in(read: SettingsFile) -> list[Mistake]:
    """What will not work with settings that can be read."""
    settings = read.settings
    if settings is None:
        return []
    database, kept = settings.database, kept_changes(settings.database)
    found = (
        *_folder_warnings(database),
        *settings_warnings(settings_now(settings, kept), lambda: _subscribed(database)),
        *watch_change_warnings(settings, kept),
        *_archive_warnings(settings),
    )
    return list(by_line(read.mistake(*one) for one in found if read.stated(one[0])))


def _subscribed(database: Path) -> bool:
    """Whether managers have said in chat where alerts go."""
    try:
        with Store(database, read_only=True) as store:
            return bool(store.subscriptions.listeners())
    except (StoreError, sqlite3.Error):
        return False


def watch_change_warnings(settings: Settings, kept: Sequence[WatchChange]) -> Iterator[Problem]:
    """What of the watches was changed in chat and goes before the file's or the watch's own."""
    listed = {one.name: at for at, one in reversed(list(enumerate(settings.watch)))}
    for one in kept:
        at = listed.get(one.watch)
        yield (("watch",) if at is None else ("watch", at)), _told_change(one, listed=at is not None)


def _told_change(one: WatchChange, *, listed: bool) -> str:
    """One change in words: "unifil was switched off in chat on 10 Feb 2021, which wins"."""
    match one.setting:
        case "enabled":
            told = f"was switched {one.value}"
        case "threshold":
            told = f"flags from {one.value} on"
        case "phrase":
            does = {"allow": "alone lets in", "block": "alone keeps out"}.get(one.value, "decides nothing")
            told = f"has “{clean(one.phrase)}”, which {does}"
    beside = "the watch's own files"
    if one.setting == "enabled":
        beside = "what the file says" if listed else "the file, which does not list it"
    return f"{one.watch} {told}: said in chat on {day(one.at)}, and goes before {beside}"


def _archive_warnings(settings: Settings) -> Iterator[Problem]:
    """That nobody in chat may change the archive, or that a server is named in which the bot is not; as far as an
    earlier run has seen servers."""
    key, named = ("discord", "archive_servers"), settings.discord.archive_servers
    try:
        with Store(settings.database, read_only=True) as store:
            present = [one.id for one in store.servers.all() if one.gone is None]
            nobody = len(present) > 1 and not store.servers.of_the_archive(named)
    except (StoreError, sqlite3.Error):
        return
    if nobody:
        unset = _("is not set, and the bot is in {n} servers: none of them can merge or split stories")
        yield key, unset.format(n=len(present))
    for at, server in enumerate(named):
        if present and server not in present:
            yield (*key, at), _("the bot is not in the server {server}").format(server=server)


def settings_mistakes(settings: Settings) -> Iterator[Problem]:
    """What is wrong in settings that can be read: watches, channels, transports."""
    yield from _watch_mistakes(settings)
    places: set[tuple[str, ...]] = set()
    for at, channel in enumerate(settings.channel):
        own = (*_unwatched(settings, channel), *_doubles(channel, places))
        problems = (*own, *_unread(settings, channel), *_unspoken(channel))
        yield from ((("channel", at, key), text) for key, text in problems)
    yield from transport_mistakes(settings)


def settings_warnings(settings: Settings, subscribed: Callable[[], bool]) -> Iterator[Problem]:
    """What will not work with settings that are right; `subscribed` says whether managers have subscribed channels, and
    is asked only where that matters."""
    if not settings.poll.contact.strip() or _NOBODYS.search(settings.poll.contact):
        yield ("poll", "contact"), _("is nobody's: put an address of yours there, by which publishers can reach you")
    running = chosen(settings)
    for spec in running:
        yield from spec.warnings(settings)
    yield from _channel_warnings(settings)
    places = {spec.name for spec in running if not spec.fallback}
    untold = list(_untold(settings, places)) if places else []
    if untold and not subscribed():
        yield from untold
    for at, channel in enumerate(settings.channel):
        if channel.transport in TRANSPORTS and TRANSPORTS[channel.transport] not in running:
            yield (
                ("channel", at, "transport"),
                _("{transport} does not run now: nothing is posted there").format(transport=channel.transport),
            )


def _channel_warnings(settings: Settings) -> Iterator[Problem]:
    """What of the channels cannot work as it stands; what is wanted twice, or nowhere."""
    for at, channel in enumerate(settings.channel):
        yield from ((("channel", at, key), text) for key, text in _unheard(channel))
        steps = channel.escalate
        yield from (
            (("channel", at, "escalate", number), _("{step} is listed twice").format(step=step))
            for number, step in enumerate(steps)
            if step in steps[:number]
        )
    yield from _shared_with_operators(settings)


def _unheard(channel: ChannelSettings) -> Iterator[tuple[str, str]]:
    """What a channel asks for that its own limits forbid."""
    actions = set(channel.tiers.model_dump().values())
    if actions == {"off"}:
        yield "tiers", _("are all off: nothing is told there")
        return
    if channel.role is not None and "ping" in actions and channel.pings_per_hour == 0:
        yield "pings_per_hour", _("is 0: the role is never pinged")
    if actions & {"ping", "post"} and channel.posts_per_day == 0:
        yield "posts_per_day", _("is 0: nothing is posted there, all goes into the digest")


def _shared_with_operators(settings: Settings) -> Iterator[Problem]:
    operators = settings.discord.operators_channel
    named = {place_of(one, ONE_PLACE): at for at, one in reversed(list(enumerate(settings.channel)))}
    at = named.get(("discord", operators or ""))
    if operators is not None and at is not None:
        text = _("is that of channel[{at}]: what goes wrong is told among the alerts").format(at=at + 1)
        yield ("discord", "operators_channel"), text


def _folder_warnings(database: Path) -> Iterator[Problem]:
    """Why the archive cannot be made or written. A folder that is missing is made, where the one above it lets us."""
    if database.is_dir():
        yield ("database",), _("is a folder, and should be a file in one")
        return
    folder = next(one for one in database.absolute().parents if one.exists())
    if not folder.is_dir():
        yield ("database",), _("cannot be made: {folder} is no folder").format(folder=folder)
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield ("database",), _("cannot be made or written: {folder} may not be written").format(folder=folder)
    elif database.exists() and not os.access(database, os.W_OK):
        yield ("database",), _("may not be written")


def _untold(settings: Settings, places: set[str]) -> Iterator[Problem]:
    """The enabled watches that no channel wants."""
    told = {channel.watch for channel in settings.channel if channel.transport in places}
    if not told:
        yield ("channel",), _("none is named, so nothing is posted until a manager subscribes one")
        return
    for at, watch in enumerate(settings.watch):
        if watch.enabled and watch.name not in told:
            yield (
                ("watch", at),
                _("{name} is enabled, and no channel wants it: its stories are told to nobody").format(name=watch.name),
            )


def _watch_mistakes(settings: Settings) -> Iterator[Problem]:
    if not any(watch.enabled for watch in settings.watch):
        yield ("watch",), _("none is enabled, so nothing would ever be flagged")
    names = [watch.name for watch in settings.watch]
    yield from (
        (("watch", at, "name"), _("{name} is listed twice").format(name=name))
        for at, name in enumerate(names)
        if name in names[:at]
    )


def _unwatched(settings: Settings, channel: ChannelSettings) -> Iterator[tuple[str, str]]:
    enabled = {watch.name: watch.enabled for watch in settings.watch}
    if channel.watch not in enabled:
        yield "watch", _("{watch} is not a listed watch").format(watch=channel.watch)
    elif not enabled[channel.watch]:
        yield "watch", _("{watch} is listed but not enabled").format(watch=channel.watch)


def _doubles(channel: ChannelSettings, before: set[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """What a table repeats of those before it, whose watches and places are given and grow by its own."""
    wanted = (channel.watch, channel.only.strip(), *place_of(channel, ONE_PLACE))
    repeated = wanted in before
    before.add(wanted)
    if repeated:
        yield "watch", _("{watch} is wanted twice in one place").format(watch=channel.watch)


def _unspoken(channel: ChannelSettings) -> Iterator[tuple[str, str]]:
    if channel.language is not None and channel.language not in languages():
        said = _("is no language that can be spoken here; there are: {codes}")
        yield "language", said.format(codes=", ".join(languages()))


def _unread(settings: Settings, channel: ChannelSettings) -> Iterator[tuple[str, str]]:
    """Why what a channel wants only cannot be read, in the words in which a member is told."""
    text = channel.only.strip()
    if not text:
        return
    known = lore({one.name: one.name for one in settings.watch}, settings.watches)
    found = parse_filter(text, known, datetime.now(UTC))
    if isinstance(found, Misread):
        yield "only", misread_text(found)
