"""The small change of every text: times, spans, counts, tiers, lengths and clean characters. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from bot.language import ENGLISH, N_, _, plural, spoken
from seeds.lexicon.load import shared
from seeds.model import Tier, When

TIERS = {
    Tier.INCIDENT: N_("Incident"),
    Tier.DECISION: N_("Decision"),
    Tier.FOLLOW_UP: N_("Follow-up"),
    Tier.BACKGROUND: N_("Background"),
    Tier.COMMEMORATION: N_("Commemoration"),
}
_IN_SENTENCES = {
    Tier.INCIDENT: N_("incident"),
    Tier.DECISION: N_("decision"),
    Tier.FOLLOW_UP: N_("follow-up"),
    Tier.BACKGROUND: N_("background"),
    Tier.COMMEMORATION: N_("commemoration"),
}

_SENTENCE_END = re.compile(r"[.!?…。؟۔।](?=\s)")
# Joiners are part of words and emoji; every other invisible sign (escapes, direction overrides) is dropped.
_JOINERS = "\u200c\u200d"
_HIDDEN = {"Cc", "Cf", "Co", "Cs"}
_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[@-_]?")


ATTACK_KINDS = (
    N_("complex attack"),
    N_("suicide attack"),
    N_("car bomb"),
    N_("rocket or mortar fire"),
    N_("mine"),
    N_("ambush"),
    N_("shooting"),
    N_("accident"),
    N_("massacre"),
    N_("kidnapping"),
    N_("attack"),
)
"""Kinds of incident: the lexicon's terms are English, and keys that queries and exports keep."""


def tier_title(tier: Tier) -> str:
    """A tier as a heading: "Follow-up"."""
    return _(TIERS[tier])


def tier_word(tier: Tier) -> str:
    """A tier within a sentence: "follow-up"."""
    return _(_IN_SENTENCES[tier])


def attack_word(kind: str) -> str:
    """A kind of incident by its term in the lexicon, within a sentence: "car bomb"."""
    return clean(_(kind))


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
            return month(start)
        case "day":
            return day(start)
        case "instant":
            return instant(start, now)


def day(at: date) -> str:
    """ "10 Feb 2021"."""
    return f"{at.day} {at:%b %Y}" if spoken() == ENGLISH else _written("yMMMd", at)


def short_day(at: date) -> str:
    """ "10 Feb"."""
    return f"{at.day} {at:%b}" if spoken() == ENGLISH else _written("MMMd", at)


def long_day(at: date) -> str:
    """ "10 February 2021"."""
    return f"{at.day} {at:%B %Y}" if spoken() == ENGLISH else _written("long", at)


def weekday(at: date) -> str:
    """ "Wed 10 Feb"."""
    return f"{at:%a} {short_day(at)}" if spoken() == ENGLISH else _written("MMMEd", at)


def weekday_name(number: int) -> str:
    """A day of the week (0 is Monday) written out: "Monday"."""
    at = date(2024, 1, 1 + number)  # a Monday, and what follows
    return f"{at:%A}" if spoken() == ENGLISH else _written("EEEE", at)


def month(at: date) -> str:
    """ "Feb 2021"."""
    return f"{at:%b %Y}" if spoken() == ENGLISH else _written("yMMM", at)


def short_month(at: date) -> str:
    """ "Feb"."""
    return f"{at:%b}" if spoken() == ENGLISH else _written("LLL", at)


def _written(skeleton: str, at: date) -> str:
    from bot.language.locales import date_written  # noqa: PLC0415 - costs four megabytes that English saves

    return date_written(skeleton, at, spoken())


def span(time: timedelta) -> str:
    """A length of time in its two largest units: "45 s", "2 h 10 min", "3 d 4 h"."""
    seconds = max(int(time.total_seconds()), 0)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 1:
        return _("{n} s").format(n=seconds)
    if hours < 1:
        return _("{n} min").format(n=minutes)
    return _two(_UNITS[0], hours, minutes % 60) if days < 1 else _two(_UNITS[1], days, hours % 24)


def ago(at: datetime | None, now: datetime) -> str:
    """ "5 min ago", "just now", "never"; "in 5 min" for what is to come."""
    if at is None:
        return _("never")
    if at > now:
        return _("in {span}").format(span=span(at - now))
    return _("just now") if now - at < timedelta(minutes=1) else _("{span} ago").format(span=span(now - at))


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """ "1 story", "1,642 items"."""
    plural_form = nouns or (f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s")
    return f"{number:,} {noun if number == 1 else plural_form}"


def listed(items: Iterable[str], most: int = 4) -> str:
    """ "A, B and 3 more"."""
    names = list(items)
    if len(names) <= most:
        return ", ".join(names)
    rest = len(names) - most + 1
    return plural("{names} and {n} more", "{names} and {n} more", rest, names=", ".join(names[: most - 1]))


def enumerated(items: Sequence[str]) -> str:
    """All of them as a sentence names them: "A", "A and B", "A, B and C"."""
    if spoken() == ENGLISH:
        return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))
    from bot.language.locales import list_written  # noqa: PLC0415

    return list_written(items, spoken())


def alternatives(items: Sequence[str]) -> str:
    """What may be chosen, as a sentence names it: "A", "A or B"."""
    return _(" or ").join(items)


def in_a_row(*sentences: str) -> str:
    """The sentences that are there, one after the other."""
    return " ".join(filter(None, sentences))


def colon() -> str:
    """What stands between a name and what is said of it."""
    return _(": ")


def quoted(text: str) -> str:
    """The words of somebody else."""
    return _("“{text}”").format(text=text)


def in_turn(parts: Iterable[str]) -> str:
    """Clauses that stand beside each other."""
    return _("; ").join(parts)


def joined(parts: Sequence[str | None]) -> str:
    """The parts that are there, with a middle dot between."""
    return " · ".join(part for part in parts if part)


def country(code: str) -> str:
    """The name of a country by its ISO 3166-1 alpha-2 code; an unknown code itself."""
    if spoken() == ENGLISH:
        return shared().country_names.get(code, code)
    from bot.language.locales import country_written  # noqa: PLC0415

    return country_written(code, spoken()) or code


def _day(at: datetime, now: datetime) -> str:
    now = now.astimezone(UTC)
    if at.date() == now.date():
        return ""
    return short_day(at) if at.year == now.year else day(at)


_UNITS = ((N_("{n} h {more} min"), N_("{n} h")), (N_("{n} d {more} h"), N_("{n} d")))


def _two(forms: tuple[str, str], large: int, small: int) -> str:
    return _(forms[0] if small else forms[1]).format(n=large, more=small)
