"""Discord that is away: how long a try may take and how long we wait before the next, so that we are back within a
minute of its return, and never log in more often than Discord allows."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import discord.client
import discord.shard
from discord.backoff import ExponentialBackoff

from bot.delivery.backoff import pause
from bot.discord.posting.failures import WEATHER

LONGEST_ABSENCE = 12.0  # seconds between two tries to come in
LOGIN_SECONDS = 15.0  # a try that hangs would outlast the outage: the library itself waits for five minutes
ANSWER_SECONDS, EXAMINE_SECONDS = 50.0, 10.0  # the same for a delivery, with the waits that Discord imposes, and a look
# Discord takes a token away that begins more than 1,000 sessions a day: so many at once, then one each two minutes.
SESSIONS_AT_ONCE, SESSION_SECONDS = 60, 120.0
_DOUBLED = 4  # times: the library's own pauses between two tries at the gateway are up to 16 seconds


def absence(failures: int, chance: float) -> float:
    """Seconds until the next try to come in; `failures` counts those that failed, `chance` in 0..1 spreads them."""
    return min(pause(failures, chance), LONGEST_ABSENCE)


@dataclass(slots=True)
class Sessions:
    """How many sessions were begun lately; `ticks` counts seconds."""

    ticks: Callable[[], float] = time.monotonic
    _spent: float = 0.0
    _at: float = 0.0

    def begin(self) -> float:
        """Seconds to wait before one more is begun."""
        now = self.ticks()
        self._spent = max(self._spent - (now - self._at) / SESSION_SECONDS, 0.0) + 1
        self._at = now
        return max(self._spent - SESSIONS_AT_ONCE, 0.0) * SESSION_SECONDS


class ShortBackoff(ExponentialBackoff[bool]):
    """The library's, which would grow to a quarter of an hour."""

    def __init__(self, base: int = 1, *, integral: bool = False) -> None:
        super().__init__(base, integral=integral)
        self._max = _DOUBLED


def keep_trying() -> None:
    """Let discord.py try the gateway every few seconds, with one line a try."""
    for module in (discord.client, discord.shard):
        vars(module)["ExponentialBackoff"] = ShortBackoff
        logger = logging.getLogger(module.__name__)
        if one_line not in logger.filters:
            logger.addFilter(one_line)


def one_line(record: logging.LogRecord) -> bool:
    """An outage is a line and a warning, not an error with a stack trace: discord.py logs every reconnect with one."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, WEATHER):
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
