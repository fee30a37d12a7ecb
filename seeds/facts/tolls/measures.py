"""Numbers that count nobody: days of a date, times of the day, ages, distances, telephones, numbers in names.

Dates and times in digits are no numbers to begin with (`Word.decimal`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from seeds.facts.line import TaggedLine
from seeds.facts.tags import Tagged
from seeds.facts.tolls.victims import HARMS, noun
from seeds.text.words import NOTHING

_DAYS = range(1, 32)
_YEAR = 4  # digits
_BESIDE = 2  # words of a noun and what describes it
_GROUPS = 3  # of two or more digits in a row are a telephone's


def measures(line: TaggedLine) -> frozenset[int]:
    """The words of a line that are such numbers."""
    found: set[int] = set()
    for span in (*line.spans, *line.marks) if line.tells("month", "measure", "aged", "numbered") else ():
        found.update(_beside(line, span))
    if line.tells("measure"):
        found.update(_worded(line))
    found.update(_telephones(line, found))
    return frozenset(found)


def _beside(line: TaggedLine, span: Tagged) -> Iterator[int]:
    """The numbers that a month, a measure or a word before ages and numbers says of itself."""
    if span.has("month"):
        yield from _day(line, span)
    if span.has("measure") and _number(line, span.start - 1) and _close(line, span.start):
        yield span.start - 1
        if line.words[span.start].text == "h" and _number(line, span.end) and len(line.words[span.end].text) == 2:
            yield span.end  # "7 h 30"
    if span.has("aged") and _number(line, span.end) and _close(line, span.end):
        yield span.end
    if span.has("numbered") and _number(line, span.end) and _close(line, span.end) and not _people(line, span):
        yield span.end


def _worded(line: TaggedLine) -> Iterator[int]:
    """The words of numbers right before a measure: "twenty minutes", "une dizaine de kilomètres"."""
    for span in line.spans:
        composed = line.number_at(span.start) if span.has("number") else None
        if composed is not None and line.has(composed[1], "measure") and _close(line, composed[1]):
            yield from range(span.start, composed[1])


def _people(line: TaggedLine, span: Tagged) -> bool:
    """Whether the number behind a word for a place counts people: "in camp 3 soldiers", "on the camp 12 were hurt"."""
    were = line.has(span.end + 1, "be") and not line.words[span.start].capital
    return were or _counts(line, span.end + 1)


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
    return _counts(line, month.end + 1)


def _counts(line: TaggedLine, start: int) -> bool:
    """Whether victims stand right behind a number that ends before word `start`."""
    head = noun(line, start)
    return head is not None and head.end - start <= _BESIDE and not line.between(start, head.end, *HARMS)


def _telephones(line: TaggedLine, known: Container[int]) -> Iterator[int]:
    """Groups of digits in a row: "20 22 51 00"."""
    run: list[int] = []
    for index, word in enumerate(line.words):
        group = word.text.isdecimal() and len(word.text) > 1 and not word.decimal and index not in known
        if not group or word.gap != NOTHING:
            yield from run if len(run) >= _GROUPS else ()
            run = []
        if group:
            run.append(index)
    yield from run if len(run) >= _GROUPS else ()
