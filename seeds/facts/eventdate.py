"""The day on which an incident happened: a date, a day of the week or "yesterday", read from the day of publication.

A date that tells when something was said, or since when something lasts, is not the incident's. Days of the week and
dates without a year are the latest such day not after publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from seeds.facts.line import TaggedLine
from seeds.facts.tags import Tag, Tagged, forms_of
from seeds.facts.tolls.numbers import digits
from seeds.model import Precision, When
from seeds.text.words import NOTHING

_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d/.])(\d{1,2})[./](\d{1,2})(?:[./]((?:19|20)\d{2}))?(?![\d%]|[/.]\d)")
_WRITTEN = re.compile(r"\d[-./]\d")  # what both hold
_YEARS = range(1945, 2100)
_TELLING = "said", "telling"
_NEWS = timedelta(days=10)  # in which reports of an incident come, by the definition that labelled ones are judged by
_BOUND = 3  # words between an attack and the month of its date: "the attack on the 3rd of June"
_NEAR_MONTH = 2  # words between a day, its month and its year


class Dated(NamedTuple):
    """A date found in a sentence at word `order`; `relative` ones are days of the week, "yesterday" and the like."""

    line: int
    order: int
    day: date
    precision: Precision
    relative: bool = False


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The day of publication as far as it is known: `today` only when it is exact to the day."""

    today: date | None = None
    month: int | None = None
    year: int | None = None

    @classmethod
    def of(cls, published: When | None) -> _Calendar:
        if published is None:
            return cls()
        day, precision = published.start.date(), published.precision
        return cls(
            day if precision in ("day", "instant") else None, None if precision == "year" else day.month, day.year
        )

    def latest(self, month: int, day: int | None) -> int | None:
        """The year of the latest such date not after publication (a day's difference of zones allowed)."""
        if self.year is None or self.month is None:
            return self.year
        known = (self.month, self.today.day + 1 if self.today else 31)
        return self.year - 1 if (month, day or 1) > known else self.year


def date_forms(table: Mapping[str, str]) -> Iterator[tuple[str, Tag]]:
    """Every form of a language's table of months with its tag."""
    for key in ("month", "weekday"):
        first = 1 if key == "month" else 0
        for value, entry in enumerate(table.get(key, "").split("|"), start=first):
            yield from ((form, (key, value)) for form in forms_of(entry))
    for key, days in (("today", 0), ("yesterday", 1), ("eve", 2)):
        yield from ((form, ("ago", days)) for form in forms_of(table.get(key, "")))


def event_date(lines: Sequence[TaggedLine], published: When | None, away: frozenset[int]) -> tuple[When, int] | None:
    """The incident's day (or month) and the number of the sentence that tells it; None when none is told.

    `away` are the sentences that tell of other incidents.
    """
    calendar = _Calendar.of(published)
    found = [
        (_rank(line, dated, calendar), line.number, dated.order, dated)
        for line in lines
        if line.number not in away
        for dated in (*_dates(line, calendar), *_numeric(line, calendar))
    ]
    if not found:
        return None
    *_, dated = min(found, key=lambda one: one[:3])
    start = datetime(dated.day.year, dated.day.month, dated.day.day, tzinfo=UTC)
    return When(start, dated.precision), dated.line


def _rank(line: TaggedLine, dated: Dated, calendar: _Calendar) -> tuple[bool, ...]:
    """What speaks against a date, the weightiest first: that it is a ceremony's, a month alone, of a sentence that
    tells neither harm nor attack, a day of the week where the attack is given its date, or of long ago, as those of
    earlier incidents are."""
    tells = line.tells("killed", "injured", "deed")
    ceremony = line.tells("ceremony") and not tells
    past = calendar.today is not None and calendar.today - dated.day > _NEWS
    passed_by = dated.relative and _deed_dated(line, calendar)
    return ceremony, dated.precision == "month", not tells, passed_by, past


def _deed_dated(line: TaggedLine, calendar: _Calendar) -> bool:
    """Whether an attack is given its date in the sentence: "they met on Monday about the attack of 20 May"."""
    for span in line.spans if line.tells("month") and line.tells("deed") else ():
        month = span.get("month")
        dated = _with_month(line, span, month, calendar) if isinstance(month, int) else None
        if dated is not None and dated.precision == "day" and _by_deed(line, span):
            return True
    return False


