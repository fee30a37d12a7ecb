"""Countries: their names, and the adjectives and words for their people, in every language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seeds.lexicon.inflections import Inflections
from seeds.text.fold import fold

#: Ends the concept of a country's adjectives, which may tell where somebody comes from instead of where something is.
PEOPLE_SUFFIX = ".people"

_Words = Mapping[str, Mapping[str, Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-2 code: names, and adjectives with the words for its people, by language."""

    code: str
    names: Mapping[str, tuple[str, ...]]
    adjectives: Mapping[str, tuple[str, ...]]


def all_countries(official: Mapping[str, Mapping[str, str]], names: _Words, adjectives: _Words) -> dict[str, Country]:
    """The countries by code, from their official names (by country, then language) and the sections [names] and
    [adjectives] of the languages (by language, then country)."""
    more, spoken = _turned(names), _turned(adjectives)
    return {
        code: Country(code, _merged(called, more.get(code, {})), spoken.get(code, {}))
        for code, called in official.items()
    }


def _turned(words: _Words) -> dict[str, dict[str, tuple[str, ...]]]:
    """Words by language and country as words by country and language."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language, section in words.items():
        for code, texts in section.items():
            found.setdefault(code, {})[language] = tuple(texts)
    return found


def _merged(official: Mapping[str, str], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {language: (name, *more.get(language, ())) for language, name in official.items()} | {
        language: texts for language, texts in more.items() if language not in official
    }


class People:
    """Whether a folded word names a country or its people in any language: `"tchadiens" in people`."""

    def __init__(self, countries: Iterable[Country], inflections: Inflections) -> None:
        self._endings: dict[str, frozenset[str]] = {}
        self._inflections = inflections
        for country in countries:
            for table in (country.names, country.adjectives):
                for language, texts in table.items():
                    for text in texts:
                        self._add(*inflections.split(text, language))

    def _add(self, stem: str, endings: frozenset[str]) -> None:
        folded = fold(stem).strip()
        if " " not in folded:  # the question is always for one word
            known = self._endings.get(folded, endings)
            self._endings[folded] = known if endings <= known else known | endings

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        bare = self._inflections.bare(word)
        return any(bare[cut:] in self._endings.get(bare[:cut], ()) for cut in range(2, len(bare) + 1))
