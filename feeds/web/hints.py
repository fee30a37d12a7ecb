"""Reads what HTTP headers say about when to come back (RFC 9110 and 9111), in seconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MOST = 10.0 * 365 * 86400


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The Retry-After header: seconds, or a date measured from the server's own clock (`now` when it tells none)."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", said):
        return _seconds(said)
    return _until(said, headers, now)


def max_age(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """How long the answer stays good: Cache-Control's max-age less Age, else Expires; None when it does not say."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:store|cache)\b", control):
        return None
    if found := re.search(r"\bmax-age\s*=\s*\"?([0-9]+)", control):
        age = headers.get("age", "").strip()
        return _positive(_seconds(found[1]) - (_seconds(age) if re.fullmatch(r"[0-9]+", age) else 0.0))
    return _until(headers.get("expires", ""), headers, now)


def _seconds(digits: str) -> float:
    """However many digits they are; so many seconds that nobody waits for them are as many as are allowed."""
    return min(float(digits[:400]), _MOST)


def _until(stamp: str, headers: Mapping[str, str], now: datetime | None) -> float | None:
    if not stamp:
        return None
    moment = header_time(stamp)
    base = header_time(headers.get("date", "")) or now or datetime.now(UTC)
    return None if moment is None else _positive((moment - base).total_seconds())


def _positive(seconds: float) -> float | None:
    return min(seconds, _MOST) if seconds > 0 else None


def header_time(stamp: str | None) -> datetime | None:
    """What a header such as `Date` says, UTC, also where it names no zone (RFC 9110's are of UTC); None where it is
    missing or cannot be read."""
    try:
        moment = parsedate_to_datetime(stamp or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
