"""Set times as they are typed: "06:00,18:00 Africa/Dakar", "Mon 07:00", "1 08:00 UTC"; and time zones by name."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from config.mistakes import did_you_mean
from config.sentence import Said

MOST_TIMES = 6
"""How many times a day something may be planned for."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Round = Literal["day", "week", "month"]
_EXAMPLES: dict[Round, Said] = {
    "day": Said("should be times of the day and a zone, such as 06:00,18:00 Africa/Dakar"),
    "week": Said("should be a weekday, a time and a zone, such as Mon 07:00 Africa/Dakar"),
    "month": Said("should be a day from 1 to 28, a time and a zone, such as 1 08:00 Africa/Dakar"),
}
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class WrongPart(ValueError):
    """A text is written as it should be, but one part of it names what is not there; the reason says which."""


@dataclass(frozen=True, slots=True)
class SetTimes:
    """Times of the day in minutes after midnight, in order, of a zone: every day, or on one day of the week (0 is
    Monday) or of the month (1 to 28)."""

    minutes: tuple[int, ...]
    zone: str = "UTC"
    weekday: int | None = None
    monthday: int | None = None


def set_times(text: str, each: Round, zone: str = "UTC") -> SetTimes:
    """The times that a text names, in `zone` where it names none. Raises ValueError saying what should stand there."""
    words = ",".join(part.strip() for part in text.split(",")).split()
    weekday = _weekday(words.pop(0)) if each == "week" and words else None
    monthday = _monthday(words.pop(0)) if each == "month" and words else None
    if not 1 <= len(words) <= 2 or (each == "week" and weekday is None) or (each == "month" and monthday is None):
        raise ValueError(_EXAMPLES[each])
    minutes = sorted({_minutes(time, each) for time in words[0].split(",")})
    most = MOST_TIMES if each == "day" else 1
    if len(minutes) > most:
        raise WrongPart(Said("names too many times: {most} at most", most=most))
    return SetTimes(tuple(minutes), part_zone(words[1]) if len(words) > 1 else zone_name(zone), weekday, monthday)


def part_zone(word: str) -> str:
    """The time zone that one word of a text names. Raises WrongPart, with the zone that was probably meant."""
    try:
        return zone_name(word)
    except ValueError as error:
        last = {name.rpartition("/")[2].casefold(): name for name in sorted(available_timezones())}
        whole = {name.casefold(): name for name in last.values()}
        known = last if "/" not in word else whole
        near = difflib.get_close_matches(word[:40].casefold(), known, 1)
        form = Said(
            "names {zone!r}, which is no time zone of the IANA database, such as UTC or Africa/Dakar", zone=word[:40]
        )
        raise WrongPart(did_you_mean(form, known[near[0]] if near else None)) from error


def zone_name(name: str) -> str:
    """The name of a time zone. Raises ValueError when there is none of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        told = Said("is no time zone of the IANA database, such as UTC or Africa/Dakar")
        raise ValueError(told) from error
    return name


def _minutes(time: str, each: Round) -> int:
    found = _TIME.fullmatch(time)
    if found is None:
        raise ValueError(_EXAMPLES[each])
    return int(found[1]) * 60 + int(found[2])


def _weekday(word: str) -> int | None:
    """The number of a weekday, written out or by its first three letters."""
    short = word.casefold()[:3]
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    known = short in WEEKDAYS and names[WEEKDAYS.index(short)].startswith(word.casefold())
    return WEEKDAYS.index(short) if known else None


def _monthday(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 28 else None
