"""Names in the cases of languages that change their last vowel: the places of a gazetteer, and countries."""

from __future__ import annotations

from collections.abc import Iterator

from seeds.lexicon.inflections import script_of
from seeds.lexicon.load import Lexicon
from seeds.text.forms import Form, make_form


def declined(lexicon: Lexicon, code: str) -> Iterator[Form]:
    """The names of a country in the cases of languages that change the last vowel.

    In Latin letters the cases are words of other languages: they count in their own only.
    """
    names = lexicon.countries[code].names
    for language in lexicon.inflections.declined:
        for text in names.get(language, ()):
            own = "" if script_of(text) else language
            yield from (make_form(case, own, proper=True) for case in lexicon.inflections.cases(text))
