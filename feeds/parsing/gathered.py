"""What is read of a feed besides its items' words, gathered while they go by, and what that says when all were read."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from feeds.model import Cause, CauseKind, Feed, Parsed
from feeds.parsing import identity
from feeds.parsing.chunks import MOST_REMEMBERED, ReadItem
from feeds.parsing.settled import Settled
from feeds.parsing.urls import host_of

MOST_ITEMS = 20_000


@dataclass(slots=True)
class Gathered:
    """What is read of a feed while its slices go by.

    `odd` says that it is not well-formed, or that the parser had to choose its encoding. `names` are those of the items
    that say anything, `empty` counts the others, `undated` those without a day; `stamp` is what one of them has for it.
    `items` are all of them where they may be remembered: of a larger feed, for which nobody asks, only the first.
    """

    title: str = ""
    language: str = ""
    kind: str = ""
    ttl: float | None = None
    rights: str = ""
    broken: str = ""
    odd: bool = False
    dropped: int = 0
    empty: int = 0
    undated: int = 0
    stamp: str = ""
    names: list[identity.Names] = field(default_factory=list)
    items: list[ReadItem] = field(default_factory=list)

    def add(self, item: ReadItem) -> None:
        """Note an item."""
        if item.names:
            self.names.append(item.names)
        else:
            self.empty += 1
        if item.undated is not None:
            self.undated += 1
            self.stamp = self.stamp or item.undated
        if len(self.items) <= MOST_REMEMBERED:  # one more than that says that there are more
            self.items.append(item)

    def full(self) -> bool:
        """Whether there is no room for one more, which then counts as dropped."""
        full = len(self.names) >= MOST_ITEMS
        self.dropped += full
        return full


def settle(channel: Gathered, feed: Feed, degraded: bool, pages: Collection[str]) -> Settled:
    """What is known when all of it was read; `degraded` and `pages` as for `feeds.parsing.parse.parse_feed`."""
    names = channel.names
    nothing = (None,) * len(names)
    if not channel.kind:
        return Settled(Parsed(failure="not_a_feed", problems=(Cause(CauseKind.OTHER_XML),)), nothing)
    if wrong := _wrong(feed, channel.title):
        told = Parsed(title=channel.title, kind=channel.kind, failure="wrong_feed", problems=(wrong,))
        return Settled(told, nothing)
    named, worthless = identity.distinct(names, degraded=degraded, pages=pages)
    keys = tuple(one.keys() if one else None for one in named)
    problems = _problems(channel, worthless)
    items = sum(one is not None for one in keys)
    parts = identity.parted_pages(named)
    return Settled(
        Parsed(
            (), channel.title, channel.kind, channel.ttl, problems,
            degraded=worthless, items=items, pages=parts, rights=channel.rights,
        ),
        keys,
    )  # fmt: skip


def _wrong(feed: Feed, title: str) -> Cause | None:
    """ReliefWeb drops a filter that it cannot read and serves everything, under its plain title."""
    filtered = host_of(feed.url) == "reliefweb.int" and "advanced-search=" in urlsplit(feed.url).query
    if filtered and re.fullmatch(r"ReliefWeb\s*[-–]\s*(?:(?:Updates|Headlines|Reports)\s*)?", title):
        return Cause(CauseKind.UNFILTERED, {"title": title})
    return None


def _problems(channel: Gathered, worthless: bool) -> tuple[Cause, ...]:
    said = []
    if channel.broken:
        said.append(Cause(CauseKind.ILL_FORMED, {"error": channel.broken}))
    if channel.undated:
        said.append(Cause(CauseKind.UNDATED, {"items": channel.undated, "stamp": channel.stamp[:60]}))
    if channel.empty:
        said.append(Cause(CauseKind.EMPTY_ITEMS, {"items": channel.empty}))
    if channel.dropped:
        said.append(Cause(CauseKind.TOO_MANY_ITEMS, {"items": channel.dropped, "most": MOST_ITEMS}))
    if worthless:
        said.append(Cause(CauseKind.REPEATED_IDS))
    return tuple(said)
