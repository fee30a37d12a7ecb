"""Asks one feed as the poller would and reports, without any state."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.cadence import failure_name
from feeds.model import Cause, CauseKind, Feed, FeedState, Fetched, Fetching, Outcome, Parsed
from feeds.parsing.parse import parse_feed

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


async def try_feed(fetcher: Fetching, feed: Feed, now: datetime) -> Trial:
    """Fetch and parse one feed from a clean slate."""
    outcome = await fetcher.fetch(feed, FeedState(feed.name, feed.url))
    if outcome.kind is not Fetched.BODY:
        causes = (outcome.cause,) if outcome.cause else ()
        return Trial(feed, outcome.status, failure=failure_name(outcome, None) or "unchanged", causes=causes)
    try:
        parsed = await asyncio.to_thread(parse_feed, outcome, feed)
    finally:
        outcome = outcome.without_body()
    return report_trial(feed, outcome, parsed, now)


def report_trial(feed: Feed, outcome: Outcome, parsed: Parsed, now: datetime) -> Trial:
    """What to say of an answer that has a body."""
    if parsed.failure:
        return Trial(feed, outcome.status, parsed.kind, failure=parsed.failure, causes=parsed.problems)
    dates = [entry.published.start for entry in parsed.entries if entry.published]
    newest = now - max(dates) if dates else None
    problems = list(parsed.problems)
    if not parsed.entries:
        problems.append(Cause(CauseKind.NO_ITEMS))
    if newest is not None and newest > _OLD:
        problems.append(Cause(CauseKind.QUIET))
    if newest is not None and newest < timedelta(0):
        problems.append(Cause(CauseKind.FUTURE))
    if outcome.moved_to:
        problems.append(Cause(CauseKind.MOVED, {"url": outcome.moved_to}))
    shown = None if newest is None else max(newest, timedelta(0))
    return Trial(feed, outcome.status, parsed.kind, len(parsed.entries), shown, problems=tuple(problems))
