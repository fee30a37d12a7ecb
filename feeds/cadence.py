"""Says when a feed is asked next, and what is remembered of one exchange. Pure: `now` and chance are arguments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from config.schema import Poll
from feeds.model import Feed, FeedState, Fetched, Outcome, Parsed
from feeds.parsing.identity import MOST_PAGES

LONGEST_WAIT = 24 * 3600.0  # no publisher keeps us away for longer
LONGEST_UN = 3600.0  # the feeds this bot exists for
BACKOFF_LONGEST = 6 * 3600.0
BACKOFF_START = 300.0
GAPS_KEPT = 32
ANNOUNCED_AFTER = 3
_LEARNED_FROM = 8  # so many gaps teach an interval
_SHORTEST_LEARNED = 300.0
_SMALL_WINDOW = 3
# What says nothing about the publisher when it happens to everyone at once.
_NO_ANSWER = frozenset({"dns", "refused", "unreachable", "timeout", "reset", "connect", "tls"})


def address(feed: Feed, state: FeedState) -> str:
    """Where to ask: where the feed moved to, but every other time the catalogue's address when that keeps failing."""
    if state.failures >= ANNOUNCED_AFTER and state.failures % 2:
        return feed.url
    return state.url or feed.url


def next_state(
    feed: Feed,
    state: FeedState,
    outcome: Outcome,
    parsed: Parsed | None,
    *,
    new: int,
    now: datetime,
    chance: float,
    poll: Poll,
    ours: bool = False,
) -> FeedState:
    """What is remembered of a feed after one exchange, to be stored together with its entries.

    `parsed` is None unless the outcome is BODY; `new` counts the entries stored for the first time; `chance` is
    in [0, 1) and spreads the checks; `ours` says that our own network was down, which no feed pays for.
    """
    if ours:
        return _after_silence(feed, state, outcome, now=now, chance=chance, poll=poll)
    if failure_name(outcome, parsed):
        return _after_failure(feed, state, outcome, parsed, now=now, chance=chance, poll=poll)
    gaps = _gaps(state, new, now)
    learned = state if gaps is state.gaps else replace(state, gaps=gaps)
    return replace(
        learned,
        url=outcome.moved_to or address(feed, state),
        etag=outcome.etag,
        modified=outcome.modified,
        body_hash=outcome.body_hash or state.body_hash,
        last_checked=now,
        last_ok=now,
        last_new=now if new else state.last_new,
        failures=0,
        failing_since=None,
        problem=None,
        announced=False,
        degraded_ids=state.degraded_ids or (parsed is not None and parsed.degraded),
        pages=_pages(state, parsed),
        next_check=next_check(feed, learned, outcome, parsed, new=new, now=now, chance=chance, poll=poll),
    )


def failure_name(outcome: Outcome, parsed: Parsed | None) -> str | None:
    """The short name of what went wrong in the exchange or the body; None when nothing did."""
    if outcome.kind is Fetched.FAILED:
        return outcome.reason or "failed"
    return parsed.failure if parsed is not None else None


def next_check(
    feed: Feed,
    state: FeedState,
    outcome: Outcome,
    parsed: Parsed | None,
    *,
    new: int,
    now: datetime,
    chance: float,
    poll: Poll,
) -> datetime:
    """When to ask again after a success: the larger of our interval and the publisher's hints, within bounds.

    A Retry-After counts up to a day, caching headers and ttl up to six hours: a careless header must not blind us.
    """
    seconds = interval(feed, state, poll)
    if small_window(state, parsed, new):
        seconds /= 2
    hints = (outcome.max_age, parsed.ttl if parsed else None)
    asked = max(outcome.retry_after or 0.0, min(max(hint or 0.0 for hint in hints), BACKOFF_LONGEST))
    # What a publisher asks for is never undercut, so its share of the spread goes one way.
    seconds = max(_spread(seconds, chance), asked * (1 + 0.05 * chance))
    return now + timedelta(seconds=min(seconds, longest(feed)))


