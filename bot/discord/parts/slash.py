"""A command of the desk's table as a slash command: its options with their kinds, bounds and choices."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.desk import Argument, Command
from bot.desk.names import Offer
from bot.desk.parse import with_offered

Interaction = discord.Interaction[commands.Bot]
Answer = Callable[[Interaction, Command, dict[str, object]], Awaitable[None]]
Offers = Callable[[str, str], Awaitable[Sequence[Offer]]]


def slash_command(
    command: Command, answer: Answer, offers: Offers | None = None
) -> app_commands.Command[Any, ..., None]:
    """The slash command that calls `answer` with the options that were chosen, by name; while they are filled in,
    `offers` says what may be meant by what is typed so far."""

    async def chosen(interaction: Interaction, **options: object) -> None:
        given = {name: _plain(value) for name, value in options.items() if value is not None}
        await answer(interaction, command, with_offered(command, given))

    callback: Any = chosen
    callback.__signature__ = _signature(command)  # from which the library learns the options
    options = (*command.arguments, *command.offered)
    if options:
        app_commands.describe(**{one.name: _sentence(one.help) for one in options})(callback)
    if completed := {one.name: _completion(one.completes, offers) for one in options if one.completes and offers}:
        app_commands.autocomplete(**completed)(callback)
    made: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=command.name, description=_sentence(command.help), callback=callback
    )
    made.guild_only = bool(command.needs)  # who may is asked when it is used: a role on a team's list may, too
    return made


def _signature(command: Command) -> inspect.Signature:
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    needed = not command.offered  # one of those may say it all
    options = (_parameter(one, needed=needed and one.required) for one in command.arguments)
    return inspect.Signature([first, *options, *(_parameter(one, needed=False) for one in command.offered)])


def _completion(key: str, offers: Offers) -> Any:
    async def complete(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one.shown, value=one.value) for one in await offers(key, current)]

    return complete


def _parameter(argument: Argument, *, needed: bool) -> inspect.Parameter:
    kind, default = _kind(argument), inspect.Parameter.empty if needed else None
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
