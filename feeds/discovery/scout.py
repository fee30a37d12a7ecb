"""Reads an address once for somebody who thinks of polling it: what it is, what it holds, what is known of its terms.

Everything goes through the guarded fetcher and the worker, within bounds of its own: no more than one reading a server
at a time, none for a while after many, few bytes, little time.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import Protocol

from feeds.cadence import failure_name
from feeds.catalog.addresses import bad_address
from feeds.discovery.model import Busy, FeedLink, FeedSeen, NotSeen
from feeds.model import Cause, CauseKind, Entry, Feed, FeedState, Fetched, Outcome, Unreadable
from feeds.web.robots import Pages, Robots
from feeds.worker.reader import Read, Verdicts

LONGEST_BODY = 3_000_000
"""Bytes of a page or feed that are read on trial."""
_SECONDS, _SECONDS_ALL = 20.0, 45.0
_JUDGED, _SHOWN = 30, 3
_MOST_TRIED = 3
_PAGES = frozenset({"html_page", "challenge_page"})
_NAME = "a new feed"


class TrialReader(Protocol):
    """What reads: `feeds.worker.reader.Reader` in production."""

    async def parse(self, feed: Feed, state: FeedState, outcome: Outcome, now: datetime) -> Read | Unreadable:
        """What a body holds."""
        ...

    async def judge(
        self, feed: Feed, entries: Sequence[Entry], now: datetime, silent: Callable[[Entry], bool]
    ) -> Verdicts:
        """Entries as the watches see them."""
        ...

    async def feed_links(self, outcome: Outcome) -> tuple[FeedLink, ...] | Unreadable:
        """The feeds that a page names."""
        ...


class Scout:
    """Reads addresses for servers, for one event loop; `clock` gives the time (UTC), `ticks` counts seconds."""

    def __init__(
        self,
        fetcher: Pages,
        reader: TrialReader,
        clock: Callable[[], datetime],
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher, self._reader, self._clock = fetcher, reader, clock
        self._robots = Robots(fetcher, ticks)
        self._reading: set[str] = set()

    async def look(self, server: str, url: str) -> FeedSeen | NotSeen:
        """The feed at an address, or the first that the page there names. Raises Busy."""
        if server in self._reading:
            raise Busy
        self._reading.add(server)
        try:
            async with asyncio.timeout(_SECONDS_ALL):
                return await self._found(url)
        except TimeoutError:
            return NotSeen("timeout", Cause(CauseKind.TIMEOUT))
        finally:
            self._reading.discard(server)

    async def _found(self, url: str) -> FeedSeen | NotSeen:
        outcome = await self._asked(url)
        first = await self._read(url, outcome)
        if not isinstance(first, NotSeen) or first.reason != "html_page":
            return first
        links = await self._reader.feed_links(outcome)
        if isinstance(links, Unreadable):
            return NotSeen("unreadable", links.cause)
        return await self._first(links)

    async def _first(self, links: Sequence[FeedLink]) -> FeedSeen | NotSeen:
        """The first of a page's feeds that can be read; why the very first can't where none can."""
        wanted = [link for link in links if bad_address(link.url) is None]
        missed: NotSeen | None = None
        for number, link in enumerate(wanted[:_MOST_TRIED]):
            found = await self._read(link.url, await self._asked(link.url))
            if isinstance(found, FeedSeen):
                return replace(found, others=tuple(wanted[:number] + wanted[number + 1 :]))
            missed = missed or found
        return missed or NotSeen("no_feed")

    async def _asked(self, url: str) -> Outcome:
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._fetcher.page(url, LONGEST_BODY)
        except TimeoutError:
            return Outcome(Fetched.FAILED, url=url, reason="timeout", cause=Cause(CauseKind.TIMEOUT))

    async def _read(self, url: str, outcome: Outcome) -> FeedSeen | NotSeen:
        if outcome.kind is not Fetched.BODY:
            return NotSeen(failure_name(outcome, None) or "failed", outcome.cause)
        now, feed = self._clock(), Feed(_NAME, url, "mul", local=False)
        read = await self._reader.parse(feed, FeedState(feed.name, url), outcome, now)
        if isinstance(read, Unreadable):
            return NotSeen("unreadable", read.cause)
        if failure := read.parsed.failure:
            plain = "html_page" if failure in _PAGES else failure
            return NotSeen(plain, next(iter(read.parsed.problems), None))
        return await self._seen(outcome.moved_to or url, feed, read, now)

    async def _seen(self, url: str, feed: Feed, read: Read, now: datetime) -> FeedSeen:
        entries = list(islice(chain.from_iterable(read.stretches()), _JUDGED))
        told = await self._reader.judge(feed, entries, now, lambda _: True)
        flagged = [one for one in told.judged if one.findings]
        rest = [one for one in told.judged if not one.findings]
        dates = [entry.published.start for entry in entries if entry.published]
        return FeedSeen(
            url=url,
            title=read.parsed.title,
            language=_language(entries),
            items=read.parsed.count,
            newest=max(dates, default=None),
            shown=tuple((flagged + rest)[:_SHOWN]),
            judged=len(told.judged),
            flagged=len(flagged),
            allowed=await self._robots.allow(url),
            rights=read.parsed.rights,
            problems=read.parsed.problems,
        )


def _language(entries: Sequence[Entry]) -> str:
    """The one language of all that names one; else there are several, or nobody says."""
    said = Counter(entry.language for entry in entries if entry.language)
    return next(iter(said)) if len(said) == 1 else "mul"
