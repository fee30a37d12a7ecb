"""The composition root: builds every part of the house in order, owns its lifetime, and takes it down in reverse."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot import health
from bot.delivery.courier import Courier
from bot.delivery.destinations import destinations
from bot.delivery.jobs import keep_agenda
from bot.delivery.transport import Transport
from bot.desk import Desk
from config.schema import Settings
from feeds.model import Feed
from feeds.poll import Poller
from feeds.store import Store
from feeds.store.db.lock import lock
from feeds.store.thread import StoreThread
from feeds.ticker import Schedule
from feeds.web.article import Articles
from feeds.web.fetch import Fetcher
from feeds.worker.jobs import Setup
from feeds.worker.pool import Pool
from feeds.worker.reader import Reader, RemoteWatch

if TYPE_CHECKING:
    from bot.console.transport import Terminal
    from bot.discord.transport import DiscordTransport

log = logging.getLogger(__name__)

# SIGTERM ends within five seconds: the tick and the outbox end side by side, then Discord says goodbye.
_PATIENCE = 2.5
# Feeds that take longer than all others by so many seconds do not hold up the next round.
_STRAGGLERS = 1.0


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class App:
    """The running bot, as an async context manager: inside the block everything runs, after it everything is closed.

    `watches` are the folders of the watches. Raises SetupError when one can't be used, LockedError when another program
    uses the database, StoreError when that can't be opened, AddressError when the Discord addresses must not get the
    token, and OSError when the health page's port is taken. `clock` and `chance` feed every part; `after_tick` is
    awaited after each round of polling (the demo's clock moves there).
    """

    def __init__(
        self,
        settings: Settings,
        feeds: Sequence[Feed],
        watches: Sequence[Path],
        *,
        terminal: Terminal | None = None,
        clock: Callable[[], datetime] = utc_now,
        chance: Callable[[], float] = random.random,
        after_tick: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.settings, self.terminal = settings, terminal
        self._feeds = [feed for feed in feeds if feed.enabled]
        self._watches = watches
        self._clock, self._chance, self._after_tick = clock, chance, after_tick
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        settings, enter = self.settings, self._stack.enter_async_context
        pool = await enter(Pool(Setup(tuple(map(str, self._watches)))))  # it starts while the rest is built
        self._stack.enter_context(lock(settings.database))
        self.store = await enter(StoreThread(lambda: Store(settings.database)))
        now = self._clock()
        await self.store.run(lambda store: store.subscriptions.configure(destinations(settings), now))
        fetcher = await enter(Fetcher(settings.poll, [feed.url for feed in self._feeds]))
        reader = Reader(pool, Articles(fetcher) if settings.poll.read_articles else None)
        watches = {name: RemoteWatch(name, title, reader) for name, title in await pool.ready()}
        self.desk = Desk(self.store, watches, settings, self._clock)
        transports = self._transports()
        self.courier = Courier(self.store, transports, self._clock, chance=self._chance)
        self.poller = Poller(
            self._feeds,
            self.store,
            fetcher,
            reader,
            settings.poll,
            clock=self._clock,
            chance=self._chance,
            queued=self.courier.wake,
        )
        await enter(health.page(settings.health.port, self.store, self._clock, settings.poll.tick_seconds))
        self._start(transports)

    def _transports(self) -> Mapping[str, Transport]:
        found: dict[str, Transport] = {}
        self._discord: DiscordTransport | None = None
        if self.terminal is not None:
            found[self.terminal.name] = self.terminal
        if self.settings.discord.token is not None:
            from bot.discord.transport import DiscordTransport  # noqa: PLC0415 - half a second: only with a token

            self._discord = DiscordTransport(
                self.settings.discord, self.desk, self.store, self._clock, on_ready=self._connected, chance=self._chance
            )
            found[self._discord.name] = self._discord
        return found

    def _connected(self) -> None:
        self.courier.wake()

    def _start(self, transports: Mapping[str, Transport]) -> None:
        if self._discord is not None:
            self._keep(self._discord.run(), self._discord.close, "discord")
        self._schedule = Schedule(self._tick, self.settings.poll.tick_seconds)
        work = asyncio.create_task(self.courier.run(), name="courier")
        self._stack.push_async_callback(self._wind_down, work)
        self._stack.push_async_callback(self.poller.close)
        self._schedule.start()
        log.info(
            "polling %d feeds into %s, telling %s", len(self._feeds), self.settings.database, ", ".join(transports)
        )

    def _keep(self, work: Awaitable[None], close: Callable[[], Awaitable[None]], name: str) -> None:
        """Run `work` until the house closes; then ask it to end and wait for that."""
        task = asyncio.ensure_future(work)

        async def end() -> None:
            await close()
            await asyncio.wait([task], timeout=_PATIENCE)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            log.debug("%s has ended", name)

        self._stack.push_async_callback(end)

    async def _wind_down(self, courier: asyncio.Task[None]) -> None:
        await self.courier.close()
        await asyncio.gather(self._schedule.stop(_PATIENCE), asyncio.wait([courier], timeout=_PATIENCE))
        courier.cancel()
        await asyncio.gather(courier, return_exceptions=True)

    async def _tick(self) -> None:
        await self._keep_agenda()
        await self.poller.tick(_STRAGGLERS)
        if self._after_tick is not None:
            await self._after_tick()

    async def _keep_agenda(self) -> None:
        now = self._clock()
        try:
            done = await self.store.run(lambda store: keep_agenda(store, now, self.settings.digest))
        except sqlite3.OperationalError as error:
            log.warning("the agenda waits for the database (%s)", error)
        else:
            if done:
                self.courier.wake()


def watch_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders of the enabled watches, in the configured order."""
    return tuple(settings.watches / watch.name for watch in settings.watch if watch.enabled)
