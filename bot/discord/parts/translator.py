"""Slash commands in the languages of the catalogues: what Discord shows to whoever has set theirs to one of them."""

from __future__ import annotations

from functools import cache

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location
from discord.app_commands import TranslationContextTypes, locale_str

from bot.discord.parts.slash import slash_sentence
from bot.language import ENGLISH, _, in_context, one_of, speaking

_CONTEXTS = {Location.command_name: "command", Location.parameter_name: "option"}


class SlashTranslator(app_commands.Translator):
    """Names and descriptions of commands and their options, from the catalogues."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """The text in a language; None for English, and for a language that has no catalogue."""
        language = _language_of(locale)
        if language == ENGLISH:
            return None
        with speaking(language):
            if context.location in _CONTEXTS:
                return in_context(_CONTEXTS[context.location], string.message)
            told = string.extras.get("help")
            return slash_sentence(_(told)) if isinstance(told, str) else None


@cache  # each of some 260 texts is asked for in each of Discord's languages, twice a start
def _language_of(locale: discord.Locale) -> str:
    return one_of(locale.value)
