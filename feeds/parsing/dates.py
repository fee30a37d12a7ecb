"""Reads the dates that feeds really carry, in the languages they carry them in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import struct_time

from seeds.lexicon.months import month_names
from seeds.model import Precision, When

_EARLIEST = 1990
# Arabic and Persian digits become ours; marks of the writing direction between them go.
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789", "\u200e\u200f")
_RFC = re.compile(
    r"(?:[^\W\d]{2,10}\.?,?\s+)?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]*[\s-](\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"\s*(?:([+-])(\d{2}:?\d{2})|([A-Za-z]{1,5}))?"
)
_ZONES = frozenset({None, "GMT", "UTC", "UT", "Z"})
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[/.-]\s?(\d{1,2})[/.-]\s?(\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[:hH]\s?(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]\.?m\.?(?!\w))?")
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC)\s*|\s|(?<=\d))([+-])(\d{2}):?(\d{2})\s*(?:\(|$)")


def read_date(stamp: str | None, language: str | None = None, parsed: struct_time | None = None) -> When | None:
    """A date as a feed wrote it, with its precision; None when nobody could say what it means.

    A stamp of exactly 00:00:00 or 12:00:00 is a publisher's way of saying "that day". A time without a zone
    is taken for UTC. `parsed` is what the feed parser made of it (UTC), believed where our own readers give up:
    it knows odd formats, and misreads others. `language` (ISO 639-1) decides where names of months differ, and
    whether 5/6 is in May or in June.
    """
    if not stamp or len(stamp) > 200:
        return None
    tidy = " ".join((stamp if stamp.isascii() else stamp.translate(_DIGITS)).split())
    return _read(tidy, language) or _taken(parsed) or _either_way(tidy, language)


def clamped(when: When | None, seen: datetime) -> When | None:
    """A time that lies after the moment we saw it is no more than the day that its publisher names: some outlets stamp
    hours ahead, some a month, and when they really told it nobody knows."""
    if when is None or when.start <= seen or when.precision != "instant":
        return when
    return When(when.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0), "day")


def _read(stamp: str, language: str | None) -> When | None:
    for reader in (_rfc, _iso, _epoch, _words):
        try:
            when = reader(stamp, language)
        except (ValueError, OverflowError, OSError, IndexError, TypeError):
            continue
        if when is not None:
            return when
    return None


def _taken(parsed: struct_time | None) -> When | None:
    try:
        return None if parsed is None else _when(datetime(*parsed[:6], tzinfo=UTC), timed=True)
    except (ValueError, TypeError):
        return None


def _epoch(stamp: str, _language: str | None) -> When | None:
    """Seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{10}|\d{13}", stamp):
        return None
    return _when(datetime.fromtimestamp(int(stamp[:10]), UTC), timed=True)


def _rfc(stamp: str, language: str | None) -> When | None:
    """RFC 822 and 5322, the dates of RSS."""
    found = _RFC.fullmatch(stamp)
    if found is None or (month := month_names().number(found[2].casefold(), language)) is None:
        return None
    day, year, hour, minute, second, sign, zone = found.group(1, 3, 4, 5, 6, 7, 8)
    if found[9] not in _ZONES:
        return _when(parsedate_to_datetime(stamp), timed=True)  # it knows the American zones
    full = int(year) + (2000 if int(year) < 69 else 1900) * (len(year) == 2)
    moment = datetime(full, month, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=UTC)
    if not sign:
        return _when(moment, timed=True)
    shift = timedelta(hours=int(zone[:2]), minutes=int(zone[-2:]))
    return _when(moment.replace(tzinfo=timezone(-shift if sign == "-" else shift)), timed=True)


