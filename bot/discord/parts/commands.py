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

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.card import Reply
from bot.desk import COMMANDS, Command, Desk
from bot.desk.commands import find_command, nearest
from bot.desk.names import Offer
from bot.desk.parse import spelled
from bot.discord import embeds
from bot.discord.answers import DM_REFUSED
from bot.discord.limits.crowd import Crowd
from bot.discord.links import answer_with_links
from bot.discord.parts import pressing
from bot.discord.parts.asking import Context, asker_of, locale_of
from bot.discord.parts.forms import modal_of
from bot.discord.parts.pressing import PATIENCE
from bot.discord.parts.slash import Interaction, slash_command
from bot.language import N_, _, one_of, speaking
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

FLEETING = 60.0  # seconds for which a word stands in a channel about what one member got elsewhere

SORRY = N_("Something went wrong on my side. It is in the log; please try again in a moment.")
_UNSENT = N_(
    "What you asked is done, but the test card is for your eyes only, and you take no direct messages from here. Use "
    "/{command} test, whose answer only you see."
)


class CommandsPart:
    """Answers commands from the desk, whatever way they come in, and tells Discord of them when they have changed."""

    def __init__(self, desk: Desk, store: StoreThread, prefix: str, *, sync: bool = True) -> None:
        self._desk, self._store, self._prefix, self._sync_wanted = desk, store, prefix, sync
        self._crowd = Crowd()

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

    async def _offers(self, interaction: Interaction, key: str, typed: str) -> Sequence[Offer]:
        filled = {name: value for name, value in interaction.namespace}  # noqa: C416 - it is taken for a mapping otherwise
        return await self._desk.offers(key, typed, asker_of(interaction, self._prefix), filled)

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
        """Ask the desk and show its reply; what is typed waits for its turn where many ask, or comes again."""
        place = context.channel.id
        if context.interaction is not None:
            await self._show(context, name, words, await self._asked(context, name, asked))
        elif not self._crowd.full(place):
            with self._crowd.within(place):
                reply = await self._asked(context, name, asked)
                async with self._crowd.turn(place):
                    await self._show(context, name, words, reply)
        elif self._crowd.to_be_told(place):
            with speaking(await self._desk.language(asker_of(context, self._prefix))):
                await context.send(_("Many are asking at this moment. Please ask again in a few seconds."))

    async def _asked(self, context: Context, name: str, asked: str | dict[str, object]) -> Reply:
        asker = asker_of(context, self._prefix)
        return await _in_time(context, self._desk.answer(name, asked, asker=asker))

    async def _show(self, context: Context, name: str, words: str, reply: Reply) -> None:
        """The reply, with page buttons, which carry the `words`, when there is more."""
        asker = asker_of(context, self._prefix)
        if await _shown_otherwise(context, reply):
            return
        sent: dict[str, Any] = {"ephemeral": reply.private or reply.own or reply.alone}
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
                await self._not_registered(context, name)
            elif isinstance(error, discord.Forbidden | discord.NotFound):
                log.info("cannot answer in channel %s: %s", context.channel.id, error)
            elif isinstance(error, discord.DiscordServerError | aiohttp.ClientError):
                log.warning("Discord did not take an answer in channel %s: %s", context.channel.id, error)
                await _apologise(context)
            else:
                log.error("the command %s failed", name, exc_info=error)
                await _apologise(context)
        except (discord.DiscordException, aiohttp.ClientError) as trouble:
            log.info("cannot answer in channel %s: %s", context.channel.id, trouble)
        except Exception:
            log.exception("the command %s failed twice", name)
            await _apologise(context)

    async def _not_registered(self, context: Context, name: str) -> None:
        """A command by its name in another language than English; else what to say to none of ours."""
        if known := find_command(name):
            words = context.view.buffer[context.view.index :].strip()
            await self._answer(context, known.name, words, words)
        elif nearest(name) or context.prefix != self._prefix:
            await self._answer(context, name, "", "")

    async def _tree_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """What goes wrong before a command of ours runs, such as one that Discord remembers from an older version."""
        log.warning("slash command %s: %s", interaction.data and interaction.data.get("name"), error)
        if interaction.type is discord.InteractionType.autocomplete:  # takes no other answer
            await interaction.response.autocomplete([])
        elif not interaction.response.is_done():
            with speaking(one_of(locale_of(interaction))):
                await interaction.response.send_message(_(SORRY), ephemeral=True)

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
        described = [await _described(command, client.tree) for command in client.tree.get_commands()]
        text = json.dumps([str(client.application_id), described], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if await self._store.run(lambda store: store.meta.get("discord_commands")) == digest:
            return
        synced = await client.tree.sync()
        await self._store.run(lambda store: store.meta.put("discord_commands", digest))
        log.info("synced %d slash commands with Discord", len(synced))


async def _described(command: Any, tree: app_commands.CommandTree[Any]) -> dict[str, Any]:
    """A command as Discord is told of it, in every language."""
    if tree.translator is None:
        return dict(command.to_dict(tree))
    return dict(await command.get_translated_payload(tree, tree.translator))


async def _apologise(context: Context) -> None:
    """Without a look at the database, which may be what failed."""
    with speaking(one_of(locale_of(context))):
        await context.send(_(SORRY), ephemeral=True)


async def _shown_otherwise(context: Context, reply: Reply) -> bool:
    """Whether the reply was shown as a form, or, though typed, to the asker alone."""
    interaction = context.interaction
    if reply.form is not None and interaction is not None and not interaction.response.is_done():
        await interaction.response.send_modal(modal_of(reply.form))
        return True
    if reply.alone and interaction is None and context.guild is not None:
        await _send_alone(context, reply)
        return True
    return False


async def _send_alone(context: Context, reply: Reply) -> None:
    """By direct message, where the asker takes any; else they hear how to see it alone. Nothing for one member's
    eyes is ever put into a channel: whoever was to take it down may be gone by then."""
    word = N_("I sent it to you by direct message.")
    try:
        await _send(context, reply, {}, to=context.author)
    except discord.HTTPException as error:
        if error.code not in DM_REFUSED:
            raise
        word = _UNSENT
    with speaking(reply.language):
        told = _(word).format(command=next(one.shown for one in COMMANDS if one.name == "channel"))
        reference = context.message.to_reference(fail_if_not_exists=False)
        await context.send(told, reference=reference, delete_after=FLEETING)


async def _send(
    context: Context, reply: Reply, more: dict[str, Any], to: discord.abc.Messageable | None = None
) -> None:
    content, made, files = embeds.reply_parts(answer_with_links(reply, context.guild))
    parts: dict[str, Any] = {"embeds": made, **more} | ({"files": files} if files else {})
    await (to or context).send(content, **parts)


async def _in_time(context: Context, work: Awaitable[Reply]) -> Reply:
    """The reply; a slash command that takes long is acknowledged meanwhile."""
    task = asyncio.ensure_future(work)
    if context.interaction is not None:
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await context.defer()
    return await task
