"""The lexicon of tiers, ready to be read with: markers are phrases by language, signals what facts and dates say.

What each says of a tier is learned (`weights/tiers.toml`); the lexicon tells what it means (`lexicon/tiers.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from config.sentence import Said
from seeds.text.fold import fold
from seeds.text.matcher import PhraseMatcher, SplitPhrase, split_phrase


class MarkerPhrase(NamedTuple):
    """One way to say what a marker means: the marker, the language, the place among the ways, the words."""

    marker: str
    language: str
    order: int
    words: str


_Way = tuple[SplitPhrase | None, MarkerPhrase]


@dataclass(frozen=True, slots=True)
class Markers:
    """The lexicon of tiers.

    `why` says what each marker, signal and family of signs means; `since` are folded words before a year that only
    starts a total; `languages` are those that there are phrases of.
    """

    why: Mapping[str, str]
    since: tuple[str, ...]
    phrases: PhraseMatcher[MarkerPhrase]
    languages: frozenset[str]


def markers(table: Mapping[str, Any]) -> Markers:
    """The parsed `tiers.toml` as markers. Raises ValueError naming the key that is wrong, KeyError what is missing."""
    phrases = [pair for name, entry in table["marker"].items() for pair in _ways(name, entry)]
    told = {name: str(entry["why"]) for kind in ("sign", "signal", "marker") for name, entry in table[kind].items()}
    return Markers(
        why=told,
        since=tuple(fold(words) for words in table["since"]["words"]),
        phrases=PhraseMatcher(phrases),
        languages=frozenset(way.language for _, way in phrases),
    )


def _ways(name: str, entry: Mapping[str, Iterable[str]]) -> Iterator[_Way]:
    order = 0
    for language, forms in entry.items():
        for form in forms if language != "why" else ():
            words = fold(form).strip()
            if not words:
                told = Said("marker.{name}.{language}: a phrase holds no letter", name=name, language=language)
                raise ValueError(told)
            yield split_phrase(form), MarkerPhrase(name, language, order, words)
            order += 1
