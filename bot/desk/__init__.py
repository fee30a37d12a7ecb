"""The desk answers what members ask, in words and cards that every transport can show.

Commands stand in `bot.desk.commands` as data; the answers live beside it, a module for each family of questions.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module

from bot.card import Reply
from bot.delivery.tongue import TERMINAL_NAME, language_at
from bot.desk.commands import COMMANDS, Argument, Command, find_command, unknown_command
from bot.desk.cooldown import Cooldown
from bot.desk.names import NameBook, Offer
from bot.desk.parse import Trouble, parse_line, parse_options
from bot.desk.question import SHELL, Asker, House, PlaceRole, Question, Sources, WatchView, aside
from bot.desk.rights import Rights, may, refusal_text, rights_of
from bot.desk.sources.offered import offered_feeds
from bot.language import _, one_of, speaking, spoken
from bot.wording.formats import clean, in_a_row
from config.schema import Settings
from feeds.model import Channel, Subscription
from feeds.store import Store
from feeds.store.db.thread import StoreThread, TooLong, TooMany
from feeds.watching.live import LiveWatches

__all__ = ["COMMANDS", "SHELL", "Argument", "Asker", "Command", "Desk", "PlaceRole", "find_command"]

_PATIENCE = 0.5  # seconds that what is typed waits for the language of a place
_Answer = Callable[[Question], Awaitable[Reply]]


# Each command's answer: the module that holds it, loaded when it is first asked for, and its name there.
_ANSWERS: Mapping[str, str] = {
    "latest": "stories:latest",
    "search": "search:search",
    "story": "stories:story",
    "cite": "checking.cite:cite",
    "diff": "checking.cite:diff",
    "export": "incidents.export:take_away",
    "map": "incidents.pictures:map_",
    "chart": "incidents.pictures:chart",
    "digest": "stories:digest",
    "brief": "handover.brief:hand_over",
    "coverage": "handover.coverage:coverage",
    "note": "handover.notes:note",
    "unnote": "handover.notes:unnote",
    "follow": "following.answers:follow",
    "following": "following.answers:following",
    "unfollow": "following.answers:unfollow",
    "why": "checking.why:why",
    "status": "status:status",
    "feeds": "status:feeds",
    "help": "status:help_",
    "setup": "setup.answers:set_up",
    "channel": "channel.change:channel",
    "subscribe": "channel.subscribe:subscribe",
    "unsubscribe": "channel.subscribe:unsubscribe",
    "mute": "manage:mute",
    "unmute": "manage:unmute",
    "merge": "manage:merge",
    "split": "manage:split",
    "tier": "watching.tiers:tier",
    "watch": "watching.watches:watch",
    "threshold": "watching.rules:threshold",
    "allow": "watching.rules:allow_words",
    "block": "watching.rules:block_words",
    "feed": "sources.answers:feed",
    "team": "teams.answers:team",
    "audit": "teams.answers:audit",
}


def _answer_of(command: Command) -> _Answer:
    module, _, name = _ANSWERS[command.name].partition(":")
    found: _Answer = getattr(import_module(f"bot.desk.{module}"), name)
    return found


class Desk:
    """Answers commands. `watches` by name, which `watching` keeps current; `clock` gives the time (UTC) of answers;
    `sources` are what the command of feeds needs, None where no bot runs."""

    def __init__(
        self,
        store: StoreThread,
        watches: Mapping[str, WatchView],
        settings: Settings,
        clock: Callable[[], datetime],
        sources: Sources | None = None,
        *,
        watching: LiveWatches | None = None,
    ) -> None:
        titles = {name: watch.title for name, watch in watches.items()}
        self.names = NameBook(store, titles, settings.watches, time.monotonic)
        self._house = House(store, watches, settings, clock, self.names, sources=sources, watching=watching)
        self._cooldown = Cooldown(time.monotonic)

    async def answer(
        self, command: str, args: str | Mapping[str, object] = "", *, page: int = 1, asker: Asker
    ) -> Reply:
        """The reply to one command (a name or an alias, without prefix) with the rest of its line, or its options.

        A member's mistake comes back as a private reply that says what to do; it is never an exception. What the
        store raises (sqlite3.OperationalError) is passed on.
        """
        with speaking(await self.language(asker)):
            reply = await self._replied(command, args, max(page, 1), asker)
            return replace(reply, language=spoken())

    async def language(self, asker: Asker) -> str:
        """What the asker is spoken to in: the language of the channel, else of the server; of its own in a message to
        the bot alone."""
        if asker.transport == TERMINAL_NAME:
            return spoken()
        try:
            return await self._house.ask(lambda store: _language(store, asker))
        except (TooLong, TooMany):
            return one_of(asker.locale)

    async def offers(self, key: str, typed: str, asker: Asker, filled: Mapping[str, object]) -> Sequence[Offer]:
        """What an option may mean by what is `typed` so far, in the language that the asker is spoken to; `filled` are
        the options that were filled in already."""
        with speaking(await self._language_soon(asker)):
            if key == "feed":
                return await offered_feeds(self._house, asker, typed, str(filled.get("action", "")))
            return await self.names.offers(key, typed)

    async def _language_soon(self, asker: Asker) -> str:
        """As `language`, which a busy archive may keep waiting: then that of the asker's locale."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.language(asker)
        except (TimeoutError, sqlite3.OperationalError):
            return one_of(asker.locale)

    async def _replied(self, command: str, args: str | Mapping[str, object], page: int, asker: Asker) -> Reply:
        known = find_command(command)
        if known is None:
            return aside(unknown_command(command, asker.prefix))
        if known.costly and self._cooldown.wait(asker) > 0:
            return aside(_("One moment, please: you asked a lot at once. Ask again in a few seconds."))
        try:
            return await self._answered(known, args, page, asker)
        except Trouble as trouble:
            return aside(clean(str(trouble)))
        except TooLong:
            quicker = _(known.quicker).format(prefix=asker.prefix)
            return aside(in_a_row(_("That took too long, so I stopped looking."), quicker))
        except TooMany:
            return aside(_("Many are asking at this moment. Please ask again in a few seconds."))

    async def _answered(self, known: Command, args: str | Mapping[str, object], page: int, asker: Asker) -> Reply:
        now = self._house.clock()
        here = await self._house.ask(lambda store: _here(store, asker, self._house.settings.discord.archive_servers))
        asker = replace(asker, rights=here.rights)
        if not may(here.rights, known.needs):
            name, in_server = f"{asker.prefix}{known.shown}", bool(asker.server)
            return aside(refusal_text(name, known.needs, here.rights, in_server=in_server))
        if isinstance(args, str):
            values = parse_line(known, args, now, asker.prefix)
        else:
            values = parse_options(known, args, now, asker.prefix)
        house = replace(self._house, scope=asker.scope)
        reply = await _answer_of(known)(Question(house, values, page, asker, here.channel, now, here.wishes))
        return replace(reply, lowband=True) if here.channel and here.channel.lowband else reply


@dataclass(frozen=True, slots=True)
class _Here:
    """The channel in which it was asked, if alerts go there, what is wanted in it, and what the asker may."""

    channel: Channel | None
    wishes: tuple[Subscription, ...]
    rights: Rights


def _here(store: Store, asker: Asker, archive: Collection[str]) -> _Here:
    place = store.channels.at(asker.transport, asker.target)
    wishes = store.subscriptions.of_channel(place.name) if place else ()
    here = place if wishes else None
    return _Here(here, wishes, _rights(store, asker, archive) if asker.server else asker.rights)


def _language(store: Store, asker: Asker) -> str:
    here = store.channels.at(asker.transport, asker.target)
    return language_at(store, asker.transport, asker.server, here.language if here else None, asker.locale)


def _rights(store: Store, asker: Asker, archive: Collection[str]) -> Rights:
    """What a member may in their server."""
    named = asker.server in store.servers.of_the_archive(archive)
    return rights_of(asker.rights, asker.holds, store.servers.roles(asker.server), archive=named)
