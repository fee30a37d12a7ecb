"""Says what the watches find in an entry. Pure; it runs in the worker, where it can be stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from feeds.model import Entry, Feed, Finding, Judged, Opinion, Rehearsed
from feeds.sift import sorted_out, unjudged
from seeds.model import Document, Facts, Fingerprint, Match
from seeds.text.reading import Reading
from seeds.watch import read_document


class Watching(Protocol):
    """What judges a document: `seeds.watch.Watch` in production."""

    def match(self, reading: Reading, now: datetime) -> Match:
        """The verdict."""
        ...

    def lead(self, reading: Reading, match: Match, now: datetime) -> Match | None:
        """The verdict on what is not relevant by itself, with the tier that it has if the archive knows its event."""
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


def judge_entry(entry: Entry, feed: Feed, watches: Sequence[Watching], now: datetime) -> Judged:
    """An entry of a feed with what each watch finds in it that holds it relevant, or may; read once for all."""
    plain = unjudged(entry, feed, now)
    reading = read_document(entry.document(plain.publisher, now))
    found = [one for watch in watches if (one := _finding(watch, reading, now)) is not None]
    return sorted_out(plain, found)


def _finding(watch: Watching, reading: Reading, now: datetime) -> Finding | None:
    match = watch.match(reading, now)
    if not match.relevant:
        lead = watch.lead(reading, match, now)
        if lead is None:
            return None
        match = lead
    facts = watch.facts(reading)
    return Finding(match, facts, watch.quotes(reading, match, facts), watch.fingerprint(reading))


def rehearsed(watch: Watching, changed: Watching, document: Document, now: datetime) -> Rehearsed:
    """What a watch says of a document, and what it would say when it was `changed`."""
    reading = read_document(document)
    before, after = watch.match(reading, now), changed.match(reading, now)
    gained = _finding(changed, reading, now) if after.relevant and not before.relevant else None
    return Rehearsed(before.relevant, after.relevant, gained)


def opinion_of(watch: Any, document: Document, now: datetime) -> Opinion:
    """What a `seeds.watch.Watch` says of a document when it is asked why."""
    reading = read_document(document)
    named = tuple((hit.kind, hit.text) for hit in watch.evidence(reading).hits)
    return Opinion(watch.match(reading, now), named, watch.mission.key, watch.mission.start)
