"""Calls one function every so often, and ends without cutting it off. The only user of apscheduler."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobEvent  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

log = logging.getLogger(__name__)

# However late a run is it still happens, and what piled up is one run: the defaults drop a run for one late second.
_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Schedule:
    """Awaits `tick` now and then every `seconds`, never two at a time; what it raises is logged, and the next comes."""

    def __init__(self, tick: Callable[[], Awaitable[object]], seconds: float) -> None:
        self._tick, self._seconds = tick, seconds
        self._scheduler = AsyncIOScheduler(job_defaults=_DEFAULTS, timezone=UTC)
        self._current: asyncio.Task[None] | None = None
        self._ended = 0.0
        self._told = self._ending = False

    def start(self) -> None:
        """Begin; the first tick comes at once. Needs a running loop."""
        # The library logs every run, and an overrun as a warning that does not say what it means here.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.add_listener(self._overrun, EVENT_JOB_MAX_INSTANCES)
        now = datetime.now(UTC)
        self._job = self._scheduler.add_job(self._run, "interval", seconds=self._seconds, next_run_time=now)
        self._scheduler.start()
        self._loop = asyncio.get_running_loop()
        self._loop.call_later(2 * self._seconds, self._watch)

    def _watch(self) -> None:
        """The library plans by the wall clock: where that was set back, the next tick would come when it is there
        again. What has passed is measured, and a tick that is due by that comes."""
        if self._ending:
            return
        resting = self._current is None or self._current.done()
        if resting and self._loop.time() - self._ended >= 2 * self._seconds:
            self._job.modify(next_run_time=datetime.now(UTC))
        self._loop.call_later(self._seconds, self._watch)

    async def _run(self) -> None:
        if self._ending:  # it fell due before the library was told to pause
            return
        # A task of our own: the library cancels its runs when it shuts down, and `wait` does not pass that on.
        self._current, self._told = asyncio.create_task(self._guarded(), name="tick"), False
        with contextlib.suppress(asyncio.CancelledError):  # it would be logged as a failure
            await asyncio.wait([self._current])

    async def _guarded(self) -> None:
        try:
            await self._tick()
        except Exception:
            log.exception("a tick failed; the next one comes in %g s", self._seconds)
        finally:
            self._ended = asyncio.get_running_loop().time()

    async def stop(self, patience: float = 3.0) -> None:
        """No more ticks; the one in hand gets `patience` seconds to end and is cancelled after that."""
        self._ending = True
        if self._scheduler.running:
            self._scheduler.pause()
        if self._current is not None and not self._current.done():
            await asyncio.wait([self._current], timeout=patience)
            if not self._current.done():
                log.warning("the tick in hand did not end within %g s and was cut off; nothing is lost by it", patience)
                self._current.cancel()
                await asyncio.wait([self._current])
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _overrun(self, _: JobEvent) -> None:
        """Said once a tick, however long it takes."""
        if not self._told:
            log.info("a tick takes longer than the pause between ticks; the next one follows when it is done")
            self._told = True
