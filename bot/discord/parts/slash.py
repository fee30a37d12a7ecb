"""A command of the desk's table as a slash command: its options with their kinds, bounds and choices."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.desk import Argument, Command
from bot.desk.names import Offer
from bot.desk.parse import with_offered

Interaction = discord.Interaction[commands.Bot]
Answer = Callable[[Interaction, Command, dict[str, object]], Awaitable[None]]
Offers = Callable[[Interaction, str, str], Awaitable[Sequence[Offer]]]


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
    options = _options(command)
    if options:
        app_commands.describe(**{one.name: locale_str(slash_sentence(one.help), help=one.help) for one in options})(
            callback
        )
    if completed := {one.name: _completion(one.completes, offers) for one in options if one.completes and offers}:
        app_commands.autocomplete(**completed)(callback)
    made: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=command.name,
        description=locale_str(slash_sentence(command.help), help=command.help),
        callback=callback,
    )
    made.guild_only = bool(command.needs)  # who may is asked when it is used: a role on a team's list may, too
    return made


def _options(command: Command) -> tuple[Argument, ...]:
    """Those of the slash command; what a form asks for is none."""
    return () if command.form else (*command.arguments, *command.offered)


def _signature(command: Command) -> inspect.Signature:
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    needed = not command.offered  # one of those may say it all
    options = (_parameter(one, needed=needed and one.required) for one in _options(command))
    return inspect.Signature([first, *options])


def _completion(key: str, offers: Offers) -> Any:
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        offered = await offers(interaction, key, current)
        return [app_commands.Choice(name=one.shown, value=one.value) for one in offered]

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


def slash_sentence(text: str) -> str:
    """With a capital letter, within the 100 characters of a description."""
    return f"{text[:1].upper()}{text[1:]}"[:100]
