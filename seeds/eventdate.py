"""The day on which an incident happened: a date, a day of the week or "yesterday", read from the day of publication.

A date that tells when something was said, or since when something lasts, is not the incident's. Days of the week and
dates without a year are the latest such day not after publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from seeds.model import Precision, When
from seeds.numbers import digits
from seeds.phrases import Line
from seeds.words import Tag, forms_of

_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d/.])(\d{1,2})[./](\d{1,2})(?:[./]((?:19|20)\d{2}))?(?![\d/.%])")
_YEARS = range(1945, 2100)
_NEAR_MONTH = 2  # words between a day, its month and its year


@dataclass(frozen=True, slots=True)
class Dated:
    """A date found in a sentence at word `order`; `relative` ones are days of the week, "yesterday" and the like."""

    line: int
    order: int
    day: date
    precision: Precision
    relative: bool = False


def date_forms(table: Mapping[str, str]) -> Iterator[tuple[str, Tag]]:
    """Every form of a language's table of months with its tag."""
    for key in ("month", "weekday"):
        first = 1 if key == "month" else 0
        for value, entry in enumerate(table.get(key, "").split("|"), start=first):
            yield from ((form, (key, value)) for form in forms_of(entry))
    for key, days in (("today", 0), ("yesterday", 1), ("eve", 2)):
        yield from ((form, ("ago", days)) for form in forms_of(table.get(key, "")))


def event_date(lines: Sequence[Line], published: When | None, away: frozenset[int]) -> tuple[When, int] | None:
    """The incident's day (or month) and the number of the sentence that tells it; None when none is told."""
    today = published.start.date() if published and published.precision in ("day", "instant") else None
    year = published.start.year if published else None
    found = [
        (_rank(line, dated), line.number, dated)
        for line in lines
        if line.number not in away
        for dated in (*_dates(line, today, published), *_numeric(line, year, today))
    ]
    if not found:
        return None
    _, number, dated = min(found, key=lambda one: (one[0], one[1], one[2].order))
    start = datetime(dated.day.year, dated.day.month, dated.day.day, tzinfo=UTC)
    return When(start, dated.precision), number


def _rank(line: Line, dated: Dated) -> int:
    """Dates in sentences that tell of the harm or the attack come first; stated days before weekdays and months."""
    tells = any(span.has("killed", "injured", "deed") for span in (*line.spans, *line.marks))
    ceremony = any(mark.has("ceremony") for mark in line.marks) and not tells
    return 2 * (not tells) + dated.relative + 4 * (dated.precision == "month") + 6 * ceremony


def _dates(line: Line, today: date | None, published: When | None) -> Iterator[Dated]:
    for span in line.spans:
        if _lasting(line, span.start):
            continue
        month = span.get("month")
        if isinstance(month, int):
            dated = _with_month(line, span.start, span.end, month, today, published)
            if dated is not None:
                yield dated
        elif today is not None and not _saying(line, span.start, span.end):
            day = _relative(span.get("weekday"), span.get("ago"), today)
            if day is not None:
                yield Dated(line.number, span.start, day, "day", relative=True)


def _lasting(line: Line, start: int) -> bool:
    """Whether the date says since when, or until when, something lasts."""
    return any(mark.has("running", "lasting") and 0 <= start - mark.end <= 2 for mark in line.marks)


def _saying(line: Line, start: int, end: int) -> bool:
    """Whether the day is that of a statement: "said on Saturday", "mardi, a annoncé …"."""
    return any(mark.has("said") and (0 <= start - mark.end <= 1 or 0 <= mark.start - end <= 1) for mark in line.marks)


def _relative(weekday: object, ago: object, today: date) -> date | None:
    if isinstance(ago, int):
        return today - timedelta(days=ago)
    if isinstance(weekday, int):
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return None


def _with_month(
    line: Line, start: int, end: int, month: int, today: date | None, published: When | None
) -> Dated | None:
    day = _number(line, range(start - 1, start - 1 - _NEAR_MONTH, -1), range(1, 32))
    if day is None:
        day = _number(line, range(end, end + 1), range(1, 32))
    year = _number(line, range(end, end + _NEAR_MONTH + 2), _YEARS)
    if year is None:
        year = _number(line, range(start - 1, start - 3, -1), _YEARS)
    known = year if year is not None else _latest_year(month, day, today, published)
    if known is None or (day is None and year is None):
        return None
    return _dated(line, start, known, month, day)


def _number(line: Line, indexes: range, allowed: range) -> int | None:
    for index in indexes:
        if 0 <= index < len(line.words):
            value = digits(line.words[index])
            if value is None:
                value = _ordinal_day(line.words[index].text)
            if value is not None and value in allowed:
                return value
    return None


def _ordinal_day(text: str) -> int | None:
    """The 2 of "2nd", "1er" and "2e"."""
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|er|e|o|ª|º|an|an)", text)
    return int(found[1]) if found else None


def _latest_year(month: int, day: int | None, today: date | None, published: When | None) -> int | None:
    if published is None:
        return None
    reference = today or published.start.date()
    if today is None and published.precision != "month":
        return published.start.year
    later = (month, day or 1) > (reference.month, reference.day + 1 if today else 31)
    return reference.year - 1 if later else reference.year


def _dated(line: Line, order: int, year: int, month: int, day: int | None) -> Dated | None:
    try:
        found = date(year, month, day or 1)
    except ValueError:
        return None
    return Dated(line.number, order, found, "day" if day else "month")


def _numeric(line: Line, year: int | None, today: date | None) -> Iterator[Dated]:
    """Dates in digits, day before month: 2021-04-02, 15.04.2015, 6/11."""
    for match in _ISO.finditer(line.text):
        dated = _dated(line, match.start(), int(match[1]), int(match[2]), int(match[3]))
        if dated is not None:
            yield dated
    for match in _NUMERIC.finditer(line.text):
        if match[3] is None and ("/" not in match[0] or today is None):
            continue
        stated = int(match[3]) if match[3] else year
        dated = _dated(line, match.start(), stated, int(match[2]), int(match[1])) if stated else None
        if dated is not None and (today is None or dated.day <= today + timedelta(days=1)):
            yield dated
