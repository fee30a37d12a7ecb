"""What of a feed's address opens it to whoever knows it, and the same address, and texts, without that. Pure.

A login before the host, the values of parameters and parts of the path that are called so, and what is too long and
random for a name. A secret that looks like a word, or like the number of a page, cannot be known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit, urlunsplit

HIDDEN = "…"
_SHORTEST = 6  # characters of a secret that is looked for in other texts; shorter ones are words by chance
# What parameters that open something are called.
_NAMES = (
    r"(?:[a-z._-]{1,30}[._-])?(?:api|app|access|auth|private|client|rss|feed|user)?"
    r"(?:key|token|secret|pass(?:word|wd|phrase)?|pwd|auth(?:orization)?|credentials?|signature|sig|session(?:_?id)?"
    r"|jwt|bearer|hmac)"
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
_CALLED = re.compile(r"(?:api_?-?key|key|token|secret|auth|private)s?", re.IGNORECASE)
# A part of a path that opens something as a rule: so many digits of sixteen, or a UUID. What has other letters too is
# as often the public name of a channel or topic.
_KEY = re.compile(r"[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]?[a-z-]*|[A-Z-]*|\d*")
_BETWEEN = re.compile(r"([&;])")  # also "&amp;", as addresses stand in pages
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,10}://[^\s<>\"'`]+", re.IGNORECASE)
_END = ".,;:!?)]}…»"


def without_secrets(url: str) -> str:
    """An address without what opens it, "…" in its place; the login is gone. What is no address has nothing of it."""
    parts = _split(url)
    if parts is None:
        return HIDDEN if "@" in url else url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, _path(parts.path), _query(parts.query), _query(parts.fragment)))


@lru_cache(maxsize=256)
def secrets_of(url: str) -> frozenset[str]:
    """What opens an address, in each spelling; not what may stand in a text by chance: words, numbers, short ones."""
    parts = _split(url)
    if parts is None:
        return frozenset()
    login = parts.netloc.rpartition("@")[0]
    bare = login.split(":", 1)
    for part in (*_BETWEEN.split(parts.query), *_BETWEEN.split(parts.fragment)):
        name, _, value = part.partition("=")
        bare += [value] if _names_secret(name) else []
    bare += [one for _, one in _pieces(parts.path) if one]
    spelt = {form for one in bare for form in (one, unquote(one), unquote_plus(one), quote(unquote(one), safe=""))}
    return frozenset(one for one in spelt if len(one) >= _SHORTEST and not _WORD.fullmatch(one))


def without(secrets: frozenset[str], text: str) -> str:
    """A text with "…" for each of the secrets, the longest first."""
    for one in sorted(secrets, key=len, reverse=True) if secrets else ():
        if one in text:
            text = text.replace(one, HIDDEN)
    return text


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """Where a feed was read, for relative links, and what opens it, which no item may tell."""

    base: str
    secrets: frozenset[str]

    @classmethod
    def of(cls, *addresses: str) -> FeedPlace:
        """By its addresses, the last of which it was read at."""
        return cls(without_secrets(addresses[-1]), frozenset().union(*map(secrets_of, addresses)))

    def kept(self, text: str) -> str:
        """A text without them."""
        return without(self.secrets, text) if self.secrets else text


def scrubbed(text: str) -> str:
    """A text in which every address is without what opens it."""
    return _ADDRESS.sub(_scrubbed, text) if "://" in text else text


def _scrubbed(found: re.Match[str]) -> str:
    address = found[0].rstrip(_END)
    return without_secrets(address) + found[0][len(address) :]


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.netloc else None


def _names_secret(name: str) -> bool:
    return _NAME.fullmatch(unquote(name)) is not None


def _query(query: str) -> str:
    return "".join(map(_parameter, _BETWEEN.split(query))) if query else ""


def _parameter(part: str) -> str:
    name, equals, value = part.partition("=")
    return f"{name}{equals}{HIDDEN}" if value and _names_secret(name) else part


def _path(path: str) -> str:
    return "".join(told + (HIDDEN if secret else "") for told, secret in _pieces(path))


def _pieces(path: str) -> list[tuple[str, str]]:
    """A path in pieces, each with the secret that follows it: what is called so, before an = or as the part before, or
    is a key by its look."""
    told, before = [], ""
    for piece in re.split(r"([/;,])", path):
        name, equals, value = piece.partition("=")
        if value and _names_secret(name):
            told.append((name + equals, value))
        elif piece not in ("", "/", ";", ",") and (_CALLED.fullmatch(before) or _KEY.fullmatch(piece)):
            told.append(("", piece))
        else:
            told.append((piece, ""))
        before = before if piece == "/" else piece
    return told
