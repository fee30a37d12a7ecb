"""Answers to typed questions where many ask: one after the other in a channel, so that an alert waits behind one of
them and not behind a hundred; who comes when too many wait is asked to come again.

Discord takes about one message a second in a channel, and fifty requests a second of a bot. Slash commands count for
neither, and are always answered.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

MOST_HERE: Final = 12  # answers that wait in a channel: a member may ask ten at once
MOST_AT_ALL: Final = 240
ANSWERS_A_SECOND: Final = 30
TOLD_EACH: Final = 10.0  # seconds for which one word to all of a channel is enough
_PLACES_KEPT: Final = 1000


class Crowd:
    """Who waits for an answer, by channel, for one event loop; `ticks` counts seconds."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._waiting: Counter[int] = Counter()
        self._locks: dict[int, asyncio.Lock] = {}
        self._told: dict[int, float] = {}
        self._next = 0.0

    def full(self, place: int) -> bool:
        """Whether no more questions are taken in a channel."""
        return self._waiting[place] >= MOST_HERE or self._waiting.total() >= MOST_AT_ALL

    def to_be_told(self, place: int) -> bool:
        """Whether a full channel should hear of it; then it has, for a while."""
        now = self._ticks()
        if now - self._told.get(place, -TOLD_EACH) < TOLD_EACH:
            return False
        if len(self._told) >= _PLACES_KEPT:
            self._told = {one: at for one, at in self._told.items() if now - at < TOLD_EACH}
        self._told[place] = now
        return True

    @contextmanager
    def within(self, place: int) -> Iterator[None]:
        """A question that is being answered."""
        self._waiting[place] += 1
        try:
            yield
        finally:
            self._waiting[place] -= 1
            if not self._waiting[place]:
                del self._waiting[place]
                self._locks.pop(place, None)

    @asynccontextmanager
    async def turn(self, place: int) -> AsyncIterator[None]:
        """The moment to send an answer to a question of `within`."""
        async with self._locks.setdefault(place, asyncio.Lock()):
            start = max(self._ticks(), self._next)
            self._next = start + 1 / ANSWERS_A_SECOND
            if (wait := start - self._ticks()) > 0:
                await asyncio.sleep(wait)
            yield
