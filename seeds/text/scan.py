"""Finding every form of a vocabulary in a text at once, and throwing out what only looks like one.

An Aho-Corasick automaton reads the folded text; each find is then checked against the original: capitals of short
acronyms and of names, endings that a language may put after a name, runs of Katakana, phrases that only look alike.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from seeds.text.automaton import Automaton
from seeds.text.forms import Form, Shape
from seeds.text.nogc import undisturbed
from seeds.text.reading import Reading

# Acronyms of two letters are words or other acronyms in other languages; they count in their own.
_SHORT = 2


class Term(NamedTuple):
    """What forms of the vocabulary stand for: one entry serves all forms of the same shape.

    `common` ones are ordinary words as well, save that the `known` among them are rarely meant as such beside a role.
    `since` and `until` are the first and the last year in which the entry says something.
    """

    concept: str
    kind: str
    form: Shape
    common: bool = False
    known: bool = False
    until: int | None = None
    since: int | None = None


#: A folded form and what it stands for; the form, concept and kind.
Lexeme = tuple[Form, Term]
LexemeKey = tuple[str, str, str]


def lexemes(
    concept: str,
    kind: str,
    forms: Iterable[Form],
    *,
    common: bool = False,
    known: bool = False,
    since: int | None = None,
) -> Iterator[Lexeme]:
    """The forms of one concept, each with its entry."""
    made: dict[Shape, Term] = {}
    for form in forms:
        entry = made.get(form.shape)
        if entry is None:
            entry = made[form.shape] = Term(concept, kind, form.shape, common, known, None, since)
        yield form, entry


class Find(NamedTuple):
    """An entry found at `folded[start:end]`, without the spaces around it.

    `longer` ones hold more than the form: an ending after it, or other words.
    """

    entry: Term
    start: int
    end: int
    longer: bool = False


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
        self._by_index = list(table.values())
        self._plain = bytes(map(_plain, self._by_index))  # a list would take eight times as much
        self._automaton = Automaton(table)

    def __len__(self) -> int:
        return len(self._by_index)

    def kinds(self, folded: str) -> set[str]:
        """The kinds of entries that may be in a folded text, see `told_kind`: quick, and not checked."""
        found: set[str] = set()
        by_index, endings = self._by_index, self._endings
        for index, _, end in self._automaton.finds(folded):
            entries = by_index[index]
            if not entries[0].form.proper or folded[end : folded.index(" ", end)] in endings:
                found.update([told_kind(entry) for entry in entries])
        return found

    def kinds_in(self, reading: Reading) -> frozenset[str]:
        """The kinds of entries that may be in a text."""
        return frozenset(self.kinds(reading.folded))

    def finds(self, reading: Reading) -> list[Find]:
        """Everything that stands in the text, in order, each checked. Ask `Reading.once` for it."""
        found: list[Find] = []
        folded, by_index, plain, endings = reading.folded, self._by_index, self._plain, self._endings
        for index, start, end in self._automaton.finds(folded):
            entries = by_index[index]
            if plain[index]:
                if not (reading.katakana and _inside_katakana(reading, start + 1, end - 1)):
                    found += [Find(entry, start + 1, end - 1) for entry in entries]
            elif entries[0].form.proper:
                stop = folded.index(" ", end)
                ending = folded[end:stop]
                if not ending or (ending in endings and self._ends(ending, reading)):
                    found += self._named(entries, start + 1, stop, bool(ending), reading)
            else:
                found += self._written(entries, start + 1, end - 1, reading)
        return in_order(found)

    def _written(self, entries: Sequence[Term], start: int, end: int, reading: Reading) -> Iterator[Find]:
        """The entries of one form whose capitals are as they should be."""
        if reading.katakana and _inside_katakana(reading, start, end):
            return
        for entry in entries:
            if not entry.form.capitals or _capitals_fit(entry, start, end, reading):
                yield Find(entry, start, end)

    def _named(self, entries: Sequence[Term], start: int, end: int, longer: bool, reading: Reading) -> Iterator[Find]:
        """The entries of one name, if it begins as names do."""
        if not (capitalised(reading, start) or reading.lower or reading.language in self._lowercase):
            return
        if reading.katakana and _inside_katakana(reading, start, end):
            return
        for entry in entries:
            if not entry.form.capitals or _capitals_fit(entry, start, end, reading):
                yield Find(entry, start, end, longer)

    def _ends(self, ending: str, reading: Reading) -> bool:
        """Whether the text's language puts that ending after names; where no language is told, only long ones count."""
        if not ending.isascii():
            return True
        if reading.language is None and len(ending) <= _SHORT:
            return False
        return any(reading.speaks(language) for language in self._endings[ending])


