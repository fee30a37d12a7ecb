"""Hears of what may have changed what we are allowed to do where, so that a channel that is lost is named at once."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord.ext import commands


class RightsPart:
    """`stirred` is called when a role, a channel, our own roles or the connection have changed."""

    def __init__(self, stirred: Callable[[], None]) -> None:
        self._stirred = stirred

    def install(self, client: commands.Bot) -> None:
        """Listen for all of that; what happened while we were away is found at the next connection."""
        for event in ("on_ready", "on_resumed", "on_guild_available"):
            client.add_listener(self._heard, event)
        for event in ("channel_update", "channel_delete", "role_update", "role_delete"):
            client.add_listener(self._heard, f"on_guild_{event}")
        client.add_listener(self._member, "on_member_update")

    async def _heard(self, *_: object) -> None:
        self._stirred()

    async def _member(self, _: discord.Member, member: discord.Member) -> None:
        if member == member.guild.me:
            self._stirred()
