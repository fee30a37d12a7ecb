"""The desk's commands as Discord's: each typed after the prefix or a mention, and each a slash command as well."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.card import Reply
from bot.desk import COMMANDS, Argument, Asker, Command
from bot.desk.commands import nearest
from bot.discord import embeds, paging

if TYPE_CHECKING:
    from bot.discord.client import Client

log = logging.getLogger(__name__)

Context = commands.Context["Client"]

SORRY = "Something went wrong on my side. It is in the log; please try again in a moment."
PATIENCE = 2.0  # Discord gives up on an interaction that is not acknowledged within three seconds


class Number(commands.Converter[str], app_commands.Transformer):
    """A whole number: Discord's client keeps its bounds in slash commands, the desk explains them where it is typed."""

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What kind of option Discord shows."""
        return discord.AppCommandOptionType.integer

    @property
    def min_value(self) -> int:
        """The least that Discord's client takes."""
        return self._least

    @property
    def max_value(self) -> int:
        """The most that Discord's client takes."""
        return self._most

    async def transform(self, interaction: discord.Interaction, value: int, /) -> str:
        """The option as the desk reads it."""
        return str(value)

    async def convert(self, ctx: commands.Context[Any], argument: str) -> str:
        """The typed words as they are."""
        return argument


class Tree(app_commands.CommandTree["Client"]):
    """Slash commands whose failures are told kindly."""

    async def on_error(self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError, /) -> None:
        """What goes wrong before a command of ours runs, such as one that Discord remembers from an older version."""
        log.warning("slash command %s: %s", interaction.data and interaction.data.get("name"), error)
        if not interaction.response.is_done():
            await interaction.response.send_message(SORRY, ephemeral=True)


def install(client: Client) -> None:
    """Register every command of the desk's table."""
    for command in COMMANDS:
        client.add_command(_hybrid(command))


async def respond(context: Context, name: str, words: str) -> None:
    """Ask the desk and show its reply, with page buttons when there is more."""
    client, asker = context.bot, _asker(context)
    reply = await _in_time(context, client.desk.answer(name, words, asker=asker))
    content, made = embeds.reply(reply)
    sent: dict[str, Any] = {"embeds": made, "ephemeral": reply.private}
    if (view := paging.view(reply, name, words, asker.id)) is not None:
        sent["view"] = view
    if context.interaction is None:
        sent["reference"] = context.message.to_reference(fail_if_not_exists=False)
    await context.send(content, **sent)


async def greet(context: Context) -> None:
    """Answer a bare mention with the list of commands."""
    try:
        await respond(context, "help", "")
    except Exception as error:
        await explain_error(context, error)


async def explain_error(context: Context, error: Exception) -> None:
    """Tell a member what went wrong, in a sentence; the log gets the rest when the fault is ours."""
    while isinstance(
        error, commands.HybridCommandError | commands.CommandInvokeError | app_commands.CommandInvokeError
    ):
        error = error.original
    name = context.command.name if context.command else (context.invoked_with or "")
    try:
        if isinstance(error, commands.CommandNotFound):
            if nearest(name) or context.prefix != context.bot.settings.prefix:
                await respond(context, name, "")
        elif isinstance(error, commands.UserInputError):
            await respond(context, name, "")  # the desk says how it is asked
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


def manages(permissions: discord.Permissions) -> bool:
    """Whether someone with these permissions may say where alerts go."""
    return permissions.administrator or permissions.manage_channels or permissions.manage_guild


def _asker(context: Context) -> Asker:
    who, manager = context.author, context.guild is not None and manages(context.permissions)
    return Asker(str(who.id), who.display_name, manager, "discord", str(context.channel.id))


async def _in_time(context: Context, work: Awaitable[Reply]) -> Reply:
    """The reply; a slash command that takes long is acknowledged meanwhile."""
    task = asyncio.ensure_future(work)
    if context.interaction is not None:
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await context.defer()
    return await task


def _hybrid(command: Command) -> commands.HybridCommand[Any, ..., None]:
    callback = _callback(command)
    if command.managers:
        app_commands.default_permissions(manage_channels=True)(callback)
        app_commands.guild_only()(callback)
    return commands.HybridCommand(
        callback, name=command.name, aliases=command.aliases, description=_sentence(command.help), ignore_extra=True
    )


def _callback(command: Command) -> Callable[..., Any]:
    """A function with the command's arguments, from whose signature discord.py learns the options."""
    arguments = command.arguments

    async def none(context: Context) -> None:
        await respond(context, command.name, "")

    async def one(context: Context, *, first: str) -> None:
        await respond(context, command.name, first)

    async def two(context: Context, first: str, *, second: str) -> None:
        await respond(context, command.name, f"{first} {second}")

    callback: Callable[..., Any] = (none, one, two)[len(arguments)]
    names = ("first", "second")[: len(arguments)]
    kinds = dict(zip(names, map(_kind, arguments), strict=True))
    callback.__annotations__ = {"context": commands.Context, **kinds, "return": None}
    if len(arguments) == 1 and not arguments[0].required:
        callback.__kwdefaults__ = {"first": ""}
    app_commands.rename(**{name: argument.name for name, argument in zip(names, arguments, strict=True)})(callback)
    app_commands.describe(**{name: argument.help for name, argument in zip(names, arguments, strict=True)})(callback)
    return callback


def _kind(argument: Argument) -> Any:
    return Number(argument.least, argument.most) if argument.kind == "number" else str


def _sentence(text: str) -> str:
    """With a capital letter, within the 100 characters of a description."""
    return f"{text[:1].upper()}{text[1:]}"[:100]
