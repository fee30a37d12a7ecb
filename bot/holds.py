"""Channels that cannot be sent to: held with a word to the operators, probed, and taken up again by themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.transport import Transport
from feeds.store import OPERATORS, Store
from feeds.thread import StoreThread

log = logging.getLogger(__name__)

PROBE_SECONDS = 60.0


class Holds:
    """Holds and releases channels. A channel that was released but fails again is not announced a second time."""

    def __init__(self, store: StoreThread, transports: Mapping[str, Transport], clock: Callable[[], datetime]) -> None:
        self._store, self._transports, self._clock = store, transports, clock
        self._announced: set[str] = set()

    async def hold(self, name: str, reason: str) -> None:
        """Send nothing to the channel until it is mended. What it was told to do stays as it is."""
        now = self._clock()
        tell = name not in self._announced
        text = f"Nothing can be posted to “{name}”: {reason}. Its alerts wait and go out once that is mended."
        known = await self._store.run(lambda store: _hold(store, name, reason, text if tell else None, now))
        self._announced.add(name)
        if tell and not known:
            log.warning(text)

    async def mended(self, name: str) -> None:
        """Something was posted to the channel: say so when it had been held."""
        if name in self._announced:
            self._announced.discard(name)
            now = self._clock()
            text = f"“{name}” can be posted to again."
            log.info(text)
            if name != OPERATORS:
                await self._store.run(lambda store: store.notice(text, now))

    async def watch(self) -> None:
        """Probe the held channels every minute for as long as the task lives."""
        while True:
            try:
                await self.probe()
            except Exception as error:
                log.warning("the held channels could not be probed (%s: %s)", type(error).__name__, error)
            await asyncio.sleep(PROBE_SECONDS)

    async def probe(self) -> None:
        """Ask each held channel's transport whether it can be sent to now, and release those that can."""
        for channel in await self._store.run(lambda store: store.channels()):
            transport = self._transports.get(channel.transport)
            if channel.held is None or transport is None:
                continue
            self._announced.add(channel.name)
            if await transport.probe(channel) is None:
                await self._release(channel.name)

    async def _release(self, name: str) -> None:
        await self._store.run(lambda store: store.release(name))


def _hold(store: Store, name: str, reason: str, text: str | None, now: datetime) -> bool:
    """Hold the channel; queue `text` unless it was held already. True when it was."""
    channel = store.channel(name)
    known = channel is None or channel.held is not None
    store.hold(name, reason)
    if text and not known and name != OPERATORS:
        store.notice(text, now)
    return known
