"""What of a feed's address opens it to whoever knows it, and the same address, and texts, without that. Pure.

A login before the host; the values of parameters and parts of the path that are called so; and whatever looks like a
key, wherever it stands, in addresses within the address too. Letters that stand together by chance are one where a feed
is read, but the id of a page as likely in an address that a text names. A secret that looks like words, or like the
number of a page, cannot be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from feeds.web.keylike import is_hex, letters_by_chance, looks_like_key, may_be_key

HIDDEN = "…"
_SHORTEST = 6  # characters of a secret that is looked for in other texts; shorter ones are words by chance
_DEEPEST = 3  # addresses within addresses, and encodings of encodings
# What parameters that open something are called, in small letters and with "_" between words ("accessKeyId" too).
_NAME = re.compile(
    r"(?:[a-z0-9_]{1,40}_)?(?:api|app|access|auth|private|client|rss|feed|user|licen[cs]e|php|j)?"
    r"(?:key|token|secret|pass(?:word|wd|phrase|code)?|pwd?|pin|auth(?:orization)?|cred(?:ential)?|sig(?:nature)?"
    r"|session|sess|sid|jwt|bearer|hmac|hash|login|licen[cs]e|otp)s?(?:_?id)?"
)
_HALF = re.compile(r"[a-or-uw-z]|code")  # of a value only that may be one; p, q and v are pages, questions and videos
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-.]")
_CALLED = re.compile(r"(?:api_?-?key|key|token|secret|auth|private)s?", re.IGNORECASE)
# What names of public things stand behind, or begin with, however they look; what comes as often in private feeds is
# one unless it is a number.
_PAGES = re.compile(r"(?:article|stor(?:y|ie)|post|video|item|photo|cnt)s?", re.IGNORECASE)
_PLACES = re.compile(r"(?:topic|channel|playlist|section|publication)s?", re.IGNORECASE)
_PUBLIC = re.compile(r"(?:article|story|post|video|item|topic|channel|playlist|section)_?id|utm_[a-z]+|fbclid|gclid")
_ENDING = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,4})?\Z")
_WORD = re.compile(r"[A-Za-z]?[a-z-]*|[A-Z-]*|\d*")
_BETWEEN = re.compile(r"([&;])")  # also "&amp;", as addresses stand in pages
_WITHIN = re.compile(r"([/,:|!]|%2[Ff])")
_START = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,20}:)?//")
_NESTED = re.compile(r"[a-z][a-z0-9+.-]{0,20}(?::|%(?:25){0,2}3a)(?:/|%(?:25){0,2}2f){2}", re.IGNORECASE)
_HOST = re.compile(r"(?:[^:\[\].]*(?:\.[^:\[\].]*)+|localhost|\[[0-9a-f:.]+\])(?::\d*)?", re.IGNORECASE)
_LATER = re.compile(r"@(?=(?:[^\s/?#@:.]*(?:\.[^\s/?#@:.]*)+|localhost)(?::\d*)?(?:[/?#]|\Z))", re.IGNORECASE)
# With quotes only where a login has them; without "://" it takes a login to be one.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://(?:[^\s<>@]{1,300}@)?[^\s<>\"'`]+", re.IGNORECASE)
_LOGIN = re.compile(r"(?<![\w/:@.%+-])(?!(?:mailto|acct|xmpp|sips?):)[\w.%+-]{1,64}:[^\s@/<>]{1,128}@(?=[\w-]+\.\w)")
_END = ".,;:!?)]}…»"
_RUN = re.compile(f"{HIDDEN}{{2,}}")  # several beside each other are told as one
_TIMES = 5  # that a text is looked at; what takes more is nobody's address


class _Piece(NamedTuple):
    """A part of an address: what is told, then what is not, and what is shown for that; `page` says that it may be a
    page's id."""

    told: str
    secret: str = ""
    shown: str = HIDDEN
    page: bool = False


def without_secrets(url: str) -> str:
    """An address without what opens it, "…" in its place; the login is gone. What is no address has nothing of it. What
    is left may be another address; one that goes on and on like that is hidden."""
    for _ in range(_TIMES):
        before, url = url, _cut(url)
        if url == before:
            return url
    return HIDDEN


def _cut(url: str, *, in_text: bool = False) -> str:
    pieces = _address(url)
    if not pieces:
        return HIDDEN if "@" in url else url
    return _RUN.sub(HIDDEN, "".join(_shown(one, in_text=in_text) for one in pieces))


def _shown(one: _Piece, *, in_text: bool) -> str:
    hidden = one.secret if in_text and one.page else one.shown
    return one.told + (hidden if one.secret else "")


@lru_cache(maxsize=256)
def secrets_of(url: str) -> frozenset[str]:
    """What opens an address, in each spelling; not what may stand in a text by chance: words, numbers, short ones."""
    cut = [one.secret for one in _address(url) if one.secret]
    bare = {*cut, *(one.rstrip("=") for one in cut)}
    spelt = {form for one in bare for form in (one, unquote(one), unquote_plus(one), _quoted(unquote(one)))}
    telling = (one for one in spelt if not _WORD.fullmatch(one) or letters_by_chance(one))
    return frozenset(one for one in telling if len(one) >= _SHORTEST)


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
    """A text in which every address is without what opens it; what is left of one may be another. Words that go on
    and on like that are hidden."""
    for _ in range(_TIMES):
        before, text = text, _ADDRESS.sub(_scrubbed, text) if "://" in text else text
        text = _LOGIN.sub(HIDDEN + "@", text) if "@" in text else text
        if text == before:
            return text
    return re.sub(r"\S+", lambda word: HIDDEN if "@" in word[0] or "://" in word[0] else word[0], text)


