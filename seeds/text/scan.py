"""Finding every form of a vocabulary in a text at once, and throwing out what only looks like one.

An Aho-Corasick automaton reads the folded text; each find is then checked against the original: capitals of short
acronyms and of names, endings that a language may put after a name, runs of Katakana, phrases that only look alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from seeds.text.fold import fold, origins
from seeds.text.forms import Form, Shape
from seeds.text.nogc import undisturbed

# Acronyms of two letters are words or other acronyms in other languages; they count in their own.
_SHORT = 2
_SHOUT = 12  # the least length of a line whose capitals mean nothing
_SAME_PRESS = {
    "no": "nb",
    "nn": "nb",
    "sv": "nb",
    "da": "nb",
    "nb": "nb",
    "af": "nl",
    "ms": "id",
    "sr": "hr",
    "bs": "hr",
}


class Term(NamedTuple):
    """What forms of the vocabulary stand for: one entry serves all forms of the same shape.

    `common` ones are ordinary words as well, save that the `known` among them are rarely meant as such beside a role.
    `until` is the last year in which the entry says something.
    """

    concept: str
    kind: str
    form: Shape
    common: bool = False
    known: bool = False
    until: int | None = None


#: A folded form and what it stands for.
Lexeme = tuple[Form, Term]


def lexemes(
    concept: str,
    kind: str,
    forms: Iterable[Form],
    *,
    common: bool = False,
    known: bool = False,
    until: int | None = None,
) -> Iterator[Lexeme]:
    """The forms of one concept, each with its entry."""
    made: dict[Shape, Term] = {}
    for form in forms:
        entry = made.get(form.shape)
        if entry is None:
            entry = made[form.shape] = Term(concept, kind, form.shape, common, known, until)
        yield form, entry


@dataclass(frozen=True, slots=True)
class Find:
    """An entry found at `folded[start:end]`, without the spaces around it.

    `longer` ones hold more than the form: an ending after it, or other words.
    """

    entry: Term
    start: int
    end: int
    longer: bool = False


class Reading:
    """A text being read: folded at once, with the way back to the original worked out when first needed."""

    def __init__(self, text: str, language: str | None = None) -> None:
        self.text = text
        self.language = language.lower().partition("-")[0] if language else None
        self.folded = fold(text)

    @cached_property
    def origins(self) -> Sequence[int]:
        """For every position of the folded text the position in the original."""
        return origins(self.text)

    @cached_property
    def lower(self) -> bool:
        """Whether the text uses no capitals at all, so that they can tell nothing."""
        return not any(character.isupper() for character in self.text)

    def original(self, start: int, end: int) -> str:
        """The original of `folded[start:end]`."""
        places = self.origins
        return self.text[places[start] : places[end]]

    def speaks(self, language: str) -> bool:
        """Whether the text may be in that language: its hint says so, or there is no hint."""
        hint = self.language
        return hint is None or not language or _SAME_PRESS.get(hint, hint) == _SAME_PRESS.get(language, language)


class Scanner:
    """An automaton over a vocabulary.

    `endings` are the case endings that may follow names, with their languages; in the languages of `lowercase` names
    with an ending need no capital.
    """

    def __init__(
        self,
        vocabulary: Iterable[Lexeme],
        endings: Mapping[str, frozenset[str]],
        lowercase: frozenset[str] = frozenset(),
    ) -> None:
        self._endings = {**endings, "": frozenset()}
        self._lowercase = lowercase
        with undisturbed():
            table = _by_pattern(vocabulary)
        same: dict[tuple[Term, ...], tuple[Term, ...]] = {}
        self._by_index = [same.setdefault(entries, entries) for entries in table.values()]
        # The automaton keeps what it needs of the patterns: as strings they would take as much again.
        self._automaton = AhoCorasick(table, implementation=Implementation.ContiguousNFA, store_patterns=False)

    def __len__(self) -> int:
        return len(self._by_index)

    def kinds(self, folded: str) -> set[str]:
        """The kinds of entries that may be in a folded text: quick, and not checked against the original."""
        found: set[str] = set()
        by_index, endings = self._by_index, self._endings
        for index, _, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            entries = by_index[index]
            if not entries[0].form.proper or folded[end : folded.index(" ", end)] in endings:
                found.update([entry.kind for entry in entries])
        return found

    def finds(self, reading: Reading, kinds: Collection[str] | None = None, *, strict: bool = False) -> list[Find]:
        """Everything (of some kinds, or of all) that stands in the text, in order, each checked.

        `strict` asks for the capitals of names in every language.
        """
        lowercase = not strict and reading.language in self._lowercase
        found = []
        for index, start, end in self._automaton.find_matches_as_indexes(reading.folded, overlapping=True):
            for entry in self._by_index[index]:
                if kinds is None or entry.kind in kinds:
                    find = self._checked(entry, start + 1, end, reading, lowercase)
                    if find is not None:
                        found.append(find)
        return in_order(found)

    def _checked(self, entry: Term, start: int, end: int, reading: Reading, lowercase: bool) -> Find | None:
        if entry.form.proper:
            return self._checked_name(entry, start, end, reading, lowercase)
        end -= 1
        if entry.form.capitals and not _capitals_fit(entry, start, end, reading):
            return None
        return None if _inside_katakana(reading, start, end) else Find(entry, start, end)

    def _checked_name(self, entry: Term, start: int, end: int, reading: Reading, lowercase: bool) -> Find | None:
        stop = reading.folded.index(" ", end)
        ending = reading.folded[end:stop]
        if ending and not self._ends(ending, reading):
            return None
        initial = reading.text[reading.origins[start]]
        if initial.islower() and not reading.lower and not lowercase:
            return None
        if entry.form.capitals and not _capitals_fit(entry, start, end, reading):
            return None
        return None if _inside_katakana(reading, start, stop) else Find(entry, start, stop, longer=stop > end)

    def _ends(self, ending: str, reading: Reading) -> bool:
        """Whether the text's language puts that ending after names; where no language is told, only long ones count."""
        if not ending.isascii():
            return ending in self._endings
        if reading.language is None and len(ending) <= _SHORT:
            return False
        return any(reading.speaks(language) for language in self._endings.get(ending, ()))