def interval(feed: Feed, state: FeedState, poll: Poll) -> float:
    """Seconds between two checks: the operator's figure, or half of the feed's usual gap within bounds.

    The learned figure stays between half and four times the default (never under five minutes, never over six
    hours); a feed with an interval of its own, or a default under five minutes, is left as the operator set it.
    """
    if feed.interval is not None:
        return feed.interval * 60.0
    usual = poll.interval_minutes * 60.0
    if usual < _SHORTEST_LEARNED or len(state.gaps) < _LEARNED_FROM:
        return usual
    lowest, highest = max(_SHORTEST_LEARNED, usual / 2), min(BACKOFF_LONGEST, usual * 4)
    return min(max(median(state.gaps) / 2, lowest), max(highest, lowest))


def longest(feed: Feed) -> float:
    """The most seconds that may pass between two checks of this feed."""
    return LONGEST_UN if feed.section == "un" else LONGEST_WAIT


def backoff(failures: int, start: float, chance: float) -> float:
    """Seconds to wait after that many failures in a row (1, 2, …): doubling, spread, and never over six hours."""
    doubled = start * 2.0 ** min(max(failures, 1) - 1, 30)
    return min(_spread(doubled, chance), BACKOFF_LONGEST)


def small_window(state: FeedState, parsed: Parsed | None, new: int) -> bool:
    """Whether everything that a known feed showed was new, so that something may have passed unseen."""
    return state.baseline and parsed is not None and new >= max(_SMALL_WINDOW, parsed.count)


def our_network(answers: Iterable[tuple[str, Outcome]]) -> bool:
    """Whether a round of (host, outcome) says that the fault is ours: at least three hosts, and not one answered."""
    hosts = set()
    for host, outcome in answers:
        if not unanswered(outcome):
            return False
        hosts.add(host)
    return len(hosts) >= 3


def unanswered(outcome: Outcome) -> bool:
    """Whether an exchange ended without a word from the publisher, which may be the fault of either side."""
    return outcome.kind is Fetched.FAILED and outcome.reason in _NO_ANSWER


def _after_failure(
    feed: Feed,
    state: FeedState,
    outcome: Outcome,
    parsed: Parsed | None,
    *,
    now: datetime,
    chance: float,
    poll: Poll,
) -> FeedState:
    failures = state.failures + 1
    wait = max(backoff(failures, _start(feed, poll), chance), min(outcome.retry_after or 0.0, LONGEST_WAIT))
    return replace(
        state,
        last_checked=now,
        failures=failures,
        failing_since=state.failing_since or now,
        problem=failure_name(outcome, parsed),
        announced=state.announced or failures >= ANNOUNCED_AFTER or outcome.reason == "gone",
        next_check=now + timedelta(seconds=min(wait, longest(feed))),
    )


def _after_silence(
    feed: Feed, state: FeedState, outcome: Outcome, *, now: datetime, chance: float, poll: Poll
) -> FeedState:
    """After a look that our own network spoilt: why is kept, no failure is counted, and the next look is soon."""
    return replace(
        state,
        last_checked=now,
        problem=state.problem if state.failures else failure_name(outcome, None),
        next_check=now + timedelta(seconds=_spread(_start(feed, poll), chance)),
    )


def _pages(state: FeedState, parsed: Parsed | None) -> tuple[str, ...]:
    """The pages of parts to be remembered, those of this fetch first."""
    if parsed is None or not parsed.pages:
        return state.pages
    return tuple(dict.fromkeys((*parsed.pages, *state.pages)))[:MOST_PAGES]


def _start(feed: Feed, poll: Poll) -> float:
    return min(BACKOFF_START, (feed.interval or poll.interval_minutes) * 60.0)


def _gaps(state: FeedState, new: int, now: datetime) -> tuple[float, ...]:
    if not new or state.last_new is None or now <= state.last_new:
        return state.gaps
    return (*state.gaps, (now - state.last_new).total_seconds())[-GAPS_KEPT:]


def _spread(seconds: float, chance: float) -> float:
    """Five per cent to either side, so that feeds do not march in step."""
    return seconds * (0.95 + 0.1 * chance)
