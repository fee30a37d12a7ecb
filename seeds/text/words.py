"""Text cut into folded words, with the punctuation between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

NOTHING, COMMA, STOP = 0, 1, 2
# Signs that end a phrase, and signs that end a clause; a full stop inside a sentence belongs to an abbreviation.
_COMMAS = re.compile("[,،、，()（）\u2013\u2014\\[\\]]|\\s-\\s")
_STOPS = re.compile("[;:؛：；|。!?؟…]")
_NUMBER = re.compile(r"(\d+)(\D.*)", re.DOTALL)
_ATTACHED = re.compile("[\uac00-\ud7a3\u0900-\u0dff\u0600-\u06ff]")  # scripts that write "2명" and "৪জন" as one word
_GROUPED = re.compile("[.,'’\u00a0\u202f ]")
# Between two numbers: 4.5, 7:30, 3/1, 03.01; a hyphen only beside a year, for "2-3" are two or three.
_PARTED = re.compile("[.,:/]")
_YEAR = 4  # digits
_CLEAR = frozenset({"", " ", ":"})  # ":" alone stands within words: "YK:n", "FN:s", "6:45"


class Word(NamedTuple):
    """A folded word at `text[start:end]`; `gap` is the punctuation before it, `capital` how it begins.

    `decimal` marks all parts of a number with a decimal part, of a time and of a date in digits, which count nobody.
    """

    text: str
    start: int
    end: int
    gap: int = NOTHING
    capital: bool = False
    decimal: bool = False


def split_words(text: str, folded: str, places: Sequence[int]) -> list[Word]:
    """The words of a text in order, from its folded form and the way back (`seeds.text.fold.fold` and `origins`).

    Digits with thousands separators are one word, "2명" is two.
    """
    found: list[Word] = []
    position, end = 1, 0
    for folded_word in folded.split():
        beyond = position + len(folded_word)
        start, stop = places[position], places[beyond - 1] + 1
        position = beyond + 1
        between = text[end:start]
        gap = NOTHING if between in _CLEAR else _gap(between)
        if folded_word[0].isdigit():
            for piece in _pieces(Word(folded_word, start, stop, gap)):
                _append(found, piece, between if piece.start == start else None)
        else:
            found.append(Word(folded_word, start, stop, gap, text[start].isupper()))
        end = stop
    return found


def _pieces(word: Word) -> tuple[Word, ...]:
    counted = None if word.text.isdecimal() else _NUMBER.fullmatch(word.text)
    if not counted or not _ATTACHED.match(counted[2]):
        return (word,)
    middle = word.start + len(counted[1])
    return Word(counted[1], word.start, middle, word.gap), Word(counted[2], middle, word.end)


def _gap(between: str) -> int:
    if _STOPS.search(between):
        return STOP
    return COMMA if _COMMAS.search(between) else NOTHING


def _append(found: list[Word], word: Word, between: str | None) -> None:
    """Add a word, joining the parts of one number ("10,000", "4.5")."""
    last = found[-1] if found else None
    if last and between and len(between) == 1 and last.text.isdigit() and word.text.isdigit():
        grouped = len(last.text) <= 3 or last.end - last.start > len(last.text)
        if _GROUPED.fullmatch(between) and len(word.text) == 3 and grouped and last.text != "0" and not last.decimal:
            found[-1] = Word(last.text + word.text, last.start, word.end, last.gap)
            return
        if _PARTED.fullmatch(between) or (between == "-" and _dated(found, word)):
            found[-1] = last._replace(capital=False, decimal=True)
            word = Word(word.text, word.start, word.end, word.gap, decimal=True)
    found.append(word)


def _dated(found: list[Word], word: Word) -> bool:
    """Whether a hyphen before a number joins parts of a date, 2021-01-03 or 3-1-2021, of which all are marked."""
    last, before = found[-1], found[-2] if len(found) > 1 else None
    if len(word.text) == _YEAR and before and before.text.isdigit() and before.end + 1 == last.start:
        found[-2] = before._replace(decimal=True)
    return last.decimal or _YEAR in (len(last.text), len(word.text))
