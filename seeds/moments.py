"""Times as they are written in files: only as exact as they are. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from seeds.model import Precision, When

_YEARS = range(1900, 2200)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
_LENGTHS: dict[Precision, int] = {"year": 4, "month": 7, "day": 10}


def read_when(text: str) -> When | None:
    """A date as exact as it is written: 2021, 2021-02, 2021-02-10 or ISO 8601 with a time.

    None when it is unreadable or of a year in which nobody published (the calendar ends within reach of those).
    """
    found = _read(text)
    return found if found is not None and found.start.year in _YEARS else None


def iso(when: When) -> str:
    """2021, 2021-02, 2021-02-10 or an instant, as exactly as its source gave it."""
    if when.precision == "instant":
        return when.start.isoformat(timespec="seconds")
    return when.start.date().isoformat()[: _LENGTHS[when.precision]]


def _read(text: str) -> When | None:
    try:
        if stated := _DAY.fullmatch(text):
            return _day([int(part) for part in stated.groups() if part])
        moment = datetime.fromisoformat(text)
        return When((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), "instant")
    except (ValueError, OverflowError):
        return None


def _day(stated: list[int]) -> When:
    """Year, month and day as far as they are stated. Raises ValueError for what no calendar has."""
    year, month, day, *_ = (*stated, 1, 1)
    return When(datetime(year, month, day, tzinfo=UTC), _PRECISIONS[len(stated) - 1])
