"""The languages that facts are read in: the vocabulary of each, from the tables of `lexicon/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from seeds.facts.eventdate import date_forms
from seeds.facts.tags import Tag, TagTable, forms_of, tagged
from seeds.facts.tolls.numbers import Habits, number_forms
from seeds.lexicon.load import Lexicon
from seeds.lexicon.speech import spoken_tables

_OTHERWISE = "en"  # what a text is read in whose language nobody knows or the lexicon has no words of
# what [harm] lists that says what part a figure plays, not what it is
_CONTEXT = ("running", "deployed", "deed", "elsewhere", "after", "mission", "memorial", "toll", "once", "retracted")


@dataclass(frozen=True, slots=True)
class FactLanguage:
    """One language: the words that make up figures, the words that say what part they play, and its numbers.

    The two vocabularies are read one over the other, so that "has lost" can be a word of harm and a sign of a total.
    """

    vocabulary: TagTable
    context: TagTable
    habits: Habits


class FactLanguages(Mapping[str, FactLanguage]):
    """All languages of a lexicon by ISO 639-1 code, each made when first asked for."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._codes = lexicon.keeper.kept("facts", lambda: tuple(spoken_tables(lexicon)["harm"]))
        self._made: dict[str, FactLanguage] = {}

    def __getitem__(self, code: str) -> FactLanguage:
        if code not in self._made:
            self._made[code] = self._lexicon.keeper.kept(f"facts.{code}", lambda: _made_of(code, *self._tables))
        return self._made[code]

    @cached_property
    def _tables(self) -> tuple[Mapping[str, Mapping[str, Any]], frozenset[str]]:
        """The tables of the lexicon by name, and the acronyms of missions, which every language uses."""
        lexicon = self._lexicon
        missions = {form.folded.strip() for mission in lexicon.missions.values() for form in mission.acronyms}
        others = {name: lexicon.table(name) for name in ("months", "scene", "attacks")}
        return {**spoken_tables(lexicon), **others}, frozenset(missions)

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def of(self, language: str | None) -> FactLanguage:
        """What a text of that language is read with."""
        return self[language if language is not None and language in self else _OTHERWISE]


@lru_cache(maxsize=1)
def fact_languages(lexicon: Lexicon) -> FactLanguages:
    """The languages of a lexicon; all watches share them."""
    return FactLanguages(lexicon)


def _made_of(code: str, tables: Mapping[str, Mapping[str, Any]], missions: Iterable[str]) -> FactLanguage:
    harm = dict(tables["harm"][code])
    clitics = forms_of(harm.pop("clitics", ""))
    context = {key: harm.pop(key) for key in _CONTEXT if key in harm}
    numbers = tables["numbers"].get(code, {})
    forms = [*tagged(harm), *number_forms(numbers), *date_forms(tables["months"].get(code, {}))]
    around = [*tagged(context), *tagged(tables["scene"].get(code, {})), *_attack_forms(tables["attacks"], code)]
    around += [(name, ("mission", "")) for name in missions]
    return FactLanguage(TagTable(forms, clitics), TagTable(around), Habits.of(numbers, tables["months"].get(code, {})))


def _attack_forms(table: Mapping[str, Mapping[str, Any]], code: str) -> Iterator[tuple[str, Tag]]:
    for concept, row in table.items():
        for form in row.get(code, ()):
            yield form, ("attack", concept)
            yield form, ("deed", "")
