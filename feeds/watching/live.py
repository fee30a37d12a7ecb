"""Keeps the watches of a running house current: which are on, and what was changed of them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Sequence
from pathlib import Path

from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.watching.model import WatchChange, changes_of, switched
from feeds.worker.jobs import Setup
from feeds.worker.pool import Pool
from feeds.worker.process import SetupError, StartError
from feeds.worker.reader import Reader, RemoteWatch
from seeds.watchfolder import watch_names

log = logging.getLogger(__name__)

ChangeMade = Callable[[tuple[WatchChange, ...]], tuple[WatchChange, ...]]
"""From what was changed before to what is then."""
WatchesTaken = Callable[[Collection[WatchChange], Sequence[Path]], Awaitable[None]]


def watches_setup(listed: Sequence[Path], root: Path, kept: Collection[WatchChange]) -> Setup:
    """What a worker begins with: of the folders that the file lists and those under `root` the ones that are on."""
    folders = folders_on(listed, root, kept, watch_names(root))
    return Setup(tuple(map(str, folders)), changes=tuple(changes_of(one.name, kept) for one in folders))


def folders_on(
    listed: Iterable[Path], root: Path, kept: Iterable[WatchChange], there: Container[str]
) -> tuple[Path, ...]:
    """The folders of the watches that are on: the file's, and those under `root` that are `there` and were switched on,
    without those that were switched off."""
    said, files = switched(kept, there), tuple(listed)
    known = {folder.name for folder in files}
    further = (root / name for name, on in sorted(said.items()) if on and name not in known)
    return (*(folder for folder in files if said.get(folder.name, True)), *further)


class LiveWatches:
    """The watches as a running house asks them. `listed` are the folders of those that the operator's file wants,
    `root` holds all that there are; `kept` is what the pool has begun with, and `taken` is told whenever that changed.
    Who tries a change holds `rehearsing`.
    """

    def __init__(  # noqa: PLR0917 - the parts of a house
        self, listed: Sequence[Path], root: Path, kept: tuple[WatchChange, ...], pool: Pool, reader: Reader,
        store: StoreThread, taken: WatchesTaken | None = None,
    ) -> None:  # fmt: skip
        self._listed, self._root, self._kept = listed, root, kept
        self._pool, self._reader, self._store, self._taken = pool, reader, store, taken
        self._refused: tuple[WatchChange, ...] | None = None
        self._one, self.rehearsing = asyncio.Lock(), asyncio.Lock()
        self.watches: dict[str, RemoteWatch] = {}

    @property
    def root(self) -> Path:
        """The folder that holds one folder a watch."""
        return self._root

    @property
    def listed(self) -> tuple[str, ...]:
        """The names of the watches that the operator's file wants."""
        return tuple(folder.name for folder in self._listed)

    @property
    def kept(self) -> tuple[WatchChange, ...]:
        """What was changed, as it is in use."""
        return self._kept

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the watches that are on."""
        return folders_on(self._listed, self._root, self._kept, watch_names(self._root))

    async def begin(self) -> None:
        """Wait for the first worker. Raises SetupError, StartError."""
        self._name(await self._pool.ready())

    async def refresh(self) -> None:
        """Take what was changed from elsewhere; call it between two rounds. What cannot be used is named once."""
        try:
            kept = await self._store.run(lambda store: store.watches.all())
        except sqlite3.OperationalError as error:
            log.warning("the watches are looked up again at the next tick (%s)", error)
            return
        async with self._one:
            if kept in (self._kept, self._refused):
                return
            try:
                await self._use(kept)
            except (SetupError, StartError) as error:
                self._refused = kept
                log.error("the watches stay as they are: %s", error)

    async def change(self, made: ChangeMade, write: Callable[[Store], None]) -> None:
        """Use what `made` makes of all that was changed before, by others at this moment too, and keep it once that
        works. Raises SetupError and StartError, and what writing raises; then nothing has changed."""
        async with self._one:
            before, there = self._kept, await self._store.run(lambda store: store.watches.all())
            kept = made(before if there == self._refused else there)
            await self._use(kept)
            try:
                await self._store.run(write)
                there = await self._store.run(lambda store: store.watches.all())
            except BaseException:
                await self._use(before)
                raise
            if _said(there) == _said(kept):  # else another program changed more meanwhile: the next look takes that
                self._kept = there

    async def _use(self, kept: tuple[WatchChange, ...]) -> None:
        setup = await asyncio.to_thread(watches_setup, self._listed, self._root, kept)
        self._name(await self._pool.reload(setup))
        self._kept, self._refused = kept, None
        log.info("the watches have changed: %s", ", ".join(self.watches) or "none is on")
        if self._taken is not None:
            await self._taken(kept, self.folders)

    def _name(self, titles: Sequence[tuple[str, str]]) -> None:
        """The same mapping for all who hold it."""
        named = {name: RemoteWatch(name, title, self._reader) for name, title in titles}
        for gone in self.watches.keys() - named.keys():
            del self.watches[gone]
        self.watches.update(named)


def _said(kept: Iterable[WatchChange]) -> frozenset[tuple[str, str, str, str]]:
    """What changes say, whoever said it and when."""
    return frozenset((one.watch, one.setting, one.phrase, one.value) for one in kept)
