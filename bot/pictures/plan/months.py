"""Stretches of time as columns of a chart: months, quarters or years, and where nobody looked. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot.language import _
from bot.wording.formats import month, short_day, short_month
from seeds.model import When

Unit = Literal["month", "quarter", "year"]
_LENGTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}
#: As many columns as are legible with a number on each.
MOST_COLUMNS = 13
# Fewer days than these without a look are no gap: an outage of a day loses nothing, for feeds keep what they told.
_GAP = 3


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A month, quarter or year: from its first day to the day after its last, and what it is called."""

    first: date
    after: date
    unit: Unit

    @property
    def label(self) -> str:
        """ "Feb", "Q1", "2021"."""
        if self.unit == "year":
            return f"{self.first:%Y}"
        if self.unit == "month":
            return short_month(self.first)
        return _("Q{quarter}").format(quarter=(self.first.month + 2) // 3)

    @property
    def full(self) -> str:
        """ "Feb 2021", "Q1 2021", "2021"."""
        if self.unit == "month":
            return month(self.first)
        return self.label if self.unit == "year" else f"{self.label} {self.first:%Y}"

    def holds(self, when: When) -> bool:
        """Whether all of a stated time is in it."""
        return self.first <= when.start.date() and when.end.date() < self.after


def periods(first: date, last: date) -> list[TimeColumn]:
    """The stretches from one day to another: months where they are few enough, else quarters, else the last years."""
    for unit in _LENGTHS:
        found = _all(first, last, unit)
        if len(found) <= MOST_COLUMNS:
            return found
    return found[-MOST_COLUMNS:]


def part_words(stretch: TimeColumn, since: datetime | None, until: datetime | None) -> str:
    """Which days of a stretch lie between two moments: "from 15 Nov", "to 10 Jan", "3 Feb to 5 Feb"; "" for all."""
    first = since.astimezone(UTC).date() if since is not None else stretch.first
    last = (until.astimezone(UTC) - timedelta(microseconds=1)).date() if until is not None else stretch.after
    begins, ends = first > stretch.first, last < stretch.after - timedelta(days=1)
    if begins and ends:
        return _("{first} to {last}").format(first=short_day(first), last=short_day(last))
    if begins:
        return _("from {day}").format(day=short_day(first))
    return _("to {day}").format(day=short_day(last)) if ends else ""


def _all(first: date, last: date, unit: Unit) -> list[TimeColumn]:
    length = _LENGTHS[unit]
    month = first.year * 12 + (first.month - 1) // length * length
    found = []
    while (start := _first_of(month)) <= last:
        month += length
        found.append(TimeColumn(start, _first_of(month), unit))
    return found


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def unwatched(stretch: TimeColumn, looked: Collection[date], today: date) -> tuple[tuple[float, float], ...]:
    """The parts of a stretch (from 0 to 1) in which nobody looked for several days; today and the future are none."""
    days = [stretch.first + timedelta(days=number) for number in range((stretch.after - stretch.first).days)]
    runs: list[list[int]] = []
    for number in (at for at, day in enumerate(days) if _blind(day, looked, today)):
        if runs and number == runs[-1][1]:
            runs[-1][1] = number + 1
        else:
            runs.append([number, number + 1])
    gaps = [
        run for run in runs if any(_blind(day, looked, today) for day in _beside(days, run)) or run[1] - run[0] >= _GAP
    ]
    return tuple((start / len(days), end / len(days)) for start, end in gaps)


def _blind(day: date, looked: Collection[date], today: date) -> bool:
    return day < today and day not in looked


def _beside(days: Sequence[date], run: Sequence[int]) -> tuple[date, date]:
    """The days before and after a run, which may be in other stretches."""
    return days[run[0]] - timedelta(days=1), days[run[1] - 1] + timedelta(days=1)
