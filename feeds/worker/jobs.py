"""What a worker does, as values: each job says what it may cost and does its work one step at a time.

A step's result is sent at once and is what the house counts by: the first step without one is what the worker died at.
What a job needs is imported where it is done, for the house itself never does it.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from feeds.model import Entry, Feed, Outcome
from feeds.worker.bounds import ITEM, PAGE, Bounds, body_bounds
from seeds.model import Document


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker begins with: the function ("module:name") that loads a watch from its folder, and the folders.

    `mistake` is the name of the exceptions that say what is wrong with a folder; any other is a fault. `scale`
    stretches what a step may cost.
    """

    folders: tuple[str, ...]
    loading: str = "seeds.watch:load_watch"
    mistake: str = "LexiconError"
    scale: float = 1.0


class WorkerJob(Protocol):
    """One piece of reading."""

    @property
    def bounds(self) -> Bounds:
        """What each step may cost."""
        ...

    def work(self, watches: Sequence[Any], body: bytes, /) -> Iterator[object]:
        """The results, step by step; None for a step that has none. `body` is what came as a file, or b""."""
        ...

    def rest(self, done: int, /) -> WorkerJob | None:
        """What is left after `done` results; None when they are worth nothing without the others."""
        ...


@dataclass(frozen=True, slots=True)
class ParseBody:
    """A body into entries: packed stretches of them (see `unpacked`), at last a `Settled`.

    `outcome` brings its body itself unless that is a file's.
    """

    outcome: Outcome
    feed: Feed
    seen: datetime
    degraded: bool
    size: int

    @property
    def bounds(self) -> Bounds:
        """By its size."""
        return body_bounds(self.size)

    def work(self, _watches: Sequence[Any], body: bytes, /) -> Iterator[object]:
        """See Job."""
        from feeds.parsing.parse import Settled, parse_steps  # noqa: PLC0415

        outcome = replace(self.outcome, body=body) if body else self.outcome
        steps = parse_steps(outcome, self.feed, seen=self.seen, degraded=self.degraded)
        del outcome, body  # ten megabytes go when they have been read
        for found in steps:
            yield found if isinstance(found, Settled) else packed_entries(found) if found else None

    def rest(self, _done: int, /) -> WorkerJob | None:
        """Only the whole has keys."""
        return None


def packed_entries(entries: Sequence[Entry]) -> bytes:
    """Entries as few bytes: a feed of ten megabytes is never in two processes at once."""
    return zlib.compress(pickle.dumps(entries, pickle.HIGHEST_PROTOCOL), 1)


def unpacked_entries(stretch: bytes) -> list[Entry]:
    """What `packed_entries` packed."""
    found: list[Entry] = pickle.loads(zlib.decompress(stretch))  # noqa: S301 - our own worker's
    return found


@dataclass(frozen=True, slots=True)
class JudgeItems:
    """Entries into what the watches find in them: of each its findings."""

    feed: Feed
    entries: tuple[Entry, ...]
    now: datetime

    @property
    def bounds(self) -> Bounds:
        """Of an item."""
        return ITEM

    def work(self, watches: Sequence[Any], _body: bytes, /) -> Iterator[object]:
        """See Job."""
        from feeds.judge import judge_entry  # noqa: PLC0415

        for entry in self.entries:
            yield judge_entry(entry, self.feed, watches, self.now).findings

    def rest(self, done: int, /) -> WorkerJob | None:
        """Each item stands for itself."""
        return replace(self, entries=self.entries[done:])


@dataclass(frozen=True, slots=True)
class ReadLead:
    """An article's page into its first sentences, or None."""

    page: bytes

    @property
    def bounds(self) -> Bounds:
        """Of a page."""
        return PAGE

    def work(self, _watches: Sequence[Any], _body: bytes, /) -> Iterator[object]:
        """See Job."""
        from feeds.parsing.lead import lead  # noqa: PLC0415

        yield (lead(self.page),)

    def rest(self, _done: int, /) -> WorkerJob | None:
        """It is one step."""
        return None


@dataclass(frozen=True, slots=True)
class Explain:
    """A document into the opinion of one watch."""

    watch: str
    document: Document
    now: datetime

    @property
    def bounds(self) -> Bounds:
        """Of an item."""
        return ITEM

    def work(self, watches: Sequence[Any], _body: bytes, /) -> Iterator[object]:
        """See Job."""
        from feeds.judge import opinion_of  # noqa: PLC0415

        watch = next(one for one in watches if one.name == self.watch)
        yield opinion_of(watch, self.document, self.now)

    def rest(self, _done: int, /) -> WorkerJob | None:
        """It is one step."""
        return None
