"""The lexicon of tiers, ready to be read with: markers are phrases by language, signals what facts and dates say.

Both are named, and add points to the tiers they speak for or against (`lexicon/tiers.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from seeds.model import Tier
from seeds.text.fold import fold
from seeds.text.matcher import PhraseMatcher, SplitPhrase, split_phrase

Weights = Mapping[Tier, float]
_ABOUT = frozenset({"why", "add", "place", "group"})


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that a document can say. `add` is what a find adds to the tiers.

    `place` weighs where it stands, instead of the rules' own weights. Of the markers of one `group` only the one
    that stands most in front counts.
    """

    name: str
    why: str
    add: Weights
    place: Mapping[str, float]
    group: str


class MarkerPhrase(NamedTuple):
    """One way to say what a marker means: the marker's number, the language, the place among the ways, the words."""

    marker: int
    language: str
    order: int
    words: str


_Way = tuple[SplitPhrase | None, MarkerPhrase]


@dataclass(frozen=True, slots=True)
class Rules:
    """The lexicon of tiers. `place` weighs where a marker stands (title, lead or rest); `since` are folded words before
    a year that only starts a total; `languages` are those that there are phrases of."""

    place: Mapping[str, float]
    since: tuple[str, ...]
    signals: Mapping[str, Marker]
    markers: Sequence[Marker]
    phrases: PhraseMatcher[MarkerPhrase]
    languages: frozenset[str]


def rules(table: Mapping[str, Any]) -> Rules:
    """The parsed `tiers.toml` as rules. Raises ValueError naming the key that is wrong."""
    phrases = [
        pair for number, (name, entry) in enumerate(table["marker"].items()) for pair in _ways(number, name, entry)
    ]
    return Rules(
        place={name: float(factor) for name, factor in table["place"].items()},
        since=tuple(fold(words) for words in table["since"]["words"]),
        signals={name: _marker(f"signal.{name}", entry) for name, entry in table["signal"].items()},
        markers=tuple(_marker(f"marker.{name}", entry) for name, entry in table["marker"].items()),
        phrases=PhraseMatcher(phrases),
        languages=frozenset(way.language for _, way in phrases),
    )


def _marker(name: str, entry: Mapping[str, Any]) -> Marker:
    add = {}
    for tier, points in entry.get("add", {}).items():
        if tier not in set(Tier):
            raise ValueError(f"{name}.add: there is no tier called {tier!r}")
        add[Tier(tier)] = float(points)
    kind = name.partition(".")[2]
    return Marker(kind, str(entry["why"]), add, entry.get("place", {}), entry.get("group", kind))


def _ways(
    number: int, name: str, entry: Mapping[str, Iterable[str]]
) -> Iterator[tuple[SplitPhrase | None, MarkerPhrase]]:
    order = 0
    for language, forms in entry.items():
        for form in forms if language not in _ABOUT else ():
            words = fold(form).strip()
            if not words:
                raise ValueError(f"marker.{name}.{language}: a phrase holds no letter")
            yield split_phrase(form), MarkerPhrase(number, language, order, words)
            order += 1
