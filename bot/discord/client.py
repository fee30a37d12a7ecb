"""The discord.py bot: lean intents, our commands, feedback from reactions; nothing here knows feeds."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord
from discord.ext import commands

from bot.desk import Desk
from bot.discord import commands as ours
from bot.discord import feedback
from bot.discord.paging import PageButton
from config.schema import Discord
from feeds.store.thread import StoreThread

log = logging.getLogger(__name__)


class Client(commands.Bot):
    """One connection to Discord. `was_ready` says whether it ever came up; `on_ready` may fire several times."""

    def __init__(
        self,
        settings: Discord,
        desk: Desk,
        store: StoreThread,
        clock: Callable[[], datetime],
        *,
        message_content: bool = True,
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        prefix = commands.when_mentioned_or(settings.prefix) if message_content else commands.when_mentioned
        super().__init__(
            command_prefix=prefix,
            help_command=None,
            tree_cls=ours.Tree,
            intents=_intents(message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=0.3,  # nothing of ours needs the list of servers
            case_insensitive=True,
            strip_after_prefix=True,
        )
        self.settings, self.desk, self.store, self.clock = settings, desk, store, clock
        self.when_ready, self.was_ready = when_ready, False
        ours.install(self)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """As the library does, but not once we close: its delayed `ready` would come to a loop that is gone."""
        if not self.is_closed():
            super().dispatch(event_name, *args, **kwargs)

    async def setup_hook(self) -> None:
        """Before the gateway: buttons of earlier runs work again."""
        self.add_dynamic_items(PageButton)

    async def on_ready(self) -> None:
        """After every IDENTIFY: let what waits go out, and tell Discord of our commands if they changed."""
        log.info("Discord: connected as %s, %d server(s)", self.user, len(self.guilds))
        self.was_ready = True
        self.when_ready()
        if self.settings.sync_commands:
            try:
                await self._sync()
            except (discord.DiscordException, OSError, sqlite3.OperationalError) as error:
                log.warning("the slash commands could not be synced (%s); the next connection tries again", error)

    async def on_resumed(self) -> None:
        """After a connection was taken up again."""
        self.when_ready()

    async def on_message(self, message: discord.Message, /) -> None:
        """A typed command; a bare mention asks for help."""
        if message.author.bot:
            return
        if self.user and message.content.strip() in (f"<@{self.user.id}>", f"<@!{self.user.id}>"):
            await ours.greet(await self.get_context(message))
        else:
            await self.process_commands(message)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """A member's verdict on an alert, old ones too."""
        await feedback.record(self, payload, removed=False)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """A verdict taken back."""
        await feedback.record(self, payload, removed=True)

    async def on_command_error(self, context: commands.Context[Client], error: Exception) -> None:  # type: ignore[override]
        """Members get a sentence, the log gets the rest."""
        await ours.explain_error(context, error)

    async def _sync(self) -> None:
        described = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        text = json.dumps([str(self.application_id), described], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if await self.store.run(lambda store: store.meta.get("discord_commands")) == digest:
            return
        synced = await self.tree.sync()
        await self.store.run(lambda store: store.meta.put("discord_commands", digest))
        log.info("synced %d slash commands with Discord", len(synced))


def _intents(message_content: bool) -> discord.Intents:
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.dm_messages = wanted.guild_reactions = True
    wanted.message_content = message_content
    return wanted
