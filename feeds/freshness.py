"""Tells quiet from broken: how fresh each feed is, what operators are told, and the daily proof of silence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from feeds.cadence import ANNOUNCED_AFTER, failure_name, small_window
from feeds.model import Feed, FeedState, Fetched, Notice, NoticeKind, Outcome, Parsed
from feeds.model.teams import plain_name
from feeds.web.credentials import without_secrets

_DELAYED, _STALE = 2, 6
_ENOUGH_GAPS = 3
_NEVER = datetime.min.replace(tzinfo=UTC)
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
    """Fresh up to twice the usual gap, delayed up to six times, stale beyond; broken while it keeps failing, and from
    the first failure on where it has brought nothing yet."""
    if state.failures >= ANNOUNCED_AFTER:
        return Freshness.BROKEN
    late = lateness(state, now)
    if late is None:
        known = state.last_ok is not None and state.last_new is not None
        return Freshness.FRESH if known else Freshness.BROKEN if state.failures else Freshness.NEW
    if late <= _DELAYED:
        return Freshness.FRESH
    return Freshness.DELAYED if late <= _STALE else Freshness.STALE


def network_trouble(states: Sequence[FeedState]) -> str | None:
    """The short code of what keeps our own network from every publisher; None when somebody has answered since."""
    answered = [state.last_ok for state in states if state.last_ok]
    silent = [one for one in states if one.problem and not one.failures and one.last_checked]
    lately = [one.problem for one in silent if one.last_checked and one.last_checked > max(answered, default=_NEVER)]
    return max(lately, key=lately.count, default=None)


def notices(
    feed: Feed,
    before: FeedState,
    after: FeedState,
    outcome: Outcome,
    parsed: Parsed | None,
    *,
    new: int = 0,
) -> tuple[Notice, ...]:
    """What the operators' channel is told after one exchange, each once: trouble, recovery, moves, small windows.

    `after` is what `cadence.next_state` made of `before`.
    """
    said, named = [], {"feed": feed.name}
    if after.announced and not before.announced and failure_name(outcome, parsed) != "unreadable":  # that was said
        said.append(_trouble(feed, after, outcome, parsed))
    if before.announced and not after.announced:
        said.append(Notice(NoticeKind.FEED_BACK, {**named, "failures": before.failures}))
    if outcome.kind is not Fetched.FAILED and outcome.moved_to and outcome.moved_to != before.url:
        said.append(Notice(NoticeKind.FEED_MOVED, {**named, "url": without_secrets(outcome.moved_to)}))
    if after.degraded_ids and not before.degraded_ids:
        said.append(Notice(NoticeKind.FEED_IDS_REPEAT, named))
    if small_window(before, parsed, new):
        said.append(Notice(NoticeKind.FEED_SMALL_WINDOW, {**named, "items": new}))
    return tuple(said)


def _trouble(feed: Feed, after: FeedState, outcome: Outcome, parsed: Parsed | None) -> Notice:
    problem = failure_name(outcome, parsed)
    if problem == "gone":
        return Notice(NoticeKind.FEED_GONE, {"feed": feed.name})
    due = after.next_check.isoformat(timespec="seconds") if after.next_check else None
    args = {"feed": feed.name, "failures": after.failures, "problem": str(problem), "due": due}
    return Notice(NoticeKind.FEED_FAILING, args, outcome.cause or next(iter(parsed.problems if parsed else ()), None))


def proof_of_silence(states: Sequence[FeedState], read: int, matches: int, now: datetime) -> Notice:
    """What makes quiet evidence: how many feeds, items and matches there were, and which feeds are not fresh.

    `read` and `matches` count the items of the day; `states` are those of the enabled feeds.
    """
    late = [(state, freshness(state, now)) for state in states]
    named = [_late(state, how, now) for state, how in late if how not in (Freshness.FRESH, Freshness.NEW)]
    args = {"feeds": len(states), "read": read, "matches": matches, "late": named}
    return Notice(NoticeKind.DAY_CLOSED, args)


def _late(state: FeedState, how: Freshness, now: datetime) -> list[str | int]:
    """Its name, how late it is, and its trouble or for how many usual gaps it has been silent."""
    if how is Freshness.BROKEN:
        return [plain_name(state.name), str(how), str(state.problem)]
    return [plain_name(state.name), str(how), round(lateness(state, now) or 0)]
