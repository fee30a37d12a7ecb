"""The servers that the bot comes to and leaves: each one's channels are known to be its own, and nothing is deleted."""

from __future__ import annotations

import functools
import logging
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import discord
from discord.ext import commands

from feeds.model import Server
from feeds.store import Store
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)
T = TypeVar("T")


class ServersPart:
    """Keeps the list of servers. `clock` gives the time; `opened` is called when channels are open again."""

    def __init__(self, store: StoreThread, clock: Callable[[], datetime], opened: Callable[[], None]) -> None:
        self._store, self._clock, self._opened = store, clock, opened

    def install(self, client: commands.Bot) -> None:
        """Listen for servers that come, change and go."""
        client.add_listener(functools.partial(self._ready, client), "on_ready")
        client.add_listener(self._arrived, "on_guild_join")
        client.add_listener(self._arrived, "on_guild_available")
        client.add_listener(self._changed, "on_guild_update")
        client.add_listener(self._left, "on_guild_remove")

    async def _ready(self, client: commands.Bot) -> None:
        """Who was away meanwhile is noticed: servers that went, and those that are back."""
        present, now = {_server(one): _places(one) for one in client.guilds}, self._clock()
        back = await self._kept(lambda store: store.presence.roll_call("discord", present, now))
        self._say_back(back or ())

    async def _arrived(self, guild: discord.Guild) -> None:
        server, places, now = _server(guild), _places(guild), self._clock()
        if await self._kept(lambda store: store.presence.arrived("discord", server, places, now)):
            self._say_back([server])

    async def _changed(self, _: discord.Guild, guild: discord.Guild) -> None:
        await self._arrived(guild)

    async def _left(self, guild: discord.Guild) -> None:
        log.warning("the bot is no more in the server %s (%s); its settings are kept", guild.name, guild.id)
        now = self._clock()
        await self._kept(lambda store: store.presence.left(str(guild.id), now))

    async def _kept(self, work: Callable[[Store], T]) -> T | None:
        try:
            return await self._store.run(work)
        except sqlite3.OperationalError as error:
            log.warning("what became of the servers could not be kept (%s); the next connection looks again", error)
            return None

    def _say_back(self, servers: Iterable[Server]) -> None:
        for one in servers:
            log.info("back in the server %s (%s), with its settings", one.name, one.id)
            self._opened()


def _server(guild: discord.Guild) -> Server:
    """One that is not available now is known by its id alone."""
    return Server(str(guild.id), guild.name or "", "" if guild.unavailable else str(guild.preferred_locale))


def _places(guild: discord.Guild) -> tuple[str, ...]:
    """The ids of its channels and threads."""
    return tuple(str(one.id) for one in (*guild.channels, *guild.threads))
