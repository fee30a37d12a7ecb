"""What is found at an address: the feeds that a page names, and a feed that was read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feeds.model import Cause, Judged


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names: its address and what the page calls it, "" for nothing."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """A feed that was read once. `shown` are a few of its newest items, flagged ones first, out of `judged` of which
    `flagged` concern a watch. `allowed` is what robots.txt says to programs, `rights` the feed's own words on its use,
    `others` are further feeds that the page named; `problems` are what was wrong with it."""

    url: str
    title: str
    language: str
    items: int
    newest: datetime | None
    shown: tuple[Judged, ...]
    judged: int
    flagged: int
    allowed: bool
    rights: str = ""
    others: tuple[FeedLink, ...] = ()
    problems: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class NotSeen:
    """Why an address gave no feed: a short code ("timeout", "no_feed", …) and its cause."""

    reason: str
    cause: Cause | None = None


class Busy(Exception):
    """An address is being read for the same server."""
