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

from seeds.evidence import Evidence, Hit
from seeds.model import Document, Facts, Reason, Tier
from seeds.text import fold

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
    zones = tuple(_zones(evidence))
    published = _published(document, now)
    finds = [*_markers(zones, rules, document.language), *_dated(zones, facts, published, closed, rules)]
    finds.extend(_tolls(evidence, facts, published, rules))
    standing = tuple(_standing(evidence, facts, finds, rules))
    if standing and _elsewhere(evidence, finds):
        finds = [_aside(find, rules) for find in finds]
    finds.extend(standing)
    if not finds:
        finds.append(_signal("nothing", rules))
    totals = {tier: sum(find.factor * find.marker.add.get(tier, 0.0) for find in finds) for tier in Tier}
    chosen = max(Tier, key=lambda tier: totals[tier])  # the first, most urgent one wins a tie
    return Ruling(chosen, tuple(_reasons(finds, chosen)))


def _reasons(finds: Sequence[_Find], chosen: Tier) -> Iterator[Reason]:
    for find in finds:
        weight = round(find.factor * find.marker.add.get(chosen, 0.0), 2)
        if weight:
            found = f"{find.marker.name}: {find.phrase}" if find.phrase else find.marker.name
            yield Reason("tier", found, weight, find.quote or find.marker.why, f"{ORIGIN} {find.marker.name}")


def _zones(evidence: Evidence) -> Iterator[_Zone]:
    pieces = [evidence.text[cut.start : cut.end] for cut in evidence.sentences]
    title, rest = (pieces[:1], pieces[1:]) if evidence.title_end else ([], pieces)
    for place, piece in (("title", " ".join(title)), ("lead", " ".join(rest[:1])), ("rest", " ".join(rest[1:]))):
        if piece:
            yield _Zone(place, piece, fold(piece))


def _markers(zones: Sequence[_Zone], rules: Rules, hint: str | None) -> Iterator[_Find]:
    language = _language(zones, rules, hint)
    best: dict[str, _Find] = {}
    for marker in rules.markers:
        chosen = (language,) if language else tuple(marker.phrases)
        found = _first(marker, [phrase for name in chosen for phrase in marker.phrases.get(name, ())], zones, rules)
        if found and (marker.group not in best or found.factor > best[marker.group].factor):
            best[marker.group] = found
    yield from best.values()


def _first(marker: Marker, phrases: Sequence[str], zones: Sequence[_Zone], rules: Rules) -> _Find | None:
    for zone in zones:
        for phrase in phrases:
            if phrase in zone.folded:
                return _Find(marker, phrase.strip(), _weight(marker, zone, rules), zone.text)
    return None


def _weight(marker: Marker, zone: _Zone, rules: Rules) -> float:
    return float(marker.place.get(zone.place, rules.place[zone.place]))


def _language(zones: Sequence[_Zone], rules: Rules, hint: str | None) -> str | None:
    """The language that the text's small words speak for; the feed's hint counts, but may be outvoted."""
    text = " ".join(zone.folded for zone in zones)
    votes = {name: float(sum(text.count(word) for word in words)) for name, words in rules.languages.items()}
    if hint in votes:
        votes[hint] += _HINT_BONUS
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] else None


def _signal(name: str, rules: Rules, factor: float = 1.0, quote: str = "", phrase: str = "") -> _Find:
    return _Find(rules.signals[name], phrase, factor, quote)


def _tolls(evidence: Evidence, facts: Facts, published: datetime | None, rules: Rules) -> Iterator[_Find]:
    """Whose dead and hurt are counted; those of an event of long ago say nothing."""
    if published and (_age(facts, published) or timedelta()) > WEEKS_OLD:
        return
    own = [toll for toll in facts.tolls if toll.victims in _OWN_VICTIMS]
    title = evidence.text[: evidence.title_end]
    if own:
        yield _signal("toll", rules, quote=own[0].quote)
    elif facts.tolls and all(toll.victims in _OTHER_VICTIMS for toll in facts.tolls):
        yield _signal("others_toll", rules, quote=facts.tolls[0].quote)
    if title and any(toll.quote in title for toll in own):
        yield _signal("toll_in_title", rules, quote=title)


