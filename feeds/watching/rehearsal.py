"""What a change of a watch would do to the archive: a dry run within bounds of time, beside everything else.

Stories and items are looked at newest first, in the worker's turns and on a reader's thread, so that neither polling
nor an answer waits for it. What it judges by is the very watch that the change makes.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from feeds.model import Finding, Rehearsed
from feeds.store import Store
from feeds.watching.model import looked_up
from seeds.byhand import WatchChanges
from seeds.model import Document

Asking = Callable[[Callable[[Store], Any]], Awaitable[Any]]
SECONDS = 8.0
"""How long a dry run may take."""
_STORIES, _ITEMS = 50, 150  # in one stretch
MOST_GAINED = 500
"""Items, newest first, after which a dry run looks for no more to gain: they are grouped into stories."""


class Rehearsing(Protocol):
    """A watch that can be asked what it would say (`feeds.worker.reader.RemoteWatch`)."""

    @property
    def name(self) -> str:
        """The folder's name."""
        ...

    async def rehearse(
        self, changes: WatchChanges, documents: Sequence[Document], now: datetime
    ) -> Sequence[Rehearsed]:
        """What it says of documents, and would say with changes, in order; fewer where one is trouble."""
        ...


@dataclass(slots=True)
class Forecast:
    """What a change would do. Of `stories` in the archive `looked` were looked at, and of `items` in all `read` that
    are in no story of the watch; of a phrase's only those that hold it, for nothing else can change. `lost` are the ids
    of stories that would not be flagged, newest first, `gained` the titles of those that would be told anew; what a
    change cannot do is None. Where it ended before the archive did it is not the `whole`: for want of time, or because
    as many items as may be grouped were gained (`full`).
    """

    stories: int = 0
    items: int = 0
    looked: int = 0
    read: int = 0
    lost: list[int] | None = None
    gained: list[str] | None = None
    whole: bool = True
    full: bool = False


@dataclass(frozen=True, slots=True)
class ChangeTrial:
    """A change to try: of a watch, with the `phrase` that it is about, and whether it `loses` or gains stories."""

    changes: WatchChanges
    loses: bool
    phrase: str = ""


@dataclass(slots=True)
class DryRun:
    """One dry run of a watch over the archive that `ask` reads, as far as whoever asks may see it; `clock` counts
    seconds."""

    ask: Asking
    watch: Rehearsing
    trial: ChangeTrial
    now: datetime
    seconds: float = SECONDS
    clock: Callable[[], float] = time.monotonic
    _ends: float = field(default=0.0, init=False)

    async def run(self) -> Forecast:
        """What the change would do. Raises TooLong and TooMany."""
        self._ends = self.clock() + self.seconds
        told = Forecast(*await self.ask(lambda store: _sizes(store, self.watch.name)))
        await (self._losses(told) if self.trial.loses else self._gains(told))
        return told

    async def _losses(self, told: Forecast) -> None:
        name, phrase, last = self.watch.name, looked_up(self.trial.phrase), None
        told.lost = []
        while found := await self.ask(lambda store, last=last: _stories(store, name, phrase, last)):  # type: ignore[misc]
            stories, documents = found
            if self.clock() >= self._ends:
                told.whole = False
                return
            said, left = await self._said(documents)
            seen = {story: items for story, items in stories.items() if left.isdisjoint(items)}
            told.looked += len(seen)
            told.lost += [story for story, items in seen.items() if _lost(items, said)]
            if left:
                told.whole = False
                return
            last = min(stories)

    async def _gains(self, told: Forecast) -> None:
        name, phrase, last = self.watch.name, looked_up(self.trial.phrase), None
        gained: list[tuple[Document, Finding]] = []
        while found := await self.ask(lambda store, last=last: _items(store, name, phrase, last)):  # type: ignore[misc]
            entries, documents = found
            told.full = len(gained) >= MOST_GAINED
            if self.clock() >= self._ends or told.full:
                told.whole = False
                break
            said, left = await self._said(documents)
            told.read += len(entries) - len(left)
            gained += [(documents[entry], one.gained) for entry, one in said.items() if one.gained]
            if left:
                told.whole = False
                break
            last = min(entries)
        told.gained = await self.ask(lambda store: store.candidates.groups(gained))

    async def _said(self, documents: Mapping[int, Document]) -> tuple[dict[int, Rehearsed], frozenset[int]]:
        """What is said of each document, nothing of one that is trouble; and those for which no time was left."""
        said: dict[int, Rehearsed] = {}
        left = list(documents)
        while left and self.clock() < self._ends:
            some = await self.watch.rehearse(self.trial.changes, [documents[entry] for entry in left], self.now)
            said.update(zip(left, some, strict=False))
            left = left[len(some) + 1 :]
        return said, frozenset(left)


def _lost(items: Sequence[int], said: Mapping[int, Rehearsed]) -> bool:
    """Whether every item of a story is flagged now, and none would be."""
    told = [said.get(entry) for entry in items]
    return bool(told) and all(one is not None and one.before and not one.after for one in told)


def _sizes(store: Store, watch: str) -> tuple[int, int]:
    return store.watches.stories().get(watch, 0), store.candidates.kept()


def _stories(
    store: Store, watch: str, phrase: str, before: int | None
) -> tuple[dict[int, list[int]], dict[int, Document]] | None:
    stories = store.candidates.stories(watch, phrase, before, _STORIES)
    documents = store.candidates.documents(entry for items in stories.values() for entry in items)
    return (stories, documents) if stories else None


def _items(store: Store, watch: str, phrase: str, before: int | None) -> tuple[list[int], dict[int, Document]] | None:
    entries = store.candidates.items(watch, phrase, before, _ITEMS)
    return (entries, store.candidates.documents(entries)) if entries else None
