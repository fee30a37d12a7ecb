"""Times as members write them: only as exact as they are. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from seeds.model import When
from seeds.moments import read_when

_BACK = re.compile(r"(\d{1,5})\s?(h|d|w)", re.IGNORECASE)
_HOUR = re.compile(r"(\d{1,2}):(\d{2})")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def read_back(text: str, now: datetime) -> When | None:
    """As `read_when`; also "today", "yesterday", so long before now ("12h", "3d", "2w"), and the last time that clocks
    showed "06:00" (UTC). None for anything else."""
    plain = text.strip().casefold()
    days = {"today": 0, "yesterday": 1}
    if plain in days:
        day = (now.astimezone(UTC) - timedelta(days=days[plain])).replace(hour=0, minute=0, second=0, microsecond=0)
        return When(day, "day")
    if found := _BACK.fullmatch(plain):
        back = int(found[1]) * _UNITS[found[2].lower()]
        return When(now.astimezone(UTC) - back, "instant") if back < timedelta(days=36500) else None
    if found := _HOUR.fullmatch(plain):
        return _last(int(found[1]), int(found[2]), now.astimezone(UTC))
    return read_when(text.strip())


def _last(hour: int, minute: int, now: datetime) -> When | None:
    if hour > 23 or minute > 59:
        return None
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return When(today if today <= now else today - timedelta(days=1), "instant")