def told_kind(entry: Term) -> str:
    """The kind of an entry, `common` for what is an ordinary word as well."""
    return "common" if entry.common and not entry.known else entry.kind


class Finder(Protocol):
    """What finds entries in a text."""

    def finds(self, reading: Reading) -> list[Find]:
        """Everything that stands in the text, in order."""
        ...


class JointScanner:
    """Scanners as one. What a text holds of each is found once, whoever else shares it."""

    def __init__(self, *parts: Scanner) -> None:
        self._parts = parts

    def finds(self, reading: Reading) -> list[Find]:
        """Everything that stands in the text, in order. Ask `Reading.once` for it."""
        return in_order(chain.from_iterable(reading.once(part.finds) for part in self._parts))


def in_order(finds: Iterable[Find]) -> list[Find]:
    """Finds as they stand in the text; of those that begin together the longest first."""
    return sorted(finds, key=lambda find: (find[1], -find[2], find[0][0]))


def _plain(entries: Sequence[Term]) -> bool:
    """Whether every one of them asks for nothing but the letters."""
    return entries[0].form.plain if len(entries) == 1 else all(entry.form.plain for entry in entries)


def once_each(entries: Iterable[Lexeme], known: Container[LexemeKey] = ()) -> Iterator[Lexeme]:
    """The entries, those that languages share once: evidence asks what a word says, not in which of them.

    Plain ones that are `known` are left out.
    """
    seen: set[LexemeKey] = set()
    for form, entry in entries:
        key = form.folded, entry.concept, entry.kind
        if not form.shape.plain or (key not in seen and key not in known):
            seen.add(key)
            yield form, entry


def _by_pattern(vocabulary: Iterable[Lexeme]) -> dict[str, tuple[Term, ...]]:
    """What each pattern of the automaton stands for; names are open at their end, for endings."""
    table: dict[str, tuple[Term, ...]] = {}
    last: Term | None = None
    alone: tuple[Term, ...] = ()
    for (folded, shape), entry in vocabulary:
        if entry is not last:  # forms of one entry come together, and share what stands for it
            last, alone = entry, (entry,)
        key = folded.rstrip() if shape.proper else folded
        known = table.get(key)
        table[key] = alone if known is None else (*known, entry)
    alike: dict[tuple[Term, ...], tuple[Term, ...]] = {}
    return {key: alike.setdefault(entries, entries) for key, entries in table.items()}


def capitalised(reading: Reading, start: int) -> bool:
    """Whether what begins at `folded[start]` begins with no small letter."""
    return not reading.text[reading.origins[start]].islower()


def strict(find: Find, reading: Reading) -> bool:
    """Whether a find holds where names need their capital whatever the language."""
    return not find.entry.form.proper or reading.lower or capitalised(reading, find.start)


def _capitals_fit(entry: Term, start: int, end: int, reading: Reading) -> bool:
    """Whether a short acronym is written as one, and may be one of the text's language.

    Where capitals tell nothing, only the language can: "UN CONVOI" is a convoy in French. Acronyms of two letters
    count in their own language, save the English ones, which everybody uses.
    """
    form = entry.form
    if reading.lower or reading.shouted(reading.origins[start]):
        return reading.speaks(form.language)
    if form.brief and form.language not in ("", "en") and not reading.speaks(form.language):
        return False
    return sum(map(str.isupper, reading.original(start, end))) >= form.capitals


def _inside_katakana(reading: Reading, start: int, end: int) -> bool:
    first, last = reading.folded[start], reading.folded[end - 1]
    if not (_katakana(first) or _katakana(last)):
        return False
    before = reading.text[reading.origins[start] - 1 : reading.origins[start]]
    after = reading.text[reading.origins[end - 1] + 1 : reading.origins[end - 1] + 2]
    return (_katakana(first) and _katakana(before)) or (_katakana(last) and _katakana(after))


def _katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "\u30fc"
