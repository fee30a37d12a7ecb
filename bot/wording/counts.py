"""How things are counted: "1 story", "1,642 items". Pure."""

from __future__ import annotations

from bot.language import plural


def stories_counted(n: int) -> str:
    """ "12 stories"."""
    return plural("{n} story", "{n} stories", n)


def more_stories_counted(n: int) -> str:
    """ "12 more stories"."""
    return plural("{n} more story", "{n} more stories", n)


def items_counted(n: int) -> str:
    """ "1,642 items"."""
    return plural("{n} item", "{n} items", n)


def feeds_counted(n: int) -> str:
    """ "24 feeds"."""
    return plural("{n} feed", "{n} feeds", n)


def sources_counted(n: int) -> str:
    """ "9 sources"."""
    return plural("{n} source", "{n} sources", n)


def incidents_counted(n: int) -> str:
    """ "14 incidents"."""
    return plural("{n} incident", "{n} incidents", n)
