"""Numbers that count nobody: days of a date, times of the day, ages, distances."""

from __future__ import annotations

from collections.abc import Iterator

from seeds.facts.line import TaggedLine
from seeds.facts.tags import Tagged
from seeds.facts.tolls.victims import HARMS, noun
from seeds.text.words import NOTHING

_DAYS = range(1, 32)
_YEAR = 4  # digits
_BESIDE = 2  # words of a noun and what describes it


def measures(line: TaggedLine) -> frozenset[int]:
    """The words of a line that are such numbers."""
    if not line.tells("month", "measure", "aged") and ":" not in line.text:
        return frozenset()
    found = {*_times(line)}
    for span in (*line.spans, *line.marks):
        if span.has("month"):
            found.update(_day(line, span))
        if span.has("measure") and _number(line, span.start - 1) and _close(line, span.start):
            found.add(span.start - 1)
        if span.has("aged") and _number(line, span.end) and _close(line, span.end):
            found.add(span.end)
    return frozenset(found)


def _number(line: TaggedLine, index: int) -> bool:
    return 0 <= index < len(line.words) and line.words[index].text.isdecimal()


def _close(line: TaggedLine, index: int) -> bool:
    return line.words[index].gap == NOTHING


def _day(line: TaggedLine, month: Tagged) -> Iterator[int]:
    """The day before or behind the name of a month, and the year behind both."""
    if line.habits.capital_months and not line.words[month.start].capital:
        return  # "may"
    before = month.start - 1
    if before >= 0 and line.words[before].text in line.habits.of_month and _close(line, month.start):
        before -= 1  # "3 de enero"
    if _in_month(line, before) and _close(line, before + 1):
        yield before
        yield from _year(line, month.end)
    elif _in_month(line, month.end) and not _counted(line, month):
        yield month.end
        yield from _year(line, month.end + 1)
    else:
        yield from _year(line, month.end)


def _year(line: TaggedLine, index: int) -> Iterator[int]:
    if index < len(line.words) and line.words[index].text in line.habits.of_month:
        index += 1  # "3 de enero de 2021"
    if _number(line, index) and len(line.words[index].text) == _YEAR:
        yield index


def _in_month(line: TaggedLine, index: int) -> bool:
    return _number(line, index) and len(line.words[index].text) <= 2 and int(line.words[index].text) in _DAYS


def _counted(line: TaggedLine, month: Tagged) -> bool:
    """Whether the number behind a month counts: "in January 3 soldiers died", but not "on January 3 soldiers …"."""
    if month.start > 0 and line.words[month.start - 1].text in line.habits.on_day:
        return False
    start = month.end + 1
    head = noun(line, start)
    return head is not None and head.end - start <= _BESIDE and not line.between(start, head.end, *HARMS)


def _times(line: TaggedLine) -> Iterator[int]:
    """Both parts of "7:30"."""
    if ":" in line.text:
        for index, (one, two) in enumerate(zip(line.words, line.words[1:], strict=False)):
            if one.text.isdecimal() and two.text.isdecimal() and len(two.text) == 2 and two.start == one.end + 1:
                yield from (index, index + 1)
