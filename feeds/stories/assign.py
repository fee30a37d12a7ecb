"""Which story an entry belongs to: it joins one that tells the same event, or opens one.

Pure and incremental. An entry's profile is compared with the few stories that share a blocking key with it; the most
likely one above even odds is joined. Nothing is ever clustered again: what members have seen stands, unless they
merge or split by hand. The cost of an entry does not grow with the archive, because every key
gives its newest stories only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from feeds.stories.evidence.likeness import likeness
from feeds.stories.profile import Days, Profile, absorb, profile

__all__ = ["MemoryStories", "absorb", "assign", "keys", "link_lookups", "link_story", "lookups", "profile"]

# How many stories, newest first, one key gives at most.
CANDIDATES = 40
# How many stories a stream without a database remembers.
REMEMBERED = 2_000
# Days are looked up in slots of this many, so that a fortnight takes few of them.
_SLOT = 8
_BACK, _AHEAD = 2, 1
# What an entry without a day is looked up by, the most telling first, and how many of each family.
_FAMILIES = ("symbol", "site", "place", "contingent", "country", "killed", "figure", "person", "name", "topic:much")
_PER_FAMILY = 4
# What one with days is looked up by as well.
_NAMED = ("place", "contingent")
# The families of follow-ups that are stories of their own.
_AFTERMATH = frozenset({"justice", "report", "memory"})


def keys(story: Profile) -> tuple[str, ...]:
    """The keys under which a story is found; store them when it opens, add new ones when it grows."""
    things = _things(story)
    found = [f"{story.scope}|any|{thing}" for thing in things]
    if story.told is None:
        found += [f"{story.scope}|undated|{thing}" for thing in things]
    else:
        found += _by_days(story, story.told)
    return tuple(found)


def lookups(entry: Profile) -> tuple[str, ...]:
    """The keys to look under for stories that an entry may belong to."""
    things = _things(entry)
    if entry.told is None:
        return tuple(f"{entry.scope}|any|{thing}" for thing in things)
    near = Days(entry.told.first - timedelta(_SLOT * _BACK), entry.told.last + timedelta(_SLOT * _AHEAD))
    return (*_by_days(entry, near), *(f"{entry.scope}|undated|{thing}" for thing in things))


def assign(entry: Profile, candidates: Mapping[int, Profile]) -> int | None:
    """The id of the story that an entry joins, None when it opens one.

    `candidates` are the stories that `lookups` gave, by id. Of equally likely stories the one with the lower id is
    joined.
    """
    best, most = None, 0.0
    for story in sorted(candidates):
        odds = likeness(entry, candidates[story])
        if odds > most:
            best, most = story, odds
    return best


def link_story(story: Profile, candidates: Mapping[int, Profile]) -> int | None:
    """The incident that a trial, an inquiry or an anniversary looks back on; None when none is named clearly enough.

    `candidates` are stories found under the `any` keys of the new story (`link_lookups`).
    """
    if not story.of("kind").keys() & _AFTERMATH:
        return None
    likely = {number: _ties(story, other) for number, other in candidates.items() if _before(other, story)}
    best = max(sorted(likely), key=lambda number: likely[number], default=None)
    return best if best is not None and likely[best] >= 2 else None


def link_lookups(story: Profile) -> tuple[str, ...]:
    """The keys to look under for the incident that a story may look back on."""
    return tuple(f"{story.scope}|any|{thing}" for thing in _things(story) if thing.startswith(("site:", "place:")))


def _by_days(told: Profile, days: Days) -> list[str]:
    """Keys of these days: of all that was told then, and of what names the same; in a week of war the newest stories of
    all are too few to find one of its first day."""
    named = ["", *(f"|{thing}" for thing in _things(told, _NAMED))]
    return [f"{told.scope}|{slot}{thing}" for slot in _slots(days) for thing in named]


class MemoryStories:
    """Stories kept in memory, for streams that no database stores; deterministic for an order of arrival.

    It remembers the `most` stories that were told last; an entry of an older one opens it anew.
    """

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._opened = 0
        self._stories: dict[int, Profile] = {}
        self._index: dict[str, list[int]] = {}
        self._noted: dict[int, set[str]] = {}

    def __len__(self) -> int:
        return self._opened

    def place(self, entry: Profile) -> int:
        """The number of the story that the entry joined or opened, counted from 1."""
        story = assign(entry, self.candidates(lookups(entry)))
        return self.open(entry) if story is None else self.join(story, entry)

    def join(self, story: int, entry: Profile) -> int:
        """Add the entry to a story of this memory, whatever it tells; raises KeyError where it is forgotten."""
        self._stories[story] = absorb(self._stories.pop(story), entry)  # the last one told stands last
        self._note(story)
        return story

    def open(self, entry: Profile) -> int:
        """Open a story for the entry, whatever it tells."""
        self._opened += 1
        self._stories[self._opened] = entry
        self._note(self._opened)
        if len(self._stories) > self._most:
            self._forget(next(iter(self._stories)))
        return self._opened

    def candidates(self, sought: Sequence[str]) -> dict[int, Profile]:
        """The stories under most of these keys, of equals the newest."""
        found = Counter(story for key in sought for story in self._index.get(key, ()))
        most = sorted(found, key=lambda story: (-found[story], -story))[: 2 * CANDIDATES]
        return {story: self._stories[story] for story in most}

    def link(self, story: int) -> int | None:
        """The incident that a story of this memory looks back on."""
        known = self._stories[story]
        others = self.candidates(link_lookups(known))
        others.pop(story, None)
        return link_story(known, others)

    def _forget(self, story: int) -> None:
        del self._stories[story]
        for key in self._noted.pop(story, ()):
            left = [other for other in self._index.pop(key, ()) if other != story]
            if left:
                self._index[key] = left

    def _note(self, story: int) -> None:
        for key in keys(self._stories[story]):
            under = self._index.setdefault(key, [])
            if story not in under:
                under.append(story)
                del under[:-CANDIDATES]
                self._noted.setdefault(story, set()).add(key)


def _things(of: Profile, families: Sequence[str] = _FAMILIES) -> list[str]:
    known = of.tallies
    return [f"{family}:{thing}" for family in families if family in known for thing in _most_told(known[family])]


def _most_told(tally: Mapping[str, int]) -> Iterable[str]:
    return tally if len(tally) == 1 else sorted(tally, key=lambda thing: (-tally[thing], thing))[:_PER_FAMILY]


def _slots(days: Days) -> Iterator[int]:
    first, last = days.first.toordinal() // _SLOT, days.last.toordinal() // _SLOT
    yield from range(first, min(last, first + 366 // _SLOT) + 1)


def _before(one: Profile, other: Profile) -> bool:
    return one.told is None or other.told is None or one.told.first < other.told.first


def _ties(story: Profile, incident: Profile) -> int:
    """How many of place, toll, contingent and day of the event two stories share; 0 for what is no incident."""
    if incident.of("kind").keys() & _AFTERMATH or "incident" not in incident.of("kind"):
        return 0
    if not story.of("place").keys() & incident.of("place").keys():
        return 0
    day = incident.of("event").keys() & {*story.of("past"), *story.of("event")}
    alike = (story.of(family).keys() & incident.of(family).keys() for family in ("killed", "injured", "contingent"))
    return 1 + bool(day) + sum(map(bool, alike))
