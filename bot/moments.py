"""Times as members write them: only as exact as they are. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from seeds.model import When
from seeds.moments import read_when

_BACK = re.compile(r"(\d{1,5})\s?(h|d|w)", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def read_back(text: str, now: datetime) -> When | None:
    """As `read_when`; also "today", "yesterday", and so long before now: "12h", "3d", "2w". None for anything else."""
    plain = text.strip().casefold()
    days = {"today": 0, "yesterday": 1}
    if plain in days:
        day = (now.astimezone(UTC) - timedelta(days=days[plain])).replace(hour=0, minute=0, second=0, microsecond=0)
        return When(day, "day")
    if found := _BACK.fullmatch(plain):
        back = int(found[1]) * _UNITS[found[2].lower()]
        return When(now.astimezone(UTC) - back, "instant") if back < timedelta(days=36500) else None
    return read_when(text.strip())
