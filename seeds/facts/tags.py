"""Words tagged by a vocabulary: what each says, or the few that say it together.

Vocabularies come from TOML tables of comma-separated forms, as `seeds.text.matcher` reads them. The longest form that
fits wins.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from seeds.text.fold import fold
from seeds.text.matcher import BREAK, LookUp, PhraseMatcher, SplitPhrase, split_phrase
from seeds.text.words import STOP, Word

Tag = tuple[str, Hashable]


class Meaning:
    """What a form of the vocabulary says: its tags by kind. `kinds` are the sorts of tags it carries."""

    __slots__ = ("kinds", "tags")

    def __init__(self, tags: Iterable[Tag]) -> None:
        self.tags = tuple(tags)
        self.kinds = frozenset(kind for kind, _ in self.tags)


class Tagged(NamedTuple):
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


class WordRow:
    """The words of a sentence as one text to look forms up in; no form goes on beyond a full stop of any kind."""

    def __init__(self, words: Sequence[Word]) -> None:
        pieces, at, place = [""], dict[int, int](), 1
        for index, word in enumerate(words):
            if word.gap == STOP and index:
                pieces.append(BREAK)
                place += len(BREAK) + 1
            pieces.append(word.text)
            at[place] = index
            place += len(word.text) + 1
        self.text = " ".join(pieces) + " "
        self.at: Mapping[int, int] = at


class TagTable:
    """Forms of one language with their tags. `clitics` are what the language writes together with the next word."""

    def __init__(self, forms: Iterable[tuple[str, Tag]], clitics: Sequence[str] = ()) -> None:
        merged: dict[SplitPhrase, dict[Tag, None]] = {}
        for form, tag in forms:
            if (phrase := split_phrase(form)) is not None:
                merged.setdefault(phrase, {})[tag] = None
        known = {tags: Meaning(tags) for tags in {tuple(tags) for tags in merged.values()}}
        self._matcher = PhraseMatcher((phrase, known[tuple(tags)]) for phrase, tags in merged.items())
        self._clitics = tuple(fold(clitic).strip() for clitic in clitics)
        self._openings = PhraseMatcher((phrase.opening, None) for phrase in merged if clitics)

    def spans(self, row: WordRow) -> list[Tagged]:
        """What the vocabulary knows, from left to right, never overlapping; the longest form at a word wins."""
        at = row.at
        longest: dict[int, LookUp[Meaning]] = {}
        equals: dict[tuple[int, int], list[LookUp[Meaning]]] = {}
        for place, _, phrase in self._matcher.finds(row.text):
            known = longest.get(index := at[place])
            if known is None or phrase.size > known.size:
                longest[index] = phrase
            elif phrase.size == known.size:
                equals.setdefault((index, known.size), [known]).append(phrase)
        found, free = [], 0
        for index in sorted(longest):
            if index >= free:
                phrase = longest[index]
                free = index + phrase.size
                equal = equals.get((index, phrase.size)) if equals else None
                found.append(Tagged(index, free, _together(equal) if equal else phrase.value))
        return found

    def separated(self, words: Sequence[Word]) -> Sequence[Word]:
        """The words with written-together clitics cut off where the rest is then known."""
        return [piece for word in words for piece in self._separated(word)] if self._clitics else words

    def _separated(self, word: Word) -> tuple[Word, ...]:
        if not word.text.startswith(self._clitics) or self._knows(word.text):
            return (word,)
        for clitic in self._clitics:
            rest = word.text.removeprefix(clitic)
            if rest != word.text and ((len(rest) >= 2 and self._knows(rest)) or rest.isdecimal()):
                middle = min(word.start + len(clitic), word.end)
                return (Word(clitic[:1], word.start, middle, word.gap), Word(rest, middle, word.end))
        return (word,)

    def _knows(self, text: str) -> bool:
        """Whether some form begins with this folded word."""
        return next(self._openings.finds(f" {text} "), None) is not None


def _together(phrases: Sequence[LookUp[Meaning]]) -> Meaning:
    """What forms of one length say together: whole words first, then the longest stems."""
    return Meaning(tag for phrase in sorted(phrases, key=lambda phrase: phrase.rank) for tag in phrase.value.tags)


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
