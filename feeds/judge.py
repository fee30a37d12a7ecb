"""Reads what was fetched: bodies into entries, entries into what the watches find in them, off the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from feeds.memory import LARGE, give_back
from feeds.model import Entry, Feed, FeedState, Finding, Judged, Outcome, Parsed
from feeds.parsing.parse import parse_feed
from feeds.sift import thin
from seeds.model import Facts, Fingerprint, Match
from seeds.text.reading import Reading
from seeds.watch import read_document

log = logging.getLogger(__name__)
T = TypeVar("T")

# Pages read for one fetch at most; the rest keep the feed's own text.
_PAGES = 10


class Watching(Protocol):
    """What judges a document: `seeds.watch.Watch` in production."""

    def match(self, reading: Reading, now: datetime) -> Match:
        """The verdict."""
        ...

    def facts(self, reading: Reading) -> Facts:
        """What the document states of its incident."""
        ...

    def quotes(self, reading: Reading, match: Match, facts: Facts) -> tuple[str, ...]:
        """The sentences that carry the match and the facts."""
        ...

    def fingerprint(self, reading: Reading) -> Fingerprint:
        """What of the document survives translation."""
        ...


class Leading(Protocol):
    """What reads the beginning of an article: `feeds.web.article` in production."""

    async def __call__(self, url: str) -> str | None:
        """The article's first sentences in plain text; None when they can't be had. Never raises for the weather."""
        ...


class Reader:
    """Reads for one event loop, one text at a time: it is all CPU, and a second thread would only cost memory.

    Cancelled once, it is of no more use. `lead`, when given, reads the page of a flagged item of which its feed gives
    less than a sentence.
    """

    def __init__(self, watches: Sequence[Watching], lead: Leading | None = None) -> None:
        self._watches, self._lead = watches, lead
        self._turn = asyncio.Semaphore(1)
        self._given_up = False

    async def parse(self, feed: Feed, state: FeedState, outcome: Outcome, now: datetime) -> Parsed:
        """What the body of an outcome holds; see `feeds.parsing.parse.parse`."""
        async with self._turn:
            if len(outcome.body) > LARGE:
                give_back()
            return await self._aside(
                lambda: parse_feed(
                    outcome, feed, seen=now, degraded=state.degraded_ids, given_up=lambda: self._given_up
                )
            )

    async def _aside(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread. When we are cancelled, so is the work: a program must end within seconds, and it
        waits for its threads."""
        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            self._given_up = True
            raise

    async def judge(
        self, feed: Feed, entries: Sequence[Entry], now: datetime, silent: Callable[[Entry], bool]
    ) -> list[Judged]:
        """Each entry as the watches see it, in order; `silent` says which ones are told to no one."""
        async with self._turn:
            readings = await self._aside(lambda: self._judge_all(feed, entries, now))
        readings = [replace(one, silent=True) if silent(one.entry) else one for one in readings]
        wanted = [number for number, one in enumerate(readings) if self._lead and _wants_lead(one)][:_PAGES]
        led = await asyncio.gather(*(self._led(feed, readings[number]) for number in wanted))
        better = dict(zip(wanted, led, strict=True))
        return [better.get(number, one) for number, one in enumerate(readings)]

    async def _led(self, feed: Feed, reading: Judged) -> Judged:
        """The reading of the article's beginning; the feed's own when that can't be had or says something else."""
        text = await self._beginning(reading.entry.link or "")
        if not text:
            return reading
        # The content hash stays that of the feed's text, or the next fetch would look changed.
        fuller = replace(reading.entry, summary=text)
        async with self._turn:
            found = await self._aside(lambda: judge_entry(fuller, feed, self._watches, reading.seen))
        return found if found.findings else reading

    async def _beginning(self, url: str) -> str | None:
        assert self._lead is not None
        try:
            return await self._lead(url)
        except Exception:
            log.exception("%s: reading the page met a fault of ours; the feed's text is used", url)
            return None

    def _judge_all(self, feed: Feed, entries: Sequence[Entry], now: datetime) -> list[Judged]:
        return [judge_entry(entry, feed, self._watches, now) for entry in entries if not self._given_up]


def judge_entry(entry: Entry, feed: Feed, watches: Sequence[Watching], now: datetime) -> Judged:
    """An entry as the watches see it, read once for all of them."""
    publisher = entry.outlet or feed.publisher or feed.name
    reading = read_document(entry.document(publisher))
    found = (_finding(watch, reading, now) for watch in watches)
    return Judged(entry, publisher, feed.standing, now, tuple(one for one in found if one is not None))


def _wants_lead(reading: Judged) -> bool:
    return bool(reading.findings) and not reading.silent and reading.entry.link is not None and thin(reading.entry)


def _finding(watch: Watching, reading: Reading, now: datetime) -> Finding | None:
    match = watch.match(reading, now)
    if not match.relevant:
        return None
    facts = watch.facts(reading)
    return Finding(match, facts, watch.quotes(reading, match, facts), watch.fingerprint(reading))


def oldest_first(readings: Sequence[Judged]) -> list[Judged]:
    """In order of their dates; undated ones and those of one instant from the feed's foot up, as feeds are written."""

    def place(numbered: tuple[int, Judged]) -> tuple[datetime, int]:
        number, reading = numbered
        return (reading.entry.published.start if reading.entry.published else reading.seen), -number

    return [reading for _, reading in sorted(enumerate(readings), key=place)]
