"""Answers of Discord's that are none: known before the library acts on them, or by what it then stumbles over."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

import aiohttp
import discord
import discord.http

log = logging.getLogger(__name__)

_MAKES = ("/messages", "/threads", "/channels")  # what a POST to them is answered with has an id
_PACE = ("X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset-After")
_MOST_ID = 2**64  # snowflakes, of discord.com/developers/docs/reference#snowflakes
_STUMBLES = (LookupError, TypeError, ValueError, AttributeError, OverflowError)
_answered: ContextVar[bool] = ContextVar("answered", default=False)

_Reader = Callable[[aiohttp.ClientResponse], Awaitable[Any]]


class GarbledError(discord.DiscordException):
    """An answer that says nothing of what was done; what was asked for may have been."""


def oddness(method: str, path: str, status: int, headers: Mapping[str, str], said: object) -> str | None:
    """What is wrong with an answer, in a word; None where the library can act on it.

    A wait that is no number would stall whatever is posted to the channel; an id that is none, what is edited later.
    """
    if any(name in headers and not _finite(headers[name]) for name in _PACE):
        return "odd-limit"
    if status == 429 and isinstance(said, dict) and not _finite(said.get("retry_after")):
        return "odd-wait"
    if method == "POST" and 200 <= status < 300 and path.endswith(_MAKES) and not _has_id(said):
        return "odd-id"
    return None


def hear_well() -> None:
    """Let discord.py read no answer that is none."""
    if not hasattr(discord.http.json_or_text, "__wrapped__"):
        vars(discord.http)["json_or_text"] = _hearing(discord.http.json_or_text)


@contextmanager
def hearing() -> Iterator[None]:
    """Inside, in this task, an answer that is none is a warning and raises GarbledError."""
    _answered.set(False)
    try:
        yield
    except GarbledError as error:
        log.warning("Discord gave an answer that is none: %s", error)
        raise
    except _STUMBLES as error:
        found = _misunderstood(error)
        if found is None:
            raise
        log.warning("Discord gave an answer that is none: %s", found)
        raise found from error


def _misunderstood(error: Exception) -> GarbledError | None:
    """What the library stumbled over after an answer, and not we: None for a fault of ours."""
    frames = [str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)]
    named = [one for one in frames if one.partition(".")[0] in ("discord", "bot")]
    if not (_answered.get() and isinstance(error, _STUMBLES) and named and named[-1].startswith("discord.")):
        return None
    return GarbledError(f"{type(error).__name__} in {named[-1]}")


def _hearing(read: _Reader) -> _Reader:
    @wraps(read)
    async def heard(response: aiohttp.ClientResponse) -> Any:
        try:
            said = await read(response)
        except ValueError as error:
            raise GarbledError(type(error).__name__) from error
        if wrong := oddness(response.method, response.url.path, response.status, response.headers, said):
            raise GarbledError(wrong)
        _answered.set(True)
        return said

    return heard


def _finite(said: object) -> bool:
    try:
        return not isinstance(said, bool) and math.isfinite(float(said))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False


def _has_id(said: object) -> bool:
    told = said.get("id") if isinstance(said, dict) else None
    return isinstance(told, str) and told.isascii() and told.isdigit() and len(told) <= 20 and 0 < int(told) < _MOST_ID
