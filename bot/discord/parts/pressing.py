"""Buttons under alerts and answers: they ask the desk, or keep a verdict. A restart does not end them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Self

import discord
from discord.ext import commands

from bot.card import Button, Card, Reply
from bot.desk import Desk
from bot.discord import embeds
from bot.discord.parts import paging
from bot.discord.parts.asking import asker_of, locale_of
from bot.language import N_, _, one_of, speaking
from feeds.model import Pressed
from feeds.store import Store
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

_NAMES = {"✅": "right", "❌": "wrong"}  # verdicts, as they stand in ids
_VERDICTS = {name: verdict for verdict, name in _NAMES.items()}
_SAID = {
    Pressed.KEPT: N_("Noted: {verdict}. Press it again to take it back."),
    Pressed.CHANGED: N_("Changed to {verdict}."),
    Pressed.WITHDRAWN: N_("Your {verdict} is taken back."),
}
PATIENCE = 2.0  # Discord gives up on an interaction that is not acknowledged within three seconds
SORRY_PRESSED = N_("That did not work; it is in the log. Please try again.")


class AskButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"ask:(?P<command>\w+):(?P<words>(?s:.*))",
):
    """A button that asks for the answer to a command; `PressingPart` gives it."""

    def __init__(self, command: str, words: str, label: str = "…") -> None:
        super().__init__(_button(f"ask:{command}:{words}", label))
        self.command, self.words = command, words

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a message that may be older than this process."""
        return cls(match["command"], match["words"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Tell whoever answers."""
        interaction.client.dispatch("asked", interaction, self)


class FormButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"openform:(?P<command>\w+)"):
    """A button that opens a command's form; `bot.discord.parts.forms` shows it."""

    def __init__(self, command: str, label: str = "…") -> None:
        super().__init__(_button(f"openform:{command}", label))
        self.command = command

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a message that may be older than this process."""
        return cls(match["command"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Tell whoever shows it."""
        interaction.client.dispatch("form_wanted", interaction, self)


class VerdictButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"verdict:(?P<name>right|wrong)"
):
    """A button that keeps what a member thinks of an alert."""

    def __init__(self, verdict: str) -> None:
        super().__init__(_button(f"verdict:{_NAMES[verdict]}", verdict))
        self.verdict = verdict

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a message that may be older than this process."""
        return cls(_VERDICTS[match["name"]])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Tell whoever keeps verdicts."""
        interaction.client.dispatch("verdict", interaction, self)


class PressingPart:
    """Answers who pressed a button, for their eyes. `prefix` is what commands begin with; `clock` dates verdicts."""

    def __init__(self, desk: Desk, store: StoreThread, prefix: str, clock: Callable[[], datetime]) -> None:
        self._desk, self._store, self._prefix, self._clock = desk, store, prefix, clock

    def install(self, client: commands.Bot) -> None:
        """Make the buttons of earlier runs work again."""
        client.add_dynamic_items(AskButton, VerdictButton)
        client.add_listener(self._asked, "on_asked")
        client.add_listener(self._judged, "on_verdict")

    async def _asked(self, interaction: discord.Interaction, button: AskButton) -> None:
        try:
            await self._answer(interaction, button)
        except Exception as error:
            await apologise(interaction, error)

    async def _answer(self, interaction: discord.Interaction, button: AskButton) -> None:
        asker = asker_of(interaction, self._prefix)
        task = asyncio.ensure_future(self._desk.answer(button.command, button.words, asker=asker))
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await interaction.response.defer(ephemeral=True, thinking=True)
        await show_privately(interaction, await task, button.command, button.words)

    async def _judged(self, interaction: discord.Interaction, button: VerdictButton) -> None:
        message, user, now = str(interaction.message.id if interaction.message else 0), interaction.user, self._clock()
        server = str(interaction.guild_id or "")
        try:
            pressed = await self._store.run(
                lambda store: (
                    store.feedback.press(message, str(user.id), button.verdict, now)
                    if told_in(store, message, server)
                    else None
                )
            )
            language = await self._desk.language(asker_of(interaction, self._prefix))
            with speaking(language):
                said = (
                    _("This is no alert of mine.")
                    if pressed is None
                    else _(_SAID[pressed]).format(verdict=button.verdict)
                )
            await interaction.response.send_message(said, ephemeral=True)
        except Exception as error:
            await apologise(interaction, error)


def told_in(store: Store, message: str, server: str) -> bool:
    """Whether a message is one of ours in a channel of this server, so that its people may judge it."""
    known = store.outbox.by_message(message)
    channel = store.channels.named(known.channel) if known else None
    return known is not None and (channel is None or channel.server in ("", server))


def alert_view(cards: Sequence[Card]) -> discord.ui.View | None:
    """The buttons of the cards, for one message; None where they have none."""
    return buttons_view(button for card in cards for button in card.buttons)


def answer_view(reply: Reply, command: str, words: str, asker: str) -> discord.ui.View | None:
    """What is under an answer: its page buttons, else its own."""
    return paging.view(reply, command, words, asker) or buttons_view(reply.buttons)


def buttons_view(buttons: Iterable[Button]) -> discord.ui.View | None:
    """The buttons as Discord takes them; None where there is none."""
    made = discord.ui.View(timeout=None)
    for button in buttons:
        if button.verdict:
            made.add_item(VerdictButton(button.verdict))
        elif button.form:
            made.add_item(FormButton(button.form, button.label))
        else:
            made.add_item(AskButton(button.command, button.words, button.label))
    made.stop()  # its ids say everything: the library need not keep it
    return made if made.children else None


def _button(name: str, label: str) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(custom_id=name, label=label, style=discord.ButtonStyle.secondary)


def _sender(interaction: discord.Interaction) -> Callable[..., Awaitable[Any]]:
    """What answers it: the first answer, or one more where it was acknowledged already."""
    return interaction.followup.send if interaction.response.is_done() else interaction.response.send_message


async def show_privately(interaction: discord.Interaction, reply: Reply, command: str, words: str) -> None:
    """Answer who pressed or filled in something with the reply to a command, for their eyes."""
    content, made, files = embeds.reply_parts(reply)
    shown = answer_view(reply, command, words, str(interaction.user.id))
    more: dict[str, Any] = {} if shown is None else {"view": shown}
    await _sender(interaction)(content or "", embeds=made, files=files, ephemeral=True, **more)


async def apologise(interaction: discord.Interaction, error: Exception) -> None:
    """Say that it went wrong; the log has why, unless nobody is there any more to be answered."""
    if isinstance(error, discord.NotFound | discord.Forbidden):
        log.info("cannot answer a button: %s", error)
        return
    log.error("a button failed", exc_info=error)
    try:
        with speaking(one_of(locale_of(interaction))):
            await _sender(interaction)(_(SORRY_PRESSED), ephemeral=True)
    except discord.DiscordException as trouble:
        log.info("cannot answer a button: %s", trouble)
