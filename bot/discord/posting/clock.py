"""Discord's own clock, as its answers tell it: ours may be wrong by minutes, and may be set while we run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import aiohttp

from feeds.web.hints import header_time


class TheirClock:
    """The time by the newest `Date` of an answer, and what has passed since by `monotonic`, in seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._told: tuple[datetime, float] | None = None

    def now(self) -> datetime | None:
        """Their time, UTC, some seconds late at most; None before the first answer."""
        if self._told is None:
            return None
        said, at = self._told
        return said + timedelta(seconds=self._monotonic() - at)

    def heard(self, date: str | None) -> None:
        """An answer bore this `Date`; one that cannot be read says nothing."""
        said = header_time(date)
        if said is not None:
            self._told = said, self._monotonic()

    def trace(self) -> aiohttp.TraceConfig:
        """What lets a client's session tell this clock of each answer."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._answered)
        return config

    async def _answered(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status != 101:  # the gateway is another machine
            self.heard(end.response.headers.get("Date"))
