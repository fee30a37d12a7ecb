"""Runs the store on a thread of its own, because a connection belongs to one thread and the loop must not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from feeds.store import Store

T = TypeVar("T")


class StoreThread:
    """An async context manager around one store; `opening` opens it, on the thread that will own it.

    Raises what `opening` raises (StoreError) on entry. On exit the work in hand is finished and the store closed.
    """

    def __init__(self, opening: Callable[[], Store]) -> None:
        self._opening = opening
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._store: Store | None = None

    async def run(self, work: Callable[[Store], T]) -> T:
        """Do `work` with the store, after what was asked before; returns its result or raises its error.

        Work that has begun is finished even when the caller is cancelled.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._do, work)

    def _do(self, work: Callable[[Store], T]) -> T:
        assert self._store is not None, "the store is used outside its `async with`"
        return work(self._store)

    def _open(self) -> None:
        self._store = self._opening()

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    async def __aenter__(self) -> Self:
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._open)
        except BaseException:
            self._executor.shutdown(wait=False)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.get_running_loop().run_in_executor(self._executor, self._close)
        self._executor.shutdown()
