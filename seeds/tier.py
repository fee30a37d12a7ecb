"""What a relevant document is: a new incident, a decision, a follow-up, background or a commemoration.

An additive model over named evidence. Markers are phrases by language (`lexicon/tiers.toml`), signals are what the
facts and the dates say; each adds its points to the tiers it speaks for or against, and the highest sum wins. Every
piece of evidence comes back as a reason, so that a member can read why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from seeds.model import Document, Facts, Reason, Tier
from seeds.relevance.evidence import Evidence, Hit
from seeds.text.fold import fold

ORIGIN = "lexicon/tiers.toml"
FRESH = timedelta(days=10)
WEEKS_OLD = timedelta(days=21)
WINDING_UP = timedelta(days=60)
YEARS_OLD = timedelta(days=365)
# A report of January may name last year for what happened in December.
_YEAR_GRACE = timedelta(days=60)
_YEAR = re.compile(r" (?P<year>(?:19|20)\d\d)(?= )")
_HINT_BONUS = 1.5
_LATE = 0.55  # of the lead: a mention beyond it comes after what the sentence is about
_OWN_VICTIMS = frozenset({"peacekeepers", "contractors"})
_OTHER_VICTIMS = frozenset({"civilians", "national_forces", "attackers"})
_HARM = frozenset({"attack", "accident"})

Weights = Mapping[Tier, float]


@dataclass(frozen=True, slots=True)
class Marker:
    """Phrases that say one thing. `phrases` maps a language to folded look-ups; `add` is what a find adds.

    `place` weighs where it stands, instead of the rules' own weights. Of the markers of one `group` only the one
    that stands most in front counts.
    """

    name: str
    why: str
    add: Weights
    place: Mapping[str, float]
    group: str
    phrases: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The lexicon of tiers, ready to be read with. `place` weighs where a marker stands: title, lead or rest."""

    place: Mapping[str, float]
    languages: Mapping[str, tuple[str, ...]]
    since: tuple[str, ...]
    signals: Mapping[str, Marker]
    markers: tuple[Marker, ...]


_FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The tier and the evidence that spoke for it (positive weight) and against it (negative)."""

    tier: Tier
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Zone:
    """The title, the first sentence of the summary ("lead") or all that follows ("rest")."""

    place: str
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Find:
    marker: Marker
    phrase: str
    factor: float
    quote: str

    def adds(self, tier: Tier) -> float:
        """The points it brings to a tier."""
        return self.factor * self.marker.add.get(tier, 0.0)


def rules(table: Mapping[str, Any]) -> Rules:
    """The parsed `tiers.toml` as rules. Raises ValueError naming the key that is wrong."""
    since = tuple(_lookup(words) for words in table["since"]["words"])
    return Rules(
        place={name: float(factor) for name, factor in table["place"].items()},
        languages={language: tuple(_lookup(word) for word in words) for language, words in table["language"].items()},
        since=since,
        signals={name: _marker(f"signal.{name}", entry) for name, entry in table["signal"].items()},
        markers=tuple(_marker(f"marker.{name}", entry) for name, entry in table["marker"].items()),
    )


def _marker(name: str, entry: Mapping[str, Any]) -> Marker:
    add = {}
    for tier, points in entry.get("add", {}).items():
        if tier not in set(Tier):
            raise ValueError(f"{name}.add: there is no tier called {tier!r}")
        add[Tier(tier)] = float(points)
    phrases = {}
    for language, forms in entry.items():
        if language in ("why", "add", "place", "group"):
            continue
        phrases[language] = tuple(_lookup(form) for form in forms)
        if " " in phrases[language]:
            raise ValueError(f"{name}.{language}: a phrase holds no letter")
    kind = name.partition(".")[2]
    return Marker(kind, str(entry["why"]), add, entry.get("place", {}), entry.get("group", kind), phrases)


def _lookup(form: str) -> str:
    """A phrase as it is looked for in folded text; a star at its end lets the word go on."""
    return fold(form.removesuffix("*")).rstrip() if form.endswith("*") else fold(form)


def tier(
    document: Document, evidence: Evidence, facts: Facts, rules: Rules, *, closed: date | None, now: datetime
) -> Ruling:
    """The tier of a document that concerns the mission.

    `evidence` is what the match rests on; `closed` is the day on which the mission ended, if it has. A document is
    judged as of its own publication, which is taken to be at most `now`; one without a date by its text alone.
    """
    published = min(document.published.start.astimezone(UTC), now) if document.published else None
    case = _Case(evidence, facts, rules, hint=document.language, published=published, closed=closed)
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
        self, evidence: Evidence, facts: Facts, rules: Rules, *, hint: str | None, published: datetime | None,
        closed: date | None,
    ) -> None:  # fmt: skip
        self._evidence, self._facts, self._rules = evidence, facts, rules
        self._zones = tuple(_zones(evidence))
        self._language = _language(self._zones, rules, hint)
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
        for marker in self._rules.markers:
            languages = (self._language,) if self._language else tuple(marker.phrases)
            phrases = [phrase for language in languages for phrase in marker.phrases.get(language, ())]
            for zone in self._zones:
                phrase = next((phrase for phrase in phrases if phrase in zone.folded), None)
                if phrase is not None:
                    yield _Find(marker, phrase.strip(), self._weight(marker, zone), zone.text)
                    break

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
        for zone in self._zones:
            for found in _YEAR.finditer(zone.folded):
                before = zone.folded[: found.start()] + " "
                if int(found["year"]) < (published - _YEAR_GRACE).year and not before.endswith(self._rules.since):
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
        return replace(find, factor=find.factor * self._rules.place["aside"])


def _zones(evidence: Evidence) -> Iterator[_Zone]:
    pieces = [evidence.text[cut.start : cut.end] for cut in evidence.sentences]
    title, rest = (pieces[:1], pieces[1:]) if evidence.title_end else ([], pieces)
    for place, piece in (("title", " ".join(title)), ("lead", " ".join(rest[:1])), ("rest", " ".join(rest[1:]))):
        if piece:
            yield _Zone(place, piece, fold(piece))


def _language(zones: Sequence[_Zone], rules: Rules, hint: str | None) -> str | None:
    """The language that the text's small words speak for; the feed's hint counts, but may be outvoted."""
    text = " ".join(zone.folded for zone in zones)
    votes = {name: float(sum(text.count(word) for word in words)) for name, words in rules.languages.items()}
    if hint in votes:
        votes[hint] += _HINT_BONUS
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] else None


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
