"""The languages that facts are read in: the vocabulary of each, from the tables of `lexicon/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from seeds.facts.eventdate import date_forms
from seeds.facts.tags import Tag, TagTable, Word, forms_of, tagged
from seeds.facts.tolls.numbers import Habits, number_forms
from seeds.lexicon.load import Lexicon

_SAME = {"nb": "no", "nn": "no", "ms": "id", "bs": "hr", "sh": "hr"}
_FEWEST_KNOWN = 0.1  # the share of its words that a text's own language knows at least
_ENOUGH_WORDS = 8
# what [harm] lists that says what part a figure plays, not what it is
_CONTEXT = ("running", "deployed", "deed", "elsewhere", "after", "mission", "memorial", "toll")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: the words that make up figures, the words that say what part they play, and its numbers.

    The two vocabularies are read one over the other, so that "has lost" can be a word of harm and a sign of a total.
    """

    vocabulary: TagTable
    context: TagTable
    habits: Habits

    def known(self, words: Sequence[Word]) -> float:
        """The share of the words that the vocabulary knows, 0..1."""
        covered = sum(span.end - span.start for span in self.vocabulary.spans(words))
        return covered / len(words) if words else 0.0


class Tongues(Mapping[str, Tongue]):
    """All languages by ISO 639-1 code, each made when first asked for.

    `tables` are the tables of the lexicon by name: harm, numbers, months, scene and attacks are read.
    `missions` are acronyms of missions, which every language uses.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, Any]], missions: Iterable[str] = ()) -> None:
        self._tables = tables
        self._missions = tuple(missions)
        self._made: dict[str, Tongue] = {}

    def __getitem__(self, code: str) -> Tongue:
        if code not in self._made:
            self._made[code] = _tongue(code, self._tables, self._missions)
        return self._made[code]

    def __contains__(self, code: object) -> bool:
        return code in self._tables["harm"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables["harm"])

    def __len__(self) -> int:
        return len(self._tables["harm"])

    def spoken(self, hint: str | None, words: Sequence[Word]) -> Tongue:
        """The language of a text: the one its source names, unless the text plainly speaks another."""
        code = (hint or "").lower().replace("_", "-").partition("-")[0]
        code = _SAME.get(code, code)
        if code in self and (len(words) < _ENOUGH_WORDS or self[code].known(words) >= _FEWEST_KNOWN):
            return self[code]
        return self[max(self, key=lambda one: (self[one].known(words), one == code, one == "en"))]


@lru_cache(maxsize=1)
def tongues(lexicon: Lexicon) -> Tongues:
    """The languages of a lexicon; all watches share them."""
    missions = {form.folded.strip() for mission in lexicon.missions.values() for form in mission.acronyms}
    return Tongues({name: lexicon.table(name) for name in ("harm", "numbers", "months", "scene", "attacks")}, missions)


def _tongue(code: str, tables: Mapping[str, Mapping[str, Any]], missions: Iterable[str]) -> Tongue:
    harm = dict(tables["harm"][code])
    clitics = forms_of(harm.pop("clitics", ""))
    context = {key: harm.pop(key) for key in _CONTEXT if key in harm}
    numbers = tables["numbers"].get(code, {})
    forms = [*tagged(harm), *number_forms(numbers), *date_forms(tables["months"].get(code, {}))]
    around = [*tagged(context), *tagged(tables["scene"].get(code, {})), *_attack_forms(tables["attacks"], code)]
    around += [(name, ("mission", "")) for name in missions]
    return Tongue(TagTable(forms, clitics), TagTable(around), Habits.of(numbers))


def _attack_forms(table: Mapping[str, Mapping[str, Any]], code: str) -> Iterator[tuple[str, Tag]]:
    for concept, row in table.items():
        for form in row.get(code, ()):
            yield form, ("attack", concept)
            yield form, ("deed", "")
