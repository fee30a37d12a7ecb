"""A watch: one folder with everything that recognises one mission, and the doors through which others use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from seeds import quotes
from seeds import tier as tiers
from seeds import watchfile as watch_settings
from seeds.facts.read import FactReader
from seeds.fingerprint import FingerprintReader, build
from seeds.lexicon.files import LexiconError, read_table
from seeds.lexicon.load import Lexicon, shared
from seeds.model import Document, Facts, Fingerprint, Match
from seeds.relevance import patterns
from seeds.relevance.evidence import Evidence
from seeds.relevance.extract import gather, join
from seeds.relevance.match import Judge, Model
from seeds.relevance.vocabulary import Vocabulary
from seeds.text.fold import fold
from seeds.text.scan import Reading


class WatchError(LexiconError):
    """A watch's folder cannot be used; the message names file and line."""


_IN_HAND = 8  # documents whose facts are kept


@dataclass(frozen=True)
class Watch:
    """What `load` returns: `name` is the folder's, `title` what members read; `version` names what it has learned."""

    name: str
    title: str
    vocabulary: Vocabulary
    judge: Judge
    folder: Path

    @property
    def closed(self) -> date | None:
        """The mission's last day, if it has ended."""
        return self.vocabulary.mission.end

    @property
    def version(self) -> str:
        """The version of the learned patterns, twelve hex digits."""
        return self.vocabulary.patterns.version

    def match(self, document: Document, now: datetime) -> Match:
        """The verdict on a document; `now` only matters for its tier."""
        reading, title_end = _read(document)
        if not self.vocabulary.may_concern(reading):
            return Match(self.name, False, 0.0, None)
        evidence = self._gather(document, reading, title_end)
        verdict = self.judge.judge(evidence)
        if not verdict.relevant:
            return Match(self.name, False, verdict.score, None, verdict.reasons)
        rules = _tier_rules(self.vocabulary.shared)
        ruling = tiers.tier(document, evidence, self.facts(document), rules, closed=self.closed, now=now)
        return Match(self.name, True, verdict.score, ruling.tier, (*verdict.reasons, *ruling.reasons))

    def evidence(self, document: Document) -> Evidence:
        """All that was found in a document, whether or not it is relevant."""
        return self._gather(document, *_read(document))

    def facts(self, document: Document) -> Facts:
        """What a document states of its main incident."""
        return self._read_facts(document)

    def marks(self, document: Document) -> Fingerprint:
        """What of a document survives translation, by which reports of one event know each other."""
        return self._marker.read(document)

    def quotes(self, document: Document, match: Match, facts: Facts) -> tuple[str, ...]:
        """Up to three sentences of the document that carry the match and the facts, in their order."""
        return quotes.quotes(document, match, facts, self._boilerplate)

    def _gather(self, document: Document, reading: Reading, title_end: int) -> Evidence:
        words = self.vocabulary
        found = gather(reading, title_end, words.finds(reading), words.shared.people, words.doubt)
        return found.as_of(document.published.start.year if document.published else None)

    @cached_property
    def _read_facts(self) -> Callable[[Document], Facts]:
        """The reader of facts; the tier asks for those of the document in hand before others do."""
        words = self.vocabulary
        reader = FactReader(words.shared, words.places, words.mission.theatre, words.settings.get("apart", ()))
        return lru_cache(maxsize=_IN_HAND)(reader.read)

    @cached_property
    def _boilerplate(self) -> tuple[str, ...]:
        """Folded phrases of sentences that are never quoted."""
        phrases = self.vocabulary.shared.table("boilerplate")["forms"]
        return tuple(fold(phrase) for phrase in phrases)

    @cached_property
    def _marker(self) -> FingerprintReader:
        places = list(self.vocabulary.places)
        capital = {place["name"] for place in places if place["kind"] == "city" and place["name"] == place["region"]}
        return build(self.vocabulary.shared, places, {*self.vocabulary.mission.theatre, *capital})


@lru_cache(maxsize=1)
def _tier_rules(lexicon: Lexicon) -> tiers.Rules:
    try:
        return tiers.rules(lexicon.table("tiers"))
    except (KeyError, TypeError, ValueError) as error:
        raise WatchError(f"{lexicon.folder / 'tiers.toml'}: {error}") from error


def _read(document: Document) -> tuple[Reading, int]:
    text, title_end = join(document)
    return Reading(text, document.language), title_end


def watch_names(root: Path) -> tuple[str, ...]:
    """The names of the watches under `root`: the folders that hold a `watch.toml`."""
    return tuple(sorted(path.parent.name for path in root.glob("*/watch.toml")))


def load_watch(folder: Path, *, learned: bool = True, lexicon: bool = True) -> Watch:
    """The watch in `folder`. Raises WatchError, naming file and line, when its files say something unusable.

    For measuring, either half of its knowledge can be left out: what it has `learned`, or the shared `lexicon`.
    """
    path = folder / "patterns.toml"
    known = read_patterns(path) if learned and path.exists() else patterns.PatternSet()
    return assemble(folder, known, lexicon=lexicon)


def read_patterns(path: Path) -> patterns.PatternSet:
    """The pattern set in a file. Raises WatchError, naming file and line, when it cannot be read or used."""
    try:
        return patterns.parse_patterns(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise WatchError(f"{path}: {error}") from error
    except LexiconError as error:
        raise WatchError(str(error)) from error


def assemble(folder: Path, known: patterns.PatternSet, *, lexicon: bool = True) -> Watch:
    """The watch in `folder` with these patterns instead of its own. Raises WatchError like `load`."""
    try:
        common = shared()
        settings = _settings(folder / "watch.toml")
        vocabulary = Vocabulary(
            mission=common.missions[settings["mission"]],
            settings=settings,
            places=tuple(read_table(folder / "gazetteer.toml")["place"]),
            patterns=known,
            shared=common,
            lexicon=lexicon,
        )
    except LexiconError as error:
        raise WatchError(str(error)) from error
    except KeyError as error:
        raise WatchError(f"{folder}: {error.args[0]!r} is missing or no mission of the lexicon") from error
    judge = Judge(Model.of(known), float(settings.get("threshold", 0.5)), known, vocabulary.trusts)
    return Watch(folder.name, settings["title"], vocabulary, judge, folder)


def _settings(path: Path) -> dict[str, Any]:
    try:
        return watch_settings.parse_watchfile(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise WatchError(f"{path}: {error}") from error
