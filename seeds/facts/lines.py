"""From a reading to lines: its sentences tagged by the vocabulary of its language, with places and countries.

The title is line 0. What does not depend on a watch is worked out once for all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from seeds.facts.languages import FactLanguage, FactLanguages, fact_languages
from seeds.facts.line import Nation, TaggedLine
from seeds.facts.tags import Tagged, WordRow
from seeds.lexicon.load import Lexicon
from seeds.lexicon.topics import Topics, topic_finder
from seeds.lexicon.world import ACTOR, ARMY, BEFORE, BEHIND, CASE, COUNTRY, PEOPLE, SEAT, THEATRE, world
from seeds.text.reading import Reading
from seeds.text.scan import Find, Scanner, Term, strict
from seeds.text.words import COMMA, NOTHING, Word

_NATION = frozenset({COUNTRY, CASE, PEOPLE, SEAT, ARMY})
_LONGER = 4  # letters of words that headlines write with a capital
_MOST_WORDS = 200  # of a line; what a longer sentence says is read in pieces
_begins = attrgetter("start")


class Lines(NamedTuple):
    """A document's lines, which armed groups are named in which of them, and where the text has a country's name that
    is part of an outlet's."""

    lines: tuple[TaggedLine, ...]
    actors: tuple[tuple[int, str], ...] = ()
    outlets: frozenset[int] = frozenset()

    @property
    def starts(self) -> list[int]:
        """Where each line's first word stands in the text."""
        return [line.words[0].start for line in self.lines]


class _Name(NamedTuple):
    """A name at `text[start:end]`."""

    start: int
    end: int
    kind: str
    concept: str


class _Outlets(NamedTuple):
    """Words of a line beside which a country's name is part of an outlet's: it begins at one of `ends`, ends at one of
    `begins`, or stands in brackets behind what ends at one of `closes`."""

    ends: frozenset[int]
    begins: frozenset[int]
    closes: frozenset[int]


class _Tags(NamedTuple):
    """What the vocabularies say of a line's words, and the kinds of all that."""

    spans: Sequence[Tagged]
    marks: Sequence[Tagged]
    kinds: frozenset[str]


class LineReader:
    """Cuts readings into lines; countries and armed groups are all the world's. All watches share one."""

    def __init__(self, languages: FactLanguages, names: Scanner, topics: Topics) -> None:
        self._languages = languages
        self._names = names
        self._topics = topics

    def read(self, reading: Reading) -> Lines:
        """The lines of a text, places aside; one without words gives none."""
        spoken = self._languages.of(reading.language)
        rows = list(_rows(spoken.vocabulary.separated(reading.words), reading))
        starts = [words[0].start for _, words in rows]
        names = reading.once(self._names.finds)
        nations = _dealt(_names(names, reading, _NATION), starts)
        kinds = {find.entry.kind for find in names}
        outlets = [_dealt(_names(names, reading, {kind}), starts) if kind in kinds else {} for kind in (BEFORE, BEHIND)]
        actors = _dealt(_names(names, reading, {ACTOR}), starts)
        tagged = [_tagged(words, spoken) for _, words in rows]
        named = [_nations(words, nations.get(number, ())) for number, (_, words) in enumerate(rows)]
        abroad = [
            _abroad(words, named[number], *(one.get(number, ()) for one in outlets))
            for number, (_, words) in enumerate(rows)
        ]
        tolled = any("toll" in one.kinds for one in tagged)
        told = _spoken_of(reading.once(self._topics.where), reading, starts)
        lines = [
            TaggedLine(
                number=number,
                text=text,
                words=words,
                spans=one.spans,
                marks=one.marks,
                nations=abroad[number],
                habits=spoken.habits,
                tolled=tolled,
                at={span.start: span for span in one.spans},
                kinds=one.kinds,
                topics=frozenset(told.get(number, ())),
            )
            for number, ((text, words), one) in enumerate(zip(rows, tagged, strict=True))
        ]
        groups = tuple((number, name.concept) for number in sorted(actors) for name in actors[number])
        return Lines(tuple(lines), groups, _left_out(lines, named))


@lru_cache(maxsize=1)
def line_reader(lexicon: Lexicon) -> LineReader:
    """The reader of lines that all watches share."""
    return LineReader(fact_languages(lexicon), world(lexicon), topic_finder(lexicon))


def with_places(read: Lines, reading: Reading, finds: Iterable[Find]) -> tuple[TaggedLine, ...]:
    """The lines with the places of a watch in them."""
    places = _dealt(_names(finds, reading, {THEATRE}), read.starts)
    lines = list(read.lines)
    for number, names in places.items():
        words = lines[number].words
        named = [(*covered, name.concept) for name in names if (covered := _covered(words, name))]
        lines[number] = lines[number]._replace(places=named)
    return tuple(lines)


def _rows(words: Sequence[Word], reading: Reading) -> Iterator[tuple[str, list[Word]]]:
    """The words of each sentence with its text; no punctuation stands before the first of one."""
    cut = reading.sentences
    firsts = [0, *(bisect_left(words, one.start, key=_begins) for one in cut[1:]), len(words)]
    for sentence, (start, end) in zip(cut, pairwise(firsts), strict=False):
        for first in range(start, end, _MOST_WORDS):
            row = list(words[first : min(first + _MOST_WORDS, end)])
            if row[0].gap:
                row[0] = row[0]._replace(gap=NOTHING)
            whole = len(row) == end - start
            place, stop = (sentence.start, sentence.end) if whole else (row[0].start, row[-1].end)
            yield reading.text[place:stop], row


