"""Which concepts of the field a text contains, whatever its language: ambush, mandate, verdict, handover of a camp.

The concepts are data (`seeds/lexicon/topics.toml`), and so are their forms, in the file of each language. A form is one
or more words; `*` at the end of a word takes any ending, a word that is only `*` takes any one word. Text is read
folded (`seeds/text/fold.py`), so the forms of scripts without spaces are found inside runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from seeds.model import Topic
from seeds.text.fold import fold

_SHORTEST_STEM = 2
_LONGEST_STEM = 24


class TopicForm(NamedTuple):
    """One way to say something: what it means, the language it is of (None for all), and the words."""

    name: str
    language: str | None
    text: str


class _Entry(NamedTuple):
    words: tuple[str, ...]
    name: str
    language: str | None


class Forms:
    """An index of forms that finds those in a text in time that grows with the text alone."""

    def __init__(self, forms: Iterable[TopicForm]) -> None:
        self._whole: dict[str, tuple[_Entry, ...]] = {}
        self._open: dict[str, tuple[_Entry, ...]] = {}
        for form in sorted(set(forms), key=lambda form: (form.name, form.language or "", form.text)):
            if words := _words(form.text):
                self._add(_Entry(words, form.name, form.language))

    def find(self, folded: str, language: str | None = None) -> frozenset[str]:
        """The names whose forms stand in a folded text.

        Languages share words that mean other things, so only the forms of `language` count, unless there are none
        (the hint may be wrong or missing).
        """
        words = folded.split()
        found = {
            (entry.name, entry.language)
            for place, word in enumerate(words)
            for entry in self._starting(word)
            if _fits(entry.words, words, place)
        }
        own = frozenset(name for name, spoken in found if spoken is None or spoken == language)
        return own or frozenset(name for name, _ in found)

    def _add(self, entry: _Entry) -> None:
        first = entry.words[0]
        index, key = (self._open, first[:-1]) if first.endswith("*") else (self._whole, first)
        index[key] = (*index.get(key, ()), entry)

    def _starting(self, word: str) -> Iterator[_Entry]:
        yield from self._whole.get(word, ())
        for length in range(_SHORTEST_STEM, min(len(word), _LONGEST_STEM) + 1):
            yield from self._open.get(word[:length], ())


class Topics:
    """The concepts of the lexicon's table of topics."""

    def __init__(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        self._known = {name: _topic(name, entry) for name, entry in table.items()}
        self._forms = Forms(
            TopicForm(name, language, text)
            for name, entry in table.items()
            for language, row in entry.items()
            if isinstance(row, list)
            for text in row
        )

    def of(self, folded: str, language: str | None = None) -> frozenset[Topic]:
        """The concepts in a folded text; `language` is an ISO 639-1 hint."""
        return frozenset(self._known[name] for name in self._forms.find(folded, language))


def _topic(name: str, entry: Mapping[str, Any]) -> Topic:
    return Topic(name, entry["tells"], entry.get("kind"), entry.get("means", False), entry.get("later", False))


def _words(form: str) -> tuple[str, ...]:
    """A form as the words to look for: folded, with the star kept at the end of the word it stood at."""
    words: list[str] = []
    for piece in form.split():
        folded = fold(piece.rstrip("*")).split()
        if piece == "*":
            words.append("*")
        elif folded:
            words += [*folded[:-1], folded[-1] + "*" * piece.endswith("*")]
    return tuple(words)


def _fits(form: tuple[str, ...], words: list[str], place: int) -> bool:
    if place + len(form) > len(words):
        return False
    return all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part, word in zip(form, words[place:], strict=False)
    )
