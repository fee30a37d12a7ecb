"""The times of queries: a date as exact as it is typed, so long ago, or a span of both. Pure; `now` is an argument."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from feeds.query.model import Period
from seeds.model import When
from seeds.moments import read_when

_BACK = re.compile(r"(\d{1,5})\s?(h|d|w|m|y)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MONTHS = {"m": 1, "y": 12}
_FARTHEST = timedelta(days=36500)
_INSTANT = timedelta(microseconds=1)
_OPEN = Period()


def read_period(text: str, now: datetime) -> Period | None:
    """The time that a text names, from its first instant to behind its last: "2021", "2021-02", "2021-02-10", "today",
    "yesterday"; from so long ago on: "7d", "12h", "3w", "6m", "1y", "06:00" (UTC, when it was that last); a span of
    two of them: "2021..2023", of which either may be left out. None for anything else.
    """
    first, dots, last = text.strip().casefold().partition("..")
    if not dots:
        return _named(first, now)
    start, end = (_named(one, now) if one.strip() else _OPEN for one in (first, last.lstrip(".")))
    if start is None or end is None or start == end == _OPEN:
        return None
    return _between(start, end)


def _between(first: Period, last: Period) -> Period:
    """From the one to the other, whichever is the earlier."""
    if first.start and last.start and first.start > last.start:
        first, last = last, first
    return Period(first.start, last.end or last.start)


def _named(text: str, now: datetime) -> Period | None:
    text, here = text.strip(), now.astimezone(UTC)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "today":
        return _whole(When(midnight, "day"))
    if text == "yesterday":
        return _whole(When(midnight - timedelta(days=1), "day"))
    if found := _CLOCK.fullmatch(text):
        return _last_time(int(found[1]), int(found[2]), here)
    if found := _BACK.fullmatch(text):
        return _back(int(found[1]), found[2], here)
    when = read_when(text)
    return _whole(when) if when else None


def _whole(when: When) -> Period:
    return Period(when.start, when.end + _INSTANT)


def _last_time(hour: int, minute: int, now: datetime) -> Period | None:
    if hour > 23 or minute > 59:
        return None
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return Period(then if then <= now else then - timedelta(days=1))


def _back(number: int, unit: str, now: datetime) -> Period | None:
    if unit in _MONTHS:
        return _months_back(number * _MONTHS[unit], now)
    back = number * _UNITS[unit]
    return Period(now - back) if back < _FARTHEST else None


def _months_back(months: int, now: datetime) -> Period | None:
    """The same day so many months ago, or the last day of that month where it is shorter."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    if months >= _FARTHEST.days // 31 or years < 1:
        return None
    first = now.replace(year=years, month=month + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first + min(timedelta(days=now.day - 1), following - first - timedelta(days=1)))
