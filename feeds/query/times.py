"""The one reader of times that members type: a date as exact as it is typed, so long ago, or a span of both. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from feeds.query.model import Period
from seeds.model import When
from seeds.moments import read_when

_BACK = re.compile(r"(\d{1,5})\s?(h|d|w|m|y)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:\s?(?:utc|z))?")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MONTHS = {"m": 1, "y": 12}
_DAYS = {"today": timedelta(0), "yesterday": timedelta(days=1)}
_FARTHEST = timedelta(days=36500)
_INSTANT = timedelta(microseconds=1)
_OPEN = Period()


def read_time(text: str, now: datetime) -> When | None:
    """A time as exact as it is typed: "2021", "2021-02", "2021-02-10", ISO 8601, "today", "yesterday"; so long before
    now, "12h", "7d", "3w", "6m", "1y"; and the last time that clocks showed "06:00" (UTC). None for anything else."""
    return _gone_by(text, now) or _dated(text, now)


def read_period(text: str, now: datetime) -> Period | None:
    """The time that a text names (see `read_time`), from its first instant to behind its last; what is so long ago goes
    on until now. Also a span of two of them: "2021..2023", of which either may be left out. None for anything else.
    """
    first, dots, last = text.strip().partition("..")
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
    if since := _gone_by(text, now):
        return Period(since.start)
    when = _dated(text, now)
    return Period(when.start, when.end + _INSTANT) if when else None


def _dated(text: str, now: datetime) -> When | None:
    plain = text.strip()
    if (back := _DAYS.get(plain.casefold())) is None:
        return read_when(plain)
    return When((now.astimezone(UTC) - back).replace(hour=0, minute=0, second=0, microsecond=0), "day")


def _gone_by(text: str, now: datetime) -> When | None:
    """The instant that is so long ago, or at which clocks last showed an hour."""
    plain, here, found = text.strip().casefold(), now.astimezone(UTC), None
    if clock := _CLOCK.fullmatch(plain):
        found = _last_time(int(clock[1]), int(clock[2]), here)
    elif back := _BACK.fullmatch(plain):
        found = _back(int(back[1]), back[2], here)
    return None if found is None else When(found, "instant")


def _last_time(hour: int, minute: int, now: datetime) -> datetime | None:
    if hour > 23 or minute > 59:
        return None
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return then if then <= now else then - timedelta(days=1)


def _back(number: int, unit: str, now: datetime) -> datetime | None:
    if unit in _MONTHS:
        return _months_back(number * _MONTHS[unit], now)
    back = number * _UNITS[unit]
    return now - back if back < _FARTHEST else None


def _months_back(months: int, now: datetime) -> datetime | None:
    """The same day so many months ago, or the last day of that month where it is shorter."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    if months >= _FARTHEST.days // 31 or years < 1:
        return None
    first = now.replace(year=years, month=month + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first + min(timedelta(days=now.day - 1), following - first - timedelta(days=1))
