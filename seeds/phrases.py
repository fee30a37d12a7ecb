"""Phrases that name victims: "at least four Chadian peacekeepers", "un casque bleu", "several others", 兵士2人.

A phrase holds a count (None for "several" and for plurals without a number) and the sort of victims. Which harm was
done to them is decided in `tolls`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from seeds.model import Victims
from seeds.numbers import Habits, compose
from seeds.words import COMMA, NOTHING, Span, Word

_YEARS = range(1900, 2100)
_MOST_BETWEEN = 4  # words between a number or article and its noun
_NOUNS = ("one", "many", "two")
_HARMS = ("killed", "injured")
_ENDS = ("stop", "join", "none", "part", "least")
# When nouns stand together, the class that tells most decides: "police peacekeepers", "civilian contractors".
_RANK = ("attackers", "peacekeepers", "contractors", "national_forces", "soldiers", "civilians", "people")


@dataclass(frozen=True, slots=True)
class Nation:
    """A country spoken of at words `start` to `end`; `adjective` for "Chadian", not for "Chad"."""

    start: int
    end: int
    code: str
    adjective: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with all that was found in it.

    `spans` are numbers, victims, words of harm and what binds them; `marks` words that tell what part a figure, place
    or country plays. `places` are (first word, word after, name). `tolled` says that the document speaks of a toll
    somewhere; `at` finds a span by its first word.
    """

    number: int
    text: str
    words: Sequence[Word]
    spans: Sequence[Span]
    marks: Sequence[Span] = ()
    nations: Sequence[Nation] = ()
    places: Sequence[tuple[int, int, str]] = ()
    habits: Habits = field(default_factory=Habits)
    tolled: bool = False
    at: Mapping[int, Span] = field(default_factory=dict)

    def has(self, index: int, *kinds: str) -> bool:
        """Whether a span of one of the kinds begins at that word."""
        span = self.at.get(index)
        return span is not None and span.has(*kinds)

    def between(self, start: int, end: int, *kinds: str) -> bool:
        """Whether a span of one of the kinds begins in that stretch."""
        return any(self.has(index, *kinds) for index in range(start, end))

    def marked(self, start: int, end: int, *kinds: str) -> bool:
        """Whether a mark of one of the kinds begins in that stretch."""
        return any(mark.has(*kinds) and start <= mark.start < end for mark in self.marks)

    def gap(self, start: int, end: int) -> int:
        """The strongest punctuation before any of the words from `start` to `end`, inclusive."""
        return max((self.words[index].gap for index in range(start, min(end + 1, len(self.words)))), default=NOTHING)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Victims at words `start` to `end`. `bare` has no noun; `part` is part of a number told before.

    `ordinal` is n for "the n-th soldier"; `named` stands for one person by name.
    """

    start: int
    end: int
    count: int | None
    victims: str = "people"
    bare: bool = False
    least: bool = False
    part: bool = False
    another: bool = False
    named: bool = False
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class _Noun:
    victims: str
    end: int
    single: bool = False
    part: bool = False


def phrases(line: Line) -> list[Phrase]:
    """All victim phrases of a sentence, in order, not overlapping."""
    found: list[Phrase] = []
    index = 0
    while index < len(line.words):
        phrase = _at(line, index)
        if phrase is None:
            index += 1
            continue
        if phrase.count is not None and found and _apposed(line, found[-1], phrase):
            phrase = replace(phrase, start=found[-1].start, victims=_finer(found.pop().victims, phrase.victims))
        found.append(_marked(line, phrase))
        index = max(phrase.end, index + 1)
    return found


def _at(line: Line, index: int) -> Phrase | None:
    number = _numbered(line, index)
    if number is not None:
        return number
    span = line.at.get(index)
    if span is None:
        return None
    if span.has("another"):
        noun = _noun(line, span.end)
        return Phrase(index, noun.end, 1, noun.victims, another=True) if noun else _another(line, span)
    if span.has("vague", "none"):
        return _uncounted(line, span)
    if span.has("article"):
        return _single(line, span)
    if span.has("ordinal") and _beside_harm(line, span):
        return Phrase(span.start, span.end, 1, bare=True)  # "جرح رابع"
    if span.has(*_NOUNS) and not span.has(*_HARMS):
        return _plain(line, span)
    return None


def _beside_harm(line: Line, span: Span) -> bool:
    """Whether an ordinal without a noun stands right beside a word of harm."""
    before = any(other.end == span.start and other.has(*_HARMS) for other in line.spans)
    return before or (line.has(span.end, *_HARMS) and not _noun(line, span.end))


def _another(line: Line, span: Span) -> Phrase | None:
    if compose(line.words, line.at, span.end, line.habits):
        return None  # "otros dos": the number says it
    alone = span.end >= len(line.words) or line.has(span.end, "filler", "be", *_HARMS)
    bare = not _subject(line, span.end)
    return Phrase(span.start, span.end, 1, bare=bare, another=True) if alone else None


def _numbered(line: Line, index: int) -> Phrase | None:
    composed = compose(line.words, line.at, index, line.habits)
    if composed is None:
        return None
    value, end = composed
    if line.has(end, "alternative") and (other := compose(line.words, line.at, end + 1, line.habits)):
        end = other[1]  # "two or three"
    if line.has(end, "another"):
        end = line.at[end].end  # "fünf weitere Soldaten"
    if _partitive(line, end) or _aside(line, index, end):
        return Phrase(index, end, None, bare=True, part=True)
    noun = _noun(line, end)
    if value in _YEARS and line.words[index].text.isdecimal() and (noun is None or noun.end - end > 1):
        return None
    if noun is None:
        if value == 1 and line.has(end, "ordinal"):
            end = line.at[end].end  # "een derde": the number is the article
        return Phrase(index, end, value, bare=not _subject(line, end))
    return Phrase(index, noun.end, value, noun.victims, part=noun.part)


def _subject(line: Line, end: int) -> bool:
    """Whether a number or "another" without a noun stands for people: "three were …", "fünf weitere wurden …"."""
    while line.has(end, "filler") and not line.has(end, "be"):
        end = line.at[end].end
    return line.has(end, "be")


def _partitive(line: Line, end: int) -> bool:
    """Whether the number only begins "one of the six …", of which the six are told next."""
    if not line.has(end, "of"):
        return False
    start = line.at[end].end
    return any(compose(line.words, line.at, next_, line.habits) for next_ in (start, start + 1))


def _aside(line: Line, start: int, end: int) -> bool:
    """Whether the number stands between commas, as ages do."""
    closed = end >= len(line.words) or line.words[end].gap == COMMA
    return line.words[start].gap == COMMA and closed and line.words[start].text.isdecimal() and start > 0 and (
        line.words[start - 1].capital
    )


def _noun(line: Line, start: int) -> _Noun | None:
    """The noun for the victims that a number or article before word `start` counts."""
    index, between = start, 0
    nation: Nation | None = None
    while index < len(line.words) and between <= _MOST_BETWEEN:
        if line.words[index].gap >= COMMA:
            break
        span = line.at.get(index)
        if span is not None and index == start and span.has("of") and not span.has(*_NOUNS):
            index = span.end  # "four of his comrades"
            continue
        found = next((one for one in line.nations if one.start == index), None)
        if span is not None and span.has(*_NOUNS) and not _counted_now(span, index, start):
            return _headed(line, span)
        if span is not None and span.has("ofthem") and index == start:
            return _Noun("people", span.end, part=True)
        if found is not None:
            nation, index = found, found.end
        elif span is not None and _closes(line, span, start):
            break
        else:
            index = span.end if span is not None else index + 1
        between += 1
    return _Noun("soldiers", nation.end) if nation is not None and nation.adjective else None


def _counted_now(span: Span, index: int, start: int) -> bool:
    """Words like "victims" that name people and harm at once count as harm right after the number."""
    return index == start and span.has(*_HARMS)


def _closes(line: Line, span: Span, start: int) -> bool:
    if span.has(*_HARMS):
        return span.start > start and not line.has(start, "filler")
    return span.has(*_ENDS, "article", "another", "vague") or compose(
        line.words, line.at, span.start, line.habits
    ) is not None


def _headed(line: Line, span: Span) -> _Noun:
    """The noun at a span with the nouns right after it."""
    victims, single, end = _victims(span), span.has("one"), span.end
    while (following := line.at.get(end)) is not None and end < len(line.words) and line.words[end].gap == NOTHING:
        if not following.has(*_NOUNS) or following.has(*_HARMS):
            break
        added = _victims(following)
        single = following.has("one") or (single and added == "peacekeepers")  # "جندي من القبعات الزرق"
        victims, end = _finer(victims, added), following.end
    return _Noun(victims, end, single)


def _victims(span: Span) -> str:
    classes = [str(value) for kind, value in span.tags if kind in _NOUNS]
    return min(classes, key=_RANK.index)


def _finer(one: str, two: str) -> str:
    return min((one, two), key=_RANK.index)


def _uncounted(line: Line, span: Span) -> Phrase | None:
    for index in range(span.end, min(span.end + 2, len(line.words))):
        if compose(line.words, line.at, index, line.habits):
            return None  # "some 160 villagers", "unos veinte"
    noun = _noun(line, span.end)
    return Phrase(span.start, noun.end if noun else span.end, None, noun.victims if noun else "people")


def _single(line: Line, span: Span) -> Phrase | None:
    noun = _noun(line, span.end)
    if noun is not None:
        return Phrase(span.start, noun.end, 1 if noun.single or noun.victims == "soldiers" else None, noun.victims)
    following = line.at.get(span.end)
    if following is None:
        return None
    if following.has("ordinal"):
        return Phrase(span.start, following.end, 1, bare=not _subject(line, following.end))  # "a third was wounded"
    if any(kind in _HARMS and value in ("counted", "subject", "either") for kind, value in following.tags):
        return Phrase(span.start, span.end, 1, bare=True)  # "un mort"
    return None


def _plain(line: Line, span: Span) -> Phrase:
    noun = _headed(line, span)
    if span.has("two"):
        return Phrase(span.start, noun.end, 2, noun.victims)
    return Phrase(span.start, noun.end, 1 if noun.single else None, noun.victims)


def _apposed(line: Line, before: Phrase, phrase: Phrase) -> bool:
    """Whether a noun without a number stands right before its number and counter: 隊員4人, "BM askerlerinden 2 kişi"."""
    if before.count not in (None, 1) or before.bare or before.another or before.part:
        return False
    counter = phrase.bare or phrase.victims == "people"
    between = range(before.end, phrase.start)
    free = all(line.has(index, "filler") for index in between) and len(between) <= 1
    return counter and free and line.gap(before.end, phrase.start) == NOTHING and not line.has(before.start, "article")


def _marked(line: Line, phrase: Phrase) -> Phrase:
    """The phrase with what the words around it say: at least, part of, the n-th."""
    before = _reaching(line, phrase.start, "least")
    after = phrase.bare and line.has(phrase.end, "least")
    part = phrase.part or _reaching(line, phrase.start, "part")
    ordinal = None
    for index in range(max(phrase.start - 1, 0), phrase.end):
        if line.has(index, "ordinal"):
            ordinal = line.at[index].get("ordinal")
    return replace(
        phrase,
        least=before or after,
        part=part,
        ordinal=ordinal if isinstance(ordinal, int) and phrase.count == 1 else None,
    )


def _reaching(line: Line, start: int, kind: str) -> bool:
    """Whether a span of that kind ends right before word `start`, or one word earlier."""
    return any(
        span.end in (start, start - 1) and span.has(kind) and line.gap(span.end, start) == NOTHING
        for span in reversed(line.spans)
        if span.start < start
    )


def classified(line: Line, phrase: Phrase, theatre: frozenset[str]) -> Victims:
    """Whom a phrase means: soldiers without a nation of the theatre's own are the mission's."""
    if phrase.victims in ("soldiers", "contractors", "civilians"):
        own = any(
            nation.code in theatre and (nation.adjective or _genitive(line, nation))
            for nation in line.nations
            if phrase.start <= nation.start <= phrase.end + 1
        )
        if phrase.victims == "soldiers":
            return "national_forces" if own else "peacekeepers"
    fixed: Mapping[str, Victims] = {
        "peacekeepers": "peacekeepers",
        "national_forces": "national_forces",
        "civilians": "civilians",
        "contractors": "contractors",
        "attackers": "attackers",
    }
    return fixed.get(phrase.victims, "unspecified")


def _genitive(line: Line, nation: Nation) -> bool:
    return nation.end < len(line.words) and line.words[nation.end].text == "s"


def named(line: Line, known: frozenset[int]) -> Iterator[Phrase]:
    """Runs of two or more capitalised words that nothing else is known of: one person's name each."""
    start: int | None = None
    for index in range(len(line.words) + 1):
        fits = (
            index < len(line.words)
            and line.words[index].capital
            and index not in known
            and (start is None or line.words[index].gap == NOTHING)
        )
        if fits and start is None:
            start = index
        elif not fits and start is not None:
            if index - start >= 2:
                yield Phrase(start, index, 1, "soldiers", named=True)
            start = None
