"""Reads the dates that feeds really carry, in the languages they carry them in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import struct_time

from seeds.model import Precision, When

_EARLIEST = 1990
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

# The months as the press of the catalogue's languages writes them, in full and cut: English, French, Spanish,
# Portuguese, Italian, German, Dutch, Russian (both cases), Arabic (Gregorian, Levantine, Maghrebi), Swahili.
_MONTHS = (
    "january jan janvier janv enero ene janeiro gennaio gen januar jänner januari января январь янв يناير جانفي"
    " كانون-الثاني",
    "february feb février fevrier févr fevr fév febrero fevereiro fev febbraio februar februari февраля февраль фев"
    " فبراير فيفري شباط",
    "march mar mars marzo março marco märz maerz mrz maart mrt марта март мар مارس آذار اذار machi",
    "april apr avril avr abril abr aprile апреля апрель апр أبريل ابريل إبريل أفريل نيسان aprili",
    "may mai mayo maio maggio mag mei мая май مايو ماي أيار ايار",
    "june jun juin junio junho giugno giu juni июня июнь июн يونيو يونيه جوان حزيران",
    "july jul juillet juil julio julho luglio lug juli июля июль июл يوليو يوليه جويلية تموز julai",
    "august aug août aout agosto ago augustus августа август авг أغسطس اغسطس أوت آب اب agosti",
    "september sep sept septembre septiembre setiembre setembro set settembre сентября сентябрь сен سبتمبر أيلول"
    " ايلول septemba",
    "october oct octobre octubre outubro out ottobre ott oktober okt октября октябрь окт أكتوبر اكتوبر"
    " تشرين-الأول تشرين-الاول oktoba",
    "november nov novembre noviembre novembro ноября ноябрь ноя نوفمبر نونبر تشرين-الثاني novemba",
    "december dec décembre decembre déc diciembre dic dezembro dez dicembre dezember декабря декабрь дек ديسمبر"
    " دجنبر كانون-الأول كانون-الاول desemba",
)
_MONTH = {name.replace("-", " "): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_RFC = re.compile(
    r"(?:[^\W\d]{2,10}\.?,?\s+)?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]*[\s-](\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"\s*(?:([+-])(\d{2}:?\d{2})|([A-Za-z]{1,5}))?"
)
_ZONES = frozenset({None, "GMT", "UTC", "UT", "Z"})
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:er|st|nd|rd|th|º|ª|\.)?\s+(?:de\s+|d['’])?({_NAMES})\.?,?\s+(?:de\s+)?(\d{{4}})"
)
_MONTH_FIRST = re.compile(rf"(?<!\w)({_NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[:hH]\s?(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]\.?m\.?(?!\w))?")
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC)\s*|\s|(?<=\d))([+-])(\d{2}):?(\d{2})\s*(?:\(|$)")


def read_date(stamp: str | None, language: str | None = None, parsed: struct_time | None = None) -> When | None:
    """A date as a feed wrote it, with its precision; None when nobody could say what it means.

    A stamp of exactly 00:00:00 or 12:00:00 is a publisher's way of saying "that day". A time without a zone
    is taken for UTC. `parsed` is what the feed parser made of it (UTC), believed where our own readers give up:
    it knows odd formats, and misreads others. `language` (ISO 639-1) helps the last resort.
    """
    if not stamp or len(stamp) > 200:
        return None
    tidy = " ".join((stamp if stamp.isascii() else stamp.translate(_DIGITS)).split())
    return _read(tidy) or _taken(parsed) or _anything(tidy, language)


def clamped(when: When | None, seen: datetime) -> When | None:
    """A date that lies after the moment we saw it becomes that moment; some outlets stamp hours ahead."""
    if when is None or when.start <= seen:
        return when
    return When(seen, "instant")


def _read(stamp: str) -> When | None:
    for reader in (_rfc, _iso, _epoch, _words):
        try:
            when = reader(stamp)
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


def _epoch(stamp: str) -> When | None:
    """Seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{10}|\d{13}", stamp):
        return None
    return _when(datetime.fromtimestamp(int(stamp[:10]), UTC), timed=True)


def _rfc(stamp: str) -> When | None:
    """RFC 822 and 5322, the dates of RSS."""
    found = _RFC.fullmatch(stamp)
    if found is None or (month := _MONTH.get(found[2].casefold())) is None:
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


def _iso(stamp: str) -> When | None:
    """ISO 8601 and RFC 3339, the dates of Atom: a year, a month, a day or an instant."""
    if re.fullmatch(r"\d{4}", stamp):
        return _when(datetime(int(stamp), 1, 1, tzinfo=UTC), timed=False, precision="year")
    if found := re.fullmatch(r"(\d{4})-(\d{2})", stamp):
        return _when(datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC), timed=False, precision="month")
    if not re.match(r"\d{4}-?\d{2}-?\d{2}(?:$|[T ]\d{2})", stamp):
        return None
    timed = len(stamp) > len("2026-05-12")
    stamp = re.sub(r"\s*(?:UTC|GMT|[zZ])$", "+00:00", stamp)
    return _when(datetime.fromisoformat(re.sub(r" (?=[+-]\d{2}:?\d{2}$)", "", stamp)), timed=timed)


def _words(stamp: str) -> When | None:
    """A day with the month in words, or in numbers where only one reading is possible; a clock after it counts."""
    day = _day(stamp.casefold())
    if day is None:
        return None
    date, end = day
    clock = _CLOCK.search(stamp.casefold(), end)
    if clock is None:
        return _when(date, timed=False)
    hour = int(clock[1]) % 12 + 12 * clock[4].startswith("p") if clock[4] else int(clock[1])
    date = date.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0))
    if offset := _OFFSET.search(stamp, clock.end(2)):
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        date = date - shift if offset[1] == "+" else date + shift
    return _when(date, timed=True)


def _day(stamp: str) -> tuple[datetime, int] | None:
    if found := _DAY_FIRST.search(stamp):
        return datetime(int(found[3]), _MONTH[found[2]], int(found[1]), tzinfo=UTC), found.end()
    if found := _MONTH_FIRST.search(stamp):
        return datetime(int(found[3]), _MONTH[found[1]], int(found[2]), tzinfo=UTC), found.end()
    if found := _YEAR_FIRST.search(stamp):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC), found.end()
    if (found := _NUMBERS.search(stamp)) and (int(found[1]) > 12 or found[1] == found[2] or "." in found[0]):
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC), found.end()
    return None


@lru_cache(maxsize=256)
def _anything(stamp: str, language: str | None) -> When | None:
    """The last resort: dateparser, told the language. Costly to load, and asked only for odd stamps."""
    if not re.search(r"\d", stamp) or len(stamp) > 80:
        return None
    import dateparser  # type: ignore[import-untyped]  # noqa: PLC0415

    languages = [language, "en"] if language and language not in {"en", "mul"} else ["en"]
    settings = {
        "DATE_ORDER": "MDY" if language == "en" else "DMY",
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
    }
    try:
        found = dateparser.parse(stamp, languages=languages, settings=settings)
    except Exception:  # its many readers raise many things on odd text, and none of them is our news
        return None
    return None if found is None else _when(found, timed=_CLOCK.search(stamp) is not None)


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
