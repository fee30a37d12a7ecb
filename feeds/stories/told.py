"""When a source told it, only as exactly as it says: the one order of sources, and what can be said of the first. Pure.

A source that states an instant told it then. One that states a day (a month, a year) told it somewhere in that, and not
after we read it; an undated one counts as of the day on which we first saw it, for want of better. The order goes by
the latest moment at which each can have told it: the end of what it states, or our reading where that came first. So a
day that is the day of the reading counts as the reading, the closer bound, and any earlier day as that whole day. Two
stated times that do not overlap are never turned round, and what is equal stays in order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from feeds.model import Source
from seeds.model import When


def latest_telling(published: When | None, seen: datetime) -> datetime:
    """The latest moment at which something can have been told that states `published` and was `seen` by us then."""
    return seen if published is None else min(published.end, seen)


def told_at(source: Source) -> datetime:
    """The latest moment at which a source can have told what it says now, for comparing; to be shown is `told_when`."""
    return source.reworded or latest_telling(source.published, source.seen)


def told_order(source: Source) -> tuple[datetime, int, int]:
    """What to sort sources by: when they told it, of equals the order of arrival and of their wordings."""
    return told_at(source), source.entry, source.wording


def first_order(source: Source) -> tuple[datetime, int, int]:
    """What to sort sources by when they first told of it: a rewrite moves none."""
    return latest_telling(source.published, source.seen), source.entry, source.wording


def told_when(source: Source) -> When:
    """When a source told what it says now: of a rewritten one when that was read, else as it states, but never after we
    saw it; of an undated one, or one dated later, the day on which we saw it."""
    return _stated(source) if source.reworded is None else When(source.reworded, "instant")


def _stated(source: Source) -> When:
    """When a source first told it."""
    published, seen = source.published, source.seen
    if published is None or published.start > seen:
        day = seen.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return When(day, "day")
    return published


def first_told(sources: Iterable[Source]) -> When | None:
    """When the first of these first told of it, as exactly as is known. None for no sources."""
    return _first((_stated(one), latest_telling(one.published, one.seen)) for one in sources)


def first_said(sources: Iterable[Source]) -> When | None:
    """When the first of these told what it says now, as exactly as is known. None for no sources."""
    return _first((told_when(one), told_at(one)) for one in sources)


def _first(times: Iterable[tuple[When, datetime]]) -> When | None:
    """The first of several times, of each what is stated and the latest possible: an instant only where no other can
    have been earlier."""
    known = list(times)
    first = min((latest for _, latest in known), default=None)
    possible = [when for when, _ in known if first is not None and when.start <= first]
    return min(possible, key=lambda when: (when.start, when.end), default=None)
