"""What the fact reader looks for by name: places, countries and their peoples, armed groups, in all their spellings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seeds.lexicon import Form, Lexicon, make_form
from seeds.scan import Lexeme, lexemes

_SHORTEST = 4  # letters of a name whose last vowel may change
_DECLINED = {
    "a": ("y", "ie", "ę", "ou", "ě", "i"),
    "o": ("a", "u", "em"),
    "а": ("ы", "е", "у", "ой", "и"),
    "ь": ("я", "ю", "е", "ем", "и"),
    "я": ("и", "ю", "ей", "е"),
    "й": ("я", "ю", "ем", "е"),
}
# In Latin letters the cases of a country's name are words of other languages: they count in their own only.
LATIN_CASES = ("pl", "cs", "sk", "hr")
_WITH_CASES = (*LATIN_CASES, "ru", "uk", "sr", "bg")


def place_entries(rows: Iterable[Mapping[str, Any]], lexicon: Lexicon) -> Iterator[Lexeme]:
    """The places of a gazetteer's rows."""
    for row in rows:
        names = (row["name"], *row.get("forms", ()))
        forms = lexicon.proper((*names, *(case for name in names for case in _cases(name))))
        yield from lexemes(row["name"], "place", forms)


def country_entries(lexicon: Lexicon) -> Iterator[Lexeme]:
    """The countries by name ("country") and by adjective ("people")."""
    for code in lexicon.countries:
        names, adjectives = lexicon.country_forms(code)
        yield from lexemes(code, "country", (*names, *_declined(lexicon, code)))
        yield from lexemes(code, "people", adjectives)


def seat_entries(table: Mapping[str, Iterable[str]], lexicon: Lexicon) -> Iterator[Lexeme]:
    """Seats of government, parliaments and armies that stand for a country, from `lexicon/capitals.toml`."""
    for code, names in table.items():
        yield from lexemes(code, "seat", lexicon.proper(names))


def actor_entries(table: Mapping[str, Mapping[str, Any]], lexicon: Lexicon) -> Iterator[Lexeme]:
    """Armed groups, from `lexicon/actors.toml`."""
    for key, row in table.items():
        yield from lexemes(key, "actor", lexicon.proper(row["forms"]))


def _cases(name: str) -> Iterator[str]:
    """The cases of a name that changes its last vowel, as Slavic languages make them: Warszawa, w Warszawie."""
    if len(name) >= _SHORTEST and "+" not in name:
        yield from (name[:-1] + ending for ending in _DECLINED.get(name[-1], ()))


def _declined(lexicon: Lexicon, code: str) -> Iterator[Form]:
    names = lexicon.countries[code].names
    for language in _WITH_CASES:
        own = language if language in LATIN_CASES else ""
        for text in names.get(language, ()):
            yield from (make_form(case, own, proper=True) for case in _cases(text))
