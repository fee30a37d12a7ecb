"""Whether a part of an address looks like a key, made by a machine to open something, or like what people and pages
write: words, dates, numbers. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
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

# How many times likelier than by chance each letter (a to z) is behind each in words, as a hexadecimal digit: bits and
# nine. Of the forms of the labelled items, in thirty languages, by `python -m tests.letters`.
_BESIDE = (
    "89996798a68a9b685baa986377", "b847c464a54a46a31a87a55174", "b283b30ba49835b44969933067",
    "b457c466b75767a42997966166", "879a9787967a9b584bb9886757", "b556ba76b46a56b62a89a23263",
    "b637c389a46859a41a99a56175", "c646c413a56878b4497aa67173", "9899a896678a9ba769ba685557",
    "c578b753a59668b63597b56333", "b643b538b68847b52999a77275", "b659c676b57a76a63489973084",
    "ca56c354b36697aa1577915164", "a49bb7a6a676599455ab875177", "78987886978aab895ba9a88477",
    "b355b758a33a45ba1b89943154", "84464464744464644444e64444", "b789c686b47888a6489a976076",
    "a6a5b669a68886a966ab966067", "b463c558b55756a42a99946177", "9898a897968a9b792baa686767",
    "b435c332b32736b22966842273", "c577c538b54668a43895833383", "a595b557b556567c565b975865",
    "b898b586a78998a959a8977537", "b777c466b58758a73769a58387",
)  # fmt: skip
_RUN = re.compile(r"[a-z]{2,}")
_FEWEST_PAIRS, _UNLIKELY = 6, -5  # bits: chance explains it thirty times better than words do


@lru_cache(maxsize=1024)
def looks_like_key(text: str) -> bool:
    """Whether it is at least `SHORTEST_KEY` characters of hex, a UUID, or letters and digits in no order that a heading
    has; percent-encoded or plain, up to two words before it."""
    text = unquote(text)
    if not _may_be(text):
        return False
    bare = _WORD.sub("", text).strip("-_.~+/=:")
    return is_hex(bare) or _random(bare)


@lru_cache(maxsize=1024)
def letters_by_chance(text: str) -> bool:
    """Whether letters stand beside each other in it as chance puts them there and no language does, in as many
    characters: so do those of keys that have few digits or none. So do those of some pages' ids."""
    text = unquote(text)
    pairs = [_bits(*pair) for run in _RUN.findall(text.lower()) for pair in pairwise(run)]
    return len(pairs) >= _FEWEST_PAIRS and sum(pairs) < _UNLIKELY and _may_be(text)


def is_hex(text: str) -> bool:
    """Whether it is a UUID, or sixteen and more digits of sixteen, some of them letters."""
    return _UUID.fullmatch(text) is not None or _HEX.fullmatch(text) is not None


def may_be_key(text: str) -> bool:
    """Whether it may be one where a name says so only half: eight letters and digits, mixed."""
    text = unquote(text)
    return looks_like_key(text) or (_MIXED.fullmatch(text) is not None and _STAMP.fullmatch(text) is None)


def _may_be(text: str) -> bool:
    """Whether it is long enough, of the signs of keys, and neither a time nor a heading."""
    if len(text) < SHORTEST_KEY or not _ALPHABET.fullmatch(text) or _STAMP.fullmatch(text):
        return False
    return len(_WORD.findall(text)) < _WORDS


def _bits(first: str, second: str) -> int:
    return int(_BESIDE[ord(first) - ord("a")][ord(second) - ord("a")], 16) - 9


def _random(text: str) -> bool:
    turns = len(_TURN.findall(text))
    return len(text) >= SHORTEST_KEY - 2 and turns >= max(_LEAST_TURNS, _TURNS * len(text))
