"""The desk's commands on Discord: each typed after the prefix or a mention, and each a slash command as well."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import logging
import sqlite3
from collections.abc import Awaitable, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.card import Reply
from bot.desk import COMMANDS, Command, Desk
from bot.desk.commands import nearest
from bot.desk.names import Offer
from bot.desk.parse import spelled
from bot.discord import embeds
from bot.discord.links import answer_with_links
from bot.discord.parts import pressing
from bot.discord.parts.asking import Context, asker_of
from bot.discord.parts.pressing import PATIENCE
from bot.discord.parts.slash import Interaction, slash_command
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

SORRY = "Something went wrong on my side. It is in the log; please try again in a moment."


class CommandsPart:
    """Answers commands from the desk, whatever way they come in, and tells Discord of them when they have changed."""

    def __init__(self, desk: Desk, store: StoreThread, prefix: str, *, sync: bool = True) -> None:
        self._desk, self._store, self._prefix, self._sync_wanted = desk, store, prefix, sync

    def install(self, client: commands.Bot) -> None:
        """Register every command of the desk's table."""
        for command in COMMANDS:
            client.add_command(self._typed(command))
            client.tree.add_command(slash_command(command, self._slash, self._offers))
        client.tree.error(self._tree_error)
        client.add_listener(functools.partial(self._message, client), "on_message")
        client.add_listener(self._command_error, "on_command_error")
        if self._sync_wanted:
            client.add_listener(functools.partial(self._ready, client), "on_ready")

    # ways in

    def _typed(self, command: Command) -> commands.Command[Any, ..., None]:
        async def callback(context: Context, *, line: str = "") -> None:
            await self._answer(context, command.name, line, line)

        return commands.Command(callback, name=command.name, aliases=command.aliases)

    async def _slash(self, interaction: Interaction, command: Command, options: dict[str, object]) -> None:
        context: Context = await commands.Context.from_interaction(interaction)
        try:
            await self._answer(context, command.name, options, spelled(command, options))
        except Exception as error:
            await self._explain(context, error)

    async def _offers(self, key: str, typed: str) -> Sequence[Offer]:
        return await self._desk.names.offers(key, typed)

    async def _message(self, client: commands.Bot, message: discord.Message) -> None:
        """A bare mention asks for help."""
        if message.author.bot or client.user is None:
            return
        if message.content.strip() in (f"<@{client.user.id}>", f"<@!{client.user.id}>"):
            context: Context = await client.get_context(message)
            try:
                await self._answer(context, "help", "", "")
            except Exception as error:
                await self._explain(context, error)

    # answers

    async def _answer(self, context: Context, name: str, asked: str | dict[str, object], words: str) -> None:
        """Ask the desk and show its reply, with page buttons, which carry the `words`, when there is more."""
        asker = asker_of(context, self._prefix)
        reply = await _in_time(context, self._desk.answer(name, asked, asker=asker))
        sent: dict[str, Any] = {"ephemeral": reply.private or reply.own}
        if (view := pressing.answer_view(reply, name, words, asker.id)) is not None:
            sent["view"] = view
        if context.interaction is None:
            sent["reference"] = context.message.to_reference(fail_if_not_exists=False)
        try:
            await _send(context, reply, sent)
        except discord.Forbidden:
            if not (reply.files or any(card.files for card in reply.cards)):
                raise
            await _send(context, embeds.without_files(reply), sent)

    # what goes wrong

    async def _command_error(self, context: Context, error: Exception) -> None:
        """Members get a sentence, the log gets the rest."""
        await self._explain(context, error)

    async def _explain(self, context: Context, error: Exception) -> None:
        """Tell a member what went wrong, in a sentence; the log gets the rest when the fault is ours."""
        while isinstance(error, commands.CommandInvokeError | app_commands.CommandInvokeError):
            error = error.original
        name = context.command.name if context.command else (context.invoked_with or "")
        try:
            if isinstance(error, commands.CommandNotFound):
                if nearest(name) or context.prefix != self._prefix:
                    await self._answer(context, name, "", "")
            elif isinstance(error, discord.Forbidden | discord.NotFound):
                log.info("cannot answer in channel %s: %s", context.channel.id, error)
            else:
                log.error("the command %s failed", name, exc_info=error)
                await context.send(SORRY, ephemeral=True)
        except discord.DiscordException as trouble:
            log.info("cannot answer in channel %s: %s", context.channel.id, trouble)
        except Exception:
            log.exception("the command %s failed twice", name)
            await context.send(SORRY, ephemeral=True)

    async def _tree_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """What goes wrong before a command of ours runs, such as one that Discord remembers from an older version."""
        log.warning("slash command %s: %s", interaction.data and interaction.data.get("name"), error)
        if not interaction.response.is_done():
            await interaction.response.send_message(SORRY, ephemeral=True)

    # telling Discord

    async def _ready(self, client: commands.Bot) -> None:
        try:
            await self._sync(client)
        except (discord.DiscordException, OSError, sqlite3.OperationalError) as error:
            log.warning("the slash commands could not be synced (%s); the next connection tries again", error)
        except RuntimeError:
            if not client.is_closed():  # the library's session was closed under the call
                raise

    async def _sync(self, client: commands.Bot) -> None:
        described = [command.to_dict(client.tree) for command in client.tree.get_commands()]
        text = json.dumps([str(client.application_id), described], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if await self._store.run(lambda store: store.meta.get("discord_commands")) == digest:
            return
        synced = await client.tree.sync()
        await self._store.run(lambda store: store.meta.put("discord_commands", digest))
        log.info("synced %d slash commands with Discord", len(synced))


async def _send(context: Context, reply: Reply, more: dict[str, Any]) -> None:
    content, made, files = embeds.reply_parts(answer_with_links(reply, context.guild))
    parts: dict[str, Any] = {"embeds": made, **more} | ({"files": files} if files else {})
    await context.send(content, **parts)


async def _in_time(context: Context, work: Awaitable[Reply]) -> Reply:
    """The reply; a slash command that takes long is acknowledged meanwhile."""
    task = asyncio.ensure_future(work)
    if context.interaction is not None:
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await context.defer()
    return await task
