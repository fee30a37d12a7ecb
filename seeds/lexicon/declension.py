"""Names in the cases of languages that change their last vowel: the places of a gazetteer, and countries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seeds.lexicon.inflections import script_of
from seeds.lexicon.load import Lexicon
from seeds.text.forms import Form, make_form
from seeds.text.scan import Lexeme, lexemes


def place_entries(rows: Iterable[Mapping[str, Any]], lexicon: Lexicon) -> Iterator[Lexeme]:
    """The places of a gazetteer's rows."""
    cases = lexicon.inflections.cases
    for row in rows:
        names = (row["name"], *row.get("forms", ()))
        forms = lexicon.proper((*names, *(case for name in names for case in cases(name))))
        yield from lexemes(row["name"], "place", forms)


def declined(lexicon: Lexicon, code: str) -> Iterator[Form]:
    """The names of a country in the cases of languages that change the last vowel.

    In Latin letters the cases are words of other languages: they count in their own only.
    """
    names = lexicon.countries[code].names
    for language in lexicon.inflections.declined:
        for text in names.get(language, ()):
            own = "" if script_of(text) else language
            yield from (make_form(case, own, proper=True) for case in lexicon.inflections.cases(text))
