"""The composition root: builds every part of the house in order, owns its lifetime, and takes it down in reverse."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from bot import health
from bot.delivery.courier import Courier
from bot.delivery.jobs import BACKUP, backup_times, catch_up_copy, keep_agenda, question_times
from bot.delivery.spec import Surroundings
from bot.delivery.transport import Transport
from bot.desk import Desk
from bot.desk.sources.reach import Reach
from bot.follows.teller import Teller
from bot.handover.concern import countries_concerned
from bot.transports import chosen, destinations_of
from bot.welcome import end_first_look, first_look_goes_on, greet, woke
from bot.wording.notices import notice_logged
from config.schema import Settings
from feeds.catalog.live import LiveCatalog
from feeds.discovery.scout import Scout
from feeds.model import Feed
from feeds.poll import Poller
from feeds.sift import oldest_told
from feeds.store import Store, StoreError
from feeds.store.db.lock import lock
from feeds.store.db.thread import StoreThread
from feeds.store.upkeep.copyist import Copyist
from feeds.store.upkeep.damage import damaged
from feeds.store.upkeep.shelf import open_to_others
from feeds.ticker import Schedule
from feeds.watching.kept import kept_changes, settings_now
from feeds.watching.live import LiveWatches, watches_setup
from feeds.watching.model import WatchChange
from feeds.web.article import Articles
from feeds.web.fetch import Fetcher
from feeds.worker.pool import Pool
from feeds.worker.reader import Reader

log = logging.getLogger(__name__)

# SIGTERM ends within five seconds: the tick and the outbox end side by side, then Discord says goodbye.
_PATIENCE = 2.5
_IDLE, _ONCE_IDLE = 1.0, 0.1  # seconds between two looks into the outbox
# Feeds that take longer than all others by so many seconds do not hold up the next round.
_STRAGGLERS = 0.5


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class App:
    """The running bot, as an async context manager: inside the block everything runs, after it everything is closed.

    `watches` are the folders of the watches. Raises SetupError when one can't be used, LockedError when another program
    uses the database, StoreError when that can't be opened, AddressError when the Discord addresses must not get the
    token, and OSError when the health page's port is taken. `clock` and `chance` feed every part; `after_tick` is
    awaited after each round of polling (the demo's clock moves there).
    `first_look` says that not every feed was asked yet, ever.
    `transports` that are handed in stand for those of the registry that have their names. With `once` every part is
    there and nothing runs yet, as `bluehelm poll --once` wants it.
    """

    def __init__(
        self,
        settings: Settings,
        feeds: Sequence[Feed],
        watches: Sequence[Path],
        *,
        transports: Sequence[Transport] = (),
        clock: Callable[[], datetime] = utc_now,
        chance: Callable[[], float] = random.random,
        after_tick: Callable[[], Awaitable[None]] | None = None,
        once: bool = False,
    ) -> None:
        self.settings, self.clock = settings, clock
        self.transports = {transport.name: transport for transport in transports}
        self._feeds = feeds
        self._watches = watches
        self._chance, self._after_tick, self._once = chance, after_tick, once
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._open()
            if not self._once:
                await self._serve()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        """Build every part, in the order in which they need each other."""
        settings, enter = self.settings, self._stack.enter_async_context
        kept = kept_changes(settings.database)
        setup = watches_setup(self._watches, settings.watches, kept)
        pool = await enter(Pool(setup))  # it starts while the rest is built
        self._stack.enter_context(lock(settings.database))
        await self._look_over()
        self.store = await enter(StoreThread(lambda: Store(settings.database), lambda: _archive(settings)))
        self.copyist = Copyist(settings.database, self.store)
        self._stack.push_async_callback(self.copyist.close)
        now = self.clock()
        await self.store.run(lambda store: woke(store, now))
        await self._question_times(thoroughly=True)
        await self.store.run(lambda store: catch_up_copy(store, settings.database, now))
        await self._settle(kept, tuple(map(Path, setup.folders)))
        self.first_look = await self.store.run(first_look_goes_on)
        fetcher = await enter(Fetcher(settings.poll, [feed.url for feed in self._feeds]))
        reader = Reader(pool, Articles(fetcher) if settings.poll.read_articles else None)
        self.watching = LiveWatches(
            self._watches, settings.watches, kept, pool, reader, self.store, taken=self._take_watches
        )
        await self.watching.begin()
        reach = Reach(Scout(fetcher, reader, self.clock), lambda: self.catalog.listed)
        watches = self.watching.watches
        self.desk = Desk(self.store, watches, settings, self.clock, reach, watching=self.watching)
        await self.store.run(lambda store: store.filters.know(lambda: self.desk.names.lore))
        idle = _ONCE_IDLE if self._once else _IDLE
        oldest = oldest_told(timedelta(hours=settings.poll.fresh_hours))
        self.courier = Courier(
            self.store, self.transports, self.clock,
            chance=self._chance, idle=idle, oldest=oldest, reads=reader.judge_again,
        )  # fmt: skip
        self.teller = Teller(
            self.store, self.transports, self.clock, self.desk.names.known,
            chance=self._chance, standing=self.courier.standing,
        )  # fmt: skip
        self.poller = Poller(
            self._feeds,
            self.store,
            fetcher,
            reader,
            settings.poll,
            clock=self.clock,
            chance=self._chance,
            queued=self._wake,
        )
        self.catalog = LiveCatalog(
            settings.feeds,
            self._feeds,
            self.store,
            poller=self.poller,
            fetcher=fetcher,
            clock=self.clock,
            archive=settings.discord.archive_servers,
        )

    async def _look_over(self) -> None:
        """A damaged database is set aside before anybody opens it; one that others may read is named."""
        database = self.settings.database
        if told := await asyncio.to_thread(damaged, database, self.clock()):
            raise StoreError(told)
        if loose := open_to_others(database):
            log.warning("others may read %s: chmod 600 keeps them out", ", ".join(map(str, loose)))

    async def _settle(self, kept: Collection[WatchChange], folders: Sequence[Path]) -> None:
        """What the watches that are on change elsewhere: where alerts go, and which countries concern them."""
        settings, now = settings_now(self.settings, tuple(kept)), self.clock()
        await self.store.run(lambda store: store.subscriptions.configure(destinations_of(settings), now))
        countries = await asyncio.to_thread(countries_concerned, folders)
        await self.store.run(lambda store: store.coverage.concern(countries))

    async def _take_watches(self, kept: Collection[WatchChange], folders: Sequence[Path]) -> None:
        await self._settle(kept, folders)
        self.desk.names.watch({name: watch.title for name, watch in self.watching.watches.items()})

    def _wake(self) -> None:
        """Something was queued."""
        self.courier.wake()
        self.teller.wake()

    def connect(self) -> None:
        """Build the transports that the settings ask for and keep them up until the house closes."""
        around = Surroundings(self.settings, self.desk, self.store, self.clock, self._chance, self._wake)
        for spec in chosen(self.settings):
            if spec.name not in self.transports:
                self.transports[spec.name] = spec.build(around)
        for transport in self.transports.values():
            self._keep(transport.run(), transport.close, transport.name)

    async def _serve(self) -> None:
        """Let everything run: the health page, the transports, the outbox, the ticks."""
        poll = self.settings.poll
        page = health.page(self.settings.health.port, self.store, self.clock, poll.tick_seconds)
        await self._stack.enter_async_context(page)
        await self._greet()
        self.connect()
        self._schedule = Schedule(self._tick, poll.tick_seconds)
        work = asyncio.create_task(self.courier.run(), name="courier")
        telling = asyncio.create_task(self.teller.run(), name="teller")
        self._stack.push_async_callback(self._wind_down, work, telling)
        self._stack.push_async_callback(self.poller.close)
        self._schedule.start()
        told = ", ".join(self.transports)
        log.info(
            "polling into %s, %d feeds in the catalogue, telling %s", self.settings.database, len(self._feeds), told
        )

    async def _greet(self) -> None:
        titles = {name: watch.title for name, watch in self.watching.watches.items()}
        signs = {spec.name: spec.sign(self.settings) for spec in chosen(self.settings) if spec.greets}
        now = self.clock()
        await self.store.run(lambda store: greet(store, titles, signs, now))

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

    async def _wind_down(self, *work: asyncio.Task[None]) -> None:
        await asyncio.gather(self.courier.close(), self.teller.close())
        await asyncio.gather(self._schedule.stop(_PATIENCE), asyncio.wait(work, timeout=_PATIENCE))
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    async def _tick(self) -> None:
        await self._question_times()
        await self.keep_agenda()
        await self.catalog.refresh()
        await self.watching.refresh()
        await self.poller.tick(_STRAGGLERS)
        if self.poller.caught_up:
            self.courier.caught_up()
        if self.first_look:
            await self._end_first_look()
        if self._after_tick is not None:
            await self._after_tick()

    async def _question_times(self, *, thoroughly: bool = False) -> None:
        """Take back what a clock that was wrong has put where nothing would ever be done."""
        now = self.clock()
        try:
            told = await self.store.run(lambda store: question_times(store, now, thoroughly=thoroughly))
        except sqlite3.OperationalError as error:
            log.warning("times are not questioned (%s)", error)
            return
        if told is not None:
            log.warning(notice_logged(told))

    async def _end_first_look(self) -> None:
        """Say what the first look at the feeds found, once it is over."""
        now, sign = self.clock(), chosen(self.settings)[0].sign(self.settings)
        try:
            found = await self.store.run(lambda store: end_first_look(store, sign, now))
        except sqlite3.OperationalError as error:
            log.warning("the first look waits for the database (%s)", error)
            return
        if found is not None:
            self.first_look = False
            log.info(notice_logged(found))
            self.courier.wake()

    async def keep_agenda(self) -> None:
        """Do what is due at this time: digests, the day's chores, a copy of the database."""
        now, digest, backup = self.clock(), self.settings.digest, backup_times(self.settings)
        try:
            digests = self._once or not self.courier.standing.catching_up
            done = await self.store.run(lambda store: keep_agenda(store, now, digest, backup, digests=digests))
        except sqlite3.OperationalError as error:
            log.warning("the agenda waits for the database (%s)", error)
        else:
            if done:
                self.courier.wake()
            if any(job.kind == BACKUP for job in done):
                self.copyist.begin(now)


def _archive(settings: Settings) -> Store:
    """The archive for reading only."""
    return Store(settings.database, read_only=True)


def watch_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders of the enabled watches, in the configured order."""
    return tuple(settings.watches / watch.name for watch in settings.watch if watch.enabled)
