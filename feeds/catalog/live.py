"""Keeps a running poller's feeds current: the file is read again when it has changed, the database at every round."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from feeds.catalog.file import CatalogError, load_catalog
from feeds.catalog.roster import Listed, as_listed, for_servers, polled_feeds, roster
from feeds.model import Feed, Notice, NoticeKind
from feeds.store import Store
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

_Mark = tuple[int, int, int] | None


class FeedsTaking(Protocol):
    """What polls them: `feeds.poll.Poller` in production."""

    def poll_these(self, feeds: Sequence[Feed]) -> None:
        """From the next round on these are the feeds."""
        ...


class OwnTrusting(Protocol):
    """What asks them: `feeds.web.fetch.Fetcher` in production."""

    def trust(self, own: Sequence[str]) -> None:
        """These are the addresses of the operator's file."""
        ...


class LiveCatalog:
    """The feeds of a file, already read as `listed`, and those of the database, kept current in a poller.

    A file that can't be used any more is named once, in the log and to the operators; its last good list stays.
    `archive` are the servers that the operator named, whose feeds serve everybody.
    """

    def __init__(
        self,
        path: Path,
        listed: Sequence[Feed],
        store: StoreThread,
        *,
        poller: FeedsTaking,
        fetcher: OwnTrusting,
        clock: Callable[[], datetime],
        archive: Collection[str] = (),
    ) -> None:
        self._archive = archive
        self._path, self._listed = path, tuple(listed)
        self._store, self._poller, self._fetcher, self._clock = store, poller, fetcher, clock
        self._mark = self._seen = _mark(path)
        self._notice: Notice | None = None
        self._polled: tuple[Feed, ...] | None = None
        self._rows: tuple[Listed, ...] = ()

    @property
    def listed(self) -> Sequence[Feed]:
        """The feeds of the file, as it could be read last."""
        return self._listed

    async def refresh(self) -> None:
        """Look again; call it between two rounds. While the database can't be used the list stays as it is."""
        if mistakes := await asyncio.to_thread(self._read_again):
            self._notice = _named(mistakes)
            log.warning("%s", "\n".join(mistakes))
        try:
            rows = await self._store.run(self._kept)
        except sqlite3.OperationalError as error:
            log.warning("the list of feeds is looked up again at the next tick (%s)", error)
        else:
            self._take(polled_feeds(rows))

    def _read_again(self) -> Sequence[str]:
        """Take the file's new list, if there is one; what is wrong with it otherwise, once for every change."""
        mark = _mark(self._path)
        settled, self._seen = mark == self._seen, mark
        if mark == self._mark:
            return ()
        try:
            self._listed = load_catalog(self._path)
        except CatalogError as error:
            if not settled:  # somebody may be writing it: it is judged when it has stood still for a round
                return ()
            self._mark = mark
            return error.mistakes
        self._mark = mark
        return ()

    def _kept(self, store: Store) -> tuple[Listed, ...]:
        """All feeds that there are; the archive remembers them, for whoever asks what is watched."""
        if self._notice is not None:
            store.outbox.notice(self._notice, self._clock())
            self._notice = None
        rows = roster(self._listed, store.feeds.added(), store.feeds.pauses())
        gone = {server.id for server in store.servers.all() if server.gone is not None}
        rows = for_servers(rows, store.servers.of_the_archive(self._archive), gone)
        if rows != self._rows:
            store.coverage.enlist(map(as_listed, rows))
            self._rows = rows
        return rows

    def _take(self, feeds: tuple[Feed, ...]) -> None:
        self._fetcher.trust([feed.url for feed in self._listed if feed.enabled])
        if feeds == self._polled:
            return
        if self._polled is not None:
            log.info("the list of feeds has changed: polling %d from now on", len(feeds))
        self._poller.poll_these(feeds)
        self._polled = feeds


def _named(mistakes: Sequence[str]) -> Notice:
    return Notice(NoticeKind.CATALOG_BROKEN, {"mistake": mistakes[0], "more": len(mistakes) - 1})


def _mark(path: Path) -> _Mark:
    """What changes when a file is written; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
