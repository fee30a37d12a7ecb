"""What of a relevant document tells its tier: named signs, each with where it stands.

Markers and topics are phrases of the lexicon, by the part of the document they stand in; other signs are what the facts
and the dates say, how the mission stands in the text, and how its plain words begin. What each says is learned
(`weights/tiers.toml`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from seeds.facts.line import TaggedLine
from seeds.model import Facts
from seeds.relevance.evidence import Evidence, Hit
from seeds.text.reading import Reading
from seeds.tiers.markers import Markers

FRESH = timedelta(days=10)
WEEKS_OLD = timedelta(days=21)
WINDING_UP = timedelta(days=60)
YEARS_OLD = timedelta(days=365)
# A report of January may name last year for what happened in December.
_YEAR_GRACE = timedelta(days=60)
_YEAR = re.compile(r" (?P<year>(?:19|20)\d\d)(?= )")
_WORD = "word "
_PAIR, _SPACED = 2, "\u0e00"  # characters of a script without spaces; about where these scripts begin
_STEM = 4  # letters; longer beginnings and whole words did worse, shorter words add nothing
_LATE = 0.55  # of the lead: a mention beyond it comes after what the sentence is about
_OWN_VICTIMS = frozenset({"peacekeepers", "contractors"})
_OTHER_VICTIMS = frozenset({"civilians", "national_forces", "attackers"})
# How long ago, in days, from the nearest to the furthest.
_AGES = ((-2, "told ahead"), (1, "same day"), (3, "days old"), (10, "a week old"), (21, "fresh no more"),
         (90, "weeks old"), (365, "months old"))  # fmt: skip
# How long the mission is gone, in days, by the end of each stretch.
_GONE = ((-200, "running"), (0, "ending"), (60, "just closed"), (400, "closed a year"))
_KINDS = ("name", "role", "org", "theatre", "person", "document", "other", "agency", "force")
_LINE_KINDS = ("killed", "injured", "attack", "deed", "memorial", "ceremony", "leaving", "elsewhere", "after",
               "running", "late", "condolence", "said", "speaker", "unit", "taken", "none", "deployed",
               "toll")  # fmt: skip


class Sign(NamedTuple):
    """One thing that a document says: its name, the words that say it, and the sentence they stand in."""

    name: str
    phrase: str = ""
    quote: str = ""

    @property
    def worded(self) -> bool:
        """Whether it is no more than how a plain word begins."""
        return self.name.startswith(_WORD)


class Zone(NamedTuple):
    """The title, the first sentence of the summary ("lead") or all that follows ("rest"): `folded[first:last]`."""

    place: str
    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Case:
    """A document with all that is known of it.

    `lines` are its tagged sentences; `topics` finds the concepts of a text. `published` is None where the source
    gives no date, `closed` where the mission goes on.
    """

    reading: Reading
    evidence: Evidence
    facts: Facts
    lines: Sequence[TaggedLine]
    markers: Markers
    topics: Callable[[Reading], Mapping[str, frozenset[int]]]
    published: datetime | None
    closed: date | None


def signs(case: Case) -> tuple[Sign, ...]:
    """Everything in a document that may tell its tier, each sign once."""
    zones = tuple(_zones(case.reading))
    found = (
        *_marked(case, zones),
        *_topical(case, zones),
        *_counted(case, zones),
        *_stated(case.facts),
        *_dated(case, zones),
        *_standing(case),
        *_named(case.evidence),
        *_tagged(case.lines),
        *_worded(zones, case.reading.folded),
    )
    return tuple({one.name: one for one in reversed(found)}.values())[::-1]


def mentions(evidence: Evidence) -> tuple[Hit, ...]:
    """Where a document speaks of the mission: its name, its people, and the roles that are tied to its theatre."""
    roles = (bond.role for bond in evidence.bonds if bond.ours and bond.role.kind == "role")
    return (*evidence.of("name", "misspelt", "document", "person"), *roles)


def _marked(case: Case, zones: Sequence[Zone]) -> Iterator[Sign]:
    """The markers, by the part they stand in; of several phrases for one the first of the lexicon."""
    best: dict[tuple[str, int], tuple[int, str]] = {}
    language = case.reading.language
    known = language in case.markers.languages
    for first, last, phrase in case.markers.phrases.finds(case.reading.folded):
        if not known or phrase.value.language == language:
            place = _place(zones, first)
            if place is not None and last <= zones[place].last + 1:
                found = phrase.value.order, phrase.value.words
                key = phrase.value.marker, place
                best[key] = min(best.get(key, found), found)
    for (marker, place), (_, words) in sorted(best.items(), key=lambda one: (one[0][1], one[0][0])):
        yield Sign(f"{marker}@{zones[place].place}", words, zones[place].text)
        yield Sign(marker, words, zones[place].text)


def _topical(case: Case, zones: Sequence[Zone]) -> Iterator[Sign]:
    for topic, starts in sorted(case.reading.once(case.topics).items()):
        for place in sorted({place for start in starts if (place := _place(zones, start)) is not None}):
            yield Sign(f"topic {topic}@{zones[place].place}", topic, zones[place].text)
        yield Sign(f"topic {topic}", topic)


def _counted(case: Case, zones: Sequence[Zone]) -> Iterator[Sign]:
    """Whose dead and hurt are counted."""
    tolls = case.facts.tolls
    own = [toll for toll in tolls if toll.victims in _OWN_VICTIMS]
    for zone in zones:
        toll = next((toll for toll in own if toll.quote in zone.text), None)
        if toll is not None:
            yield Sign(f"toll@{zone.place}", quote=toll.quote)
            break
    if own:
        yield Sign("own", quote=own[0].quote)
    elif tolls and all(toll.victims in _OTHER_VICTIMS for toll in tolls):
        yield Sign("others_toll", quote=tolls[0].quote)


def _stated(facts: Facts) -> Iterator[Sign]:
    """Which facts the document states."""
    for name, value in (("killed", facts.killed), ("injured", facts.injured)):
        if value is not None:
            yield Sign(f"fact {name}" if value else f"fact no {name}")
    for name, stated in (("place", facts.place), ("contingent", facts.contingents), ("actor", facts.actor),
                         ("symbol", facts.symbols)):  # fmt: skip
        if stated:
            yield Sign(f"fact {name}")
    if facts.attack:
        yield Sign("fact attack", facts.attack)
        yield Sign(f"fact {facts.attack}", facts.attack)


def _dated(case: Case, zones: Sequence[Zone]) -> Iterator[Sign]:
    """How long before its publication happened what it tells, and how long the mission is gone."""
    if case.published is None:
        yield Sign("undated")
        return
    if case.closed is not None:
        gone = (case.published.date() - case.closed).days
        yield Sign(next((name for most, name in _GONE if gone <= most), "closed for years"))
        if gone > 0:
            yield Sign("closed" if gone > WINDING_UP.days else "just_closed")
    age = _age(case.facts, case.published)
    if age is None:
        yield Sign("no day of an event")
    else:
        yield Sign(next((name for most, name in _AGES if age.days <= most), "years_old"))
        if timedelta(days=-2) <= age <= FRESH:
            yield Sign("fresh")
        elif WEEKS_OLD < age <= YEARS_OLD:
            yield Sign("weeks_old")
    yield from _old_year(case, zones, case.published)


def _age(facts: Facts, published: datetime) -> timedelta | None:
    event = facts.event
    if event is None:
        return None
    if event.precision == "year":
        return timedelta(days=366) if event.start.year < (published - _YEAR_GRACE).year else None
    return published - event.start


def _old_year(case: Case, zones: Sequence[Zone], published: datetime) -> Iterator[Sign]:
    """The first year named that lies before the publication's, unless it only starts a running total."""
    folded = case.reading.folded
    for zone in zones:
        for found in _YEAR.finditer(folded, zone.first - 1, zone.last + 1):
            since = folded.endswith(case.markers.since, zone.first - 1, found.start() + 1)
            if int(found["year"]) < (published - _YEAR_GRACE).year and not since:
                yield Sign(f"old_year@{zone.place}", found["year"], zone.text)
                yield Sign("old_year", found["year"], zone.text)
                return


