"""Who asks on Discord: a member with what they may in the channel, their roles, and the server that they are in."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import discord
from discord.ext import commands

from bot.desk import Asker, PlaceRole
from bot.desk.rights import CHANNEL_RIGHTS, NO_RIGHTS, SERVER_RIGHTS, Rights
from bot.discord.answers import judge_answer
from bot.discord.posting import places
from bot.discord.posting.failures import WEATHER, send_failure
from bot.discord.posting.places import asked_in
from feeds.model import Cause, CauseKind, Channel

Context = commands.Context[commands.Bot]


def asker_of(where: Context | discord.Interaction[Any], prefix: str) -> Asker:
    """Who typed, or used what an interaction came of. `prefix` is what commands begin with."""
    who = where.author if isinstance(where, commands.Context) else where.user
    place, guild = asked_in(where.channel), where.guild
    if guild is None:
        locale = locale_of(where)
        return Asker(str(who.id), who.display_name, NO_RIGHTS, "discord", place, prefix, {}, locale=locale)
    rights, roles, holds = granted(where.permissions), _roles(where, guild), held_roles(who)
    look = functools.partial(_look, where.bot if isinstance(where, commands.Context) else where.client)
    return Asker(
        str(who.id), who.display_name, rights, "discord", place, prefix, roles, str(guild.id), holds, look=look
    )


async def _look(client: discord.Client, channel: Channel, roles: Sequence[str]) -> Sequence[Cause]:
    """What a channel lacks, asked of Discord."""
    try:
        held = await places.probe(client, channel)
        lesser = await places.examine(client, channel, roles)
    except places.Unfit:
        return (Cause(CauseKind.WRONG_CHANNEL),)
    except WEATHER as error:
        return (judge_answer(send_failure(error)).reason,)
    return (*((held.reason,) if held else ()), *(lesser or ()))


def locale_of(where: Context | discord.Interaction[Any]) -> str:
    """The locale of who asks: of their server, as long as nothing else was chosen for it, else of their own app."""
    if where.guild is not None:
        return str(where.guild.preferred_locale)
    interaction = where.interaction if isinstance(where, commands.Context) else where
    return str(interaction.locale) if interaction is not None else ""


def granted(permissions: discord.Permissions) -> Rights:
    """What someone with these permissions in a channel may."""
    if permissions.administrator or permissions.manage_guild:
        return SERVER_RIGHTS
    return CHANNEL_RIGHTS if permissions.manage_channels else NO_RIGHTS


def held_roles(who: discord.User | discord.Member) -> frozenset[str]:
    """The ids of a member's roles."""
    return frozenset(str(role.id) for role in who.roles) if isinstance(who, discord.Member) else frozenset()


def _roles(where: Context | discord.Interaction[Any], guild: discord.Guild) -> dict[str, PlaceRole]:
    """The server's roles by id: one rings for us when anyone may mention it, or when we may mention all of them."""
    ours = where.bot_permissions if isinstance(where, commands.Context) else where.app_permissions
    all_of_them = guild.me is not None and ours.mention_everyone
    named = [role for role in guild.roles if not role.is_default()]
    return {str(role.id): PlaceRole(role.name, role.mentionable or all_of_them) for role in named}
