"""What discord.py and the network raise, as values: the errors that are expected, and what each of them says."""

from __future__ import annotations

import json

import aiohttp
import discord

from bot.discord.answers import DiscordFailure

# An answer that says it is JSON and is not comes from what stands in front of Discord.
WEATHER = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, json.JSONDecodeError)


def send_failure(error: BaseException) -> DiscordFailure:
    """An error of discord.py's or of the network as a value."""
    if isinstance(error, discord.RateLimited):
        return DiscordFailure(429, retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException):
        return DiscordFailure(error.status, error.code, _retry_after(error), error.text)
    return DiscordFailure(None, text=type(error).__name__ + (f": {error}" if str(error) else ""))


def _retry_after(error: discord.HTTPException) -> float | None:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError, TypeError):
        return None