def _standing(case: Case) -> Iterator[Sign]:
    """Where in the document the mission is spoken of first."""
    evidence = case.evidence
    first = min(mentions(evidence), key=lambda hit: hit.start, default=None)
    if first is None:
        yield Sign("unnamed")
        return
    lead = 1 if evidence.title_end else 0
    quote = evidence.quote(first)
    if evidence.in_title(first):
        yield Sign("titled", quote=quote)
    elif first.sentence > lead:
        yield Sign("passing", quote=quote)
    elif first.start - evidence.sentences[lead].start > _LATE * len(quote):
        yield Sign("late", quote=quote)
    else:
        yield Sign("leading", quote=quote)
    zones = sorted({_part(evidence, hit, lead) for hit in mentions(evidence)})
    yield Sign(f"named in {' and '.join(zones)}")


def _part(evidence: Evidence, hit: Hit, lead: int) -> str:
    return "title" if evidence.in_title(hit) else "lead" if hit.sentence <= lead else "rest"


def _named(evidence: Evidence) -> Iterator[Sign]:
    """Who and what is named, in the title or at all."""
    for kind in _KINDS:
        hits = evidence.of(kind)
        if hits:
            yield Sign(f"says {kind}")
        if any(map(evidence.in_title, hits)):
            yield Sign(f"says {kind}@title")
    for hit in evidence.of("role"):
        yield Sign(f"role {hit.concept}", hit.text)
        if evidence.in_title(hit):
            yield Sign(f"role {hit.concept}@title", hit.text)


