"""Members' ✅ and ❌ on alerts, kept for a later learning: who, what, when, and when it was taken back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from bot.discord.client import Client

log = logging.getLogger(__name__)

VERDICTS = {"✅": "✅", "☑": "✅", "✔": "✅", "👍": "✅", "❌": "❌", "✖": "❌", "❎": "❌", "👎": "❌"}
_PRESENTATION = "\ufe0f"  # the variation selector that some clients add


async def record(client: Client, payload: discord.RawReactionActionEvent, *, removed: bool) -> None:
    """Store the reaction when it is a verdict of a member's on a message of ours; the raw event knows old ones too."""
    name = (payload.emoji.name or "").replace(_PRESENTATION, "")
    verdict = VERDICTS.get(name[:1]) if payload.emoji.id is None else None
    from_bot = payload.member is not None and payload.member.bot
    if verdict is None or from_bot or (client.user and payload.user_id == client.user.id):
        return
    message, user, now = str(payload.message_id), str(payload.user_id), client.clock()
    try:
        known = await client.store.run(lambda store: store.outbox.by_message(message))
        if known is not None:
            await client.store.run(lambda store: store.feedback.add(message, user, verdict, now, removed))
    except Exception:
        log.exception("the reaction on %s could not be stored", message)
