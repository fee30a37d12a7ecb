"""A sentence as the fact reader sees it: folded words with the punctuation between them, tagged by a vocabulary.

Vocabularies come from TOML tables of comma-separated forms. A form may have several words; `stem*` stands for every
word that begins so, `*end` for every word that ends so, `?` for any one word and `#` for one of digits (neither of
these two as the first). The longest form that fits wins.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seeds.text.fold import fold

NOTHING, COMMA, STOP = 0, 1, 2
# Signs that end a phrase, and signs that end a clause; a full stop inside a sentence belongs to an abbreviation.
_COMMAS = re.compile("[,،、，()（）\u2013\u2014\\[\\]]|\\s-\\s")
_STOPS = re.compile("[;:؛：；|。!?؟…]")
_NUMBER = re.compile(r"(\d+)(\D.*)", re.DOTALL)
_ATTACHED = re.compile("[\uac00-\ud7a3\u0900-\u0dff\u0600-\u06ff]")  # scripts that write "2명" and "৪জন" as one word
_GROUPED = re.compile("[.,'’\u00a0\u202f ]")
_DECIMAL = re.compile("[.,]")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word at `text[start:end]`; `gap` is the punctuation before it, `capital` how it begins.

    `decimal` marks both halves of a number with a decimal part, which counts nobody.
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
        start = places[position]
        stop = places[position + len(folded_word) - 1] + 1
        position += len(folded_word) + 1
        between = text[end:start]
        word = Word(folded_word, start, stop, _gap(between) if between not in ("", " ") else NOTHING,
                    text[start].isupper())  # fmt: skip
        if folded_word[0].isdigit():
            for piece in _pieces(word):
                _append(found, piece, between if piece.start == start else None)
        else:
            found.append(word)
        end = stop
    return found


def _pieces(word: Word) -> tuple[Word, ...]:
    counted = _NUMBER.fullmatch(word.text)
    if not counted or not _ATTACHED.match(counted[2]):
        return (word,)
    middle = word.start + len(counted[1])
    return Word(counted[1], word.start, middle, word.gap), Word(counted[2], middle, word.end)


def _gap(between: str) -> int:
    if between == ":":
        return NOTHING  # "YK:n", "FN:s", "6:45"
    if _STOPS.search(between):
        return STOP
    return COMMA if _COMMAS.search(between) else NOTHING


def _append(found: list[Word], word: Word, between: str | None) -> None:
    """Add a word, joining the parts of one number ("10,000", "4.5")."""
    last = found[-1] if found else None
    if last and between and len(between) == 1 and last.text.isdigit() and word.text.isdigit():
        grouped = len(last.text) <= 3 or last.end - last.start > len(last.text)
        if _GROUPED.fullmatch(between) and len(word.text) == 3 and grouped and last.text != "0":
            found[-1] = Word(last.text + word.text, last.start, word.end, last.gap)
            return
        if _DECIMAL.fullmatch(between):
            found[-1] = Word(last.text, last.start, last.end, last.gap, decimal=True)
            word = Word(word.text, word.start, word.end, word.gap, decimal=True)
    found.append(word)


Tag = tuple[str, Hashable]


class Meaning:
    """What a form of the vocabulary says: its tags by kind. `kinds` are the sorts of tags it carries."""

    __slots__ = ("kinds", "tags")

    def __init__(self, tags: Iterable[Tag]) -> None:
        self.tags = tuple(tags)
        self.kinds = frozenset(kind for kind, _ in self.tags)


@dataclass(frozen=True, slots=True)
class Tagged:
    """Words `start` to `end` (exclusive) and what the vocabulary says they are."""

    start: int
    end: int
    meaning: Meaning

    @property
    def tags(self) -> tuple[Tag, ...]:
        """All tags: kind and value."""
        return self.meaning.tags

    def get(self, kind: str) -> Hashable | None:
        """The value of the first tag of that kind, or None."""
        if kind not in self.meaning.kinds:
            return None
        return next(value for name, value in self.meaning.tags if name == kind)

    def has(self, *kinds: str) -> bool:
        """Whether it carries a tag of one of the kinds."""
        return not self.meaning.kinds.isdisjoint(kinds)


_Rule = tuple[tuple[str, ...], Meaning]
_EXACT, _STEM, _ENDING, _DIGITS = "=", "<", ">", "#"
_ANY = {"?": _STEM, "#": _DIGITS}
_MOST_REMEMBERED = 2_000


class TagTable:
    """Forms of one language with their tags. `clitics` are what the language writes together with the next word."""

    def __init__(self, forms: Iterable[tuple[str, Tag]], clitics: Sequence[str] = ()) -> None:
        merged: dict[tuple[str, ...], tuple[Tag, ...]] = {}
        for form, tag in forms:
            if (pattern := _pattern(form)) and tag not in (known := merged.get(pattern, ())):
                merged[pattern] = (*known, tag)
        self._rules = _rules(merged)
        self._stems = sorted({len(key) - 1 for key in self._rules if key[0] == _STEM}, reverse=True)
        self._endings = sorted({len(key) - 1 for key in self._rules if key[0] == _ENDING}, reverse=True)
        self._remembered: dict[str, Sequence[_Rule]] = {}
        self._clitics = tuple(fold(clitic).strip() for clitic in clitics)

    def spans(self, words: Sequence[Word]) -> list[Tagged]:
        """What the vocabulary knows, from left to right, never overlapping; the longest form at a word wins."""
        found = []
        index = 0
        while index < len(words):
            rules = self._candidates(words[index].text)
            span = _longest(words, index, rules) if rules else None
            if span is None:
                index += 1
            else:
                found.append(span)
                index = span.end
        return found

    def knows(self, text: str) -> bool:
        """Whether some form begins with this folded word."""
        return bool(self._candidates(text))

    def separated(self, words: Sequence[Word]) -> list[Word]:
        """The words with written-together clitics cut off where the rest is then known."""
        return [piece for word in words for piece in self._separated(word)] if self._clitics else list(words)

    def _separated(self, word: Word) -> tuple[Word, ...]:
        if self.knows(word.text):
            return (word,)
        for clitic in self._clitics:
            rest = word.text.removeprefix(clitic)
            if rest != word.text and ((len(rest) >= 2 and self.knows(rest)) or rest.isdecimal()):
                middle = min(word.start + len(clitic), word.end)
                return (Word(clitic[:1], word.start, middle, word.gap), Word(rest, middle, word.end))
        return (word,)

    def _candidates(self, text: str) -> Sequence[_Rule]:
        """The rules that begin with a folded word, the longest first; remembered, for words come back."""
        known = self._remembered.get(text)
        if known is None:
            found = [rule for key in self._keys(text) for rule in self._rules.get(key, ())]
            known = tuple(sorted(found, key=lambda rule: -len(rule[0])))
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[text] = known
        return known

    def _keys(self, text: str) -> Iterator[str]:
        yield _EXACT + text
        for length in self._stems:
            if length <= len(text):
                yield _STEM + text[:length]
        for length in self._endings:
            if length <= len(text):
                yield _ENDING + text[-length:]


def _rules(merged: Mapping[tuple[str, ...], tuple[Tag, ...]]) -> dict[str, tuple[_Rule, ...]]:
    """The rules by the first piece of their pattern. Most forms are one word and share their meaning with others."""
    meanings = {tags: Meaning(tags) for tags in set(merged.values())}
    same: dict[_Rule | tuple[_Rule, ...], Any] = {}
    rules: dict[str, tuple[_Rule, ...]] = {}
    for (first, *rest), tags in merged.items():
        rule = (tuple(rest), meanings[tags])
        rules[first] = (*rules.get(first, ()), same.setdefault(rule, rule))
    return {first: same.setdefault(row, row) for first, row in rules.items()}


def _longest(words: Sequence[Word], index: int, rules: Sequence[_Rule]) -> Tagged | None:
    """The longest of the rules that fits from a word on; rules of one length add up."""
    following = _EXACT + words[index + 1].text if index + 1 < len(words) else _EXACT
    length, found = -1, None
    for rest, meaning in rules:
        if len(rest) < length:
            break
        if rest and rest[0] != following and rest[0][0] == _EXACT:
            continue  # most forms of several words end here, so this comes before the thorough look
        if not rest or _follows(words, index + 1, rest):
            found = meaning if found is None else Meaning((*found.tags, *meaning.tags))
            length = len(rest)
    return None if found is None else Tagged(index, index + length + 1, found)


def _pattern(form: str) -> tuple[str, ...]:
    pieces = []
    for raw in form.split():
        if raw in _ANY:
            pieces.append(_ANY[raw])
            continue
        words = fold(raw.strip("*")).split()
        pieces += [_EXACT + word for word in words]
        if words and raw.endswith("*"):
            pieces[-1] = _STEM + words[-1]
        if words and raw.startswith("*"):
            pieces[-len(words)] = _ENDING + words[0]
    return tuple(pieces)


def _follows(words: Sequence[Word], index: int, rest: tuple[str, ...]) -> bool:
    if index + len(rest) > len(words):
        return False
    for offset, piece in enumerate(rest):
        word = words[index + offset]
        if word.gap == STOP or not _fits(word.text, piece[0], piece[1:]):
            return False
    return True


def _fits(word: str, how: str, text: str) -> bool:
    if how == _EXACT:
        return word == text
    if how == _DIGITS:
        return word.isdecimal()
    return word.startswith(text) if how == _STEM else word.endswith(text)


def forms_of(text: str) -> list[str]:
    """The forms of a comma-separated entry."""
    return [form for part in text.split(",") if (form := part.strip())]


def tagged(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Tag]]:
    """The forms of a nested table with their tags: `killed.object = "kills"` gives ("kills", ("killed", "object"))."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from tagged(value, key)
        else:
            tag = (prefix, key) if prefix else (key, "")
            yield from ((form, tag) for form in forms_of(str(value)))
