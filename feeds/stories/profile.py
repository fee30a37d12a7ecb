"""What of an entry survives translation, and what a story's entries say together: the profiles that are compared.

Pure. A story's profile is the sum of its entries' profiles, so that it grows entry by entry and can be added up
again when entries are moved by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from seeds.model import NO_FINGERPRINT, Document, Facts, Fingerprint, Tier, When
from seeds.rarity import telling_words
from seeds.text.fold import fold

# Titles of a story that are kept to compare with; copies come early.
_TITLES = 6
# An event longer ago than this is the past to a report.
_RECENT = timedelta(days=45)
# From this many days on, first to last, a stretch is a month or a year, not days that are known.
_MONTH = 27
# Places of one story that are told apart; what tells of more has gone wrong and draws nothing by them.
_PARTS = 8
_WHO_AND_HOW_MANY = ("contingent", "killed", "injured")
_NOTHING: Mapping[str, int] = {}
# Things of one family that a story's profile remembers; a file of a hundred reports needs no more.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days, both ends included."""

    first: date
    last: date

    def gap(self, other: Days) -> int:
        """Days between the two, 0 when they touch or overlap."""
        return max((other.first - self.last).days, (self.first - other.last).days, 0)

    def __or__(self, other: Days) -> Days:
        return Days(min(self.first, other.first), max(self.last, other.last))

    @property
    def length(self) -> int:
        """Days from the first to the last, 0 for a single day."""
        return (self.last - self.first).days

    @property
    def vague(self) -> bool:
        """Whether it is a month or a year rather than days that are known."""
        return self.length >= _MONTH


