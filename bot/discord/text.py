"""Plain text as Discord's: markup and mentions defused, lengths counted as Discord may count them, links checked."""

from __future__ import annotations

import re
import unicodedata

from yarl import URL

from bot.fit import utf16_length
from bot.wording import formats

LONGEST_LINK = 1024
LONGEST_CONTENT = 4200  # no part of a message holds more; the rest would be cleaned in vain

_MARKUP = re.compile(r"[\\*_~|`\[\]]")
_OPENING = re.compile(r"^(\s*)([>#+-]|\d+[.)])")
_MENTION = re.compile(r"<(?=[@#:/]|a:|t:|id:|sound:)|@(?=everyone|here)", re.IGNORECASE)
_LIVE = re.compile(r"<(?:t:-?\d+(?::\w)?|@[!&]?\d+|#\d+)>")
_MEMBERS = re.compile(r"<@!?(\d+)>")
_MASKED = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]\\])*)\]\(https?://[^\s()]*\)")
_DRESS = re.compile(r"^> |(?<!\\)(?:\*\*|~~)", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\*_~|`\[\]>#+.)-])")
_UNSEEN = re.compile("[\u200b-\u200d\u2060\u2068\u2069]")
_HALF_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\( ?…)$")
_QUOTED = re.compile("“[^“”]*”|«[^«»]*»")
_HIDDEN = "\u200b"
_FIRST, _LAST = "\u2068\u2069"  # around what is kept to itself


def escape(text: str) -> str:
    """The text so that Discord shows it as it stands: no emphasis, no masked link, no mention, no time stamp."""
    text = _MARKUP.sub(r"\\\g<0>", formats.clean(text[:LONGEST_CONTENT]))
    text = _OPENING.sub(_unlist, text)
    return _isolated(_MENTION.sub(lambda found: found[0] + _HIDDEN, text))


def _isolated(text: str) -> str:
    """Text that runs from right to left kept to itself, so that what stands beside it keeps its order: the quotations
    of a text that begins from left to right, else all of it."""
    if not any(map(_from_right, text)):
        return text
    begins = next(way for way in map(unicodedata.bidirectional, text) if way in ("L", "R", "AL"))
    if begins == "L" and any(map(_from_right, "".join(_QUOTED.findall(text)))):
        return _QUOTED.sub(lambda found: _apart(found[0]) if any(map(_from_right, found[0])) else found[0], text)
    return _apart(text)


def _from_right(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def _apart(text: str) -> str:
    return f"{_FIRST}{text}{_LAST}"


def as_read(written: str) -> str:
    """A text of ours as members read it: without what dresses it, addresses behind words, mentions and times."""
    shown = _LIVE.sub("", _MASKED.sub(r"\1", _UNSEEN.sub("", written)))
    return _ESCAPED.sub(r"\1", _DRESS.sub("", shown))


def mentioned(written: str) -> frozenset[str]:
    """The ids of the members whom a message's text mentions."""
    return frozenset(_MEMBERS.findall(written))


def cut_units(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of escaped text, cut as `formats.cut` does and never within an escape; what is kept
    to itself stays so."""
    if utf16_length(text) <= limit:
        return text
    short = _cut(text, limit)
    if _open(short):
        short = _cut(text, limit - 1)
    return short + _LAST * _open(short)


def _open(text: str) -> bool:
    return text.count(_FIRST) > text.count(_LAST)


def _cut(text: str, limit: int) -> str:
    head = text.encode("utf-16-le", "ignore")[: 2 * max(limit, 0)].decode("utf-16-le", "ignore")
    short = formats.cut(head + "  ", len(head))
    return _HALF_ESCAPE.sub(r"\1\2", short)


def masked_link(url: str | None) -> str | None:
    """The address in ASCII when it is an http(s) one that Discord takes, else None."""
    if not url or any(mark in url for mark in '<>"` \t\r\n'):
        return None
    try:
        parsed = URL(url)
        parsed.port  # noqa: B018 - a port out of range shows only here
    except ValueError:
        return None
    if parsed.scheme not in ("http", "https") or "." not in (parsed.raw_host or ""):
        return None
    address = str(parsed).replace("(", "%28").replace(")", "%29").replace("|", "%7C").replace("*", "%2A")
    return address if len(address) <= LONGEST_LINK and address.isascii() else None


def _unlist(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}"
