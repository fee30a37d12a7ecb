"""Lets requests take turns: so many at once in all, so many at one host, and a pause between two at one host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MOST_IDLE = 2_000


@dataclass(slots=True)
class _Host:
    free: asyncio.Semaphore
    waiting: int = 0
    next_start: float = 0.0


@dataclass(slots=True)
class Pacing:
    """`total` requests at once, `per_host` of them at one host, `gap` seconds between two starts there.

    Belongs to one event loop.
    """

    total: int
    per_host: int
    gap: float
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _free: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.total)

    @asynccontextmanager
    async def turn(self, host: str | None) -> AsyncIterator[None]:
        """Waits for a turn at `host`, first there, so that a slow host holds no one else's place.

        None is no host to be gentle with (the operator's own machine): only the total counts.
        """
        if host is None:
            async with self._free:
                yield
            return
        place = self._place(host)
        place.waiting += 1
        try:
            async with place.free:
                await self._pause(place)
                async with self._free:
                    yield
        finally:
            place.waiting -= 1

    async def _pause(self, place: _Host) -> None:
        loop = asyncio.get_running_loop()
        start = max(loop.time(), place.next_start)
        place.next_start = start + self.gap
        if (wait := start - loop.time()) > 0:
            await asyncio.sleep(wait)

    def _place(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _MOST_IDLE:
                self._forget()
            self._hosts[host] = _Host(asyncio.Semaphore(self.per_host))
        return self._hosts[host]

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        self._hosts = {name: host for name, host in self._hosts.items() if host.waiting or host.next_start > now}
