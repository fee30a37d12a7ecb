"""The words that one watch looks for: the shared lexicon seen from its mission, its own places and people, and
what it has learned.

Two automata do it: one of its own words, and one of those that every watch looks for, which all share. What kinds of
words may stand in a text, quickly looked up, tells whether it can concern the mission at all.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from seeds.lexicon.countries import PEOPLE_SUFFIX
from seeds.lexicon.declension import declined
from seeds.lexicon.load import Lexicon, Mission
from seeds.lexicon.world import (
    ARMY,
    CASE,
    COUNTRY,
    COVER,
    MISSION,
    PEOPLE,
    PERSON,
    SEAT,
    SITE,
    role_entries,
    role_gate,
    roles,
    world,
)
from seeds.relevance.extract import Doubt
from seeds.relevance.patterns import Pattern, PatternSet
from seeds.relevance.typos import misspellings
from seeds.text.fold import fold
from seeds.text.forms import Form, make_form, unique
from seeds.text.reading import Reading
from seeds.text.scan import Find, JointScanner, Lexeme, Scanner, Term, in_order, lexemes, once_each, told_kind

_ELSEWHERE = frozenset({COUNTRY, MISSION, SITE})
_OFFICES = frozenset({"Secretary-General", "head of UN peacekeeping", "spokesman"})  # who speak for all missions
# What a country's name says of who serves, by the kind of name: its people, its army, the country or its seat.
_SERVING = {PEOPLE: "people", ARMY: "army", COUNTRY: "land", CASE: "land", SEAT: "seat"}
_DECIDED = frozenset({"council", "unit"})  # who decides, and what of, where the mission is not named
_DECIDES = frozenset({"name", "document"})
_PHRASES = ("allow", "block")  # the operator's own, which decide alone
_UNNAMED = frozenset({*_PHRASES, "threshold"})  # settings that no automaton but theirs is made of
_BUILT = ("reader", "_own", "serving", "_hosts", "distant")  # of everything but those
OBSERVER = "observer"  # a role where the mission is one of observers
_WHERE = frozenset({"theatre", "person"})
_SURELY_WHO = frozenset({"role", "org", "misspelt"})  # what a place needs beside it whose name is an ordinary word
_WHO = frozenset({"role", "org", "person", "misspelt"})
_LONG_ACRONYM = 6  # letters from which a slip of the pen is hardly another word
_NO_MISSION = "ELSEWHERE"  # where the lexicon has the countries of others' peacekeepers
_ECHO = 1  # years after its end in which the country of a mission still stands for it
_ACRONYM = 4  # letters of a learned acronym whose capitals count


@dataclass(frozen=True)
class Vocabulary:
    """`settings` is the watch's own table, `places` its gazetteer; without `lexicon` only what was learned counts."""

    mission: Mission
    settings: Mapping[str, Any]
    places: tuple[Mapping[str, Any], ...]
    patterns: PatternSet
    shared: Lexicon
    lexicon: bool = True

    def may_concern(self, reading: Reading) -> bool:
        """Whether a text names the mission, or both a place of it and a word for peace operations.

        Most texts are turned away by a look at their folded words; what is left is checked against the original.
        """
        if self.phrases is not None and "allow" in {find.entry.kind for find in reading.once(self.phrases.finds)}:
            return True
        kinds = self._own.kinds(reading.folded)
        if self.lexicon:
            kinds |= reading.once(role_gate(self.shared).kinds_in)
        if not (_plausible(kinds) or "theatre" in kinds):
            return False
        found = {told_kind(find.entry) for find in reading.once(self.reader.finds)}
        return _plausible(found) or ("theatre" in found and (bool(found & _DECIDED) or self._served(reading)))

    def changed(self, settings: Mapping[str, Any]) -> Vocabulary:
        """The same words with the operator's phrases of other `settings`, which differ in nothing else that names
        anything: what was built of the rest is shared."""
        other = replace(self, settings=settings)
        vars(other).update((name, vars(self)[name]) for name in _BUILT if name in vars(self))
        return other

    @cached_property
    def serving(self) -> frozenset[str]:
        """The countries whose soldiers serve in the mission: by the lexicon, and by what the documents taught."""
        return self.mission.contributors.union(self.settings.get("contingents", ()))

    def _served(self, reading: Reading) -> bool:
        """Whether a text names somebody who may serve in the mission."""
        own, named = self.serving, reading.once(world(self.shared).finds)
        return self.lexicon and any(find.entry.concept in own and find.entry.kind in _SERVING for find in named)

    @cached_property
    def reader(self) -> JointScanner:
        """Finds what all watches look for and what this one does."""
        return JointScanner(*((roles(self.shared),) if self.lexicon else ()), self._own)

    @cached_property
    def _own(self) -> Scanner:
        """The automaton of this watch's own words."""
        key, forms = f"{self.mission.key.lower()}.words", self.shared.inflections
        named = {key: value for key, value in self.settings.items() if key not in _UNNAMED}
        made_of = (named, self.places, self.patterns, self.lexicon)
        return self.shared.keeper.kept(key, lambda: Scanner(self._entries(), forms.endings(), forms.lowercase), made_of)

    @cached_property
    def phrases(self) -> Scanner | None:
        """An automaton of the operator's phrases alone, which may change while the others stay; None without any."""
        entries = [
            lexeme
            for kind in _PHRASES
            for lexeme in lexemes(kind, kind, (make_form(phrase) for phrase in self.settings.get(kind, ())))
        ]
        return Scanner(entries, {}) if entries and self.lexicon else None

    def finds(self, reading: Reading) -> list[Find]:
        """Everything in a text that evidence is made of, in order: what the reader finds, and what lies elsewhere."""
        own = reading.once(self.reader.finds)
        elsewhere = list(self._elsewhere(reading)) if self.lexicon else []
        if self.mission.vague and any(find.entry.kind == "other" for find in elsewhere):
            own = [find for find in own if find.entry.concept not in self.mission.vague]
        decided = reading.once(self.phrases.finds) if self.phrases is not None else []
        return in_order([*own, *decided, *elsewhere]) if elsewhere or decided else own

    @cached_property
    def doubt(self) -> Doubt:
        """In which languages, and where, the theatre's name may be another word."""
        return Doubt(frozenset(self.mission.theatre), self.settings.get("doubtful", {}))

    @cached_property
    def distant(self) -> frozenset[str]:
        """The names of the seat of government, where it lies outside of the regions in which the mission works."""
        regions = self.mission.regions
        seats = [row for row in self.places if row.get("capital") and regions and row["region"] not in regions]
        if not seats:
            return frozenset()
        texts = {text for code in self.mission.theatre for text in self.shared.table("capitals").get(code, ())}
        known = {fold(text) for row in seats for text in (row["name"], *row.get("forms", ()))} | set(map(fold, texts))
        return frozenset(row["name"] for row in self.places if fold(row["name"]) in known)

    def _entries(self) -> Iterator[Lexeme]:
        """This watch's own entries, without what all share."""
        if not self.lexicon:
            return once_each(self._learned())
        known = {(form.folded, entry.concept, entry.kind) for form, entry in role_entries(self.shared)}
        return once_each(chain(self._named(), self._theatre(), self._learned()), known)

    def _named(self) -> Iterator[Lexeme]:
        mission, settings, proper = self.mission, self.settings, self.shared.proper
        yield from lexemes(mission.key, "name", (*mission.acronyms, *mission.names))
        yield from lexemes(mission.key, "name", proper(settings.get("aliases", ())))
        yield from lexemes(mission.key, "misspelt", proper((*self._slips(), *settings.get("misspelt", ()))))
        for name, forms in settings.get("people", {}).items():
            yield from lexemes(name, "person", proper((name, *forms)))
        yield from lexemes("camp", "role", proper(settings.get("camps", ())))
        yield from lexemes("mission.role", "role", mission.roles)
        if mission.observers:
            yield from lexemes(OBSERVER, "role", self.shared.concepts[OBSERVER].forms)
        yield from lexemes("false_friend", "decoy", proper(settings.get("false_friends", ())))
        for number in settings.get("resolutions", ()):
            yield from lexemes(f"S/RES/{number}", "document", self.shared.resolution(number))

    def _slips(self) -> tuple[str, ...]:
        """Slips of the pen in the mission's key, where it is long enough; never another mission's acronym."""
        key = self.mission.key
        others = {form.folded.strip() for one in self.shared.missions.values() for form in one.acronyms}
        slips = misspellings(key) if len(key) >= _LONG_ACRONYM else ()
        return tuple(slip for slip in slips if slip.lower() not in others)

    def _theatre(self) -> Iterator[Lexeme]:
        for code, since in self._own_lands():
            names, adjectives = self.shared.country_forms(code)
            official = [
                text for texts in self.shared.countries[code].names.values() for text in texts if "+" not in text
            ]
            forms = unique((*names, *self.shared.proper(official), *declined(self.shared, code)))
            yield from lexemes(code, "theatre", forms, since=since)
            yield from lexemes(f"{code}{PEOPLE_SUFFIX}", "theatre", self._telling(adjectives), since=since)
        for place in self.places:
            name, common, known = place["name"], place.get("common", False), place.get("known", False)
            texts = (name, *place.get("forms", ()))
            cases = () if common else (case for text in texts for case in self.shared.inflections.cases(text))
            yield from lexemes(name, "theatre", self.shared.sites((*texts, *cases)), common=common, known=known)
        yield from lexemes("region", COVER, self._covers())
        for code in self.mission.theatre:
            if code not in dict(self._own_lands()):
                yield from lexemes(code, COVER, self.shared.country_forms(code)[0])

    def _own_lands(self) -> Iterator[tuple[str, int | None]]:
        """The countries whose names stand for the mission, each with the first year in which they do, if not always.

        Of a mission that works in a part of them only, those in which no other works, or no other does any more.
        """
        for code in self.mission.theatre:
            others = [one for one in self.shared.missions.values() if code in one.theatre and one != self.mission]
            ends = [one.end for one in others if one.end]
            if not self.mission.part_only:
                yield code, None
            elif len(ends) == len(others):
                yield code, max((end.year + _ECHO for end in ends), default=None)

    def _covers(self) -> Iterator[Form]:
        """Names of regions and other countries inside which a place's name stands: that is no place then."""
        texts = (text for place in self.places for text in (place["name"], *place.get("forms", ())))
        names = {fold(text) for text in texts}
        words = {word for name in names for word in name.split()}
        own = {name for code in self.mission.theatre for name in chain(*self.shared.countries[code].names.values())}
        for name in self.shared.region_names():
            if name not in own and _holds(fold(name), names, words):
                yield from self.shared.proper((name,))

    def _telling(self, adjectives: Iterable[Form]) -> Iterator[Form]:
        """The adjectives without those that mean something else as well."""
        ordinary = {form.folded for text in self.settings.get("ordinary", ()) for form in self.shared.proper((text,))}
        return (form for form in adjectives if form.folded not in ordinary)

    def _learned(self) -> Iterator[Lexeme]:
        for pattern in self.patterns.patterns:
            if pattern.kind == "context" or not self.lexicon:
                yield from lexemes(pattern.concept or pattern.text, pattern.kind, (_learned_form(pattern),))

    def _elsewhere(self, reading: Reading) -> Iterator[Find]:
        """Other missions, where they are, and the countries that they work in."""
        found = reading.once(world(self.shared).finds)
        own = {find.start for find in found if find.entry.kind == SEAT and find.entry.concept in self.mission.theatre}
        for find in found:
            concept, kind, form, *_ = find.entry
            if kind == PERSON and concept.partition("/")[0] in _OFFICES:
                yield find._replace(entry=Term(concept, "office", form))
            if kind in _SERVING and concept not in self.mission.theatre:
                yield find._replace(entry=Term(concept, self._nation(concept, kind), form))
            if kind not in _ELSEWHERE or (kind == SITE and find.start in own):
                continue  # the own seat of government lies nowhere else
            if concept == self.mission.key or (kind == COUNTRY and concept not in self._hosts):
                continue
            until = None if kind == MISSION else self._hosts[concept] if kind == COUNTRY else self._last(concept)
            yield find._replace(entry=Term(concept, "other", form, until=until))

    def _nation(self, code: str, kind: str) -> str:
        """What a country is to the mission: one that is `apart`, a stranger, or one whose soldiers serve in it."""
        if code in self.settings.get("apart", ()):
            return "apart"
        return _SERVING[kind] if code in self.serving else "stranger"

    def _last(self, mission: str) -> int | None:
        end = self.shared.missions[mission].end
        return end.year + _ECHO if end else None

    @cached_property
    def _hosts(self) -> Mapping[str, int | None]:
        """Where other missions work, with the last year in which one did (None while one does)."""
        found: dict[str, int | None] = {}
        quiet = self.shared.missions[_NO_MISSION].theatre  # a neighbour of these is told of with the mission
        near = {*self.mission.theatre, *self.mission.neighbours.intersection(quiet)}
        for key, mission in self.shared.missions.items():
            last = self._last(key)
            for code in set(mission.theatre) - near:
                known = found.get(code, last)
                found[code] = None if last is None or known is None else max(last, known)
        return found


def _holds(name: str, places: Container[str], theirs: Set[str]) -> bool:
    """Whether a folded name holds one of the folded places, and more; `theirs` are the words of all of these."""
    words = name.split()
    if theirs.isdisjoint(words):
        return False  # as almost always
    parts = ((first, last) for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    return any(f" {' '.join(words[first:last])} " in places for first, last in parts if last - first < len(words))


def _plausible(kinds: set[str]) -> bool:
    if kinds & _DECIDES or (kinds & _WHERE and kinds & _WHO):
        return True
    return "common" in kinds and bool(kinds & _SURELY_WHO)


def _learned_form(pattern: Pattern) -> Form:
    short = pattern.kind == "org" and len(pattern.text) <= _ACRONYM
    return make_form(pattern.text.upper() if short else pattern.text, pattern.language)
