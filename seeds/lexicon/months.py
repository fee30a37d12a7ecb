"""The names of months in all languages, for dates that stand alone: in full and cut, with and without accents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from seeds.lexicon.files import FOLDER, LanguageFiles
from seeds.text.fold import fold


@dataclass(frozen=True, slots=True)
class MonthNames:
    """Which month a name means. `pattern` is a regular expression (without groups) for any of them, casefolded."""

    pattern: str
    numbers: Mapping[str, Mapping[int, frozenset[str]]]

    def number(self, name: str, language: str | None = None) -> int | None:
        """The month, 1..12, of a casefolded name; None for other words.

        A name that is another month elsewhere (listopad) is only known in a language that has it.
        """
        known = self.numbers.get(name) or self.numbers.get(self._stem(name), {})
        if len(known) == 1:
            return next(iter(known))
        return next((number for number, languages in known.items() if language in languages), None)

    def _stem(self, name: str) -> str:
        stems = (name[:length] + "*" for length in range(len(name), 0, -1))
        return next((stem for stem in stems if stem in self.numbers), "")


@lru_cache(maxsize=1)
def month_names() -> MonthNames:
    """Those of the lexicon. Raises LexiconError when a language's file is wrong."""
    numbers: dict[str, dict[int, frozenset[str]]] = {}
    for language, section in LanguageFiles(FOLDER).section("months").items():
        for number, name in _names(section):
            known = numbers.setdefault(name, {})
            known[number] = known.get(number, frozenset()) | {language}
    longest_first = sorted(numbers, key=lambda name: (-len(name), name))
    return MonthNames("|".join(map(_expression, longest_first)), numbers)


def _names(section: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for key in ("month", "alone"):
        for number, forms in enumerate(section.get(key, "").split("|"), 1):
            for form in filter(None, map(str.strip, forms.split(","))):
                star = "*" * form.endswith("*")
                yield number, form.casefold()
                yield number, fold(form.rstrip("*")).strip() + star


def _expression(name: str) -> str:
    return re.escape(name.rstrip("*")) + r"\w*" * name.endswith("*")
