"""Finding phrases in folded words: the one way in which tags, topics and tiers look theirs up.

A phrase is one or more words. `stem*` stands for every word that begins so, `*end` for every word that ends so, `?`
(or a star of its own) for any one word and `#` for one of digits; none of these two stands first. An Aho-Corasick
automaton finds the letters that a phrase begins with; what is left of it is compared word by word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from config.sentence import Said
from seeds.text.automaton import Automaton
from seeds.text.fold import fold
from seeds.text.nogc import undisturbed

T = TypeVar("T")
#: Stands as a word of its own where no phrase may go on.
BREAK = "\n"
_WORD, _STEM, _ENDING, _ANY, _DIGITS = range(5)
_WRITTEN = ("{}", "{}*", "*{}", "?", "#")
_SIGNS = frozenset("*?#")


class PhrasePiece(NamedTuple):
    """One word of a phrase: how it is compared, and with what."""

    how: int
    text: str = ""

    @property
    def written(self) -> str:
        """The piece as the lexicon writes it."""
        return _WRITTEN[self.how].format(self.text)


class SplitPhrase(NamedTuple):
    """A phrase as it is looked up: the letters that the automaton looks for, and the words after them.

    It has `size` words, of which the first is compared as `how` says.
    """

    literal: str
    rest: tuple[PhrasePiece, ...]
    size: int
    how: int

    @property
    def opening(self) -> SplitPhrase:
        """Its first word alone."""
        return SplitPhrase(self.literal[: self.literal.find(" ", 1) + 1] or self.literal, (), 1, self.how)


class LookUp(NamedTuple, Generic[T]):
    """What is looked up: `size` words in all, of which `rest` is compared after the automaton's find."""

    value: T
    size: int
    rest: tuple[PhrasePiece, ...]
    rank: tuple[int, int]


class PhraseMatcher(Generic[T]):
    """Phrases, each with a value; None stands for one that holds no letter."""

    def __init__(self, phrases: Iterable[tuple[SplitPhrase | None, T]]) -> None:
        table: dict[str, tuple[LookUp[T], ...]] = {}
        rows: dict[tuple[LookUp[T], ...], tuple[LookUp[T], ...]] = {}  # few differ
        with undisturbed():
            for phrase, value in phrases:
                if phrase is not None:
                    literal, rest, size, how = phrase
                    row = *table.get(literal, ()), LookUp(value, size, rest, (how, -len(literal)))
                    table[literal] = rows.setdefault(row, row)
        self._by_index = list(table.values())
        self._automaton = Automaton(table)

    def finds(self, text: str) -> Iterator[tuple[int, int, LookUp[T]]]:
        """Where the first letter of each phrase stands in a folded text, and where it was compared to, in no order."""
        by_index = self._by_index
        for index, start, end in self._automaton.finds(text):
            first = (start if text[start] == " " else text.rfind(" ", 0, start)) + 1
            for phrase in by_index[index]:
                stop = _stop(text, end, phrase.rest) if phrase.rest else end
                if stop:
                    yield first, stop, phrase


def split_phrase(text: str) -> SplitPhrase | None:
    """A phrase as it is written in the lexicon; None when it holds no letter.

    Raises ValueError for one that begins with "?" or "#".
    """
    if _SIGNS.isdisjoint(text):  # as most are: words alone
        folded = fold(text)
        return SplitPhrase(folded, (), folded.count(" ") - 1, _WORD) if folded != " " else None
    pieces: list[PhrasePiece] = []
    for raw in text.split():
        if raw in ("?", "*"):
            pieces.append(PhrasePiece(_ANY))
        elif raw == "#":
            pieces.append(PhrasePiece(_DIGITS))
        else:
            pieces += _words(raw)
    if not any(piece.text for piece in pieces):
        return None
    return SplitPhrase(*_literal(pieces), len(pieces), pieces[0].how)


def _words(raw: str) -> list[PhrasePiece]:
    if raw.isascii() and raw.isalnum():
        return [PhrasePiece(_WORD, raw.lower())]
    pieces = [PhrasePiece(_WORD, word) for word in fold(raw.strip("*")).split()]
    if pieces and raw.endswith("*"):
        pieces[-1] = PhrasePiece(_STEM, pieces[-1].text)
    if pieces and raw.startswith("*"):
        pieces[0] = PhrasePiece(_ENDING, pieces[0].text)
    return pieces


def _literal(pieces: Sequence[PhrasePiece]) -> tuple[str, tuple[PhrasePiece, ...]]:
    """The letters that the automaton looks for, and the pieces after them."""
    if pieces[0].how in (_ANY, _DIGITS):
        written = " ".join(piece.written for piece in pieces)
        raise ValueError(Said("{phrase!r} begins with any word", phrase=written))
    literal = "" if pieces[0].how == _ENDING else " "
    for place, (how, word) in enumerate(pieces):
        if how in (_ANY, _DIGITS) or (how == _ENDING and place):
            return literal, tuple(pieces[place:])
        literal += word
        if how == _STEM:
            return literal, tuple(pieces[place + 1 :])
        literal += " "
    return literal, ()


def _stop(text: str, end: int, rest: tuple[PhrasePiece, ...]) -> int:
    """Where the rest of a phrase ends, given that the automaton's find ends at `end`; 0 when it does not follow."""
    end = end if text[end - 1] == " " else text.index(" ", end) + 1
    for piece in rest:
        stop = text.find(" ", end)
        if stop < 0 or not _fits(piece, text[end:stop]):
            return 0
        end = stop + 1
    return end


def _fits(piece: PhrasePiece, word: str) -> bool:
    how, text = piece
    if how == _WORD:
        return word == text
    if how == _DIGITS:
        return word.isdecimal()
    if how == _ANY:
        return word != BREAK
    return word.startswith(text) if how == _STEM else word.endswith(text)
