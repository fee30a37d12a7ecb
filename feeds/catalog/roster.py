"""What is polled: the file's feeds, the added ones, and who paused which of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from feeds.model import AddedFeed, Feed, FeedUse, ListedFeed, Pause
from feeds.model.teams import owner_of, plain_name, seen_by
from feeds.parsing.urls import canonical


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed of the roster. `added` says who added it, None for the operator's file; `paused` who paused it."""

    feed: Feed
    added: AddedFeed | None = None
    paused: Pause | None = None

    @property
    def polled(self) -> bool:
        """Whether it is asked for news."""
        return self.feed.enabled and self.paused is None


def roster(file: Iterable[Feed], added: Iterable[AddedFeed], pauses: Iterable[Pause]) -> tuple[Listed, ...]:
    """Every feed that there is, the file's first. Where the file lists what was added before, the file counts."""
    marks = {pause.feed.casefold(): pause for pause in pauses}
    rows = [Listed(feed, None, marks.get(feed.name.casefold())) for feed in file]
    for one in added:
        if twin(one.feed, seen_rows(rows, one.server)) is None:
            rows.append(Listed(replace(one.feed, local=False), one, marks.get(one.feed.name.casefold())))
    return tuple(rows)


def for_servers(rows: Iterable[Listed], archive: Collection[str], gone: Collection[str] = ()) -> tuple[Listed, ...]:
    """The rows with whom their feeds are for: what a server added is for that server alone, unless it is one of those
    that may change the `archive`, which is everybody's. Those of servers that are `gone` rest."""
    return tuple(replace(row, feed=_for_server(row.feed, owner_of(row.feed.name), archive, gone)) for row in rows)


def _for_server(feed: Feed, owner: str, archive: Collection[str], gone: Collection[str]) -> Feed:
    audience = "" if owner in archive else owner
    return replace(feed, audience=audience, enabled=feed.enabled and owner not in gone) if owner else feed


def seen_rows(rows: Iterable[Listed], scope: str | None) -> tuple[Listed, ...]:
    """Those that a server may know of: the operator's and its own; None is the operator, who sees all."""
    return tuple(row for row in rows if seen_by(row.feed.name, scope))


def polled_feeds(rows: Iterable[Listed]) -> tuple[Feed, ...]:
    """Those that are asked for news."""
    return tuple(row.feed for row in rows if row.polled)


def as_listed(row: Listed) -> ListedFeed:
    """A row as far as it says what is watched."""
    feed = row.feed
    use: FeedUse = "polled" if row.polled else "paused" if feed.enabled else "off"
    return ListedFeed(feed.name, feed.language, feed.section, feed.standing, feed.country, use)


def twin(feed: Feed, rows: Iterable[Listed]) -> Listed | None:
    """The listed feed that has this one's name, in whatever case, or its address, in whatever spelling."""
    place = canonical(feed.url)
    return next(
        (
            row
            for row in rows
            if plain_name(row.feed.name).casefold() == plain_name(feed.name).casefold()
            or row.feed.url == feed.url
            or (place is not None and canonical(row.feed.url) == place)
        ),
        None,
    )


def meant(rows: Sequence[Listed], words: str) -> tuple[Listed, ...]:
    """The feeds that somebody means: the one of that name, else those whose names hold these words' beginnings."""
    asked = words.strip().casefold()
    exact = tuple(row for row in rows if asked in (row.feed.name.casefold(), plain_name(row.feed.name).casefold()))
    return exact or tuple(_holding(rows, asked))


def _holding(rows: Iterable[Listed], asked: str) -> Iterator[Listed]:
    for row in rows:
        if asked and re.search(rf"\b{re.escape(asked)}", row.feed.name.casefold()):
            yield row
