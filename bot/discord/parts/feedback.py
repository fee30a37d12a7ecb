"""Members' ✅ and ❌ on alerts, kept for a later learning: who, what, when, and when it was taken back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import discord
from discord.ext import commands

from bot.discord.parts.pressing import told_in
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

VERDICTS = {"✅": "✅", "☑": "✅", "✔": "✅", "👍": "✅", "❌": "❌", "✖": "❌", "❎": "❌", "👎": "❌"}
_PRESENTATION = "\ufe0f"  # the variation selector that some clients add


class FeedbackPart:
    """Records reactions; the raw events know old messages too. `clock` gives the time of the rows."""

    def __init__(self, store: StoreThread, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._own: Callable[[int], bool] = lambda _: False

    def install(self, client: commands.Bot) -> None:
        """Listen for reactions that come and go."""
        self._own = lambda user: client.user is not None and client.user.id == user
        client.add_listener(self._added, "on_raw_reaction_add")
        client.add_listener(self._removed, "on_raw_reaction_remove")

    async def _added(self, payload: discord.RawReactionActionEvent) -> None:
        await self._record(payload, removed=False)

    async def _removed(self, payload: discord.RawReactionActionEvent) -> None:
        await self._record(payload, removed=True)

    async def _record(self, payload: discord.RawReactionActionEvent, *, removed: bool) -> None:
        """Store the reaction when it is a verdict of a member's on a message of ours."""
        verdict = _verdict(payload.emoji)
        from_bot = payload.member is not None and payload.member.bot
        if verdict is None or from_bot or self._own(payload.user_id):
            return
        message, user, now = str(payload.message_id), str(payload.user_id), self._clock()
        try:
            server = str(payload.guild_id or "")
            if await self._store.run(lambda store: told_in(store, message, server)):
                await self._store.run(lambda store: store.feedback.add(message, user, verdict, now, removed))
        except Exception:
            log.exception("the reaction on %s could not be stored", message)


def _verdict(emoji: discord.PartialEmoji) -> str | None:
    name = (emoji.name or "").replace(_PRESENTATION, "")
    return VERDICTS.get(name[:1]) if emoji.id is None else None
