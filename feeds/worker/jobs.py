"""What a worker does, as values: each job says what it may cost and does its work one step at a time.

A step's result is sent at once and is what the house counts by: the first step without one is what the worker died at.
What a job needs is imported where it is done, for the house itself never does it.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from typing import IO, Any, Protocol, Self

from feeds.model import Entry, Feed, Outcome
from feeds.parsing.settled import Settled
from feeds.worker.bounds import ITEM, PAGE, Bounds, body_bounds
from seeds.byhand import WatchChanges
from seeds.model import Document

# Keys that are packed together.
_STRETCH = 500


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker begins with: the function ("module:name") that loads a watch from its folder, and the folders.

    `mistake` is the name of the exceptions that say what is wrong with a folder; any other is a fault. `scale`
    stretches what a step may cost. `changes` are what was changed of the first watches, one for each.
    """

    folders: tuple[str, ...]
    loading: str = "seeds.watch:load_watch"
    mistake: str = "LexiconError"
    scale: float = 1.0
    changes: tuple[WatchChanges, ...] = ()


class WorkerJob(Protocol):
    """One piece of reading."""

    @property
    def bounds(self) -> Bounds:
        """What each step may cost."""
        ...

    def work(self, watches: Sequence[Any], file: IO[bytes] | None, /) -> Iterator[object]:
        """The results, step by step; None for a step that has none. `file` holds the body that came as one."""
        ...

    def rest(self, done: int, /) -> WorkerJob | None:
        """What is left after `done` results; None when they are worth nothing without the others."""
        ...


@dataclass(frozen=True, slots=True)
class ParseBody:
    """A body into entries: packed stretches of them (see `unpacked_entries`), at last a `Settled`.

    `outcome` brings its body itself unless that is a file's; `memo` is what an earlier one left (`Settled.memo`).
    """

    outcome: Outcome
    feed: Feed
    seen: datetime
    degraded: bool
    size: int
    pages: tuple[str, ...] = ()
    memo: bytes | None = None

    @property
    def bounds(self) -> Bounds:
        """By its size."""
        return body_bounds(self.size)

    def work(self, _watches: Sequence[Any], file: IO[bytes] | None, /) -> Iterator[object]:
        """See WorkerJob."""
        from feeds.parsing.parse import parse_steps  # noqa: PLC0415

        outcome = replace(self.outcome, file=file)
        steps = parse_steps(
            outcome, self.feed, seen=self.seen, degraded=self.degraded, pages=self.pages, memo=self.memo
        )
        with file or nullcontext():
            for found in steps:
                if isinstance(found, Settled):
                    yield replace(found, keys=PackedKeys.of(found.keys))
                else:
                    yield _packed(found) if found else None

    def rest(self, _done: int, /) -> WorkerJob | None:
        """Only the whole has keys."""
        return None


def unpacked_entries(stretch: bytes) -> list[Entry]:
    """A stretch of entries as the worker packed it."""
    found: list[Entry] = _unpacked(stretch)
    return found


def _packed(some: Sequence[object]) -> bytes:
    """As few bytes: a feed of ten megabytes is never in two processes at once."""
    return zlib.compress(pickle.dumps(some, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(stretch: bytes) -> Any:
    return pickle.loads(zlib.decompress(stretch))  # noqa: S301 - our own worker's


@dataclass(frozen=True, slots=True)
class PackedKeys:
    """The keys of very many entries, unpacked a stretch at a time while they are gone through."""

    stretches: tuple[bytes, ...]

    @classmethod
    def of(cls, keys: Iterable[tuple[str, ...] | None]) -> Self:
        """Pack them."""
        left = iter(keys)
        return cls(tuple(_packed(some) for some in iter(lambda: tuple(islice(left, _STRETCH)), ())))

    def __iter__(self) -> Iterator[tuple[str, ...] | None]:
        return chain.from_iterable(map(_unpacked, self.stretches))


@dataclass(frozen=True, slots=True)
class JudgeItems:
    """Entries into what the watches find in them: of each its findings and leads."""

    feed: Feed
    entries: tuple[Entry, ...]
    now: datetime

    @property
    def bounds(self) -> Bounds:
        """Of an item."""
        return ITEM

    def work(self, watches: Sequence[Any], _file: IO[bytes] | None, /) -> Iterator[object]:
        """See WorkerJob."""
        from feeds.judge import judge_entry  # noqa: PLC0415

        for entry in self.entries:
            judged = judge_entry(entry, self.feed, watches, self.now)
            yield (*judged.findings, *judged.leads)

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

    def work(self, _watches: Sequence[Any], _file: IO[bytes] | None, /) -> Iterator[object]:
        """See WorkerJob."""
        from feeds.parsing.lead import lead  # noqa: PLC0415

        yield (lead(self.page),)

    def rest(self, _done: int, /) -> WorkerJob | None:
        """It is one step."""
        return None


@dataclass(frozen=True, slots=True)
class FindFeeds:
    """A web page into the feeds that it names; `content_type` is its header."""

    page: bytes
    url: str
    content_type: str = ""

    @property
    def bounds(self) -> Bounds:
        """Of a page."""
        return PAGE

    def work(self, _watches: Sequence[Any], _file: IO[bytes] | None, /) -> Iterator[object]:
        """See WorkerJob."""
        from feeds.discovery.links import feed_links  # noqa: PLC0415
        from feeds.parsing.sniff import page_text  # noqa: PLC0415

        yield feed_links(page_text(self.page, self.content_type) or "", self.url)

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

    def work(self, watches: Sequence[Any], _file: IO[bytes] | None, /) -> Iterator[object]:
        """See WorkerJob."""
        from feeds.judge import opinion_of  # noqa: PLC0415

        for watch in _named(watches, self.watch):
            yield opinion_of(watch, self.document, self.now)

    def rest(self, _done: int, /) -> WorkerJob | None:
        """It is one step."""
        return None


@dataclass(frozen=True, slots=True)
class RehearseChanges:
    """Documents into what a watch says of them as it is, and what it would say with changes: a `Rehearsed` of each."""

    watch: str
    changes: WatchChanges
    documents: tuple[Document, ...]
    now: datetime

    @property
    def bounds(self) -> Bounds:
        """Of an item."""
        return ITEM

    def work(self, watches: Sequence[Any], _file: IO[bytes] | None, /) -> Iterator[object]:
        """See WorkerJob."""
        from feeds.judge import rehearsed  # noqa: PLC0415

        for watch in _named(watches, self.watch):
            changed = watch.changed(self.changes)
            yield from (rehearsed(watch, changed, document, self.now) for document in self.documents)

    def rest(self, done: int, /) -> WorkerJob | None:
        """Each document stands for itself."""
        return replace(self, documents=self.documents[done:])


def _named(watches: Sequence[Any], name: str) -> Iterator[Any]:
    """The watch of that name; none where it was switched off since somebody asked."""
    return (watch for watch in watches if watch.name == name)
