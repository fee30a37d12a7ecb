"""Buttons and forms that nobody here knows: left over from other versions, or made up. Whoever used one hears so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.desk import Desk
from bot.discord.parts import forms, paging, pressing
from bot.discord.parts.asking import asker_of
from bot.language import _, speaking

_KINDS = (discord.InteractionType.component, discord.InteractionType.modal_submit)
_BUTTONS = (pressing.AskButton, pressing.FormButton, pressing.VerdictButton, paging.PageButton)


class StrangePart:
    """Answers what no other part does, which Discord would call a failure. `prefix` is what commands begin with."""

    def __init__(self, desk: Desk, prefix: str) -> None:
        self._desk, self._prefix = desk, prefix
        self._known = tuple(_templates())

    def install(self, client: commands.Bot) -> None:
        """Look at every button and form that is used."""
        client.add_listener(self._used, "on_interaction")

    async def _used(self, interaction: discord.Interaction) -> None:
        if interaction.type not in _KINDS or self._is_known(interaction):
            return
        try:
            with speaking(await self._desk.language(asker_of(interaction, self._prefix))):
                said = _("I do not know that any more. Please ask anew: {prefix}help").format(prefix=self._prefix)
            await interaction.response.send_message(said, ephemeral=True)
        except Exception as error:
            await pressing.apologise(interaction, error)

    def _is_known(self, interaction: discord.Interaction) -> bool:
        data: Mapping[str, Any] = interaction.data or {}
        name = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            return forms.form_named(name) is not None
        return any(known(name) for known in self._known)


def _templates() -> Iterable[Callable[[str], re.Match[str] | None]]:
    """What tells whether an id is one of our buttons'."""
    return (button.__discord_ui_compiled_template__.fullmatch for button in _BUTTONS)
