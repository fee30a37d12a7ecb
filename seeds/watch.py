"""A watch: one folder with everything that recognises one mission, and the doors through which others use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from config.sentence import Said, placed, strung, why_unread
from config.toml import TomlError, read_text
from seeds import quotes
from seeds.byhand import BY_HAND, NO_CHANGES, WatchChanges, places_with_hand, with_changes, with_hand
from seeds.facts.contingents import Contributor
from seeds.facts.grounds import Ground, contingent_grounds, place_ground, toll_ground
from seeds.facts.read import FactReader
from seeds.facts.scenes import Scene
from seeds.facts.tolls.binding import HARM_NAMES, HarmName
from seeds.facts.tolls.rank import Candidate
from seeds.fingerprint import FingerprintReader, build
from seeds.lexicon.files import LexiconError, read_table
from seeds.lexicon.load import Lexicon, Mission, shared
from seeds.lexicon.speech import language_guess, spoken_tables
from seeds.model import Document, Facts, Fingerprint, Match
from seeds.relevance import era, patterns
from seeds.relevance.evidence import Evidence
from seeds.relevance.extract import gather
from seeds.relevance.features import CLAIMED, NO_TELLING, Telling, telling
from seeds.relevance.match import ALONE, SENT, Judge, Model
from seeds.relevance.vocabulary import Vocabulary
from seeds.text.matcher import PhraseMatcher, split_phrase
from seeds.text.reading import Reading, reading_of
from seeds.tiers.markers import Markers, markers
from seeds.tiers.ruling import Ruling, ruled
from seeds.tiers.signs import Case, Sign, signs
from seeds.watchfile import LANDMARK, USUAL_THRESHOLD
from seeds.watchfolder import WatchError, read_added, read_settings_of
from seeds.weights import read_rows


@dataclass(frozen=True)
class Watch:
    """What `load_watch` returns. `name` is the folder's, `title` what members read; `version` names what it learned."""

    name: str
    title: str
    vocabulary: Vocabulary
    judge: Judge
    folder: Path

    @property
    def mission(self) -> Mission:
        """The mission that it watches."""
        return self.vocabulary.mission

    @property
    def closed(self) -> date | None:
        """The mission's last day, if it has ended."""
        return self.mission.end

    @property
    def version(self) -> str:
        """The version of the learned patterns, twelve hex digits."""
        return self.vocabulary.patterns.version

    def changed(self, changes: WatchChanges) -> Watch:
        """The same watch with what was changed of it; what that leaves alone is shared with this one."""
        settings = with_changes(self.vocabulary.settings, changes)
        judge = replace(self.judge, threshold=_threshold(settings))
        return replace(self, vocabulary=self.vocabulary.changed(settings), judge=judge)

    def match(self, reading: Reading, now: datetime) -> Match:
        """The verdict on a document; `now` only matters for its tier."""
        if not self.vocabulary.may_concern(reading):
            return Match(self.name, False, 0.0, None)
        evidence = self.evidence(reading)
        named = evidence.of("name")  # which decides: there is nothing to weigh
        verdict = self.judge.judge(evidence, NO_TELLING if named else self.telling(reading))
        if not verdict.relevant:
            return Match(self.name, False, verdict.score, None, verdict.reasons)
        early = era.before(self.vocabulary.mission.start, reading.document, evidence, self.facts(reading))
        if early is not None:
            return Match(self.name, False, 0.0, None, (early, *verdict.reasons))
        ruling = self.ruling(reading, now)
        return Match(self.name, True, verdict.score, ruling.tier, (*verdict.reasons, *ruling.reasons))

    def telling(self, reading: Reading) -> Telling:
        """What a document tells, whoever it is of, and when."""
        topics = self._fingerprint.common.topics.of(reading)
        return telling(topics, self._facts.lines(reading), reading.document.published, self.mission)

    def lead(self, reading: Reading, match: Match, now: datetime) -> Match | None:
        """The verdict on what is not relevant by itself but tells of harm at a place of the theatre, with its tier;
        None where it tells of no such thing, or whose harm that was.
        """
        if not self.vocabulary.may_concern(reading) or self.evidence(reading).of(*CLAIMED):
            return None
        facts = self.facts(reading)
        if not facts.place or not (facts.killed or facts.injured) or not self.telling(reading).serving:
            return None
        ruling = self.ruling(reading, now)
        return Match(self.name, False, match.score, ruling.tier, (*match.reasons, *ruling.reasons))

    def ruling(self, reading: Reading, now: datetime) -> Ruling:
        """The tier of a document that concerns the mission, and what spoke for it."""
        return ruled(self.signs(reading, now), read_rows("tiers"), _markers(self.vocabulary.shared).why)

    def signs(self, reading: Reading, now: datetime) -> tuple[Sign, ...]:
        """What tells the tier of a document. It is judged as of its own publication, which is taken to be at most
        `now`; one without a date by its text alone."""
        stated = reading.document.published
        return signs(
            Case(
                reading,
                self.evidence(reading),
                self.facts(reading),
                self._facts.lines(reading),
                _markers(self.vocabulary.shared),
                self._fingerprint.common.topics.where,
                min(stated.start.astimezone(UTC), now) if stated else None,
                self.closed,
            )
        )

    def evidence(self, reading: Reading) -> Evidence:
        """All that was found in a document, whether or not it is relevant."""
        return reading.once(self._gathered)

    @cached_property
    def _gathered(self) -> Callable[[Reading], Evidence]:
        """What gathers the evidence, as one object, so that each reading is gathered once."""
        words = self.vocabulary

        def gathered(reading: Reading) -> Evidence:
            found = gather(reading, words.finds(reading), words.shared.people, words.doubt)
            return found.as_of(reading.document.published.start.year if reading.document.published else None)

        return gathered

    def facts(self, reading: Reading) -> Facts:
        """What a document states of its main incident."""
        return reading.once(self._facts.read)

    def tolls(self, reading: Reading, harm: HarmName) -> tuple[Candidate, ...]:
        """The figures that may be the toll of a document's main incident."""
        return self._facts.tolls(reading, harm)

    def contributors(self, reading: Reading) -> tuple[Contributor, ...]:
        """The countries whose contingents a document may be about."""
        return self._facts.contributors(reading)

    def scenes(self, reading: Reading) -> tuple[Scene, ...]:
        """The places that may be that of a document's main incident."""
        return self._facts.scenes(reading)

    def grounds(self, reading: Reading) -> tuple[Ground, ...]:
        """What spoke for each toll, place and contingent that is told of a document."""
        return (
            *(one for harm in HARM_NAMES for one in toll_ground(self.tolls(reading, harm), harm)),
            *place_ground(self.scenes(reading)),
            *contingent_grounds(self.contributors(reading), self.facts(reading).contingents),
        )

    def fingerprint(self, reading: Reading) -> Fingerprint:
        """What of a document survives translation, by which reports of one event know each other."""
        return reading.once(self._fingerprint.read)

    def quotes(self, reading: Reading, match: Match, facts: Facts) -> tuple[str, ...]:
        """Up to three sentences of the document that carry the match and the facts, in their order."""
        return quotes.quotes(reading, match, facts, _boilerplate(self.vocabulary.shared))

    @cached_property
    def _facts(self) -> FactReader:
        words = self.vocabulary
        theatre, apart = words.mission.theatre, words.settings.get("apart", ())
        return FactReader(
            words.shared,
            words.places,
            words.reader,
            theatre,
            apart,
            serving=words.serving,
            strange=self._strange,
        )

    def _strange(self, reading: Reading) -> frozenset[int]:
        return self.evidence(reading).strange

    @cached_property
    def _fingerprint(self) -> FingerprintReader:
        words = self.vocabulary
        seats = {row["name"] for row in words.places if row["kind"] == "city" and row["name"] == row["region"]}
        names = (row["name"] for row in words.places)
        return build(words.shared, names, words.reader, {*words.mission.theatre, *seats})


