"""The small change of every text: times, spans, counts, tiers, lengths and clean characters. Pure, in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from seeds.lexicon.load import shared
from seeds.model import Tier, When

TIERS = {
    Tier.INCIDENT: "Incident",
    Tier.DECISION: "Decision",
    Tier.FOLLOW_UP: "Follow-up",
    Tier.BACKGROUND: "Background",
    Tier.COMMEMORATION: "Commemoration",
}

_SENTENCE_END = re.compile(r"[.!?…。؟۔।](?=\s)")
# Joiners are part of words and emoji; every other invisible sign (escapes, direction overrides) is dropped.
_JOINERS = "\u200c\u200d"
_HIDDEN = {"Cc", "Cf", "Co", "Cs"}
_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[@-_]?")


def clean(text: str) -> str:
    """Untrusted text as one line: no control, escape, direction or private-use characters, single spaces."""
    visible = "".join(
        character
        for character in " ".join(_ESCAPE.sub("", text).split())
        if character in _JOINERS or unicodedata.category(character) not in _HIDDEN
    )
    return " ".join(visible.split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is cut ends with a whole sentence or word and "…"."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 1, 0)]
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, len(head) + 1) if found.end() < len(head)]
    if ends and ends[-1] > len(head) * 0.6:
        return head[: ends[-1]] + " …" if ends[-1] + 2 <= limit else head[: ends[-1]]
    space = head.rfind(" ")
    if space > len(head) * 0.6:
        head = head[:space].rstrip(" ,;:–-")
    return (head + "…")[:limit]


def instant(at: datetime, now: datetime) -> str:
    """ "14:05 UTC" for today, "10 Feb 14:05 UTC" for this year, with the year for any other."""
    at = at.astimezone(UTC)
    return " ".join(filter(None, (_day(at, now), f"{at:%H:%M} UTC")))


def clock(at: datetime, now: datetime) -> str:
    """As `instant`, without the time zone: for lists whose heading names it."""
    return instant(at, now).removesuffix(" UTC")


def moment(when: When | None, now: datetime) -> str:
    """A time only as exact as its source: "2019", "Jan 2019", "10 Feb 2021", "10 Feb 14:05 UTC"; "" for none."""
    if when is None:
        return ""
    start = when.start.astimezone(UTC)
    match when.precision:
        case "year":
            return f"{start:%Y}"
        case "month":
            return f"{start:%b %Y}"
        case "day":
            return day(start)
        case "instant":
            return instant(start, now)


def day(at: date) -> str:
    """ "10 Feb 2021"."""
    return f"{at.day} {at:%b %Y}"


def span(time: timedelta) -> str:
    """A length of time in its two largest units: "45 s", "2 h 10 min", "3 d 4 h"."""
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return _two(hours, "h", minutes % 60, "min")
    return _two(days, "d", hours % 24, "h")


def ago(at: datetime | None, now: datetime) -> str:
    """ "5 min ago", "just now", "never"; "in 5 min" for what is to come."""
    if at is None:
        return "never"
    if at > now:
        return f"in {span(at - now)}"
    return "just now" if now - at < timedelta(minutes=1) else f"{span(now - at)} ago"


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """ "1 story", "1,642 items"."""
    plural = nouns or (f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s")
    return f"{number:,} {noun if number == 1 else plural}"


def listed(items: Iterable[str], most: int = 4) -> str:
    """ "A, B and 3 more"."""
    names = list(items)
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def enumerated(items: Sequence[str]) -> str:
    """All of them as a sentence names them: "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def joined(parts: Sequence[str | None]) -> str:
    """The parts that are there, with a middle dot between."""
    return " · ".join(part for part in parts if part)


def country(code: str) -> str:
    """The English name of a country by its ISO 3166-1 alpha-2 code, from the shared lexicon; an unknown code itself."""
    return shared().country_names.get(code, code)


def _day(at: datetime, now: datetime) -> str:
    now = now.astimezone(UTC)
    if at.date() == now.date():
        return ""
    return f"{at.day} {at:%b}" if at.year == now.year else day(at)


def _two(large: int, unit: str, small: int, subunit: str) -> str:
    return f"{large} {unit} {small} {subunit}" if small else f"{large} {unit}"
