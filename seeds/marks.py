"""What of a text survives translation: the marks by which reports in different languages know each other.

Concepts, countries, missions, places, people, figures, days and names. Pure: all knowledge comes in as forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from seeds.model import Document, Marks
from seeds.text import fold
from seeds.topics import Forms, Topics

# 13,000 and 13 000 and 13.000 are one figure; 13.5 and 2,1 are none.
_FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?![\w]|[.,]\d)|(?<![\w.,])\d+(?![\w]|[.,]\d)")
_YEAR = range(1945, 2100)
_SMALLEST = 12
# A word that starts with a capital inside a sentence, in a script that has capitals.
_NAME = re.compile(r"(?<=[^\W\d_][,;:]? |\w-)[^\W\d_][\w'’-]+")
_SHORTEST_NAME = 4
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_LANGUAGES = {"nb": "no", "nn": "no"}


@dataclass(frozen=True, slots=True)
class Marker:
    """Reads marks. `countries`, `missions`, `places` and `people` map forms to keys; `common` are folded words that
    are written with a capital but name nothing that tells two stories apart."""

    topics: Topics
    countries: Forms = field(default_factory=lambda: Forms(()))
    missions: Forms = field(default_factory=lambda: Forms(()))
    places: Forms = field(default_factory=lambda: Forms(()))
    people: Forms = field(default_factory=lambda: Forms(()))
    common: frozenset[str] = frozenset()

    def read(self, document: Document) -> Marks:
        """The marks of a document; never raises."""
        text = f"{document.title}. {document.summary}"
        folded, language = fold(text), _LANGUAGES.get(document.language or "", document.language)
        figures = frozenset(_figures(text))
        return Marks(
            topics=self.topics.of(folded, language),
            countries=self.countries.find(folded, language),
            missions=self.missions.find(folded, language),
            places=self.places.find(folded),
            people=self.people.find(folded),
            figures=frozenset(figure for figure in figures if figure not in _YEAR and figure >= _SMALLEST),
            years=frozenset(figure for figure in figures if figure in _YEAR),
            names=frozenset(_names(document, language)) - self.common,
        )


def _figures(text: str) -> Iterator[int]:
    for found in _FIGURE.finditer(text):
        digits = "".join(str(int(sign)) for sign in found[0] if sign.isdigit())
        if len(digits) <= 9:
            yield int(digits)


def _names(document: Document, language: str | None) -> Iterator[str]:
    """Folded words in capitals inside sentences; none from a title that writes all its words so."""
    if language in _NOUNS_IN_CAPITALS:
        return
    for text in (document.title, document.summary):
        words = re.findall(r"[^\W\d_]{4,}", text)
        if sum(word[0].isupper() for word in words) > 0.6 * len(words):
            continue
        for found in _NAME.finditer(text):
            if found[0][0].isupper() and len(found[0]) >= _SHORTEST_NAME:
                yield from (word for word in fold(found[0]).split() if len(word) >= _SHORTEST_NAME)
