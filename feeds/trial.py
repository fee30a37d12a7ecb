"""Asks one feed as the poller would and reports, without any state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Protocol

from feeds.cadence import failure_name
from feeds.model import Cause, CauseKind, Feed, FeedState, Fetched, Fetching, Outcome, Unreadable
from feeds.web.credentials import without_secrets
from feeds.worker.reader import Read

_OLD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one feed answered. `failure` is a short code, with its `causes`, or None; `newest` its newest item's age."""

    feed: Feed
    status: int | None
    kind: str = ""
    items: int = 0
    newest: timedelta | None = None
    failure: str | None = None
    causes: tuple[Cause, ...] = ()
    problems: tuple[Cause, ...] = ()


class BodyReader(Protocol):
    """What reads a body: `feeds.worker.reader.Reader` in production, within the bounds of a poll."""

    async def parse(self, feed: Feed, state: FeedState, outcome: Outcome, now: datetime) -> Read | Unreadable:
        """What the body of an outcome holds, or why that can't be read."""
        ...


async def try_feed(fetcher: Fetching, reader: BodyReader, feed: Feed, now: datetime) -> Trial:
    """Fetch and read one feed from a clean slate."""
    state = FeedState(feed.name, feed.url)
    outcome = await fetcher.fetch(feed, state)
    if outcome.kind is not Fetched.BODY:
        causes = (outcome.cause,) if outcome.cause else ()
        return Trial(feed, outcome.status, failure=failure_name(outcome, None) or "unchanged", causes=causes)
    try:
        read = await reader.parse(feed, state, outcome, now)
    finally:
        outcome = outcome.without_body()
    if isinstance(read, Unreadable):
        return Trial(feed, outcome.status, failure="unreadable", causes=(read.cause,))
    return report_trial(feed, outcome, read, now)


def report_trial(feed: Feed, outcome: Outcome, read: Read, now: datetime) -> Trial:
    """What to say of a body that was read."""
    parsed = read.parsed
    if parsed.failure:
        return Trial(feed, outcome.status, parsed.kind, failure=parsed.failure, causes=parsed.problems)
    dates = [entry.published.start for entry in chain.from_iterable(read.stretches()) if entry.published]
    newest = now - max(dates) if dates else None
    problems = list(parsed.problems)
    if not parsed.count:
        problems.append(Cause(CauseKind.NO_ITEMS))
    if newest is not None and newest > _OLD:
        problems.append(Cause(CauseKind.QUIET))
    if newest is not None and newest < timedelta(0):
        problems.append(Cause(CauseKind.FUTURE))
    if outcome.moved_to:
        problems.append(Cause(CauseKind.MOVED, {"url": without_secrets(outcome.moved_to)}))
    shown = None if newest is None else max(newest, timedelta(0))
    return Trial(feed, outcome.status, parsed.kind, parsed.count, shown, problems=tuple(problems))
