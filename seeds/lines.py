"""From a document to lines: its sentences folded, tagged by the vocabulary of its language, with places and countries.

The title is line 0. The language is the document's own word for it, unless the text plainly speaks another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seeds.eventdate import date_forms
from seeds.lexicon import Form, Lexicon, make_form
from seeds.model import Document
from seeds.numbers import Habits, number_forms
from seeds.phrases import Line, Nation
from seeds.scan import Entry, Find, Reading, Scanner
from seeds.text import Sentence, sentences
from seeds.words import NOTHING, Tag, Vocabulary, Word, forms_of, split, tagged

_SAME = {"nb": "no", "nn": "no", "ms": "id", "bs": "hr", "sh": "hr"}
_FEWEST_KNOWN = 0.1  # the share of its words that a text's own language knows at least
_ENOUGH_WORDS = 8
# what harm.toml lists that says what part a figure plays, not what it is
_CONTEXT = ("running", "deployed", "deed", "elsewhere", "after", "mission", "memorial", "toll")
_SHORTEST_DECLINED = 5
_DECLINED = {"a": ("y", "ie", "ę", "ou", "ě", "i"), "а": ("ы", "е", "у", "ой", "и"), "ь": ("я", "ю", "е", "ем", "и"),
             "o": ("a", "u", "em"), "я": ("и", "ю", "ей", "е")}
_LATIN = ("pl", "cs", "sk", "hr")  # their cases are other languages' words, so they count in them only
_DECLINING = (*_LATIN, "ru", "uk", "sr", "bg")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: the words that make up figures, the words that say what part they play, and its numbers.

    The two vocabularies are read one over the other, so that "has lost" can be a word of harm and a sign of a total.
    """

    vocabulary: Vocabulary
    context: Vocabulary
    habits: Habits

    def known(self, words: Sequence[Word]) -> float:
        """The share of the words that the vocabulary knows, 0..1."""
        covered = sum(span.end - span.start for span in self.vocabulary.spans(words))
        return covered / len(words) if words else 0.0


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's lines, and which actors the scanner found in which line."""

    lines: tuple[Line, ...]
    actors: tuple[tuple[int, str], ...] = ()


class Tongues(Mapping[str, Tongue]):
    """All languages of the lexicon by ISO 639-1 code, each made when first asked for."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables = tables
        self._made: dict[str, Tongue] = {}

    def __getitem__(self, code: str) -> Tongue:
        if code not in self._made:
            self._made[code] = tongue(code, self._tables)
        return self._made[code]

    def __contains__(self, code: object) -> bool:
        return code in self._tables["harm"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables["harm"])

    def __len__(self) -> int:
        return len(self._tables["harm"])


def tongue(code: str, tables: Mapping[str, Mapping[str, Any]]) -> Tongue:
    """The language `code` from the parsed files of `lexicon/` by name."""
    harm = dict(tables["harm"][code])
    clitics = forms_of(harm.pop("clitics", ""))
    context = {key: harm.pop(key) for key in _CONTEXT if key in harm}
    numbers = tables["numbers"].get(code, {})
    forms = [*tagged(harm), *number_forms(numbers), *date_forms(tables["months"].get(code, {}))]
    around = [*tagged(context), *tagged(tables["scene"].get(code, {})), *_attack_forms(tables["attacks"], code)]
    return Tongue(Vocabulary(forms, clitics), Vocabulary(around), Habits.of(numbers))


def _attack_forms(table: Mapping[str, Mapping[str, Any]], code: str) -> Iterator[tuple[str, Tag]]:
    for concept, row in table.items():
        for form in row.get(code, ()):
            yield form, ("attack", concept)
            yield form, ("deed", "")


class LineReader:
    """Cuts documents into lines. `entries` are what its scanner looks for: places, countries, peoples, actors."""

    def __init__(self, tongues: Mapping[str, Tongue], entries: Iterable[Entry], lexicon: Lexicon) -> None:
        self._tongues = tongues
        self._scanner = Scanner(entries, lexicon.inflections.endings())

    def read(self, document: Document) -> Lines:
        """The lines of a document; a document without words gives none."""
        text = f"{document.title.strip()}\n{document.summary.strip()}"
        reading = Reading(text, document.language)
        words = split(text, reading.folded, reading.origins)
        speech = self._tongues[self._language(document.language, words)]
        cut = _sentences(document, text)
        starts = [one.start for one in cut]
        dealt: list[list[Word]] = [[] for _ in cut]
        for word in speech.vocabulary.separated(words):
            mine = dealt[bisect_right(starts, word.start) - 1]
            mine.append(word if mine else replace(word, gap=NOTHING))
        finds = self._located(reading, starts)
        lines = [
            _line(number, text[one.start : one.end], dealt[number], speech, finds.get(number, ()))
            for number, one in enumerate(cut)
        ]
        actors = [(number, find.concept) for number in sorted(finds) for find in finds[number] if find.kind == "actor"]
        if any(mark.has("toll") for line in lines for mark in line.marks):
            lines = [replace(line, tolled=True) for line in lines]
        return Lines(tuple(lines), tuple(actors))

    def _language(self, hint: str | None, words: Sequence[Word]) -> str:
        code = (hint or "").lower().replace("_", "-").partition("-")[0]
        code = _SAME.get(code, code)
        if code in self._tongues and (
            len(words) < _ENOUGH_WORDS or self._tongues[code].known(words) >= _FEWEST_KNOWN
        ):
            return code
        return max(self._tongues, key=lambda one: (self._tongues[one].known(words), one == code, one == "en"))

    def _located(self, reading: Reading, starts: Sequence[int]) -> dict[int, list[_Found]]:
        found: dict[int, list[_Found]] = {}
        for find in self._scanner.finds(reading):
            entry = find.entry
            form = entry.form
            if (not form.proper or form.language in _LATIN) and not reading.speaks(form.language):
                continue
            start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
            number = bisect_right(starts, start) - 1
            if number >= 0:
                found.setdefault(number, []).append(_Found(entry.kind, entry.concept, start, end))
        return {number: _widest(one) for number, one in found.items()}


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    concept: str
    start: int
    end: int


def _widest(found: Sequence[_Found]) -> list[_Found]:
    """Without what lies inside a longer find of its sort, and one reading of each word: its language's first."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda find: (find.start, -find.end, find.kind, find.concept)):
        sort = {"country": "nation", "people": "nation"}.get(one.kind, one.kind)
        inside = any(
            other.start <= one.start and one.end <= other.end
            and {"country": "nation", "people": "nation"}.get(other.kind, other.kind) == sort
            for other in kept
        )  # fmt: skip
        if not inside:
            kept.append(one)
    return kept