def _tagged(lines: Iterable[TaggedLine]) -> Iterator[Sign]:
    """What the words of harm, place and time in each part tell."""
    for line in lines:
        place = ("title", "lead")[line.number] if line.number < 2 else "rest"
        for kind in _LINE_KINDS:
            if line.tells(kind):
                yield Sign(f"line {kind}@{place}", quote=line.text)


def _worded(zones: Sequence[Zone], folded: str) -> Iterator[Sign]:
    """How the plain words begin, whatever the language; the title's once more by themselves.

    Related words of related languages begin alike ("contingent", "funérailles"), so a beginning needs fewer items
    behind it than a word does. Scripts without spaces give pairs of characters.
    """
    for zone in zones:
        for stem, word in _stems(folded[zone.first : zone.last].split()):
            yield Sign(f"{_WORD}{stem}", word, zone.text)
            if zone.place == "title":
                yield Sign(f"{_WORD}{stem}@title", word, zone.text)


def _stems(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, word in enumerate(words):
        pair = "".join(words[number : number + 2])
        whole = pair if len(pair) == _PAIR and pair > _SPACED else word
        yield whole[:_STEM], whole


def _place(zones: Sequence[Zone], first: int) -> int | None:
    return next((number for number, zone in enumerate(zones) if zone.first <= first < zone.last), None)


def _zones(reading: Reading) -> Iterator[Zone]:
    cut = reading.sentences
    title, rest = (cut[:1], cut[1:]) if reading.title_end else ((), cut)
    for place, part in (("title", title), ("lead", rest[:1]), ("rest", rest[1:])):
        if part:
            text = " ".join(reading.text[one.start : one.end] for one in part)
            first, last = (bisect_left(reading.origins, at) for at in (part[0].start, part[-1].end))
            yield Zone(place, text, max(first, 1), last - reading.folded.endswith(" ", 0, last))
