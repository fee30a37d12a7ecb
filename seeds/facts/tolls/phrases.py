"""Phrases that name victims: "at least four Chadian peacekeepers", "un casque bleu", "several others", 兵士2人.

A phrase holds a count (None for "several" and for plurals without a number) and the sort of victims. Which harm was
done to them is decided in `binding`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from seeds.facts.line import TaggedLine
from seeds.facts.tags import Tagged
from seeds.facts.tolls.measures import measures
from seeds.facts.tolls.victims import HARMS, NOUNS, finer, headed, noun
from seeds.text.words import COMMA, NOTHING

_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Victims at words `start` to `end`. `bare` has no noun; `part` is part of a number told before.

    `ordinal` is n for "the n-th soldier"; `named` stands for one person by name; `nobody` says that it is nobody, which
    counts 0 where nothing else is said between that and the harm. `share` is how many are meant of those told next
    ("one of the six …").
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
    nobody: bool = False
    share: int | None = None


def phrases(line: TaggedLine) -> list[Phrase]:
    """All victim phrases of a sentence, in order, not overlapping."""
    found: list[Phrase] = []
    aside, index = measures(line), 0
    while index < len(line.words):
        phrase = _at(line, index) if index not in aside else None
        if phrase is None or (found and (_whose(line, found[-1], index) or _predicate(line, found, phrase))):
            index += 1
            continue
        if found and _apposed(line, found[-1], phrase):
            before = found.pop()
            phrase = replace(phrase, start=before.start, victims=finer(before.victims, phrase.victims))
        found.append(_marked(line, phrase))
        index = max(phrase.end, index + 1)
    return found


def _at(line: TaggedLine, index: int) -> Phrase | None:
    """The phrase that begins at a word, None when none does."""
    span = line.at.get(index)
    kinds = span.meaning.kinds if span is not None else _NO_KINDS
    if ("number" in kinds or line.words[index].text[0].isdigit()) and (phrase := _numbered(line, index)) is not None:
        return phrase
    if kinds.isdisjoint(_BEGINNINGS):  # as nearly all words are
        return None
    for begins, read in _READERS:
        if not kinds.isdisjoint(begins) and (phrase := read(line, index)) is not None:
            return phrase
    return None


def _whose(line: TaggedLine, before: Phrase, index: int) -> bool:
    """Whether a word that may mean "some" says "of the", right behind victims: "militaires des forces armées"."""
    behind = before.end == index and line.words[index].gap == NOTHING
    return behind and line.has(index, "of") and line.has(index, "vague")


def _predicate(line: TaggedLine, before: Sequence[Phrase], phrase: Phrase) -> bool:
    """Whether a phrase only says what the one is of whom is told: "one of the six soldiers killed was a captain"."""
    return (
        phrase.count == 1
        and line.has(phrase.start - 1, "be", "filler")
        and any(one.share is not None for one in before)
    )


def _numbered(line: TaggedLine, index: int) -> Phrase | None:
    composed = line.number_at(index)
    if composed is None:
        return None
    value, end = composed[0], _extended(line, index, composed[1])
    if _partitive(line, end):
        return Phrase(index, end, None, bare=True, part=True, share=value)
    if _aside(line, index, end):
        return Phrase(index, end, None, bare=True, part=True)
    head = noun(line, end)
    if head is not None and not _year(line, index, value, head.end - end):
        return Phrase(index, head.end, value, head.victims, part=head.part)
    if _year(line, index, value):
        return None
    if value == 1 and line.has(end, "ordinal"):
        end = line.at[end].end  # "een derde": the number is the article
    return Phrase(index, end, value, bare=not _subject(line, end))


def _extended(line: TaggedLine, start: int, end: int) -> int:
    """The end of a number with what may stand behind it: "two or three", "five to eight", "fünf weitere"."""
    if _ranging(line, start, end) and (other := line.number_at(line.at[end].end)):
        end = other[1]
    return line.at[end].end if line.has(end, "another") else end


def _ranging(line: TaggedLine, start: int, end: int) -> bool:
    """Whether a word leads on to the upper end of a range; a toll that rises "from five to eight" is none."""
    if end >= len(line.words) or line.words[end].gap != NOTHING:
        return False
    if line.has(end, "alternative"):
        return True
    if line.has(start - 1, "between"):
        return line.has(end, "join", "range")
    return line.has(end, "range") and not line.tells("toll") and not _rises(line)


def _rises(line: TaggedLine) -> bool:
    return any(value == "rise" for span in line.spans for _, value in span.tags)


def _year(line: TaggedLine, index: int, value: int, apart: int = 2) -> bool:
    """Whether digits are a year, unless a noun right behind them says otherwise."""
    return value in _YEARS and line.words[index].text.isdecimal() and apart > 1


def _partitive(line: TaggedLine, end: int) -> bool:
    """Whether the number only begins "one of the six …", of which the six are told next."""
    if not line.has(end, "of"):
        return False
    start = line.at[end].end
    return any(line.number_at(index) for index in (start, start + 1))


def _aside(line: TaggedLine, start: int, end: int) -> bool:
    """Whether digits stand between commas after a name, as ages do."""
    opened = start > 0 and line.words[start].gap == COMMA and line.words[start - 1].capital
    closed = end >= len(line.words) or line.words[end].gap == COMMA
    return opened and closed and line.words[start].text.isdecimal()


def _subject(line: TaggedLine, end: int) -> bool:
    """Whether a number or "another" without a noun stands for people: "three were …", "fünf weitere wurden …"."""
    while line.has(end, "filler") and not line.has(end, "be"):
        end = line.at[end].end
    return line.has(end, "be")


def _another(line: TaggedLine, index: int) -> Phrase | None:
    span = _span(line, index, "another")
    if span is None:
        return None
    head = noun(line, span.end)
    if head is not None:
        return Phrase(index, head.end, 1, head.victims, another=True)
    alone = span.end >= len(line.words) or line.has(span.end, "filler", "be", *HARMS)
    if not alone or line.number_at(span.end):
        return None  # "another nation"; in "otros dos" the number says it
    return Phrase(index, span.end, 1, bare=not _subject(line, span.end), another=True)


def _uncounted(line: TaggedLine, index: int) -> Phrase | None:
    span = _span(line, index, "vague", "none")
    if span is None or any(line.number_at(after) for after in (span.end, span.end + 1)):
        return None  # in "some 160 villagers" the number says it
    head = noun(line, span.end)
    end = head.end if head else span.end
    more = line.has(span.end, "another", "filler") and not line.has(span.end, "be")  # "no further deaths"
    nobody = span.has("none") and not span.has("negation") and not more
    return Phrase(index, end, None, head.victims if head else "people", nobody=nobody)


def _single(line: TaggedLine, index: int) -> Phrase | None:
    span = _span(line, index, "article")
    if span is None:
        return None
    if _partitive(line, span.end):
        return Phrase(index, span.end, None, bare=True, part=True, share=1)  # "un des six", "einer der sechs"
    head = noun(line, span.end)
    if head is not None:
        return Phrase(index, head.end, 1 if head.single or head.victims == "soldiers" else None, head.victims)
    following = line.at.get(span.end)
    if following is not None and following.has("ordinal"):
        return Phrase(index, following.end, 1, bare=not _subject(line, following.end))  # "a third was wounded"
    dead = following is not None and any(kind in HARMS and value != "object" for kind, value in following.tags)
    return Phrase(index, span.end, 1, bare=True) if dead else None  # "un mort"


def _nth(line: TaggedLine, index: int) -> Phrase | None:
    """An ordinal without a noun right beside a word of harm: "جرح رابع"."""
    span = _span(line, index, "ordinal")
    if span is None:
        return None
    harmed = any(other.end == index and other.has(*HARMS) for other in line.spans)
    harmed = harmed or (line.has(span.end, *HARMS) and noun(line, span.end) is None)
    return Phrase(index, span.end, 1, bare=True) if harmed else None


def _plain(line: TaggedLine, index: int) -> Phrase | None:
    """A noun without number or article: one for the singular, two for the dual, no count for the plural."""
    span = _span(line, index, *NOUNS)
    if span is None or span.has(*HARMS):
        return None
    head = headed(line, span)
    if span.has("two"):
        return Phrase(index, head.end, 2, head.victims)
    return Phrase(index, head.end, 1 if head.single else None, head.victims)


_NO_KINDS = frozenset[str]()
_READERS: tuple[tuple[tuple[str, ...], Callable[[TaggedLine, int], Phrase | None]], ...] = (
    (("another",), _another),
    (("vague", "none"), _uncounted),
    (("article",), _single),
    (("ordinal",), _nth),
    (NOUNS, _plain),
)
_BEGINNINGS = frozenset(kind for begins, _ in _READERS for kind in begins)


def _span(line: TaggedLine, index: int, *kinds: str) -> Tagged | None:
    span = line.at.get(index)
    return span if span is not None and span.has(*kinds) else None


def _apposed(line: TaggedLine, before: Phrase, phrase: Phrase) -> bool:
    """Whether a noun without a number stands right before its number and counter: 隊員4人, "askerlerinden 2 kişi"."""
    if phrase.count is None or before.count not in (None, 1) or before.bare or before.another or before.part:
        return False
    counter = phrase.bare or phrase.victims == "people"
    between = range(before.end, phrase.start)
    free = all(line.has(index, "filler") for index in between) and len(between) <= 1
    return counter and free and line.gap(before.end, phrase.start) == NOTHING and not line.has(before.start, "article")


def _marked(line: TaggedLine, phrase: Phrase) -> Phrase:
    """The phrase with what the words around it say: at least, part of, the n-th."""
    least = _reaching(line, phrase.start, "least") or (phrase.bare and line.has(phrase.end, "least"))
    part = phrase.part or _reaching(line, phrase.start, "part")
    spans = (line.at[index] for index in range(max(phrase.start - 1, 0), phrase.end) if line.has(index, "ordinal"))
    ordinal = next((span.get("ordinal") for span in spans), None) if phrase.count == 1 else None
    if not (least or part or ordinal):
        return phrase
    return replace(phrase, least=least, part=part, ordinal=ordinal if isinstance(ordinal, int) else None)


def _reaching(line: TaggedLine, start: int, kind: str) -> bool:
    """Whether a span of that kind ends right before word `start`, or one word earlier."""
    return line.tells(kind) and any(
        span.has(kind) and start - 1 <= span.end <= start and line.gap(span.end, start) == NOTHING
        for span in line.spans
        if span.start < start
    )


def named(line: TaggedLine, known: frozenset[int]) -> Iterator[Phrase]:
    """Runs of two or more capitalised words that nothing else is known of: one person's name each."""
    run: list[int] = []
    for index, word in enumerate(line.words):
        unknown = word.capital and index not in known
        if run and not (unknown and word.gap == NOTHING):
            yield from _name(run)
            run = []
        if unknown:
            run.append(index)
    yield from _name(run)


def _name(run: list[int]) -> Iterator[Phrase]:
    if len(run) >= 2:
        yield Phrase(run[0], run[-1] + 1, 1, "soldiers", named=True)