def _sentences(document: Document, text: str) -> list[Sentence]:
    title = len(document.title.strip())
    rest = sentences(text[title + 1 :], document.language)
    cut = [Sentence(0, title)] if title else []
    return [*cut, *(Sentence(one.start + title + 1, one.end + title + 1) for one in rest)]


def _line(number: int, text: str, words: list[Word], speech: Tongue, found: Iterable[_Found]) -> Line:
    spans = speech.vocabulary.spans(words)
    marks = speech.context.spans(words)
    nations, places = [], []
    for one in found:
        covered = [index for index, word in enumerate(words) if word.start < one.end and one.start < word.end]
        if not covered:
            continue
        if one.kind in ("country", "people"):
            nations.append(Nation(covered[0], covered[-1] + 1, one.concept, one.kind == "people"))
        elif one.kind == "place":
            places.append((covered[0], covered[-1] + 1, one.concept))
    return Line(
        number=number, text=text, words=words, spans=spans, marks=marks, nations=nations, places=places,
        habits=speech.habits, at={span.start: span for span in spans},
    )  # fmt: skip


def place_entries(rows: Iterable[Mapping[str, Any]], lexicon: Lexicon) -> Iterator[Entry]:
    """What the scanner looks for to find the places of a gazetteer's rows."""
    for row in rows:
        names = (row["name"], *row.get("forms", ()))
        for form in lexicon.proper((*names, *(case for name in names for case in _cases(name)))):
            yield Entry(row["name"], "place", form)


def _cases(name: str, shortest: int = _SHORTEST_DECLINED) -> Iterator[str]:
    """The cases of a name that changes its last vowel, as Slavic languages make them: Warszawa, w Warszawie."""
    if len(name) >= shortest and "+" not in name:
        yield from (name[:-1] + ending for ending in _DECLINED.get(name[-1], ()))


def country_entries(lexicon: Lexicon) -> Iterator[Entry]:
    """What the scanner looks for to find countries and their adjectives."""
    for code in lexicon.countries:
        names, adjectives = lexicon.country_forms(code)
        yield from (Entry(code, "country", form) for form in names)
        yield from (Entry(code, "country", form) for form in _declined(lexicon, code))
        yield from (Entry(code, "people", form) for form in adjectives)


def _declined(lexicon: Lexicon, code: str) -> Iterator[Form]:
    """A country's names in the cases of languages that change the last vowel."""
    names = lexicon.countries[code].names
    for language in _DECLINING:
        for text in names.get(language, ()):
            known = language if language in _LATIN else ""
            yield from (make_form(case, known, proper=True) for case in _cases(text, shortest=4))


def actor_entries(table: Mapping[str, Mapping[str, Any]], lexicon: Lexicon) -> Iterator[Entry]:
    """What the scanner looks for to find armed groups, from `lexicon/actors.toml`."""
    for key, row in table.items():
        for form in lexicon.proper(row["forms"]):
            yield Entry(key, "actor", form)
