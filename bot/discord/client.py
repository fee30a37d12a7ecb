"""The discord.py bot: a connection with lean intents. What it answers and records are parts that are put in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import discord
from discord.ext import commands

from bot.discord.limits.absence import Sessions
from bot.discord.parts.translator import SlashTranslator

log = logging.getLogger(__name__)


class Part(Protocol):
    """Something that a client does: it adds its commands, listeners and buttons."""

    def install(self, client: commands.Bot) -> None:
        """Add it to a client that has not connected yet."""
        ...


class Client(commands.Bot):
    """One connection to Discord. `was_ready` says whether it ever came up; `when_ready` may be called several times."""

    def __init__(
        self,
        prefix: str,
        parts: Sequence[Part],
        *,
        message_content: bool = True,
        when_ready: Callable[[], None] = lambda: None,
        sessions: Sessions | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned_or(prefix) if message_content else commands.when_mentioned,
            help_command=None,
            intents=_intents(message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=0.3,  # nothing of ours needs the list of servers
            case_insensitive=True,
            strip_after_prefix=True,
            **options,
        )
        self.when_ready, self.was_ready = when_ready, False
        self._sessions = sessions or Sessions()
        for part in parts:
            part.install(self)

    async def setup_hook(self) -> None:
        """Before it connects: commands have names in other languages too."""
        await self.tree.set_translator(SlashTranslator())

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """As the library does, and never more sessions than Discord allows."""
        await super().before_identify_hook(shard_id, initial=initial)
        if wait := self._sessions.begin():
            log.warning("many sessions were begun lately; the next one waits %.0f s", wait)
            await asyncio.sleep(wait)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """As the library does, but not once we close: its delayed `ready` would come to a loop that is gone."""
        if not self.is_closed():
            super().dispatch(event_name, *args, **kwargs)

    async def on_ready(self) -> None:
        """After every IDENTIFY: let what waits go out."""
        log.info("Discord: connected as %s, %d server(s)", self.user, len(self.guilds))
        self.was_ready = True
        self.when_ready()

    async def on_resumed(self) -> None:
        """After a connection was taken up again."""
        self.when_ready()


class ShardedClient(Client, commands.AutoShardedBot):
    """Several connections to Discord in one, each for a part of the servers: as many as are asked for by
    `shard_count`, or (None) as Discord recommends."""


def client_of(shards: int, prefix: str, parts: Sequence[Part], **more: Any) -> Client:
    """A client with so many connections; 0 for as many as Discord recommends."""
    if shards == 1:
        return Client(prefix, parts, **more)
    return ShardedClient(prefix, parts, shard_count=shards or None, **more)


def _intents(message_content: bool) -> discord.Intents:
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.dm_messages = wanted.guild_reactions = True
    wanted.message_content = message_content
    return wanted
