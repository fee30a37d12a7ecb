"""What a message is called: a mark that nobody can guess, and in it what the message is about.

The mark's first part is chance and never comes again. The rest says what kind of message it is, of which watch, and
about what, so that a database that was put back from an earlier hour, or lost its last rows in a power cut, knows again
what it had posted: the same item's alert has another mark with the same end.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
MARK_LENGTH: Final = 25
"""As long as a nonce of Discord's may be."""

FOLLOWERS_KIND: Final = "follow"
"""The kind of what a follower is told; its watch is the follower's server, and it is about the member first."""

_CHANCE, _KIND, _ABOUT = 15, 2, 8  # places of a mark, to base 36
NAME_IN_LIST: Final = 4
"""Places of an item's name where many are listed: of a hundred listed, one in seventeen thousand others is taken for
one of them."""
CHANCES: Final = 36**_CHANCE
"""A mark is one of so many that are otherwise alike: 77 bits. What it is about has 41 bits."""


def mark_of(chance: int, kind: str, watch: str = "", *about: object) -> str:
    """The mark of a message of a kind and a watch about something; `chance` is in 0..CHANCES - 1."""
    return _base36(chance, _CHANCE) + kind_in_mark(kind, watch) + about_in_mark(*about)


def kind_in_mark(kind: str, watch: str = "") -> str:
    """The part of a mark that says of which kind and watch a message is."""
    return _digest(_KIND, kind, watch)


def about_in_mark(*about: object) -> str:
    """The part of a mark that says what a message is about."""
    return _digest(_ABOUT, *about)


def name_in_list(*about: object) -> str:
    """What stands for something in a list of much that one message is about."""
    return _digest(NAME_IN_LIST, *about)


def topic(mark: str) -> tuple[str, str]:
    """Of which kind and watch, and about what, a message is; two times "" where the mark is an earlier version's."""
    if len(mark) != MARK_LENGTH:
        return "", ""
    return mark[_CHANCE : _CHANCE + _KIND], mark[-_ABOUT:]


def item_name(link: str | None, content_hash: str) -> str:
    """What an item is called beyond one database: by its address, else by its words."""
    return link or content_hash


def _digest(places: int, *parts: object) -> str:
    told = "\0".join("" if part is None else str(part) for part in parts).encode("utf-8", "surrogatepass")
    return _base36(int.from_bytes(blake2b(told, digest_size=16).digest(), "big") % 36**places, places)


def _base36(number: int, places: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text.rjust(places, "0")
