"""Numbers in words and digits: which words are numbers in a language, and what a run of them comes to.

Works the same for every language that has [numbers]: tens and hundreds add what follows, hundreds and
thousands multiply what stands before, and the few habits that differ are data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from seeds.facts.tags import Tag, Tagged, forms_of
from seeds.text.fold import fold
from seeds.text.words import NOTHING, Word

_NO_MONTHS: Mapping[str, str] = MappingProxyType({})
_ADDING_TENS = {60, 80}  # soixante-dix, quatre-vingt-douze
_MOST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Habits:
    """How a language composes numbers: whether ten multiplies the unit before it (二十), and its joining word.

    How it writes dates: the folded words between day and month (`of_month`) and before a month with its day behind
    (`on_day`), and whether months are written with a capital.
    """

    multiply: bool = False
    plain: bool = False
    of_month: frozenset[str] = frozenset()
    on_day: frozenset[str] = frozenset()
    capital_months: bool = False

    @classmethod
    def of(cls, table: Mapping[str, str], months: Mapping[str, str] = _NO_MONTHS) -> Habits:
        """The habits that a language's tables of numbers and of months state."""
        return cls(
            table.get("tens") == "multiply",
            "tens" in table,
            _folded(months.get("of", "")),
            _folded(months.get("on", "")),
            months.get("month", "")[:1].isupper(),
        )


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(form).strip() for form in forms_of(text))


def number_forms(table: Mapping[str, str]) -> Iterator[tuple[str, Tag]]:
    """Every form of a language's table with its tag: number, ordinal, or the key of the table."""
    for key, text in table.items():
        if key.isdigit():
            yield from ((form, ("number", int(key))) for form in forms_of(text))
        elif key in ("article", "another", "teen", "joiner", "hundreds", "measure", "aged", "numbered"):
            yield from ((form, (key, "")) for form in forms_of(text))
        elif key == "third":
            for value, forms in enumerate(text.split(";"), start=2):
                yield from ((form, ("ordinal", value)) for form in forms_of(forms))
    yield from _fused(table)


def _fused(table: Mapping[str, str]) -> Iterator[tuple[str, Tag]]:
    pattern = table.get("fused")
    if not pattern:
        return
    for ten in range(20, 100, 10):
        for unit in range(1, 10):
            for ten_form in forms_of(table.get(str(ten), "")):
                for unit_form in forms_of(table.get(str(unit), "")):
                    if " " not in ten_form + unit_form:
                        yield pattern.format(ten=ten_form, unit=unit_form), ("number", ten + unit)


def digits(word: Word) -> int | None:
    """The value of a word of digits in any script; None for other words and for decimals."""
    if not word.text.isdecimal() or word.decimal or len(word.text) > _MOST_DIGITS:
        return None
    return int(word.text)


def compose(words: Sequence[Word], spans: Mapping[int, Tagged], start: int, habits: Habits) -> tuple[int, int] | None:
    """The number that begins at word `start`: its value and the word after it, or None when none begins there."""
    first = _value(words, spans, start)
    if first is None:
        return None
    value, end = first
    while (following := _following(words, spans, start, end)) is not None:
        together = _together(value, following[0], habits, following[2])
        if together is None:
            break
        value, end = together, following[1]
    return _teen(value, spans, end)


def _value(words: Sequence[Word], spans: Mapping[int, Tagged], index: int) -> tuple[int, int] | None:
    span = spans.get(index)
    if span is not None and isinstance(value := span.get("number"), int):
        return value, span.end
    counted = digits(words[index]) if index < len(words) else None
    return None if counted is None else (counted, index + 1)


def _following(
    words: Sequence[Word], spans: Mapping[int, Tagged], start: int, end: int
) -> tuple[int, int, str | None] | None:
    """The part that may belong to the number before it: its value, the word after it, and what joins the two."""
    if end >= len(words) or words[end].gap != NOTHING:
        return None
    span = spans.get(end)
    joiner = next((kind for kind in ("joiner", "hundreds") if span is not None and span.has(kind)), None)
    index = span.end if span is not None and joiner else end
    found = _value(words, spans, index)
    if found is None and joiner == "joiner" and (last := spans.get(index)) is not None and last.has("article"):
        found = 1, last.end  # "vingt et un"
    if found is None or (words[start].text.isdecimal() and words[index].text.isdecimal()):
        return None
    return *found, joiner


def _teen(value: int, spans: Mapping[int, Tagged], end: int) -> tuple[int, int]:
    span = spans.get(end)
    if value < 10 and span is not None and span.has("teen"):
        return value + 10, span.end
    return value, end


def _together(value: int, following: int, habits: Habits, joiner: str | None) -> int | None:
    """What two numbers in a row come to, or None when they are two numbers."""
    if _multiplies(value, following, habits, joiner):
        return value * following
    return value + following if _adds(value, following, habits, joiner) else None


def _multiplies(value: int, following: int, habits: Habits, joiner: str | None) -> bool:
    if following == 10:
        return habits.multiply and 2 <= value < 10  # 二十
    return joiner is None and following in (100, 1000) and value < following


def _adds(value: int, following: int, habits: Habits, joiner: str | None) -> bool:
    if value >= 100 and value % 100 == 0:
        return following < (1000 if value % 1000 == 0 else 100)
    if joiner == "hundreds":
        return False
    if value in _ADDING_TENS and not habits.plain and following < 20:
        return True  # soixante-douze
    if joiner and value < 10:
        return following in range(20, 100, 10)  # Arabic puts the unit first
    least = 10 if habits.multiply or habits.plain else 20
    return following < 10 and value % 10 == 0 and least <= value % 100