def _iso(stamp: str, _language: str | None) -> When | None:
    """ISO 8601 and RFC 3339, the dates of Atom: a year, a month, a day or an instant."""
    if re.fullmatch(r"\d{4}", stamp):
        return _when(datetime(int(stamp), 1, 1, tzinfo=UTC), timed=False, precision="year")
    if found := re.fullmatch(r"(\d{4})-(\d{2})", stamp):
        return _when(datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC), timed=False, precision="month")
    if not re.match(r"\d{4}-?\d{2}-?\d{2}(?:$|[T ]\d{2})", stamp):
        return None
    timed = len(stamp) > len("2026-05-12")
    if zone := re.search(r"(?:UTC|GMT|[zZ])$", stamp):
        stamp = stamp[: zone.start()].rstrip() + "+00:00"
    return _when(datetime.fromisoformat(re.sub(r" (?=[+-]\d{2}:?\d{2}$)", "", stamp)), timed=timed)


def _words(stamp: str, language: str | None) -> When | None:
    """A day with the month in words, or in numbers where only one reading is possible; a clock after it counts."""
    day = _named_day(stamp.casefold(), language) or _numbered_day(stamp)
    return None if day is None else _with_clock(*day, stamp)


def _either_way(stamp: str, language: str | None) -> When | None:
    """A day in numbers that has two readings: the month comes first in English, the day everywhere else."""
    found = _NUMBERS.search(stamp)
    if found is None:
        return None
    first, second, year = (int(number) for number in found.groups())
    day, month = (second, first) if language == "en" else (first, second)
    try:
        return _with_clock(datetime(year, month, day, tzinfo=UTC), found.end(), stamp)
    except (ValueError, OverflowError):
        return None


def _named_day(stamp: str, language: str | None) -> tuple[datetime, int] | None:
    """The first day in a casefolded stamp whose month is a word, and where it ends."""
    for pattern in _with_names():
        found = pattern.search(stamp)
        month = month_names().number(found["month"], language) if found else None
        if found and month:
            return datetime(int(found["year"]), month, int(found["day"]), tzinfo=UTC), found.end()
    return None


@lru_cache(maxsize=1)
def _with_names() -> tuple[re.Pattern[str], ...]:
    """Dates with a month in words: 12 de mayo de 2026; May 12th, 2026; 2026. május 12."""
    month = rf"(?P<month>{month_names().pattern})"
    day = r"(?P<day>\d{1,2})"
    return (
        re.compile(rf"(?<!\d){day}(?:er|st|nd|rd|th|º|ª|\.)?[\s/-]+(?:del?\s+|d['’])?{month}\.?,?[\s/-]+(?:del?\s+)?"
                   r"(?P<year>\d{4})"),
        re.compile(rf"(?<!\w){month}\.?\s+{day}(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
        re.compile(rf"(?<!\d)(?P<year>\d{{4}})[.,]?[\s/-]+{month}\.?[\s/-]+{day}(?!\d)"),
    )  # fmt: skip


def _numbered_day(stamp: str) -> tuple[datetime, int] | None:
    """The first day in numbers that can be read in one way only, and where it ends."""
    if found := _YEAR_FIRST.search(stamp):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC), found.end()
    if (found := _NUMBERS.search(stamp)) and (int(found[1]) > 12 or found[1] == found[2] or "." in found[0]):
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC), found.end()
    return None


def _with_clock(day: datetime, end: int, stamp: str) -> When | None:
    """The day, with the clock that a stamp shows from `end` on, if any."""
    clock = _CLOCK.search(stamp.casefold(), end)
    if clock is None:
        return _when(day, timed=False)
    hour = int(clock[1]) % 12 + 12 * clock[4].startswith("p") if clock[4] else int(clock[1])
    moment = day.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0))
    if offset := _OFFSET.search(stamp, clock.end(2)):
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        moment = moment - shift if offset[1] == "+" else moment + shift
    return _when(moment, timed=True)


def _when(moment: datetime, *, timed: bool, precision: Precision | None = None) -> When | None:
    """The precision is judged in the publisher's own zone: midnight in New York means that day, too."""
    if moment.year < _EARLIEST or moment.year > 2200:
        return None
    if precision:
        return When(moment, precision)
    if not timed or (moment.hour in (0, 12) and moment.minute == moment.second == moment.microsecond == 0):
        return When(datetime(moment.year, moment.month, moment.day, tzinfo=UTC), "day")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return When(moment.replace(microsecond=0), "instant")