@dataclass(frozen=True, slots=True)
class Profile:
    """What an entry, or all `size` entries of a story, say in any language.

    `scope` keeps apart what must never meet (the watch's name, empty for what no watch holds relevant). `told` are
    the days of publication, as exact as they are known. `titles` are pairs of language and folded title. Each tally
    counts, by family ("place", "killed", "topic:much", …), in how many entries a thing is said. Where a story's entries
    tell of several places of the incident, `parts` holds by each what was told of it.
    """

    scope: str = ""
    told: Days | None = None
    titles: tuple[tuple[str, str], ...] = ()
    tallies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    size: int = 1
    parts: Mapping[str, Profile] = field(default_factory=dict)

    def of(self, family: str) -> Mapping[str, int]:
        """The things of a family with their counts."""
        return self.tallies.get(family, _NOTHING)

    def part_for(self, entry: Profile) -> Profile:
        """What of a story is compared with an entry: what was told of its place, else of the place of which most is
        told alike. What one report says of a toll and another of soldiers elsewhere never speaks for one story."""
        if not self.parts:
            return self
        own = next((part for site, part in self.parts.items() if site in entry.of("site")), None)
        return own or max(self.parts.values(), key=lambda part: (_shared_harm(entry, part), part.size))

    def to_json(self) -> dict[str, Any]:
        """A small JSON value that `from_json` reads back."""
        told = None if self.told is None else [self.told.first.isoformat(), self.told.last.isoformat()]
        parts = {site: part.to_json() for site, part in self.parts.items()}
        return {
            "scope": self.scope,
            "told": told,
            "titles": [list(title) for title in self.titles],
            "tallies": {family: dict(tally) for family, tally in self.tallies.items()},
            "size": self.size,
            **({"parts": parts} if parts else {}),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Profile:
        """The profile that `to_json` wrote; an empty value gives an empty profile."""
        told = value.get("told")
        return cls(
            value.get("scope", ""),
            Days(*(date.fromisoformat(day) for day in told)) if told else None,
            tuple((language, title) for language, title in value.get("titles", ())),
            value.get("tallies", {}),
            value.get("size", 1),
            {site: cls.from_json(part) for site, part in value.get("parts", {}).items()},
        )


def profile(
    document: Document,
    facts: Facts,
    marks: Fingerprint = NO_FINGERPRINT,
    scope: str = "",
    seen: datetime | None = None,
    *,
    tier: Tier | None = None,
) -> Profile:
    """An entry's profile from its text, the facts and marks read in it, its tier if it is relevant, and when it was
    `seen` if it has no date."""
    told = _days(document.published, seen)
    said = [*_said(facts, marks, told), ("tier", [tier] if tier else [])]
    tallies = {family: {str(value): 1 for value in values} for family, values in said if values}
    return Profile(scope, told, ((document.language or "", fold(document.title).strip()),), tallies)


def absorb(story: Profile, entry: Profile) -> Profile:
    """The story's profile with one more entry (or another story) in it."""
    return replace(_summed(story, entry), parts=_parts_of_both(story, entry))


def _summed(story: Profile, entry: Profile) -> Profile:
    families = sorted({*story.tallies, *entry.tallies})
    return Profile(
        story.scope or entry.scope,
        _told(story.told, entry.told),
        tuple(dict.fromkeys(story.titles + entry.titles))[:_TITLES],
        {family: _added(story.of(family), entry.of(family)) for family in families},
        story.size + entry.size,
    )


def _parts_of_both(story: Profile, entry: Profile) -> Mapping[str, Profile]:
    """What both tell of each place, the most told first; what tells of none belongs to each. None for one place."""
    if len(story.of("site").keys() | entry.of("site").keys()) < 2:
        return {}
    ours, theirs = _by_place(story), _by_place(entry)
    if ours and theirs:
        met = {site: _summed(ours[site], theirs[site]) for site in ours.keys() & theirs.keys()}
        parts = {**ours, **theirs, **met}
    else:
        placed, other = (ours, entry) if ours else (theirs, story)
        parts = {site: _summed(part, other) for site, part in placed.items()}
    return dict(sorted(parts.items(), key=lambda item: -item[1].size)[:_PARTS])


def _by_place(told: Profile) -> Mapping[str, Profile]:
    """Its parts; what tells of one place is all of it."""
    return told.parts or dict.fromkeys(list(told.of("site"))[:1], told)


def _shared_harm(entry: Profile, part: Profile) -> int:
    """How much of who came to harm, and how many, both tell."""
    return sum(not entry.of(family).keys().isdisjoint(part.of(family)) for family in _WHO_AND_HOW_MANY)


def _told(one: Days | None, other: Days | None) -> Days | None:
    """Both stretches together; a month or a year that is all a source says adds nothing where days are known."""
    if one is None or other is None:
        return one or other
    if one.vague != other.vague:
        return other if one.vague else one
    both = one | other
    return one if both.vague and not one.vague else both


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Both tallies in one, the most frequent first; of equals what was known first."""
    if not other:
        return dict(one)
    both = dict(one)
    for thing, count in other.items():
        both[thing] = both.get(thing, 0) + count
    return dict(sorted(both.items(), key=lambda item: -item[1])[:_MOST])


def _said(facts: Facts, marks: Fingerprint, told: Days | None) -> Iterable[tuple[str, Collection[object]]]:
    site = {facts.place} if facts.place else set()
    yield from _event(facts, told)
    yield "weekday", marks.weekdays
    yield "killed", [facts.killed] if facts.killed else []
    yield "injured", [facts.injured] if facts.injured else []
    for harm in ("killed", "injured"):
        yield f"{harm}:part", {toll.count for toll in facts.tolls if toll.harm == harm and toll.victims != "attackers"}
    yield "site", site
    yield "place", marks.places | site
    yield "region", [facts.region] if facts.region else []
    yield "contingent", facts.contingents
    yield "country", marks.countries | set(facts.contingents)
    yield "symbol", facts.symbols
    yield "mission", marks.missions
    yield "person", marks.people
    yield "figure", marks.figures
    yield "year", marks.years
    yield "name", marks.names
    yield "word", telling_words(marks.words)
    for tells in ("little", "some", "much"):
        yield f"topic:{tells}", [topic.name for topic in marks.topics if topic.tells == tells]
    yield "means", [topic.name for topic in marks.topics if topic.means]
    yield "later", [topic.name for topic in marks.topics if topic.later]
    yield "echo", [topic.name for topic in marks.topics if topic.echo]
    yield "kind", [topic.kind for topic in marks.topics if topic.kind]


def _event(facts: Facts, told: Days | None) -> Iterable[tuple[str, list[date]]]:
    """The day on which people came to harm; other days that a text names are sessions, deadlines and plans.

    Long before the report it is not what the report is about, but what it looks back on.
    """
    day, harm = facts.event.day if facts.event else None, facts.killed or facts.injured or facts.attack
    if day is None or not harm:
        return
    if told is None or told.first - _RECENT <= day <= told.last + timedelta(days=1):
        yield "event", [day]
    elif day < told.first:
        yield "past", [day]


def _days(when: When | None, seen: datetime | None) -> Days | None:
    if when is None:
        return None if seen is None else Days(seen.date(), seen.date())
    first = when.start.date()
    return Days(first, when.end.date())
