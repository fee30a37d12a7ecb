"""Runs the store on a thread of its own, because a connection belongs to one thread and the loop must not wait.

What members ask is read beside it, over connections that only read, and only for so long: neither polling nor delivery
ever waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from types import TracebackType
from typing import Self, TypeVar

from feeds.store import Store
from feeds.store.upkeep.damage import DamageError, is_damage, readable

log = logging.getLogger(__name__)
T = TypeVar("T")

READERS = 2
#: Seconds that one reading may take.
PATIENCE_OF_READERS = 3.0
_MOST_WAITING = 16


class TooLong(Exception):
    """A reading took longer than it may and was ended."""


class TooMany(Exception):
    """So many readings wait that one more would not be answered in time."""


class StoreThread:
    """An async context manager around one store; `opening` opens it, on the thread that will own it. `reading` opens
    one that only reads: at most two, each when it is first needed, on threads of their own.

    Raises what `opening` raises (StoreError) on entry. On exit the work in hand is finished and the store closed.
    Where the file proves damaged, whoever asked gets DamageError, and so does everybody after: nothing more is written
    to it. `damaged` is set from then on.
    """

    def __init__(self, opening: Callable[[], Store], reading: Callable[[], Store] | None = None) -> None:
        self.damaged = asyncio.Event()
        self._damage = ""
        self._writer = _Thread(opening, "store")
        self._readers = [_Thread(reading, f"reader {n}") for n in range(READERS)] if reading else []
        self._waiting = 0

    async def run(self, work: Callable[[Store], T]) -> T:
        """Do `work` with the store, after what was asked before; returns its result or raises its error.

        Work that has begun is finished even when the caller is cancelled.
        """
        with self._unhurt():
            return await self._writer.run(work)

    @contextmanager
    def _unhurt(self) -> Iterator[None]:
        if self.damaged.is_set():
            raise DamageError(self._damage)
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            if not self.damaged.is_set():
                log.critical("the archive is damaged (%s): nothing more is read or written", error)
                self._damage = str(error)
                self.damaged.set()
            raise DamageError(str(error)) from error

    async def read(self, work: Callable[[Store], T], seconds: float = PATIENCE_OF_READERS) -> T:
        """Do `work`, which only reads, beside everything else; without a store for readers as `run` does.

        Raises TooLong after so many seconds of it, and TooMany when sixteen others wait.
        """
        if not self._readers:
            return await self.run(work)
        if self._waiting >= _MOST_WAITING + READERS:
            raise TooMany
        self._waiting += 1
        try:
            idle = await self._idle.get()
            try:
                with self._unhurt():
                    return await idle.run(lambda store: _limited(store, work, seconds))
            finally:
                self._idle.put_nowait(idle)
        finally:
            self._waiting -= 1

    async def __aenter__(self) -> Self:
        # the first one is always taken, so that the second is only opened where two ask at once
        self._idle: asyncio.LifoQueue[_Thread] = asyncio.LifoQueue()
        for one in reversed(self._readers):
            self._idle.put_nowait(one)
        await self._writer.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (*self._readers, self._writer):
            await one.close()


class _Thread:
    """A thread with a store of its own."""

    def __init__(self, opening: Callable[[], Store], name: str) -> None:
        self._opening = opening
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._store: Store | None = None

    async def run(self, work: Callable[[Store], T]) -> T:
        context = copy_context()  # what holds around the caller, such as the language, holds for the work
        return await asyncio.get_running_loop().run_in_executor(self._executor, context.run, self._do, work)

    def _do(self, work: Callable[[Store], T]) -> T:
        if self._store is None:
            with readable():
                self._store = self._opening()
        with readable():
            return work(self._store)

    async def open(self) -> None:
        try:
            await self.run(lambda _: None)
        except BaseException:
            self._executor.shutdown(wait=False)
            raise

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._executor, self._close)
        self._executor.shutdown()


def _limited(store: Store, work: Callable[[Store], T], seconds: float) -> T:
    try:
        with store.only_for(seconds):
            return work(store)
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise TooLong from error
        raise
