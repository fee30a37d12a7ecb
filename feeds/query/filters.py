"""Filters: queries that say which stories a channel wants, long before those are told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feeds.query.meaning import MOST_TERMS, parse_query
from feeds.query.model import Misread, Query, ValueNames

LONGEST_FILTER = 500
"""Characters that a filter may have."""


@dataclass(frozen=True, slots=True)
class ComingNames:
    """The names of what is yet to be told: a source that nobody has read so far may be named, and nothing is of it."""

    known: ValueNames

    def find(self, key: str, value: str) -> tuple[str, ...]:
        """What the archive keeps for a value as it was typed."""
        return self.known.find(key, value) or ((value,) if key == "source" else ())

    def near(self, key: str, value: str) -> str:
        """The name that was probably meant by an unknown value."""
        return self.known.near(key, value)

    def choices(self, key: str) -> tuple[str, ...]:
        """Every name that a value of this key may have."""
        return self.known.choices(key)


def parse_filter(text: str, known: ValueNames, now: datetime) -> Query | Misread:
    """Which stories a filter lets pass; what is wrong with it. One that says only how answers look, or is longer than
    what is looked for, is none: it would let pass what nobody asked for."""
    if len(text) > LONGEST_FILTER:
        return Misread("filter", {"most": str(LONGEST_FILTER)})
    query = parse_query(text, ComingNames(known), now)
    if isinstance(query, Misread):
        return query
    if query.cut:
        return Misread("filter_words", {"most": str(MOST_TERMS)})
    return Misread("empty") if query.tree is None else query
