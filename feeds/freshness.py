"""Tells quiet from broken: how fresh each feed is, what operators are told, and the daily proof of silence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from feeds.cadence import ANNOUNCED_AFTER, failure_name, small_window
from feeds.model import Feed, FeedState, Fetched, Outcome, Parsed

_DELAYED, _STALE = 2, 6
_ENOUGH_GAPS = 3
# Newsrooms sleep and have weekends: a feed of twenty items a day is not stale on a Sunday.
_SHORTEST_GAP = timedelta(hours=12)


class Freshness(StrEnum):
    """How long ago a feed brought something new, measured by its own habit; BROKEN when it cannot be read."""

    NEW = "new"
    FRESH = "fresh"
    DELAYED = "delayed"
    STALE = "stale"
    BROKEN = "broken"


def usual_gap(state: FeedState) -> timedelta | None:
    """The longer of the feed's habitual pauses (nine in ten are shorter); None before it is known."""
    if len(state.gaps) < _ENOUGH_GAPS:
        return None
    ordered = sorted(state.gaps)
    return max(timedelta(seconds=ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]), _SHORTEST_GAP)


def lateness(state: FeedState, now: datetime) -> float | None:
    """For how many usual gaps the feed has been silent; None before its habit is known."""
    gap = usual_gap(state)
    return None if gap is None or state.last_new is None else (now - state.last_new) / gap


def freshness(state: FeedState, now: datetime) -> Freshness:
    """Fresh up to twice the usual gap, delayed up to six times, stale beyond; broken while it keeps failing."""
    if state.failures >= ANNOUNCED_AFTER:
        return Freshness.BROKEN
    late = lateness(state, now)
    if late is None:
        return Freshness.NEW if state.last_ok is None or state.last_new is None else Freshness.FRESH
    if late <= _DELAYED:
        return Freshness.FRESH
    return Freshness.DELAYED if late <= _STALE else Freshness.STALE


def notices(
    feed: Feed,
    before: FeedState,
    after: FeedState,
    outcome: Outcome,
    parsed: Parsed | None,
    *,
    new: int = 0,
) -> tuple[str, ...]:
    """What the operators' channel is told after one exchange, each line once: trouble, recovery, moves, small windows.

    `after` is what `cadence.next_state` made of `before`.
    """
    said = []
    if after.announced and not before.announced and failure_name(outcome, parsed) != "unreadable":  # that was said
        said.append(_trouble(feed, after, outcome, parsed))
    if before.announced and not after.announced:
        said.append(f"{feed.name}: back after {_count(before.failures, 'failure')}.")
    if outcome.kind is not Fetched.FAILED and outcome.moved_to and outcome.moved_to != before.url:
        said.append(f"{feed.name}: moved for good to {outcome.moved_to}; the catalogue can follow.")
    if after.degraded_ids and not before.degraded_ids:
        said.append(f"{feed.name}: its ids repeat on different items, so links identify them from now on.")
    if small_window(before, parsed, new):
        said.append(
            f"{feed.name}: all {new} items it showed were new, so some may have passed unseen. "
            "It is asked more often now; consider a shorter interval."
        )
    return tuple(said)


def _trouble(feed: Feed, after: FeedState, outcome: Outcome, parsed: Parsed | None) -> str:
    reason = failure_name(outcome, parsed)
    detail = outcome.detail or (parsed.problems[0] if parsed and parsed.problems else "")
    if reason == "gone":
        return (
            f"{feed.name}: gone for good, says its publisher (410). It stays listed: disable it or name a new address."
        )
    due = f" Next try {after.next_check:%d %b %H:%M} UTC." if after.next_check else ""
    return f"{feed.name}: failed {_count(after.failures, 'time')} in a row ({reason}). {detail}{due}".replace("  ", " ")


def proof_of_silence(states: Sequence[FeedState], read: int, matches: int, now: datetime) -> str:
    """One line that makes quiet evidence: how many feeds, items and matches, and which feeds are not fresh.

    `read` and `matches` count the items of the day; `states` are those of the enabled feeds.
    """
    head = f"{_count(len(states), 'feed')}, {_count(read, 'item')} read, {_count(matches, 'match', 'matches')}"
    late = [(state, freshness(state, now)) for state in states]
    words = [_late(state, how, now) for state, how in late if how not in (Freshness.FRESH, Freshness.NEW)]
    return f"{head}, all fresh." if not words else f"{head}; {', '.join(words)}; the others fresh."


def _late(state: FeedState, how: Freshness, now: datetime) -> str:
    if how is Freshness.BROKEN:
        return f"{state.name} broken ({state.problem})"
    return f"{state.name} {how} {lateness(state, now) or 0:.0f}×"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
