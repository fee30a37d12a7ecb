"""Quiet hours as they are typed: "22:00-06:00 Europe/Paris but incident"."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from config.mistakes import did_you_mean
from config.schedule import WrongPart, part_zone, zone_name
from config.sentence import Said

TIER_NAMES = ("incident", "decision", "follow_up", "background", "commemoration")
"""How urgent a story may be, as settings name it."""

_EXAMPLE = Said("should be times of the day and a zone, such as 22:00-06:00 Europe/Paris but incident")
_TIME = r"([01]?\d|2[0-3]):([0-5]\d)"
# With one space wherever there is some.
_QUIET = re.compile(rf"{_TIME} ?[-–] ?{_TIME}(?: (?!but\b)(\S+))?(?: but (.+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end`, in minutes after midnight of a time zone; `but` are the tiers that are told all the same.

    They end on the next day where `end` is not later than `start`.
    """

    start: int
    end: int
    zone: str = "UTC"
    but: tuple[str, ...] = ()


def quiet_hours(text: str, zone: str = "UTC") -> QuietHours:
    """The hours that a text names, in `zone` where it names none. Raises ValueError saying what should stand there,
    WrongPart where one part of it is wrong."""
    found = _QUIET.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError(_EXAMPLE)
    start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if start == end:
        raise WrongPart(Said("begins and ends at the same time; to be quiet for good, set the tiers to digest"))
    return QuietHours(start, end, part_zone(found[5]) if found[5] else zone_name(zone), _tiers(found[6] or ""))


def tier_named(word: str) -> str | None:
    """The tier that a word names, "follow-up" as well as "follow_up"; None for none."""
    name = word.casefold().replace("-", "_")
    return name if name in TIER_NAMES else None


def _tiers(text: str) -> tuple[str, ...]:
    words = re.split(r"\s*,\s*|\s+and\s+|\s+", text.strip()) if text else []
    wrong = next((word for word in words if tier_named(word) is None), None)
    if wrong is not None:
        form = Said(
            "names {word!r} after but, which should be one of: {tiers}", word=wrong[:40], tiers=", ".join(TIER_NAMES)
        )
        near = difflib.get_close_matches(wrong[:40].casefold(), TIER_NAMES, 1)
        raise WrongPart(did_you_mean(form, near[0] if near else None))
    return tuple(name for name in TIER_NAMES if name in map(tier_named, words))
