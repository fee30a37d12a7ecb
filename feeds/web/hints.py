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
    if re.fullmatch(r"\d{1,9}", said):
        return min(float(said), _MOST)
    return _until(said, headers, now)


def max_age(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """How long the answer stays good: Cache-Control's max-age less Age, else Expires; None when it does not say."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:store|cache)\b", control):
        return None
    if found := re.search(r"\bmax-age\s*=\s*\"?(\d{1,10})", control):
        age = headers.get("age", "").strip()
        return _positive(float(found[1]) - (float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0))
    return _until(headers.get("expires", ""), headers, now)


def _until(stamp: str, headers: Mapping[str, str], now: datetime | None) -> float | None:
    if not stamp:
        return None
    moment = _date(stamp)
    base = _date(headers.get("date", "")) or now or datetime.now(UTC)
    return None if moment is None else _positive((moment - base).total_seconds())


def _positive(seconds: float) -> float | None:
    return min(seconds, _MOST) if seconds > 0 else None


def _date(stamp: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stamp)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
