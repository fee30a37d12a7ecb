"""Whether a part of an address looks like a key, made by a machine to open something, or like what people and pages
write: words, dates, numbers. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

SHORTEST_KEY = 16
"""Characters from which on something is taken for a key by its look alone: shorter ones may be ids of articles."""
# A turn is where letters become digits, or small letters capitals that begin no word; what people write has few. Random
# letters and digits have .41 of them a character, without capitals .40.
_TURN = re.compile(r"(?<=[a-z])(?:[A-Z](?![a-z]{2})|\d)|(?<=[A-Z])\d|(?<=\d)[A-Za-z]")
_TURNS, _LEAST_TURNS = 0.12, 3
_ALPHABET = re.compile(r"[A-Za-z0-9_~+/=.:-]+")
_HEX = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}|(?=.*\d)(?=.*[A-F])[0-9A-F]{16,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][a-z]{2,}(?![A-Za-z0-9])")
_WORDS = 3  # words from which on it is a heading, whatever stands behind it
_STAMP = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T_ -]?\d\d[:-]?\d\d(?:[:-]?\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?")
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_~+/=.-]{8,}")


@lru_cache(maxsize=1024)
def looks_like_key(text: str) -> bool:
    """Whether it is at least `SHORTEST_KEY` characters of hex, a UUID, or letters and digits in no order that a heading
    has; percent-encoded or plain, up to two words before it."""
    text = unquote(text)
    if len(text) < SHORTEST_KEY or not _ALPHABET.fullmatch(text) or _STAMP.fullmatch(text):
        return False
    if len(_WORD.findall(text)) >= _WORDS:
        return False
    bare = _WORD.sub("", text).strip("-_.~+/=:")
    return is_hex(bare) or _random(bare)


def is_hex(text: str) -> bool:
    """Whether it is a UUID, or sixteen and more digits of sixteen, some of them letters."""
    return _UUID.fullmatch(text) is not None or _HEX.fullmatch(text) is not None


def may_be_key(text: str) -> bool:
    """Whether it may be one where a name says so only half: eight letters and digits, mixed."""
    text = unquote(text)
    return looks_like_key(text) or (_MIXED.fullmatch(text) is not None and _STAMP.fullmatch(text) is None)


def _random(text: str) -> bool:
    turns = len(_TURN.findall(text))
    return len(text) >= SHORTEST_KEY - 2 and turns >= max(_LEAST_TURNS, _TURNS * len(text))
