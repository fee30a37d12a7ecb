"""Says what the watches find in an entry. Pure; it runs in the worker, where it can be stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from feeds.model import Entry, Feed, Finding, Judged
from seeds.model import Document, Facts, Fingerprint, Match


class Watching(Protocol):
    """What judges a document: `seeds.watch.Watch` in production."""

    def match(self, document: Document, now: datetime) -> Match:
        """The verdict."""
        ...

    def facts(self, document: Document) -> Facts:
        """What the document states of its incident."""
        ...

    def quotes(self, document: Document, match: Match, facts: Facts) -> tuple[str, ...]:
        """The sentences that carry the match and the facts."""
        ...

    def marks(self, document: Document) -> Fingerprint:
        """What of the document survives translation."""
        ...


def unjudged(entry: Entry, feed: Feed, now: datetime) -> Judged:
    """An entry of a feed of which nothing is known yet but who published it."""
    return Judged(entry, entry.outlet or feed.publisher or feed.name, feed.standing, now)


def judge_entry(entry: Entry, feed: Feed, watches: Sequence[Watching], now: datetime) -> Judged:
    """An entry of a feed with what every watch that holds it relevant finds in it."""
    plain = unjudged(entry, feed, now)
    document = entry.document(plain.publisher)
    found = (_finding(watch, document, now) for watch in watches)
    return replace(plain, findings=tuple(one for one in found if one is not None))


def _finding(watch: Watching, document: Document, now: datetime) -> Finding | None:
    match = watch.match(document, now)
    if not match.relevant:
        return None
    facts = watch.facts(document)
    return Finding(match, facts, watch.quotes(document, match, facts), watch.marks(document))


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a watch says of a document, flagged or not: its verdict, and the (kind, text) of all that it found."""

    match: Match
    named: tuple[tuple[str, str], ...] = ()


def opinion_of(watch: Any, document: Document, now: datetime) -> Opinion:
    """What a `seeds.watch.Watch` says of a document when it is asked why."""
    hits = watch.evidence(document).hits
    return Opinion(watch.match(document, now), tuple((hit.kind, hit.text) for hit in hits))


def oldest_first(readings: Sequence[Judged]) -> list[Judged]:
    """In order of their dates; undated ones and those of one instant from the feed's foot up, as feeds are written."""

    def place(numbered: tuple[int, Judged]) -> tuple[datetime, int]:
        number, reading = numbered
        return (reading.entry.published.start if reading.entry.published else reading.seen), -number

    return [reading for _, reading in sorted(enumerate(readings), key=place)]
