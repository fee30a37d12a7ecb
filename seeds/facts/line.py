"""A line: one sentence of a document with everything that was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from seeds.facts.tags import Tagged
from seeds.facts.tolls.numbers import Habits, compose
from seeds.text.words import NOTHING, Word

_YEAR, _YEARS = 4, range(1990, 2100)
_PLAIN = Habits()
_NOTHING: Mapping[int, Tagged] = MappingProxyType({})


class Nation(NamedTuple):
    """A country spoken of at words `start` to `end`.

    `adjective` for "Chadian", not for "Chad"; `seat` for a capital that stands for its country; `army` for the name of
    its armed forces.
    """

    start: int
    end: int
    code: str
    adjective: bool = False
    seat: bool = False
    army: bool = False


class TaggedLine(NamedTuple):
    """A sentence with all that was found in it; the title is number 0.

    `spans` are numbers, victims, words of harm and what binds them; `marks` words that tell what part a figure, place
    or country plays. `places` are (first word, word after, name). `tolled` says that the document speaks of a toll
    somewhere; `at` finds a span by its first word, and `kinds` are those of all spans and marks.
    `topics` are the concepts of the lexicon that it speaks of.
    """

    number: int
    text: str
    words: Sequence[Word]
    spans: Sequence[Tagged]
    marks: Sequence[Tagged] = ()
    nations: Sequence[Nation] = ()
    places: Sequence[tuple[int, int, str]] = ()
    habits: Habits = _PLAIN
    tolled: bool = False
    at: Mapping[int, Tagged] = _NOTHING
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()

    def has(self, index: int, *kinds: str) -> bool:
        """Whether a span of one of the kinds begins at that word."""
        span = self.at.get(index)
        return span is not None and span.has(*kinds)

    def between(self, start: int, end: int, *kinds: str) -> bool:
        """Whether a span of one of the kinds begins in that stretch."""
        return self.tells(*kinds) and any(self.has(index, *kinds) for index in range(start, end))

    def marked(self, start: int, end: int, *kinds: str) -> bool:
        """Whether a mark of one of the kinds begins in that stretch."""
        return self.tells(*kinds) and any(mark.has(*kinds) and start <= mark.start < end for mark in self.marks)

    def tells(self, *kinds: str) -> bool:
        """Whether a span or a mark of one of the kinds stands anywhere in the line."""
        return not self.kinds.isdisjoint(kinds)

    def gap(self, start: int, end: int) -> int:
        """The strongest punctuation before any of the words from `start` to `end`, inclusive."""
        return max((self.words[index].gap for index in range(start, min(end + 1, len(self.words)))), default=NOTHING)

    def number_at(self, index: int) -> tuple[int, int] | None:
        """The number that begins at a word, and the word after it; None when none begins there."""
        return compose(self.words, self.at, index, self.habits)

    def nation_at(self, index: int) -> Nation | None:
        """The country named from that word on."""
        return next((nation for nation in self.nations if nation.start == index), None)

    def taken(self) -> Iterator[int]:
        """Every word that something is known of."""
        for span in self.spans:
            yield from range(span.start, span.end)
        for nation in self.nations:
            yield from range(nation.start, nation.end)
        for start, end, _ in self.places:
            yield from range(start, end)


def spoken_of(lines: Iterable[TaggedLine]) -> Iterator[str]:
    """The topics of lines, each with the part of the item: "mandate in title", "mandate below"."""
    for line in lines:
        part = "below" if line.number else "in title"
        yield from (f"{topic} {part}" for topic in line.topics)


def marks_of(lines: Sequence[TaggedLine], kinds: Sequence[str]) -> Iterator[str]:
    """Which kinds of spans and marks the title tells, and which the rest: "a mark of kin below"."""
    for part, some in (("in title", lines[:1]), ("below", lines[1:])):
        yield from (f"a mark of {kind} {part}" for kind in kinds if any(line.tells(kind) for line in some))


def names_year(line: TaggedLine) -> bool:
    """Whether a line names a year, as lines do that look back."""
    return any(len(word.text) == _YEAR and word.text.isdecimal() and int(word.text) in _YEARS for word in line.words)
