"""What the days say of two profiles: when they were told, and when what they tell happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from feeds.stories.profile import Days, Profile

Piece = tuple[str, float]
#: The evidence that an entry belongs to one story rather than to one of its own, before any piece is looked at.
JOINING = "joining"
_CLOSE = ("same day", "next day", "two days", "three days")
_FILE = 14  # days in which an incident's follow-up belongs to it
_EVENT = ("event a day off", "event two days off", "other event day")


def when(entry: Profile, story: Profile) -> Iterator[Piece]:
    """The pieces of evidence that the days give."""
    yield from _time(entry, story)
    yield from _event(entry, story)


def _time(entry: Profile, story: Profile) -> Iterator[Piece]:
    if entry.told is None or story.told is None:
        yield "undated", 1.0 if entry.scope else 1.3
        return
    if not entry.scope:
        yield "no watch", 1.0
    gap = entry.told.gap(story.told)
    if entry.told.vague or story.told.vague:
        yield ("same month" if gap == 0 else "near month" if gap <= 3 else "later"), 1.0
        return
    span = (entry.told | story.told).length
    if gap > _FILE or span > 2 * _FILE:
        yield "later", 1.0
    elif gap > 7 or span > _FILE:
        yield "two weeks", 1.0
    else:
        yield (_CLOSE[gap] if gap < len(_CLOSE) else "same week"), 1.0


def _event(entry: Profile, story: Profile) -> Iterator[Piece]:
    if not (entry.of("event") or story.of("event") or (entry.of("weekday") and story.of("weekday"))):
        return
    days = [event_days(side) for side in (entry, story)]
    later = _after(entry) or _after(story)  # then the days are those of a ceremony or a session as well
    if (_ahead(days[0], story.told) or _ahead(days[1], entry.told)) and not later:
        yield "told before it happened", 1.0
        return
    if all(days):
        apart = min(abs((one - other).days) for one, other in product(*days))
        if apart == 1 or (apart and not later):  # that they are the same says no more than the days of telling do
            yield _EVENT[min(apart, len(_EVENT)) - 1], 1.0
        return
    ours, theirs = entry.of("weekday").keys(), story.of("weekday").keys()
    if ours and theirs and (ours & theirs or not later):
        yield ("weekday" if ours & theirs else "other weekday"), 1.0


def event_days(profile: Profile) -> list[date]:
    """The days on which what it tells happened, as far as they are known."""
    return [date.fromisoformat(day) for day in profile.of("event")]


def _after(profile: Profile) -> bool:
    """Whether at least half of the entries tell of days after the incident's."""
    return 2 * max(profile.of("later").values(), default=0) >= profile.size


def _ahead(events: list[date], told: Days | None) -> bool:
    """Whether something happened after all that was published of it, with a day for time zones."""
    return bool(events) and told is not None and not told.vague and min(events) > told.last + timedelta(days=1)
