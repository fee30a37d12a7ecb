"""Page buttons under an answer, for the asker only. What they need stands in their ids: a restart does not end them."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.card import Reply
from bot.desk import Asker
from bot.discord import embeds

if TYPE_CHECKING:
    from bot.discord.client import Client

log = logging.getLogger(__name__)

LONGEST_ID = 100


class PageButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"page:(?P<page>\d+):(?P<asker>\d+):(?P<command>\w+):(?P<words>(?s:.*))",
):
    """A button that shows one page of the answer to a command."""

    def __init__(self, page: int, asker: str, command: str, words: str, **looks: Any) -> None:
        button: discord.ui.Button[discord.ui.View] = discord.ui.Button(
            custom_id=custom_id(page, asker, command, words), style=discord.ButtonStyle.secondary, **looks
        )
        super().__init__(button)
        self._page, self._asker, self._command, self._words = page, asker, command, words

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a message that may be older than this process."""
        return cls(int(match["page"]), match["asker"], match["command"], match["words"])

    async def callback(self, interaction: discord.Interaction[Client]) -> None:  # type: ignore[override]
        """Turn to the page when the asker clicks; tell anyone else how to ask."""
        if str(interaction.user.id) != self._asker:
            text = f"These buttons are for who asked. Ask yourself: /{self._command}"
            await interaction.response.send_message(text, ephemeral=True)
            return
        try:
            await self._turn(interaction)
        except discord.DiscordException as error:
            log.info("cannot turn the page: %s", error)
        except Exception:
            log.exception("turning a page of %s failed", self._command)
            await interaction.response.send_message("That did not work; please ask again.", ephemeral=True)

    async def _turn(self, interaction: discord.Interaction[Client]) -> None:
        user, place = interaction.user, str(interaction.channel_id or "")
        asker = Asker(self._asker, user.display_name, manager=False, transport="discord", target=place)
        reply = await interaction.client.desk.answer(self._command, self._words, page=self._page, asker=asker)
        content, made = embeds.reply(reply)
        buttons = view(reply, self._command, self._words, self._asker)
        await interaction.response.edit_message(content=content, embeds=made, view=buttons)


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
