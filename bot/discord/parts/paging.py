"""Page buttons under an answer, for the asker only. What they need stands in their ids: a restart does not end them."""

from __future__ import annotations

import logging
import re
from typing import Any, Self

import discord
from discord.ext import commands

from bot.card import Reply
from bot.desk import Desk
from bot.discord import embeds
from bot.discord.parts.asking import asker_of, locale_of
from bot.language import _, one_of, speaking

log = logging.getLogger(__name__)

LONGEST_ID = 100


class PageButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"page:(?P<page>[0-9]{1,6}):(?P<asker>[0-9]{1,20}):(?P<command>\w+):(?P<words>(?s:.*))",
):
    """A button that shows one page of the answer to a command; `PagesPart` turns it."""

    def __init__(self, page: int, asker: str, command: str, words: str, **looks: Any) -> None:
        button: discord.ui.Button[discord.ui.View] = discord.ui.Button(
            custom_id=custom_id(page, asker, command, words), style=discord.ButtonStyle.secondary, **looks
        )
        super().__init__(button)
        self.page, self.asker, self.command, self.words = page, asker, command, words

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a message that may be older than this process."""
        return cls(int(match["page"]), match["asker"], match["command"], match["words"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Tell whoever turns pages; the library makes a button anew for each click."""
        interaction.client.dispatch("page", interaction, self)


class PagesPart:
    """Turns pages when the asker clicks, and tells anyone else how to ask. `prefix` is what commands begin with."""

    def __init__(self, desk: Desk, prefix: str) -> None:
        self._desk, self._prefix = desk, prefix

    def install(self, client: commands.Bot) -> None:
        """Make the buttons of earlier runs work again."""
        client.add_dynamic_items(PageButton)
        client.add_listener(self._clicked, "on_page")

    async def _clicked(self, interaction: discord.Interaction, button: PageButton) -> None:
        try:
            if str(interaction.user.id) == button.asker:
                await self._turn(interaction, button)
            else:
                await self._refuse(interaction, button)
        except discord.DiscordException as error:
            log.info("cannot turn the page: %s", error)
        except Exception:
            log.exception("turning a page of %s failed", button.command)
            with speaking(one_of(locale_of(interaction))):
                await interaction.response.send_message(_("That did not work; please ask again."), ephemeral=True)

    async def _refuse(self, interaction: discord.Interaction, button: PageButton) -> None:
        with speaking(await self._desk.language(asker_of(interaction, self._prefix))):
            text = _("These buttons are for who asked. Ask yourself: /{command}").format(command=button.command)
            await interaction.response.send_message(text, ephemeral=True)

    async def _turn(self, interaction: discord.Interaction, button: PageButton) -> None:
        asker = asker_of(interaction, self._prefix)
        reply = await self._desk.answer(button.command, button.words, page=button.page, asker=asker)
        content, made, files = embeds.reply_parts(reply)
        buttons = view(reply, button.command, button.words, button.asker)
        await interaction.response.edit_message(content=content, embeds=made, attachments=files, view=buttons)


def custom_id(page: int, asker: str, command: str, words: str) -> str:
    """What Discord sends back when the button is clicked."""
    return f"page:{page}:{asker}:{command}:{words}"


def view(reply: Reply, command: str, words: str, asker: str) -> discord.ui.View | None:
    """The buttons under a reply: back, again, on. None for one page, or a question too long to keep in a button."""
    if reply.pages <= 1 or len(custom_id(reply.pages + 1, asker, command, words)) > LONGEST_ID:
        return None
    made = discord.ui.View(timeout=None)
    at, last = reply.page, reply.pages
    made.add_item(PageButton(at - 1, asker, command, words, label="◀", disabled=at <= 1))
    made.add_item(PageButton(at, asker, command, words, label=f"{at} / {last}"))
    made.add_item(PageButton(at + 1, asker, command, words, label="▶", disabled=at >= last))
    return made
