"""The desk answers what members ask, in words and cards that every transport can show.

Commands stand in `bot.desk.commands` as data; the answers live beside it, a module for each family of questions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.card import Reply
from bot.desk import cite, export, manage, pictures, status, stories, why
from bot.desk.commands import COMMANDS, Argument, Command, find_command
from bot.desk.parse import Trouble, parse_line, parse_options
from bot.desk.question import Asker, House, PlaceRole, Question, WatchView, aside
from bot.wording.formats import clean
from config.schema import Settings
from feeds.model import Channel, Subscription
from feeds.store import Store
from feeds.store.db.thread import StoreThread

__all__ = ["COMMANDS", "Argument", "Asker", "Command", "Desk", "PlaceRole", "find_command"]

_ANSWERS: Mapping[str, Callable[[Question], Awaitable[Reply]]] = {
    "latest": stories.latest,
    "search": stories.search,
    "story": stories.story,
    "cite": cite.cite,
    "diff": cite.diff,
    "export": export.take_away,
    "map": pictures.map_,
    "chart": pictures.chart,
    "digest": stories.digest,
    "why": why.why,
    "status": status.status,
    "feeds": status.feeds,
    "help": status.help_,
    "subscribe": manage.subscribe,
    "unsubscribe": manage.unsubscribe,
    "mute": manage.mute,
    "unmute": manage.unmute,
    "merge": manage.merge,
    "split": manage.split,
}


class Desk:
    """Answers commands. `watches` by name; `clock` gives the time (UTC) that answers are given at."""

    def __init__(
        self, store: StoreThread, watches: Mapping[str, WatchView], settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self._house = House(store, watches, settings, clock)

    async def answer(
        self, command: str, args: str | Mapping[str, object] = "", *, page: int = 1, asker: Asker
    ) -> Reply:
        """The reply to one command (a name or an alias, without prefix) with the rest of its line, or its options.

        A member's mistake comes back as a private reply that says what to do; it is never an exception. What the
        store raises (sqlite3.OperationalError) is passed on.
        """
        known, now = find_command(command), self._house.clock()
        if known is None:
            return aside(status.unknown_command(command, asker.prefix))
        if known.managers and not asker.manager:
            return aside(f"{asker.prefix}{known.name} is for those who may manage this channel.")
        try:
            if isinstance(args, str):
                values = parse_line(known, args, now, asker.prefix)
            else:
                values = parse_options(known, args, now, asker.prefix)
            channel, wishes = await self._house.ask(lambda store: _here(store, asker))
            question = Question(self._house, values, max(page, 1), asker, channel, now, wishes)
            return await _ANSWERS[known.name](question)
        except Trouble as trouble:
            return aside(clean(str(trouble)))


def _here(store: Store, asker: Asker) -> tuple[Channel | None, tuple[Subscription, ...]]:
    """The channel in which it was asked, if alerts go there, and what is wanted in it."""
    place, heard = (asker.transport, asker.target), store.subscriptions.listeners()
    here = next((one for one in heard if (one.transport, one.target) == place), None)
    return (here, store.subscriptions.of_channel(here.name)) if here else (None, ())
