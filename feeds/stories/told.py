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
    """The latest moment at which a source can have told it, for comparing; to be shown is `told_when`."""
    return latest_telling(source.published, source.seen)


def told_order(source: Source) -> tuple[datetime, int]:
    """What to sort sources by: when they told it, of equals the order of arrival."""
    return told_at(source), source.entry


def told_when(source: Source) -> When:
    """When a source told it, as exactly as it says; never after we saw it. Undated: the day on which we saw it."""
    published, seen = source.published, source.seen
    if published is None:
        day = seen.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return When(day, "day")
    return When(seen, "instant") if published.start > seen else published


def first_told(sources: Iterable[Source]) -> When | None:
    """When the first of these told it, as exactly as is known: an instant only where no other can have been earlier.

    None for no sources.
    """
    known = list(sources)
    first = min(map(told_at, known), default=None)
    if first is None:
        return None
    possible = [when for when in map(told_when, known) if when.start <= first]
    return min(possible, key=lambda when: (when.start, when.end))
