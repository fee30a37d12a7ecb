"""From a document to lines: its sentences folded, tagged by the vocabulary of its language, with places and countries.

The title is line 0.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from seeds.facts.languages import Tongue, Tongues
from seeds.facts.line import Nation, TaggedLine
from seeds.facts.tags import NOTHING, Word, split_words
from seeds.lexicon.load import Lexicon
from seeds.lexicon.world import ACTOR, CASE, COUNTRY, PEOPLE, SEAT, world
from seeds.model import Document
from seeds.text.fold import Sentence, sentences
from seeds.text.scan import Lexeme, Reading, Scanner

_WORLD = frozenset({COUNTRY, CASE, PEOPLE, SEAT, ACTOR})
_SORTS = {"country": "nation", "people": "nation", "seat": "nation"}


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's lines, and which armed groups are named in which of them."""

    lines: tuple[TaggedLine, ...]
    actors: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A name at `text[start:end]`."""

    kind: str
    concept: str
    start: int
    end: int

    def within(self, other: _Found) -> bool:
        """Whether it lies inside another find of its sort."""
        same = _SORTS.get(self.kind, self.kind) == _SORTS.get(other.kind, other.kind)
        return same and other.start <= self.start and self.end <= other.end


class LineReader:
    """Cuts documents into lines. `places` are those of the watch; countries and armed groups are all the world's."""

    def __init__(self, tongues: Tongues, places: Iterable[Lexeme], lexicon: Lexicon) -> None:
        self._tongues = tongues
        self._places = Scanner(places, lexicon.inflections.endings())
        self._world = world(lexicon)

    def read(self, document: Document) -> Lines:
        """The lines of a document; a document without words gives none."""
        text = f"{document.title.strip()}\n{document.summary.strip()}"
        reading = Reading(text, document.language)
        words = split_words(text, reading.folded, reading.origins)
        tongue = self._tongues.spoken(document.language, words)
        cut = _sentences(document, text)
        starts = [one.start for one in cut]
        dealt = _dealt(tongue.vocabulary.separated(words), starts)
        finds = self._finds(reading, starts)
        lines = [
            _line(number, text[one.start : one.end], dealt[number], tongue, finds[number])
            for number, one in enumerate(cut)
        ]
        if any(line.tells("toll") for line in lines):
            lines = [replace(line, tolled=True) for line in lines]
        actors = [(line, find.concept) for line, row in enumerate(finds) for find in row if find.kind == "actor"]
        return Lines(tuple(lines), tuple(actors))

    def _finds(self, reading: Reading, starts: Sequence[int]) -> list[list[_Found]]:
        found: list[list[_Found]] = [[] for _ in starts]
        for find in (*self._places.finds(reading), *self._world.finds(reading, _WORLD, strict=True)):
            entry = find.entry
            own = entry.kind == CASE or not entry.form.proper
            start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
            number = bisect_right(starts, start) - 1
            if number >= 0 and (not own or reading.speaks(entry.form.language)):
                kind = COUNTRY if entry.kind == CASE else entry.kind
                found[number].append(_Found(kind, entry.concept, start, end))
        return [_widest(row) for row in found]


def _widest(found: Sequence[_Found]) -> list[_Found]:
    """The finds in order, without those inside a longer one of their sort."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda find: (find.start, -find.end, find.kind, find.concept)):
        if not any(one.within(other) for other in kept):
            kept.append(one)
    return kept


def _sentences(document: Document, text: str) -> list[Sentence]:
    title = len(document.title.strip())
    rest = sentences(text[title + 1 :], document.language)
    cut = [Sentence(0, title)] if title else []
    return [*cut, *(Sentence(one.start + title + 1, one.end + title + 1) for one in rest)]


def _dealt(words: Iterable[Word], starts: Sequence[int]) -> list[list[Word]]:
    """The words by sentence; no punctuation stands before the first of one."""
    dealt: list[list[Word]] = [[] for _ in starts]
    for word in words:
        mine = dealt[bisect_right(starts, word.start) - 1]
        mine.append(word if mine else replace(word, gap=NOTHING))
    return dealt


def _line(number: int, text: str, words: Sequence[Word], tongue: Tongue, found: Iterable[_Found]) -> TaggedLine:
    spans = tongue.vocabulary.spans(words)
    nations, places = [], []
    for one in found:
        covered = [index for index, word in enumerate(words) if word.start < one.end and one.start < word.end]
        if covered and one.kind == "place":
            places.append((covered[0], covered[-1] + 1, one.concept))
        elif covered and one.kind in _SORTS:
            nations.append(Nation(covered[0], covered[-1] + 1, one.concept, one.kind == "people", one.kind == "seat"))
    return TaggedLine(
        number=number,
        text=text,
        words=words,
        spans=spans,
        marks=tongue.context.spans(words),
        nations=nations,
        places=places,
        habits=tongue.habits,
        at={span.start: span for span in spans},
    )
