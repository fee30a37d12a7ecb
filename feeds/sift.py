"""Decides what of a fetch is new: what is known, changed, or renamed, and which items need a look at their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit

from feeds.model import Entry, Feed, Finding, Judged, Known
from feeds.parsing.identity import fold_title
from feeds.parsing.urls import canonical, part_of
from feeds.stories.told import latest_telling
from seeds.model import When

# Reports of an event are written within this.
_REPORTED_WITHIN = timedelta(days=7)
_LOOKED_BACK = timedelta(days=31)
# That an item stands unchanged in its feed is noted once so long, not with every fetch.
_STANDING_NOTED = timedelta(days=1)
# Fewer words than this say no more than a title; aggregators' summaries are the title and the outlet's name.
_SENTENCE = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sifted:
    """A fetch, sorted: new entries, known ones whose text changed, new keys of known ones.

    `standing` are known ones of which it is to be noted that they are unchanged; `renamed` counts the known ones that
    came back under new names, when a feed did that to most of them.
    """

    new: tuple[Entry, ...] = ()
    changed: tuple[tuple[int, Entry], ...] = ()
    aliases: tuple[tuple[str, int], ...] = ()
    renamed: int = 0
    standing: tuple[int, ...] = ()


def stands(feed: str, entry: Entry, known: Known | None, now: datetime) -> bool:
    """Whether it is time to note that a known entry of the feed still says what it said."""
    if known is None or known.last_read is None or known.feed != feed or known.content_hash != entry.content_hash:
        return False
    return now - known.last_read >= _STANDING_NOTED


def interesting(feed: str, entry: Entry, known: Known | None) -> bool:
    """Whether an entry of the feed is new, or brings new keys or other words, which count of the feed alone that it
    came from."""
    if known is None or known.missing:
        return True
    return known.feed == feed and known.content_hash != entry.content_hash


def slim(entry: Entry) -> Entry:
    """An entry for which there is no room in this look: what tells whether it was renamed."""
    return replace(entry, summary="", content_hash="")


def a_look(found: Sequence[T], most: int) -> tuple[T, ...]:
    """The entries, or (number, entry) pairs, that are stored at once: the first `most` of those held in full."""
    full = (one for one in found if (one if isinstance(one, Entry) else one[1]).content_hash)  # type: ignore[index]
    return tuple(islice(full, most))


def suspicious(known: Sequence[Known | None]) -> bool:
    """Whether so much of a fetch is new that the feed may have renamed its items."""
    return sum(one is None for one in known) * 2 > len(known)


def sift(
    feed: str,
    entries: Sequence[Entry],
    known: Sequence[Known | None],
    stored: Sequence[tuple[int, str, str | None]],
    total: int | None = None,
) -> Sifted:
    """Sort a fetch of `total` entries (all of these, when it is not told) by what is `known` of each.

    Entries that are known as they are may be left out. `stored` are the (id, title, link) of the feed's stored
    entries, wanted only when the fetch is `suspicious`. When the feed has renamed its items, those that look familiar
    get their new keys and are no news.
    """
    pairs = list(zip(entries, known, strict=True))
    new = [entry for entry, one in pairs if one is None]
    old = [(entry, one) for entry, one in pairs if one is not None]
    aliases = [(key, one.entry) for _, one in old for key in one.missing]
    # Only the feed that an entry came from may change it: an aggregator's copy has another summary.
    changed = [(one.entry, entry) for entry, one in old if one.feed == feed and one.content_hash != entry.content_hash]
    familiar = _familiar(stored, new)
    if not rekeyed(len(entries) if total is None else total, [(entry.title, entry.link) for entry in new], familiar):
        return Sifted(tuple(new), tuple(changed), tuple(aliases))
    homes = [(entry, _home(entry, familiar)) for entry in new]
    aliases += [(key, home) for entry, home in homes if home is not None for key in entry.keys]
    new = [entry for entry, home in homes if home is None]
    return Sifted(tuple(new), tuple(changed), tuple(aliases), len(homes) - len(new))


def _familiar(stored: Sequence[tuple[int, str, str | None]], new: Sequence[Entry]) -> dict[str, int]:
    """The stored entries by their traces; one that several of them, or several new ones, have tells none."""
    found = {number: traces(title, link) for number, title, link in stored}
    old = Counter(trace for some in found.values() for trace in some)
    lately = Counter(trace for one in new for trace in traces(one.title, one.link)) if found else old
    return {trace: n for n, some in found.items() for trace in some if old[trace] == 1 and lately[trace] < 2}


def _home(entry: Entry, familiar: Mapping[str, int]) -> int | None:
    return next((familiar[trace] for trace in traces(entry.title, entry.link) if trace in familiar), None)


def traces(title: str, link: str | None) -> tuple[str, ...]:
    """What stays of an item when its publisher moves house: the folded title and the last part of its address."""
    found = []
    if len(folded := fold_title(title)) >= 12:
        found.append("t:" + folded)
    page, part = part_of(link)
    tail = urlsplit(canonical(page) or "").path.rstrip("/").rpartition("/")[2]
    if len(tail) >= 8:
        found.append(f"p:{tail}#{part}" if part else f"p:{tail}")
    return tuple(found)


def rekeyed(total: int, new: Iterable[tuple[str, str | None]], familiar: Collection[str]) -> bool:
    """Whether a feed has renamed its old items instead of bringing new ones.

    `total` is how many items the fetch held, `new` the (title, link) of those whose keys are unknown, `familiar`
    the `traces` of the items stored from this feed. True when more than half of a feed of at least four items is
    new and most of that looks familiar: then it is the operator's to say, and nothing is posted.
    """
    unknown = [traces(title, link) for title, link in new]
    known = sum(any(trace in familiar for trace in found) for found in unknown)
    return total >= 4 and len(unknown) * 2 > total and known * 2 > len(unknown)


def fresh(published: When | None, now: datetime, window: timedelta) -> bool:
    """Whether an item is dated, and may have been told within `window` of now. Of a feed's first poll only such are
    told to anyone."""
    return published is not None and now - latest_telling(published, now) < window


def stale(reading: Judged, window: timedelta) -> bool:
    """Whether an item is too old to be posted as new, however lately it turned up: told longer than `window` before
    it was read.

    An undated one is judged by the event that it tells of, which reports follow within days; where it names none,
    nothing says that it is old, and it is taken for new.
    """
    published, seen = reading.entry.published, reading.seen
    if published is not None:
        return not fresh(published, seen, window)
    events = [found.facts.event.end for found in reading.findings if found.facts.event is not None]
    return bool(events) and seen - max(events) >= max(window, _REPORTED_WITHIN)


def oldest_told(window: timedelta) -> timedelta:
    """How old an item may be and still be posted as new: a dated one as old as `window`, an undated one a week; a month
    at most is looked back for what was posted of them."""
    return min(max(window, _REPORTED_WITHIN), _LOOKED_BACK)


def thin(entry: Entry) -> bool:
    """Whether a feed gives less than a sentence of an item besides its title, so that its page is worth reading."""
    said, title = fold_title(entry.summary), fold_title(entry.title)
    return len(said.removeprefix(title).split()) < _SENTENCE


def unjudged(entry: Entry, feed: Feed, now: datetime) -> Judged:
    """An entry of a feed of which nothing is known yet but who published it."""
    return Judged(entry, entry.outlet or feed.publisher or feed.name, feed.standing, now, audience=feed.audience)


def sorted_out(plain: Judged, found: Sequence[Finding]) -> Judged:
    """An entry with what was found in it, leads apart from what is relevant."""
    return replace(
        plain,
        findings=tuple(one for one in found if one.match.relevant),
        leads=tuple(one for one in found if not one.match.relevant),
    )


def oldest_first(readings: Sequence[Judged]) -> list[Judged]:
    """In the order in which they were told; undated ones and those of one time from the feed's foot up, as feeds are
    written."""

    def place(numbered: tuple[int, Judged]) -> tuple[datetime, int]:
        number, reading = numbered
        return latest_telling(reading.entry.published, reading.seen), -number

    return [reading for _, reading in sorted(enumerate(readings), key=place)]
