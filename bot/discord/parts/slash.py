"""A command of the desk's table as a slash command: its options with their kinds, bounds and choices."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.desk import Argument, Command

Interaction = discord.Interaction[commands.Bot]
Answer = Callable[[Interaction, Command, dict[str, object]], Awaitable[None]]


def slash_command(command: Command, answer: Answer) -> app_commands.Command[Any, ..., None]:
    """The slash command that calls `answer` with the options that were chosen, by name."""

    async def chosen(interaction: Interaction, **options: object) -> None:
        await answer(
            interaction, command, {name: _plain(value) for name, value in options.items() if value is not None}
        )

    callback: Any = chosen
    callback.__signature__ = _signature(command)  # from which the library learns the options
    if command.arguments:
        app_commands.describe(**{one.name: _sentence(one.help) for one in command.arguments})(callback)
    made: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=command.name, description=_sentence(command.help), callback=callback
    )
    if command.managers:
        made.default_permissions, made.guild_only = discord.Permissions(manage_channels=True), True
    return made


def _signature(command: Command) -> inspect.Signature:
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    return inspect.Signature([first, *map(_parameter, command.arguments)])


def _parameter(argument: Argument) -> inspect.Parameter:
    kind, default = _kind(argument), inspect.Parameter.empty if argument.required else None
    return inspect.Parameter(argument.name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _kind(argument: Argument) -> Any:
    match argument.kind:
        case "number":
            return app_commands.Range[int, argument.least, argument.most]
        case "flag":
            return bool
        case "choice":
            return Literal[argument.choices]
        case "role":
            return discord.Role
        case _:
            return str


def _plain(value: object) -> object:
    """What was chosen, as it could be typed."""
    return str(value.id) if isinstance(value, discord.Role) else value


def _sentence(text: str) -> str:
    """With a capital letter, within the 100 characters of a description."""
    return f"{text[:1].upper()}{text[1:]}"[:100]