def _names(finds: Iterable[Find], reading: Reading, kinds: Container[str]) -> list[_Name]:
    """The names among the finds, as they are written, in order and without those inside a longer one."""
    found = []
    for find in finds:
        entry = find.entry
        if entry.kind in kinds and strict(find, reading) and _counts(entry, reading):
            start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
            found.append(_Name(start, -end, COUNTRY if entry.kind == CASE else entry.kind, entry.concept))
    kept, reached = [], 0
    for name in sorted(found):
        if -name.end > reached:
            kept.append(name._replace(end=-name.end))
            reached = -name.end
    return kept


def _counts(entry: Term, reading: Reading) -> bool:
    """Adjectives, and names in the cases of a language, count in that language only."""
    return (entry.form.proper and entry.kind != CASE) or reading.speaks(entry.form.language)


def _dealt(names: Iterable[_Name], starts: Sequence[int]) -> dict[int, list[_Name]]:
    """The names by the number of their line."""
    dealt: dict[int, list[_Name]] = {}
    for name in names:
        if (number := bisect_right(starts, name.start) - 1) >= 0:
            dealt.setdefault(number, []).append(name)
    return dealt


def _spoken_of(
    topics: Mapping[str, Iterable[int]], reading: Reading, starts: Sequence[int]
) -> Mapping[int, Collection[str]]:
    """The topics by the number of the line that they are spoken of in."""
    told: dict[int, set[str]] = {}
    for topic, places in topics.items():
        for place in places:
            told.setdefault(max(bisect_right(starts, reading.origins[place]) - 1, 0), set()).add(topic)
    return told


def _tagged(words: Sequence[Word], spoken: FactLanguage) -> _Tags:
    row = WordRow(words)
    spans, marks = spoken.vocabulary.spans(row), spoken.context.spans(row)
    return _Tags(spans, marks, frozenset().union(*[span.meaning.kinds for span in (*spans, *marks)]))


def _left_out(lines: Iterable[TaggedLine], named: Iterable[Sequence[Nation]]) -> frozenset[int]:
    """Where the names of countries stand that the lines were not given."""
    return frozenset(
        line.words[nation.start].start
        for line, nations in zip(lines, named, strict=True)
        if len(nations) > len(line.nations)
        for nation in nations
        if nation not in line.nations
    )


def _abroad(
    words: Sequence[Word], nations: Sequence[Nation], before: Iterable[_Name], behind: Iterable[_Name]
) -> Sequence[Nation]:
    """The countries that are spoken of, without those that are part of an outlet's, bank's or university's name."""
    if not nations or not (before or behind):
        return nations
    first = [span for name in before if (span := _covered(words, name))]
    last = [span for name in behind if (span := _covered(words, name))]
    outlets = _Outlets(
        frozenset(end for _, end in first),
        frozenset(start for start, _ in last),
        frozenset(end for _, end in last if words[end - 1].capital),
    )
    titled = _headline(words)
    return [nation for nation in nations if not _part_of_outlet(words, nation, outlets, titled)]


def _part_of_outlet(words: Sequence[Word], nation: Nation, outlets: _Outlets, titled: bool) -> bool:
    """Whether a country's name is the end or the beginning of an outlet's, or stands in brackets beside it.

    Where most words have a capital, what stands behind tells only of a name that stands apart: "(Chad Times)".
    """
    if _set_apart(words, nation):
        return nation.start in outlets.closes or nation.end in outlets.begins  # "Guardian (Nigeria)"
    if nation.start in outlets.ends and words[nation.start].gap == NOTHING:
        return True
    if nation.end not in outlets.begins or words[nation.end].gap != NOTHING:
        return False
    return not titled or words[nation.start].gap != NOTHING


def _set_apart(words: Sequence[Word], nation: Nation) -> bool:
    """Whether a country stands between brackets, commas or dashes."""
    opened = nation.start == 0 or words[nation.start].gap == COMMA
    return opened and (words[nation.end].gap == COMMA if nation.end < len(words) else nation.start > 0)


def _headline(words: Sequence[Word]) -> bool:
    """Whether the words are written as in headlines: more than three in four of the longer ones with a capital."""
    longer = [word.capital for word in words if len(word.text) >= _LONGER]
    return 4 * sum(longer) > 3 * len(longer)


def _nations(words: Sequence[Word], names: Iterable[_Name]) -> list[Nation]:
    return [
        Nation(*covered, name.concept, name.kind == PEOPLE, name.kind == SEAT, name.kind == ARMY)
        for name in names
        if (covered := _covered(words, name))
    ]


def _covered(words: Sequence[Word], name: _Name) -> tuple[int, int] | None:
    """The words that a name covers, as first and the one after the last; None when it covers none of them."""
    first = max(bisect_right(words, name.start, key=_begins) - 1, 0)
    if words[first].end <= name.start:
        first += 1
    after = bisect_left(words, name.end, key=_begins)
    return (first, after) if first < after else None
