"""Addresses that somebody in chat typed: which of them may be asked, and how they are shown. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from feeds.web.credentials import without_secrets
from feeds.web.guard import names_private, origin

LONGEST_ADDRESS = 1000
_WEB = frozenset({80, 443})
_SYSTEM = 1024  # ports below are other services', which nobody need probe through us
_LONGEST_SHOWN = 100
# As in `feeds.web.credentials`, and with hyphens: members need not see what a leaf of a long path is called.
_KEY = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_=~-]{20,}")


class BadAddress(StrEnum):
    """Why an address is not asked for somebody in chat."""

    NO_ADDRESS = "no_address"
    TOO_LONG = "too_long"
    LOGIN = "login"
    PRIVATE = "private"
    PORT = "port"


def bad_address(url: str) -> BadAddress | None:
    """What is wrong with an address before anybody is asked; None for one that may be tried."""
    if len(url) > LONGEST_ADDRESS:
        return BadAddress.TOO_LONG
    place = origin(url)
    if place is None or re.search(r"[\s\\<>\"`]", url):
        return BadAddress.NO_ADDRESS
    if has_login(url):
        return BadAddress.LOGIN
    if names_private(url):
        return BadAddress.PRIVATE
    return BadAddress.PORT if place[1] not in _WEB and place[1] < _SYSTEM else None


def has_login(url: str) -> bool:
    """Whether a name or a password stands before the host."""
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


def shown_address(url: str) -> str:
    """Host and path, for members' eyes: no login, nothing behind a "?", no part that looks like a key."""
    try:
        parts = urlsplit(without_secrets(url))
    except ValueError:
        return "…"
    host = parts.netloc.rpartition("@")[2]
    path = "/".join("…" if _KEY.fullmatch(part) else part for part in parts.path[:LONGEST_ADDRESS].split("/"))
    told = f"{host}{path}".rstrip("/") + ("?…" if parts.query else "")
    return told if len(told) <= _LONGEST_SHOWN else f"{told[: _LONGEST_SHOWN - 1]}…"