def _standing(evidence: Evidence, facts: Facts, finds: Sequence[_Find], rules: Rules) -> Iterator[_Find]:
    """Whether the mission stands in front, or is only mentioned in passing.

    A report whose title tells of harm in the theatre may be about the mission's own people even where it names the
    mission late: it is not taken for a passing mention unless the harm was done to others.
    """
    first = min(mentions(evidence), key=lambda hit: hit.start, default=None)
    found = {find.marker.name: find for find in finds}
    told = "others_toll" not in found and _theatre_in_title(evidence) and any(_tells_harm(find) for find in finds)
    harmed = "toll" in found or told
    if first is None or _titled(evidence) or facts.contingents or harmed:
        return
    lead = 1 if evidence.title_end else 0
    if first.sentence > lead:
        yield _signal("passing", rules, quote=evidence.quote(first))
    elif first.start - evidence.sentences[lead].start > _LATE * len(evidence.quote(first)):
        yield _signal("late", rules, quote=evidence.quote(first))


def _titled(evidence: Evidence) -> bool:
    """Whether the title speaks of the mission, or at least of its organisation in the theatre."""
    if any(evidence.in_title(hit) for hit in mentions(evidence)):
        return True
    return _theatre_in_title(evidence) and any(evidence.in_title(hit) for hit in evidence.of("org"))


def _tells_harm(find: _Find) -> bool:
    return find.marker.name in _HARM and find.factor >= 1.0


def _elsewhere(evidence: Evidence, finds: Sequence[_Find]) -> bool:
    """Whether the front is told of somebody else: the theatre is not in the title, or the mission is long gone."""
    return not _theatre_in_title(evidence) or any(find.marker.name == "closed" for find in finds)


def _theatre_in_title(evidence: Evidence) -> bool:
    return any(evidence.in_title(hit) for hit in evidence.of("theatre"))


def _aside(find: _Find, rules: Rules) -> _Find:
    """What a marker weighs when it speaks of somebody else than the mission; looking back remains what it is."""
    if Tier.BACKGROUND in find.marker.add and find.marker.add[Tier.BACKGROUND] > 0:
        return find
    return replace(find, factor=find.factor * rules.place["aside"])


def mentions(evidence: Evidence) -> tuple[Hit, ...]:
    """Where a document speaks of the mission: its name, its people, and the roles that are tied to its theatre."""
    roles = (bond.role for bond in evidence.bonds if bond.ours and bond.role.kind == "role")
    return (*evidence.of("name", "misspelt", "document", "person"), *roles)


def _dated(
    zones: Sequence[_Zone], facts: Facts, published: datetime | None, closed: date | None, rules: Rules
) -> Iterator[_Find]:
    if published is None:
        return
    if closed is not None and published.date() > closed:
        yield _signal("just_closed" if published.date() - closed <= WINDING_UP else "closed", rules)
    age = _age(facts, published)
    if age is not None:
        yield from (_signal(name, rules) for name in _age_names(age))
    yield from _old_years(zones, published, rules)


def _age(facts: Facts, published: datetime) -> timedelta | None:
    if facts.event is None or facts.event.precision == "year":
        return None
    return published - facts.event.start


def _age_names(age: timedelta) -> Iterator[str]:
    if timedelta(days=-2) <= age <= FRESH:
        yield "fresh"
    elif age > YEARS_OLD:
        yield "years_old"
    elif age > WEEKS_OLD:
        yield "weeks_old"


def _old_years(zones: Sequence[_Zone], published: datetime, rules: Rules) -> Iterator[_Find]:
    """The first year named that lies before the publication's, unless it only starts a running total."""
    this_year = (published - _YEAR_GRACE).year
    for zone in zones:
        for found in _YEAR.finditer(zone.folded):
            before = zone.folded[: found.start()] + " "
            if int(found["year"]) < this_year and not before.endswith(rules.since):
                yield _signal("old_year", rules, rules.place[zone.place], zone.text, found["year"])
                return


def _published(document: Document, now: datetime) -> datetime | None:
    if document.published is None:
        return None
    return min(document.published.start.astimezone(UTC), now)