def _scrubbed(found: re.Match[str]) -> str:
    address = found[0].rstrip(_END)
    return _cut(address, in_text=True) + found[0][len(address) :]


def _address(url: str, depth: int = 0) -> list[_Piece]:
    """An address in pieces; none where it is no address."""
    start = _START.match(url)
    if start is None:
        return []
    login, host, rest = _parted(url[start.end() :])
    if not host:
        return []
    rest, *fragment = rest.split("#", 1)
    path, *query = rest.split("?", 1)
    pieces = [_Piece(start[0]), *(_Piece("", one, "") for one in login), _Piece(host), *_path(path, depth)]
    for mark, part in (*(("?", one) for one in query), *(("#", one) for one in fragment)):
        pieces += [_Piece(mark), *_query(part, depth)]
    return pieces


def _parted(rest: str) -> tuple[list[str], str, str]:
    """The login, the host and what follows. A password with a "/", "?" or "#" in it ends where a host follows an @."""
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    login, _, host = netloc.rpartition("@")
    end = len(netloc)
    if ":" in netloc and not _HOST.fullmatch(host) and (later := _LATER.search(rest, end)):
        login = rest[: later.start()]
        host = re.split(r"[/?#]", rest[later.end() :], maxsplit=1)[0]
        end = later.end() + len(host)
    return login.split(":", 1), host, rest[end:]


def _path(path: str, depth: int) -> Iterator[_Piece]:
    """A path in pieces: secret is what is called so, before an = or as the part before, and what looks like a key."""
    inner = _NESTED.search(path)
    before, end = "", inner.start() if inner else len(path)
    for part in re.split(r"([/;,])", path[:end]):
        yield from _part(part, before, depth)
        before = before if part == "/" else part
    if inner:
        yield from _nested(path[end:], depth)


def _part(part: str, before: str, depth: int) -> Iterator[_Piece]:
    if "=" in part.rstrip("="):
        yield from _parameter(part, depth)
    elif part not in ("", "/", ";", ",") and _CALLED.fullmatch(before):
        yield _Piece("", part)
    else:
        yield from [_Piece(part)] if _is_public(part, before) else _bit(part)


def _is_public(part: str, before: str) -> bool:
    first = re.split(r"[_-]", part, maxsplit=1)[0]
    if _PAGES.fullmatch(before) or _PAGES.fullmatch(first):
        return True
    return _PLACES.fullmatch(before) is not None and not is_hex(_ENDING.sub("", part))


def _bit(part: str) -> list[_Piece]:
    """What looks like a key, and its ending."""
    ending = _ENDING.search(part)
    stem = part[: ending.start()] if ending else part
    key = looks_like_key(stem)
    if not key and not letters_by_chance(stem):
        return [_Piece(part)]
    return [_Piece("", stem, page=not key), _Piece(part[len(stem) :])]


def _query(query: str, depth: int) -> Iterator[_Piece]:
    for part in _BETWEEN.split(query):
        yield from _parameter(part, depth)


def _parameter(part: str, depth: int) -> Iterator[_Piece]:
    name, equals, value = ("", "", part) if _NESTED.match(part) else part.partition("=")
    if name and not value.strip("="):  # one word alone, and what fills it up
        name, equals, value = "", "", part
    called = _called(name)
    yield from _bit(name)
    yield _Piece(equals)
    if value and (any(map(_NAME.fullmatch, called)) or (any(map(_HALF.fullmatch, called)) and may_be_key(value))):
        yield _Piece("", value)
    else:
        yield from [_Piece(value)] if any(map(_PUBLIC.fullmatch, called)) else _value(value, depth)


def _called(name: str) -> list[str]:
    """The words of a parameter's name, as `_NAME` has them: "auth[accessToken]" are two."""
    return [_CAMEL.sub("_", one).lower() for one in re.split(r"[\[\]]", unquote(name)) if one]


def _value(value: str, depth: int) -> Iterator[_Piece]:
    inner = _NESTED.search(value)
    if inner:
        yield _Piece(value[: inner.start()])
        yield from _nested(value[inner.start() :], depth)
        return
    parts = _WITHIN.split(value)
    if looks_like_key(value) and not any(map(_WORD.fullmatch, parts[::2])):  # base64 may have a "/" in it
        yield _Piece("", value)
    else:
        yield from (piece for part in parts for piece in _bit(part))


def _nested(text: str, depth: int) -> list[_Piece]:
    """An address within an address, plain or encoded."""
    if depth >= _DEEPEST:
        return [_Piece("", text)]
    plain = text
    while not _START.match(plain) and plain != unquote(plain):
        plain = unquote(plain)
    inner = _address(plain, depth + 1)
    if plain == text and inner:
        return inner
    told = [one._replace(told=_quoted(one.told)) for one in inner]
    return told if any(one.secret for one in inner) else [_Piece(text)]


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace").replace(quote(HIDDEN), HIDDEN)