def read_document(document: Document) -> Reading:
    """The one reading of a document that all watches share."""
    return reading_of(document, _language)


def _language(hint: str | None, words: Sequence[str]) -> str | None:
    return language_guess(shared()).decide(hint, words)


@lru_cache(maxsize=1)
def _boilerplate(lexicon: Lexicon) -> PhraseMatcher[None]:
    """Phrases of sentences that are never quoted."""
    return lexicon.keeper.kept(
        "boilerplate",
        lambda: PhraseMatcher((split_phrase(phrase), None) for phrase in lexicon.table("boilerplate")["forms"]),
    )


@lru_cache(maxsize=1)
def _markers(lexicon: Lexicon) -> Markers:
    try:
        return lexicon.keeper.kept("tiers", lambda: markers(spoken_tables(lexicon)["tiers"]))
    except (KeyError, TypeError, ValueError) as error:
        raise WatchError(placed(lexicon.folder / "tiers.toml", error)) from error


def load_watch(
    folder: Path,
    changes: WatchChanges = NO_CHANGES,
    *,
    learned: bool = True,
    lexicon: bool = True,
    hand: bool = True,
) -> Watch:
    """The watch in `folder`, with what was changed of it. Raises WatchError, naming file and line, when its files say
    something unusable.

    For measuring, parts of its knowledge can be left out: what it has `learned`, the shared `lexicon`, and what was
    added by `hand`.
    """
    path = folder / "patterns.toml"
    known = read_patterns(path) if learned and path.exists() else patterns.PatternSet()
    watch = assemble(folder, known, lexicon=lexicon, hand=hand)
    return watch if changes == NO_CHANGES else watch.changed(changes)


