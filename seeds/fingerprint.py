"""What of a text survives translation: the marks by which reports in different languages know each other.

Concepts, countries, missions, places, people, figures and names. Pure; the vocabulary comes in as scanners: what all
watches look for, and the places of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from seeds.facts.lines import LineReader, line_reader
from seeds.lexicon.load import Lexicon
from seeds.lexicon.topics import Forms, TopicForm, Topics, topic_finder
from seeds.lexicon.world import COUNTRY, MISSION, PEOPLE, PERSON, SEAT, THEATRE, world
from seeds.model import Fingerprint
from seeds.text.fold import fold
from seeds.text.reading import Reading
from seeds.text.scan import Find, Finder, Scanner, strict

_COUNTRY = frozenset({COUNTRY, PEOPLE, SEAT})
_WORLD = _COUNTRY | {MISSION, PERSON}
# 13,000 and 13 000 and 13.000 are one figure; 13.5 and 2,1 are none.
_FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\w|[.,]\d)|(?<![\w.,])\d+(?!\w|[.,]\d)")
_DIGITS = re.compile(r"\d\d")  # what all figures hold that tell anything
_MOST_DIGITS = 9
_YEARS = range(1945, 2100)
_SMALLEST = 12
# A word that starts with a capital inside a sentence, in a script that has capitals.
_NAME = re.compile(r"(?<=[\w,;:’'-][ ’'-])[^\W\d_][\w-]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SHORTEST_NAME = 4
_SHORTEST_WORD, _BEGINNING = 4, 7  # letters of a word, and those of it that are compared: endings differ
_UNSPACED = "\u0e00"  # from here on stand the scripts that are written without spaces
_HEADLINE_CASE = 0.6  # a text with this share of its words in capitals names nothing by them
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})


class CommonMarks(NamedTuple):
    """What all watches read alike: `marks` is what the text says, `named` what of the world it names."""

    marks: Fingerprint
    named: tuple[Find, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CommonMarksReader:
    """Reads what is the same for all watches. `common` are folded words that are written with a capital but tell no
    two stories apart; `calendar` are those of days and months, by language."""

    topics: Topics
    weekdays: Forms
    common: frozenset[str]
    calendar: Mapping[str, frozenset[str]]
    world: Scanner
    lines: LineReader

    def read(self, reading: Reading) -> CommonMarks:
        """Topics, days of the week, figures, years and names of a text, and the names of the world in it."""
        figures = frozenset(_figures(reading.text))
        named = [find for find in reading.once(self.world.finds) if find.entry.kind in _WORLD and strict(find, reading)]
        marks = Fingerprint(
            topics=self.topics.of(reading),
            weekdays=self.weekdays.find(reading.folded, reading.language),
            figures=frozenset(figure for figure in figures if figure not in _YEARS and figure >= _SMALLEST),
            years=frozenset(figure for figure in figures if figure in _YEARS),
            names=frozenset(_names(reading)) - self.common - self._dates(reading.language),
            words=frozenset(_beginnings(reading.folded)),
        )
        outlets = reading.once(self.lines.read).outlets
        return CommonMarks(marks, tuple(find for find in named if _spoken(find, reading, outlets)))

    def _dates(self, language: str | None) -> frozenset[str]:
        """Names of days and months in a language; in all where it is unknown: a name elsewhere (Marco) is one here."""
        return self.calendar.get(language or "") or frozenset().union(*self.calendar.values())


@dataclass(frozen=True, slots=True, eq=False)
class FingerprintReader:
    """Reads the marks that a watch sees. `places` are the names of its gazetteer, which `scanner` finds; `theatre` the
    countries and places that all its stories share."""

    common: CommonMarksReader
    scanner: Finder
    places: frozenset[str]
    theatre: frozenset[str] = frozenset()

    def read(self, reading: Reading) -> Fingerprint:
        """The marks of a document; never raises."""
        common = reading.once(self.common.read)
        theatre = [find for find in reading.once(self.scanner.finds) if find.entry.kind == THEATRE]
        own = [find for find in theatre if find.entry.concept in self.places and strict(find, reading)]
        finds = _longest([*own, *common.named])
        known = {word for find in finds for word in reading.folded[find.start : find.end].split()}
        return replace(
            common.marks,
            countries=_of(_COUNTRY, finds) - self.theatre,
            missions=_of({MISSION}, finds),
            places=_of({THEATRE}, finds) - self.theatre,
            people=_of({PERSON}, finds),
            names=common.marks.names - known,
        )


def build(lexicon: Lexicon, places: Iterable[str], scanner: Finder, theatre: Collection[str] = ()) -> FingerprintReader:
    """The reader of a watch.

    `places` are the names of its gazetteer; `theatre` its countries and the names of places that stand for all of it
    (the capital, say), which therefore tell nothing. Raises LexiconError when a lexicon file is wrong.
    """
    return FingerprintReader(_shared(lexicon), scanner, frozenset(places), frozenset(theatre))


@lru_cache(maxsize=1)
def _shared(lexicon: Lexicon) -> CommonMarksReader:
    """What the readers of all watches know: topics, days of the week, common words."""
    kept = lexicon.keeper.kept("marks", lambda: _marks(lexicon))
    return CommonMarksReader(topic_finder(lexicon), *kept, world(lexicon), line_reader(lexicon))


def _marks(lexicon: Lexicon) -> tuple[Forms, frozenset[str], Mapping[str, frozenset[str]]]:
    words = {word for mission in lexicon.missions.values() for name in mission.names for word in name.folded.split()}
    words |= {word for concept in lexicon.concepts.values() for form in concept.forms for word in form.folded.split()}
    months = lexicon.table("months")
    calendar = {language: frozenset(_calendar(table)) for language, table in months.items()}
    return Forms(_weekdays(months)), frozenset(words), calendar


def _calendar(table: Mapping[str, str]) -> Iterator[str]:
    """The folded words that name days and months, without the mark of an open ending."""
    for key in ("month", "alone", "weekday"):
        yield from (word for word in fold(re.sub(r"[|,*]", " ", table.get(key, ""))).split())


def _weekdays(months: Mapping[str, Mapping[str, str]]) -> Iterator[TopicForm]:
    for language, table in months.items():
        for day, forms in enumerate(table.get("weekday", "").split("|")):
            yield from (TopicForm(str(day), language, form.strip()) for form in forms.split(","))


def _spoken(find: Find, reading: Reading, outlets: Container[int]) -> bool:
    """Adjectives count in their own language; names in all, but no country's inside an outlet's."""
    if find.entry.kind in _COUNTRY and reading.origins[find.start] in outlets:
        return False
    return find.entry.form.proper or reading.speaks(find.entry.form.language)


def _longest(finds: Iterable[Find]) -> list[Find]:
    """The finds that lie inside no longer one: "Guinea-Bissau" is not Guinea."""
    kept: list[Find] = []
    reached = longest = 0
    for find in sorted(finds, key=lambda find: (find.start, -find.end)):
        if find.end > reached:
            kept.append(find)
            reached, longest = find.end, find.end - find.start
        elif find.end == reached and find.end - find.start == longest:
            kept.append(find)
    return kept


def _of(kinds: Collection[str], finds: Iterable[Find]) -> frozenset[str]:
    return frozenset(find.entry.concept for find in finds if find.entry.kind in kinds)


def _figures(text: str) -> Iterator[int]:
    for found in _FIGURE.finditer(text) if _DIGITS.search(text) else ():
        digits = "".join(str(int(sign)) for sign in found[0] if sign.isdecimal())
        if 0 < len(digits) <= _MOST_DIGITS:
            yield int(digits)


def _beginnings(folded: str) -> Iterator[str]:
    """The beginnings of longer words, and every two characters of scripts without spaces."""
    words = folded.split()
    yield from (word[:_BEGINNING] for word in words if len(word) >= _SHORTEST_WORD and word.isalpha())
    yield from (one + two for one, two in pairwise(words) if len(one) == len(two) == 1 and min(one, two) >= _UNSPACED)


def _names(reading: Reading) -> Iterator[str]:
    """Folded words in capitals inside sentences; none from a title or text that writes most of its words so."""
    if reading.language in _NOUNS_IN_CAPITALS:
        return
    text = reading.text
    for start, end in ((0, reading.title_end), (reading.title_end, len(text))):
        words = _WORD.findall(text, start, end)
        if sum(map(str.isupper, [word[0] for word in words])) <= _HEADLINE_CASE * len(words):
            for found in _NAME.finditer(text, start, end):
                if text[found.start()].isupper():
                    words = reading.folded_of(*found.span()).split()
                    yield from (word for word in words if len(word) >= _SHORTEST_NAME)
