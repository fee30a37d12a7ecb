"""A watch: one folder with everything that recognises one mission, and the doors through which others use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from seeds import lexicon as shared
from seeds import tier as tiers
from seeds.evidence import Evidence, gather, join
from seeds.lexicon import Form, Lexicon, LexiconError, Mission
from seeds.marks import Marker, build
from seeds.match import Model, features, reasons
from seeds.model import NOTHING, Document, Facts, Marks, Match
from seeds.scan import Entry, Reading, Scanner


class WatchError(LexiconError):
    """A watch's folder cannot be used; the message names file and line."""


_GATE = frozenset({"name", "role", "org", "theatre", "person", "document", "misspelt"})
_NOTHING_FOUND = 0.0


@dataclass(frozen=True)
class Watch:
    """What `load` returns: `name` is the folder's, `title` what members read."""

    name: str
    title: str
    mission: Mission
    threshold: float
    lexicon: Lexicon
    folder: Path
    settings: Mapping[str, Any]
    model: Model

    @property
    def closed(self) -> date | None:
        """The mission's last day, if it has ended."""
        return self.mission.end

    def match(self, document: Document, now: datetime) -> Match:
        """The verdict on a document; `now` only matters for its tier."""
        text, title_end = join(document)
        reading = Reading(text, document.language)
        if not self._may_concern(reading.folded):
            return Match(self.name, False, _NOTHING_FOUND, None)
        evidence = gather(reading, title_end, self._scanner.finds(reading))
        found = features(evidence)
        score = self.model.score({feature.name: feature.value for feature in found})
        why = reasons(evidence, found, self.model)
        relevant = score >= self.threshold or bool(evidence.of("name"))
        if not relevant:
            return Match(self.name, relevant, round(score, 4), None, why)
        facts = self.facts(document)
        ruling = tiers.tier(document, evidence, facts, self._tier_rules, closed=self.closed, now=now)
        return Match(self.name, relevant, round(score, 4), ruling.tier, (*why, *ruling.reasons))

    def evidence(self, document: Document) -> Evidence:
        """All that was found in a document, whether or not it is relevant."""
        text, title_end = join(document)
        reading = Reading(text, document.language)
        return gather(reading, title_end, self._scanner.finds(reading))

    def facts(self, document: Document) -> Facts:
        """What a document states of its main incident."""
        return NOTHING

    def marks(self, document: Document) -> Marks:
        """What of a document survives translation, by which reports of one event know each other."""
        return self._marker.read(document)

    def quotes(self, document: Document, match: Match, facts: Facts) -> tuple[str, ...]:
        """Up to three sentences of the document that carry the match and the facts, in their order."""
        chosen = list(dict.fromkeys(reason.quote for reason in match.reasons if reason.weight > 0))[:3]
        text = f"{document.title}\n{document.summary}"
        return tuple(sorted(chosen, key=text.find))

    def _may_concern(self, folded: str) -> bool:
        kinds = self._gate.kinds(folded)
        if "name" in kinds or "document" in kinds:
            return True
        return bool(kinds & {"theatre", "person"}) and bool(kinds & {"role", "org", "person", "misspelt"})

    @cached_property
    def _tier_rules(self) -> tiers.Rules:
        path = self.lexicon.folder / "tiers.toml"
        try:
            return tiers.rules(shared.read(path))
        except (KeyError, TypeError, ValueError) as error:
            raise WatchError(f"{path}: {error}") from error

    @cached_property
    def _marker(self) -> Marker:
        places = self._places()
        capital = {place["name"] for place in places if place["kind"] == "city" and place["name"] == place["region"]}
        return build(self.lexicon, places, {*self.mission.theatre, *capital})

    @cached_property
    def _gate(self) -> Scanner:
        entries = [entry for entry in self._own_entries() if entry.kind in _GATE]
        entries += [entry for entry in self._shared_entries() if entry.kind in _GATE]
        return Scanner((entry for entry in entries if not entry.common), self.lexicon.inflections.endings())

    @cached_property
    def _scanner(self) -> Scanner:
        entries = [*self._own_entries(), *self._shared_entries(), *self._other_entries()]
        return Scanner(entries, self.lexicon.inflections.endings())

    def _own_entries(self) -> Iterator[Entry]:
        mission, settings = self.mission, self.settings
        yield from _entries("name", mission.key, (*mission.acronyms, *mission.names))
        yield from _entries("name", mission.key, self.lexicon.proper(settings.get("aliases", ())))
        yield from _entries("misspelt", mission.key, self.lexicon.proper(settings.get("misspelt", ())))
        for name, forms in settings.get("people", {}).items():
            yield from _entries("person", name, self.lexicon.proper((name, *forms)))
        for code in mission.theatre:
            names, adjectives = self.lexicon.country_forms(code)
            yield from _entries("theatre", code, (*names, *adjectives))
        for place in self._places():
            forms = self.lexicon.proper((place["name"], *place.get("forms", ())))
            yield from _entries("theatre", place["name"], forms, place.get("common", False))

    def _places(self) -> list[dict[str, Any]]:
        places: list[dict[str, Any]] = shared.read(self.folder / "gazetteer.toml")["place"]
        return places

    def _shared_entries(self) -> Iterator[Entry]:
        for concept in self.lexicon.concepts.values():
            yield from _entries(concept.kind, concept.id, concept.forms)

    def _other_entries(self) -> Iterator[Entry]:
        own = set(self.mission.theatre)
        for mission in self.lexicon.missions.values():
            if mission.key == self.mission.key:
                continue
            yield from _entries("other", mission.key, (*mission.acronyms, *mission.names, *mission.places))
            for code in set(mission.theatre) - own:
                yield from _entries("other", code, self.lexicon.country_forms(code)[0])
        for code in self.lexicon.countries:
            yield from _entries("people", code, self.lexicon.country_forms(code)[1])


def _entries(kind: str, concept: str, forms: tuple[Form, ...], common: bool = False) -> Iterator[Entry]:
    for form in forms:
        yield Entry(concept, kind, form, common)


def names(root: Path) -> tuple[str, ...]:
    """The names of the watches under `root`: the folders that hold a `watch.toml`."""
    return tuple(sorted(path.parent.name for path in root.glob("*/watch.toml")))


def load(folder: Path) -> Watch:
    """The watch in `folder`. Raises WatchError, naming file and line, when its files say something unusable."""
    try:
        lexicon = shared.shared()
        settings = shared.read(folder / "watch.toml")
        mission = lexicon.missions[settings["mission"]]
    except LexiconError as error:
        raise WatchError(str(error)) from error
    except KeyError as error:
        raise WatchError(f"{folder / 'watch.toml'}: {error.args[0]!r} is missing or names no known mission") from error
    return Watch(
        name=folder.name,
        title=settings["title"],
        mission=mission,
        threshold=float(settings.get("threshold", 0.5)),
        lexicon=lexicon,
        folder=folder,
        settings=settings,
        model=Model(),
    )
