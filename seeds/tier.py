"""What a relevant document is: a new incident, a decision, a follow-up, background or a commemoration.

An additive model over named evidence. Markers are phrases by language (`lexicon/tiers.toml`), signals are what the
facts and the dates say; each adds its points to the tiers it speaks for or against, and the highest sum wins. Every
piece of evidence comes back as a reason, so that a member can read why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from seeds.model import Document, Facts, Reason, Tier
from seeds.text import fold, sentences

ORIGIN = "lexicon/tiers.toml"
FRESH = timedelta(days=10)
WEEKS_OLD = timedelta(days=21)
WINDING_UP = timedelta(days=60)
YEARS_OLD = timedelta(days=365)
# A report of January may name last year for what happened in December.
_YEAR_GRACE = timedelta(days=60)
_YEAR = re.compile(r" (?P<year>(?:19|20)\d\d)(?= )")
_HINT_BONUS = 1.5
_OWN_VICTIMS = frozenset({"peacekeepers", "contractors"})

Weights = Mapping[Tier, float]


@dataclass(frozen=True, slots=True)
class Marker:
    """Phrases that say one thing. `phrases` maps a language to folded look-ups; `add` is what a find adds.

    `place` weighs where it stands, in place of the rules' own weights.
    """

    name: str
    why: str
    add: Weights
    place: Mapping[str, float]
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
        if language in ("why", "add", "place"):
            continue
        phrases[language] = tuple(_lookup(form) for form in forms)
        if " " in phrases[language]:
            raise ValueError(f"{name}.{language}: a phrase holds no letter")
    return Marker(name.partition(".")[2], str(entry["why"]), add, entry.get("place", {}), phrases)


def _lookup(form: str) -> str:
    """A phrase as it is looked for in folded text; a star at its end lets the word go on."""
    return fold(form.removesuffix("*")).rstrip() if form.endswith("*") else fold(form)


def tier(
    document: Document,
    facts: Facts,
    mentions: Sequence[str],
    closed: date | None,
    rules: Rules,
    now: datetime,
) -> Ruling:
    """The tier of a document that concerns the mission.

    `mentions` are the sentences in which the mission stood (the quotes of the match's evidence); `closed` is the day
    on which the mission ended, if it has. A document is judged as of its own publication, which is taken to be at
    most `now`; one without a date is judged by its text alone.
    """
    zones = tuple(_zones(document))
    finds = [*_markers(zones, rules, document.language), *_signals(document, facts, mentions, closed, rules, now)]
    finds.extend(_old_years(zones, _published(document, now), rules))
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


def _zones(document: Document) -> Iterator[_Zone]:
    if document.title.strip():
        yield _Zone("title", document.title, fold(document.title))
    for place, piece in zip(("lead",), _sentences(document)[:1], strict=False):
        yield _Zone(place, piece, fold(piece))
    rest = " ".join(_sentences(document)[1:])
    if rest:
        yield _Zone("rest", rest, fold(rest))


def _sentences(document: Document) -> list[str]:
    text = document.summary
    return [text[cut.start : cut.end] for cut in sentences(text, document.language)]


def _markers(zones: Sequence[_Zone], rules: Rules, hint: str | None) -> Iterator[_Find]:
    language = _language(zones, rules, hint)
    for marker in rules.markers:
        chosen = [language] if language in marker.phrases else [] if language else list(marker.phrases)
        for zone in zones:
            phrase = next((p for name in chosen for p in marker.phrases[name] if p in zone.folded), None)
            if phrase is not None:
                yield _Find(marker, phrase.strip(), _weight(marker, zone, rules), zone.text)
                break


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


def _signals(
    document: Document, facts: Facts, mentions: Sequence[str], closed: date | None, rules: Rules, now: datetime
) -> Iterator[_Find]:
    own = [toll for toll in facts.tolls if toll.victims in _OWN_VICTIMS]
    if own:
        yield _signal("toll", rules, quote=own[0].quote)
    if any(toll.quote in document.title for toll in own):
        yield _signal("toll_in_title", rules, quote=document.title)
    if mentions and not _in_front(document, mentions):
        yield _signal("passing", rules, quote=mentions[0])
    published = _published(document, now)
    if published is None:
        return
    if closed is not None and published.date() > closed:
        yield _signal("just_closed" if published.date() - closed <= WINDING_UP else "closed", rules)
    age = _age(facts, published)
    if age is not None:
        yield from (_signal(name, rules) for name in _age_names(age))


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


def _old_years(zones: Sequence[_Zone], published: datetime | None, rules: Rules) -> Iterator[_Find]:
    """The first year named that lies before the publication's, unless it only starts a running total."""
    if published is None:
        return
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


def _in_front(document: Document, mentions: Sequence[str]) -> bool:
    """Whether one of the mentions stands in the title or in the first sentence of the summary."""
    lead = next(iter(_sentences(document)), "")
    return any(quote in document.title or quote in lead or (lead and lead in quote) for quote in mentions if quote)
