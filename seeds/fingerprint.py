"""What of a text survives translation: the marks by which reports in different languages know each other.

Concepts, countries, missions, places, people, figures and names. Pure; the vocabulary comes in as scanners: what all
watches look for, and the places of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from seeds.lexicon.load import Lexicon
from seeds.lexicon.topics import Forms, TopicForm, Topics
from seeds.lexicon.world import COUNTRY, MISSION, PEOPLE, PERSON, SEAT, world
from seeds.model import Document, Fingerprint
from seeds.text.fold import fold
from seeds.text.nogc import undisturbed
from seeds.text.scan import Find, Reading, Scanner, lexemes

_COUNTRY = frozenset({COUNTRY, PEOPLE, SEAT})
_OTHERS = frozenset({MISSION, PERSON})
# 13,000 and 13 000 and 13.000 are one figure; 13.5 and 2,1 are none.
_FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\w|[.,]\d)|(?<![\w.,])\d+(?!\w|[.,]\d)")
_MOST_DIGITS = 9
_YEARS = range(1945, 2100)
_SMALLEST = 12
# A word that starts with a capital inside a sentence, in a script that has capitals.
_NAME = re.compile(r"(?<=[\w,;:’'-][ ’'-])[^\W\d_][\w-]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SHORTEST_NAME = 4
_HEADLINE_CASE = 0.6  # a text with this share of its words in capitals names nothing by them
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_LANGUAGES = {"nb": "no", "nn": "no"}


@dataclass(frozen=True, slots=True)
class FingerprintReader:
    """Reads marks. `common` are folded words that are written with a capital but tell no two stories apart;
    `theatre` are the countries and places that all stories of the watch share."""

    topics: Topics
    weekdays: Forms
    common: frozenset[str]
    world: Scanner
    scanner: Scanner
    theatre: frozenset[str] = frozenset()

    def read(self, document: Document) -> Fingerprint:
        """The marks of a document; never raises."""
        language = _LANGUAGES.get(document.language or "", document.language)
        reading = Reading(f"{document.title}. {document.summary}", document.language)
        named = (*self.scanner.finds(reading), *self.world.finds(reading, _COUNTRY | _OTHERS, strict=True))
        finds = _longest([find for find in named if _spoken(find, reading)])
        figures = frozenset(_figures(reading.text))
        known = {word for find in finds for word in reading.folded[find.start : find.end].split()}
        return Fingerprint(
            topics=self.topics.of(reading.folded, language),
            weekdays=self.weekdays.find(reading.folded, language),
            countries=_of(_COUNTRY, finds) - self.theatre,
            missions=_of({MISSION}, finds),
            places=_of({"place"}, finds) - self.theatre,
            people=_of({PERSON}, finds),
            figures=frozenset(figure for figure in figures if figure not in _YEARS and figure >= _SMALLEST),
            years=frozenset(figure for figure in figures if figure in _YEARS),
            names=frozenset(_names(document, language)) - known - self.common,
        )


def build(lexicon: Lexicon, places: Iterable[Mapping[str, Any]], theatre: Collection[str] = ()) -> FingerprintReader:
    """The marker of a watch.

    `places` are the rows of its gazetteer; `theatre` its countries and the names of places that stand for all of it
    (the capital, say), which therefore tell nothing. Raises LexiconError when a lexicon file is wrong.
    """
    own = [
        lexeme
        for place in places
        for lexeme in lexemes(place["name"], "place", lexicon.proper((place["name"], *place.get("forms", ()))))
    ]
    scanner = Scanner(own, lexicon.inflections.endings())
    return FingerprintReader(*_shared(lexicon), world(lexicon), scanner, frozenset(theatre))


@lru_cache(maxsize=1)
def _shared(lexicon: Lexicon) -> tuple[Topics, Forms, frozenset[str]]:
    """What the markers of all watches know: topics, days of the week, common words."""
    words = {word for mission in lexicon.missions.values() for name in mission.names for word in name.folded.split()}
    words |= {word for concept in lexicon.concepts.values() for form in concept.forms for word in form.folded.split()}
    weekdays = Forms(_weekdays(lexicon.table("months")))
    with undisturbed():
        return Topics(lexicon.table("topics")), weekdays, frozenset(words)


def _weekdays(months: Mapping[str, Mapping[str, str]]) -> Iterator[TopicForm]:
    for language, table in months.items():
        for day, forms in enumerate(table.get("weekday", "").split("|")):
            yield from (TopicForm(str(day), language, form.strip()) for form in forms.split(","))


def _spoken(find: Find, reading: Reading) -> bool:
    """Adjectives count in their own language; names in all."""
    return find.entry.form.proper or reading.speaks(find.entry.form.language)


def _longest(finds: Sequence[Find]) -> list[Find]:
    """The finds that lie inside no longer one: "Guinea-Bissau" is not Guinea."""
    return [
        find
        for find in finds
        if not any(
            other.start <= find.start and find.end <= other.end and other.end - other.start > find.end - find.start
            for other in finds
        )
    ]


def _of(kinds: Collection[str], finds: Sequence[Find]) -> frozenset[str]:
    return frozenset(find.entry.concept for find in finds if find.entry.kind in kinds)


def _figures(text: str) -> Iterator[int]:
    for found in _FIGURE.finditer(text):
        digits = "".join(str(int(sign)) for sign in found[0] if sign.isdecimal())
        if 0 < len(digits) <= _MOST_DIGITS:
            yield int(digits)


def _names(document: Document, language: str | None) -> Iterator[str]:
    """Folded words in capitals inside sentences; none from a text that writes most of its words so."""
    if language in _NOUNS_IN_CAPITALS:
        return
    for text in (document.title, document.summary):
        words = _WORD.findall(text)
        if sum(word[0].isupper() for word in words) > _HEADLINE_CASE * len(words):
            continue
        for found in _NAME.finditer(text):
            if found[0][0].isupper():
                yield from (word for word in fold(found[0]).split() if len(word) >= _SHORTEST_NAME)