def in_order(finds: Iterable[Find]) -> list[Find]:
    """Finds as they stand in the text; of those that begin together the longest first."""
    return sorted(finds, key=lambda find: (find.start, -find.end, find.entry.concept))


def _by_pattern(vocabulary: Iterable[Lexeme]) -> dict[str, tuple[Term, ...]]:
    """What each pattern of the automaton stands for; names are open at their end, for endings."""
    table: dict[str, tuple[Term, ...]] = {}
    for (folded, shape), entry in vocabulary:
        key = folded.rstrip() if shape.proper else folded
        known = table.get(key)
        table[key] = (entry,) if known is None else (*known, entry)
    return table


def _capitals_fit(entry: Term, start: int, end: int, reading: Reading) -> bool:
    """Whether a short acronym is written as one, and may be one of the text's language.

    Where capitals tell nothing, only the language can: "UN CONVOI" is a convoy in French. Acronyms of two letters
    count in their own language, save the English ones, which everybody uses.
    """
    form = entry.form
    if reading.lower or _shouted(reading, start):
        return reading.speaks(form.language)
    if form.brief and form.language not in ("", "en") and not reading.speaks(form.language):
        return False
    return sum(character.isupper() for character in reading.original(start, end)) >= form.capitals


def _shouted(reading: Reading, start: int) -> bool:
    """Whether the line around a place is written in capitals only."""
    place = reading.origins[start]
    line = reading.text[reading.text.rfind("\n", 0, place) + 1 :].partition("\n")[0]
    return line.isupper() and len(line) > _SHOUT


def _inside_katakana(reading: Reading, start: int, end: int) -> bool:
    first, last = reading.folded[start], reading.folded[end - 1]
    if not (_katakana(first) or _katakana(last)):
        return False
    before = reading.text[reading.origins[start] - 1 : reading.origins[start]]
    after = reading.text[reading.origins[end - 1] + 1 : reading.origins[end - 1] + 2]
    return (_katakana(first) and _katakana(before)) or (_katakana(last) and _katakana(after))


def _katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "\u30fc"
