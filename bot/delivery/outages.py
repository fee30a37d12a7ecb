"""Transports that do not answer: looked at every few seconds, so that nothing waits longer than they are away.

The pauses of a delivery grow with its failures, up to minutes. As long as some wait so, their transport is probed. When
it answers, the one with the fewest failures is tried at once: it may answer questions and still take no messages. When
that one, or anything else, goes through, all are tried.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.delivery.transport import Retry, Transport
from feeds.model import Delivery
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

LOOK_SECONDS = 8.0
# A delivery that fails so often, so many times of that after others went through, is left to its own pauses: it is to
# blame itself.
TRIED_EARLY, PASSED_BY = 60, 3


class Outages:
    """Which transports are away; `wake` is called when something is due at once."""

    def __init__(
        self,
        store: StoreThread,
        transports: Mapping[str, Transport],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store, self._transports, self._clock, self._wake = store, transports, clock, wake
        self._away: set[str] = set()
        self._through: Counter[str] = Counter()  # how much went through each transport
        self._at_failure: dict[str, int] = {}  # the same, when a delivery failed last
        self._passed_by: Counter[str] = Counter()  # how often a delivery failed again after others went through

    def failed(self, transport: str, delivery: str) -> None:
        """A delivery did not go through for want of an answer."""
        self._away.add(transport)
        through = self._through[transport]
        self._passed_by[delivery] += self._at_failure.get(delivery, through) < through
        self._at_failure[delivery] = through

    async def worked(self, transport: str, delivery: str) -> None:
        """A delivery went through: whatever waits for the transport is due."""
        self._through[transport] += 1
        self._at_failure.pop(delivery, None)
        self._passed_by.pop(delivery, None)
        if transport in self._away:
            self._away.discard(transport)
            await self._hasten(await self._delayed(transport))

    async def watch(self) -> None:
        """Look every few seconds for as long as the task lives; first after what an earlier run left waiting."""
        self._away |= set(self._transports)
        while True:
            for name in sorted(self._away):
                try:
                    await self.look(name)
                except Exception as error:
                    log.warning("%s could not be looked at (%s: %s)", name, type(error).__name__, error)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, name: str) -> None:
        """Try what waits for a transport if it answers a probe; one for which nothing waits is not away."""
        waiting = await self._delayed(name)
        if not waiting:
            self._away.discard(name)
        early = [one for one in waiting if one.attempts < TRIED_EARLY or self._passed_by[one.id] < PASSED_BY]
        if not early or not await self._answers(name, early[0].channel):
            return
        await self._hasten([min(early, key=lambda one: one.attempts)])

    async def _answers(self, name: str, channel: str) -> bool:
        place = await self._store.run(lambda store: store.channels.named(channel))
        transport = self._transports[name]
        return place is not None and transport.connected and not isinstance(await transport.probe(place), Retry)

    async def _delayed(self, name: str) -> Sequence[Delivery]:
        now = self._clock()
        return await self._store.run(lambda store: store.outbox.delayed(name, now))

    async def _hasten(self, waiting: Sequence[Delivery]) -> None:
        if waiting:
            now, ids = self._clock(), [one.id for one in waiting]
            await self._store.run(lambda store: store.outbox.hasten(ids, now))
            self._wake()
