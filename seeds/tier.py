"""What a relevant document is: a new incident, a decision, a follow-up, background or a commemoration.

An additive model over named evidence. Markers are phrases by language (`lexicon/tiers.toml`), signals are what the
facts and the dates say; each adds its points to the tiers it speaks for or against, and the highest sum wins. Every
piece of evidence comes back as a reason, so that a member can read why.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from seeds.markers import Marker, MarkerPhrase, Rules
from seeds.model import Facts, Reason, Tier
from seeds.relevance.evidence import Evidence, Hit
from seeds.text.reading import Reading

ORIGIN = "lexicon/tiers.toml"
FRESH = timedelta(days=10)
WEEKS_OLD = timedelta(days=21)
WINDING_UP = timedelta(days=60)
YEARS_OLD = timedelta(days=365)
# A report of January may name last year for what happened in December.
_YEAR_GRACE = timedelta(days=60)
_YEAR = re.compile(r" (?P<year>(?:19|20)\d\d)(?= )")
_LATE = 0.55  # of the lead: a mention beyond it comes after what the sentence is about
_OWN_VICTIMS = frozenset({"peacekeepers", "contractors"})
_OTHER_VICTIMS = frozenset({"civilians", "national_forces", "attackers"})
_HARM = frozenset({"attack", "accident"})
_FRESH = "fresh"


class Ruling(NamedTuple):
    """The tier and the evidence that spoke for it (positive weight) and against it (negative)."""

    tier: Tier
    reasons: tuple[Reason, ...]


class _Zone(NamedTuple):
    """The title, the first sentence of the summary ("lead") or all that follows ("rest"): `folded[first:last]`."""

    place: str
    text: str
    first: int
    last: int


class _Find(NamedTuple):
    marker: Marker
    phrase: str
    factor: float
    quote: str

    def adds(self, tier: Tier) -> float:
        """The points it brings to a tier."""
        return self.factor * self.marker.add.get(tier, 0.0)


def tier(
    reading: Reading, evidence: Evidence, facts: Facts, rules: Rules, *, closed: date | None, now: datetime
) -> Ruling:
    """The tier of a document that concerns the mission.

    `evidence` is what the match rests on; `closed` is the day on which the mission ended, if it has. A document is
    judged as of its own publication, which is taken to be at most `now`; one without a date by its text alone.
    """
    told = min(reading.document.published.start.astimezone(UTC), now) if reading.document.published else None
    case = _Case(reading, evidence, facts, rules, published=told, closed=closed)
    finds = case.finds()
    if all(find.marker.name == _FRESH for find in finds):  # being new makes no incident of what says of none
        finds = [case.signal("nothing")]
    totals = {tier: sum(find.adds(tier) for find in finds) for tier in Tier}
    chosen = max(Tier, key=lambda tier: totals[tier])  # the first, most urgent one wins a tie
    return Ruling(chosen, tuple(_reasons(finds, chosen)))


def _reasons(finds: Sequence[_Find], chosen: Tier) -> Iterator[Reason]:
    for find in finds:
        weight = round(find.adds(chosen), 2)
        if weight:
            found = f"{find.marker.name}: {find.phrase}" if find.phrase else find.marker.name
            yield Reason("tier", found, weight, find.quote or find.marker.why, f"{ORIGIN} {find.marker.name}")


def mentions(evidence: Evidence) -> tuple[Hit, ...]:
    """Where a document speaks of the mission: its name, its people, and the roles that are tied to its theatre."""
    roles = (bond.role for bond in evidence.bonds if bond.ours and bond.role.kind == "role")
    return (*evidence.of("name", "misspelt", "document", "person"), *roles)


class _Case:
    """One document with all that is known of it. `published` is None where the source gives no date."""

    def __init__(
        self, reading: Reading, evidence: Evidence, facts: Facts, rules: Rules, *, published: datetime | None,
        closed: date | None,
    ) -> None:  # fmt: skip
        self._reading, self._evidence, self._facts, self._rules = reading, evidence, facts, rules
        self._zones = tuple(_zones(reading))
        self._published = published
        # how long the mission had been closed by then; zero or less while it ran, None without the dates
        self._gone = published.date() - closed if published and closed else None

    def finds(self) -> list[_Find]:
        """All the evidence: markers in the text, what is counted, what the dates say, how the mission stands in it."""
        finds = _strongest([*self._markers(), *self._tolls(), *self._dates()])
        standing = tuple(self._standing(finds))
        if standing and self._front_is_elsewhere():
            finds = [self._aside(find) for find in finds]
        return [*finds, *standing]

    def signal(self, name: str, factor: float = 1.0, quote: str = "", phrase: str = "") -> _Find:
        """A find that the facts make, not a phrase."""
        return _Find(self._rules.signals[name], phrase, factor, quote)

    def _markers(self) -> Iterator[_Find]:
        """Each marker where it stands first."""
        best: dict[int, tuple[int, int, str]] = {}
        for place, phrase in self._phrases():
            found = place, phrase.order, phrase.words
            best[phrase.marker] = min(best.get(phrase.marker, found), found)
        for number, (place, _, words) in sorted(best.items()):
            marker, zone = self._rules.markers[number], self._zones[place]
            yield _Find(marker, words, self._weight(marker, zone), zone.text)

    def _phrases(self) -> Iterator[tuple[int, MarkerPhrase]]:
        """The phrases of the text's language, or of all where that has none, each with the number of its zone."""
        language = self._reading.language
        known = language in self._rules.languages
        for first, last, phrase in self._rules.phrases.finds(self._reading.folded):
            if not known or phrase.value.language == language:
                place = next((n for n, zone in enumerate(self._zones) if zone.first <= first < zone.last), None)
                if place is not None and last <= self._zones[place].last + 1:
                    yield place, phrase.value

    def _weight(self, marker: Marker, zone: _Zone) -> float:
        kept = marker.place.get("closed", 1.0) if self._gone is not None and self._gone > WINDING_UP else 1.0
        return float(marker.place.get(zone.place, self._rules.place[zone.place]) * kept)

    # what is counted

    def _tolls(self) -> Iterator[_Find]:
        """Whose dead and hurt are counted; those of an event of long ago say nothing."""
        age = self._age()
        if age is not None and age > WEEKS_OLD:
            return
        tolls = self._facts.tolls
        own = [toll for toll in tolls if toll.victims in _OWN_VICTIMS]
        for zone in self._zones:
            toll = next((toll for toll in own if toll.quote in zone.text), None)
            if toll is not None:
                yield self.signal("toll", self._rules.place[zone.place], toll.quote)
                break
        if own:
            yield self.signal("own", quote=own[0].quote)
        elif tolls and all(toll.victims in _OTHER_VICTIMS for toll in tolls):
            yield self.signal("others_toll", quote=tolls[0].quote)

    # what the dates say

    def _dates(self) -> Iterator[_Find]:
        if self._published is None:
            return
        if self._gone is not None and self._gone > timedelta():
            yield self.signal("just_closed" if self._gone <= WINDING_UP else "closed")
        age = self._age()
        if age is not None:
            yield from (self.signal(name) for name in _age_names(age))
        yield from self._old_year(self._published)

    def _age(self) -> timedelta | None:
        event = self._facts.event
        if self._published is None or event is None:
            return None
        if event.precision == "year":
            return timedelta(days=366) if event.start.year < (self._published - _YEAR_GRACE).year else None
        return self._published - event.start

    def _old_year(self, published: datetime) -> Iterator[_Find]:
        """The first year named that lies before the publication's, unless it only starts a running total."""
        folded = self._reading.folded
        for zone in self._zones:
            for found in _YEAR.finditer(folded, zone.first - 1, zone.last + 1):
                since = folded.endswith(self._rules.since, zone.first - 1, found.start() + 1)
                if int(found["year"]) < (published - _YEAR_GRACE).year and not since:
                    yield self.signal("old_year", self._rules.place[zone.place], zone.text, found["year"])
                    return

    # how the mission stands in it

    def _standing(self, finds: Sequence[_Find]) -> Iterator[_Find]:
        """Whether the mission is only mentioned in passing.

        A report whose title tells of harm in the theatre may be about the mission's own people even where it names
        the mission late: it is not taken for a passing mention unless the harm was done to others.
        """
        evidence = self._evidence
        first = min(mentions(evidence), key=lambda hit: hit.start, default=None)
        if first is None or self._facts.contingents or self._titled() or self._harmed(finds):
            return
        lead = 1 if evidence.title_end else 0
        quote = evidence.quote(first)
        if first.sentence > lead:
            yield self.signal("passing", quote=quote)
        elif first.start - evidence.sentences[lead].start > _LATE * len(quote):
            yield self.signal("late", quote=quote)

    def _titled(self) -> bool:
        """Whether the title speaks of the mission, or at least of its organisation in the theatre."""
        if any(map(self._evidence.in_title, mentions(self._evidence))):
            return True
        return self._in_title("theatre") and self._in_title("org")

    def _harmed(self, finds: Sequence[_Find]) -> bool:
        names = {find.marker.name for find in finds}
        told = any(find.marker.name in _HARM and find.factor >= 1.0 for find in finds)
        return "own" in names or (told and "others_toll" not in names and self._in_title("theatre"))

    def _front_is_elsewhere(self) -> bool:
        """Whether what stands in front is told of somebody else: no theatre in the title, or the mission long gone."""
        return not self._in_title("theatre") or (self._gone is not None and self._gone > WINDING_UP)

    def _in_title(self, kind: str) -> bool:
        return any(map(self._evidence.in_title, self._evidence.of(kind)))

    def _aside(self, find: _Find) -> _Find:
        """What a marker weighs when it speaks of somebody else than the mission; looking back stays what it is."""
        if find.adds(Tier.BACKGROUND) > 0:
            return find
        return find._replace(factor=find.factor * self._rules.place["aside"])


def _zones(reading: Reading) -> Iterator[_Zone]:
    cut = reading.sentences
    title, rest = (cut[:1], cut[1:]) if reading.title_end else ((), cut)
    for place, part in (("title", title), ("lead", rest[:1]), ("rest", rest[1:])):
        if part:
            text = " ".join(reading.text[one.start : one.end] for one in part)
            first, last = (bisect_left(reading.origins, at) for at in (part[0].start, part[-1].end))
            yield _Zone(place, text, max(first, 1), last - reading.folded.endswith(" ", 0, last))


def _strongest(finds: Sequence[_Find]) -> list[_Find]:
    """Of the finds of one group only the one that stands most in front."""
    best: dict[str, _Find] = {}
    for find in finds:
        known = best.get(find.marker.group)
        if known is None or find.factor > known.factor:
            best[find.marker.group] = find
    return list(best.values())


def _age_names(age: timedelta) -> Iterator[str]:
    if timedelta(days=-2) <= age <= FRESH:
        yield _FRESH
    elif age > YEARS_OLD:
        yield "years_old"
    elif age > WEEKS_OLD:
        yield "weeks_old"
