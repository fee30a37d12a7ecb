"""Names in the cases of languages that change their last vowel: the places of a gazetteer, and countries."""

from __future__ import annotations

from collections.abc import Iterator

from seeds.lexicon.load import Lexicon
from seeds.text.forms import Form, make_form

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


def cases(name: str) -> Iterator[str]:
    """The cases of a name that changes its last vowel, as Slavic languages make them: Warszawa, w Warszawie."""
    if len(name) >= _SHORTEST and "+" not in name:
        yield from (name[:-1] + ending for ending in _DECLINED.get(name[-1], ()))


def declined(lexicon: Lexicon, code: str) -> Iterator[Form]:
    """The names of a country in the cases of languages that change the last vowel."""
    names = lexicon.countries[code].names
    for language in _WITH_CASES:
        own = language if language in LATIN_CASES else ""
        for text in names.get(language, ()):
            yield from (make_form(case, own, proper=True) for case in cases(text))