def read_patterns(path: Path) -> patterns.PatternSet:
    """The pattern set in a file. Raises WatchError, naming file and line, when it cannot be read or used."""
    try:
        return patterns.parse_patterns(read_text(path), str(path))
    except OSError as error:
        raise WatchError(strung(": ", (str(path), why_unread(error)))) from error
    except TomlError as error:
        raise WatchError(error.at(str(path))) from error
    except LexiconError as error:
        raise WatchError(str(error)) from error


def assemble(folder: Path, known: patterns.PatternSet, *, lexicon: bool = True, hand: bool = True) -> Watch:
    """The watch in `folder` with these patterns instead of its own. Raises WatchError like `load_watch`."""
    try:
        settings, rows = read_settings_of(folder / "watch.toml"), read_table(folder / "gazetteer.toml")["place"]
        if hand and (folder / BY_HAND).is_file():
            added = read_added(folder / BY_HAND)
            settings, rows = with_hand(settings, added), places_with_hand(rows, added.get("place", ()))
        return watch_of(folder, settings, rows, known, lexicon=lexicon)
    except LexiconError as error:
        raise WatchError(str(error)) from error
    except KeyError as error:
        told = Said("{folder}: {name!r} is missing or no mission of the lexicon", folder=folder, name=error.args[0])
        raise WatchError(told) from error


def watch_of(
    folder: Path,
    settings: Mapping[str, Any],
    places: Iterable[Mapping[str, Any]],
    known: patterns.PatternSet,
    *,
    lexicon: bool = True,
) -> Watch:
    """The watch with these settings and places, whatever its folder says. Raises KeyError for an unknown mission."""
    common = shared()
    mission = common.missions[settings["mission"]]
    meant = tuple(row for row in places if row["kind"] != LANDMARK)
    vocabulary = Vocabulary(mission, settings, meant, known, common, lexicon)
    trusts = {**common.trusts, SENT: mission.envoy}
    model = Model.of(known, ALONE if mission.alone else {})
    judge = Judge(model, _threshold(settings), known, trusts, mission.neighbours, vocabulary.distant)
    return Watch(folder.name, settings["title"], vocabulary, judge, folder)


def _threshold(settings: Mapping[str, Any]) -> float:
    return float(settings.get("threshold", USUAL_THRESHOLD))