def _by_deed(line: TaggedLine, span: Tagged) -> bool:
    """Whether a month's name stands close to a word for an attack."""
    deeds = [mark for mark in (*line.marks, *line.spans) if mark.has("deed")]
    return any(0 <= span.start - deed.end <= _BOUND or 0 <= deed.start - span.end < _BOUND for deed in deeds)


def _dates(line: TaggedLine, calendar: _Calendar) -> Iterator[Dated]:
    for span in line.spans if line.tells("month", "weekday", "ago") else ():
        if not span.has("month", "weekday", "ago") or _lasting(line, span.start):
            continue
        month = span.get("month")
        if isinstance(month, int):
            dated = _with_month(line, span, month, calendar)
            if dated is not None:
                yield dated
        elif calendar.today is not None and not _saying(line, span.start, span.end):
            day = _relative(span, calendar.today)
            yield Dated(line.number, span.start, day, "day", relative=True)


def _lasting(line: TaggedLine, start: int) -> bool:
    """Whether the date says since when, or until when, something lasts."""
    kinds = "running", "lasting"
    return line.tells(*kinds) and any(0 <= start - mark.end <= 2 and mark.has(*kinds) for mark in line.marks)


def _saying(line: TaggedLine, start: int, end: int) -> bool:
    """Whether the day is that of a statement or a claim: "said on Saturday", "mardi a annoncé"."""
    for mark in line.marks if line.tells(*_TELLING) else ():
        if mark.has(*_TELLING):
            before = 0 <= start - mark.end <= 1 and line.gap(mark.end, start) == NOTHING and not _owning(line, end)
            after = 0 <= mark.start - end <= 1 and line.gap(end, mark.start) == NOTHING
            if before or after:
                return True
    return False


def _owning(line: TaggedLine, end: int) -> bool:
    """Whether what follows is the day's: "Sunday's attack"."""
    before, after = line.words[end - 1], next(iter(line.words[end : end + 1]), None)
    return after is not None and after.text == "s" and after.start == before.end + 1


def _relative(span: Tagged, today: date) -> date:
    """The day that a day of the week or "yesterday" means, seen from the day of publication."""
    weekday, ago = span.get("weekday"), span.get("ago")
    back = ago if isinstance(ago, int) else (today.weekday() - weekday) % 7 if isinstance(weekday, int) else 0
    return today - timedelta(days=back)


def _with_month(line: TaggedLine, span: Tagged, month: int, calendar: _Calendar) -> Dated | None:
    """The date of which a month's name is part: day before or behind it, year behind or before; None without both."""
    start, end = span.start, span.end
    day = _number(line, range(start - 1, start - 1 - _NEAR_MONTH, -1), range(1, 32))
    if day is None:
        day = _number(line, range(end, end + 1), range(1, 32))
    year = _number(line, (*range(end, end + _NEAR_MONTH + 2), start - 1, start - 2), _YEARS)
    if day is None and year is None:
        return None
    known = year if year is not None else calendar.latest(month, day)
    return None if known is None else _dated(line, start, known, month, day)


def _number(line: TaggedLine, indexes: Iterable[int], allowed: range) -> int | None:
    """The first of the words at these places that is a number in the range."""
    for index in indexes:
        if 0 <= index < len(line.words):
            word = line.words[index]
            value = digits(word) if word.text.isdecimal() else _ordinal_day(word.text)
            if value is not None and value in allowed:
                return value
    return None


def _ordinal_day(text: str) -> int | None:
    """The 2 of "2nd", "1er" and "2e"."""
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|er|e|o|ª|º|an|an)", text)
    return int(found[1]) if found else None


def _dated(line: TaggedLine, order: int, year: int, month: int, day: int | None) -> Dated | None:
    try:
        found = date(year, month, day or 1)
    except ValueError:
        return None
    return Dated(line.number, order, found, "day" if day else "month")


def _numeric(line: TaggedLine, calendar: _Calendar) -> Iterator[Dated]:
    """Dates in digits, day before month: 2021-04-02, 15.04.2015, 6/11."""
    if not _WRITTEN.search(line.text):
        return
    for match in _ISO.finditer(line.text):
        dated = _dated(line, match.start(), int(match[1]), int(match[2]), int(match[3]))
        if dated is not None:
            yield dated
    for match in _NUMERIC.finditer(line.text):
        stated = int(match[3]) if match[3] else calendar.today and "/" in match[0] and calendar.year
        dated = _dated(line, match.start(), stated, int(match[2]), int(match[1])) if stated else None
        if dated is not None and (calendar.today is None or dated.day <= calendar.today + timedelta(days=1)):
            yield dated
