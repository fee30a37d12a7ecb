"""Spelling out what a form of the lexicon stands for: endings, words written together, cases of names.

A form written `stem+name` stands for all endings of that name in its language; words that Arabic and Hebrew write
together with the next word, and case endings of place names, are spelt out as well. All of this happens once, when
the lexicon is loaded, so that matching never has to change the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from config.sentence import Said, worded
from seeds.lexicon.files import LexiconError
from seeds.text.fold import fold
from seeds.text.forms import Form, make_form, shape_of, unique

_MOST_FORMS = 400  # of one entry: a slip in the paradigms must not flood the automaton
_SHORTEST = 4  # letters of a name whose last vowel may change
_NO_ENDING = frozenset({""})
_SCRIPTS = (
    ("ar", "\u0600-\u06ff"), ("he", "\u0590-\u05ff"), ("ru", "\u0400-\u04ff"), ("el", "\u0370-\u03ff"),
    ("bn", "\u0980-\u09ff"), ("ko", "\uac00-\ud7a3"), ("hi", "\u0900-\u097f"), ("zh", "\u3000-\u9fff"),
    ("am", "\u1200-\u137f"),
)  # fmt: skip
_SCRIPT = re.compile("|".join(f"(?P<{language}>[{letters}])" for language, letters in _SCRIPTS))


def script_of(text: str) -> str:
    """The language whose habits stand for the text's script; "" for Latin and all others."""
    found = None if text.isascii() else _SCRIPT.search(text)
    return (found.lastgroup or "") if found else ""


class Inflections:
    """How words change. `common` is `affixes.toml`, `languages` the section [affixes] of each language by code."""

    def __init__(self, common: Mapping[str, Any], languages: Mapping[str, Mapping[str, Any]]) -> None:
        self._common: Mapping[str, list[str]] = common["paradigms"]
        self._declension: Mapping[str, list[str]] = common["declension"]
        self._paradigms: Mapping[str, Mapping[str, list[str]]] = _by_code(languages, "paradigms")
        self._clitics: Mapping[str, list[str]] = _by_code(languages, "clitics")
        self._cases: Mapping[str, list[str]] = _by_code(languages, "cases")
        self._articles: Mapping[str, str] = _by_code(languages, "article")
        self._joined: Mapping[str, list[str]] = _by_code(languages, "joined")
        self._attaching = frozenset(_by_code(languages, "attaching"))
        self._fold_of: dict[str, str] = {}
        self._split: dict[tuple[str, str], frozenset[str]] = {}
        self.lowercase = frozenset(_by_code(languages, "lowercase"))
        self.declined = tuple(_by_code(languages, "declined"))

    def forms(self, text: str, language: str) -> tuple[Form, ...]:
        """All spellings of one entry, folded and without doubles. Raises LexiconError for an unknown paradigm."""
        if "+" not in text:
            return self._spelt(text, language, proper=language in self._attaching)
        if " " not in text and not self.clitics(language):
            return self._one_word(text, language)
        choices = [self._endings(word, language) for word in text.split()]
        spelt = [" ".join(words) for words in product(*choices)]
        if len(spelt) > _MOST_FORMS:
            form = worded("{text!r} ({language}) stands for {count} forms; {most} is the most")
            raise LexiconError(Said(form, text=text, language=language, count=len(spelt), most=_MOST_FORMS))
        return unique(form for one in spelt for form in self._with_clitics(one, language))

    def _one_word(self, text: str, language: str) -> tuple[Form, ...]:
        """The forms of a single word: the stem is folded once for all of its endings."""
        stem = text.rpartition("+")[0]
        spelt = self._endings(text, language)
        begin = fold(stem).rstrip()
        return unique(
            Form(f"{begin}{self._folded(one.removeprefix(stem))} ", shape_of(one, language, False)) for one in spelt
        )

    def _folded(self, ending: str) -> str:
        if ending not in self._fold_of:
            self._fold_of[ending] = fold(ending).strip()
        return self._fold_of[ending]

    def names(self, text: str) -> tuple[Form, ...]:
        """All spellings of a proper name, open to case endings of its script."""
        script = script_of(text)
        return self._spelt(text, script, proper=True)

    def cases(self, name: str) -> Iterator[str]:
        """The cases of a name that changes its last vowel, as Slavic languages make them: Warszawa, w Warszawie."""
        if len(name) >= _SHORTEST and "+" not in name:
            yield from (name[:-1] + ending for ending in self._declension.get(name[-1], ()))

    def endings(self) -> Mapping[str, frozenset[str]]:
        """Every case ending, folded, with the languages that have it."""
        found: dict[str, set[str]] = {}
        for language, endings in self._cases.items():
            for ending in endings:
                found.setdefault(fold(ending).strip(), set()).add(language)
        return {ending: frozenset(languages) for ending, languages in found.items()}

    def clitics(self, language: str) -> tuple[str, ...]:
        """What the language writes together with the following word; none for most."""
        return tuple(self._clitics.get(language, ()))

    def bare(self, word: str) -> str:
        """A word without the article that its language writes together with it."""
        for article in self._articles.values():
            word = word.removeprefix(article)
        return word

    def split(self, text: str, language: str) -> tuple[str, frozenset[str]]:
        """The stem of an entry and the folded endings that may follow it."""
        stem, plus, name = text.rpartition("+")
        if not plus or " " in stem:
            return stem or text, _NO_ENDING
        if (language, name) not in self._split:
            endings = (one.removeprefix(stem) for one in self._endings(text, language))
            self._split[language, name] = frozenset(fold(ending).strip() for ending in endings)
        return stem, self._split[language, name]

    def _endings(self, word: str, language: str) -> list[str]:
        stem, plus, name = word.partition("+")
        if not plus:
            return [word]
        endings = self._paradigms.get(language, {}).get(name) or self._common.get(name)
        if endings is None:
            form = worded("{word!r}: there is no paradigm {name!r} for {language!r}")
            raise LexiconError(Said(form, word=word, name=name, language=language))
        return [stem + ending for ending in endings]

    def _spelt(self, text: str, language: str, proper: bool = False) -> tuple[Form, ...]:
        if language in self._clitics:
            return unique(self._with_clitics(text, language, proper))
        form = make_form(text, language, proper)  # the short way that nearly all forms go
        return (form,) if form.folded != " " else ()

    def _with_clitics(self, text: str, language: str, proper: bool = False) -> Iterator[Form]:
        yield make_form(text, language, proper)
        for clitic in self.clitics(language):
            yield make_form(clitic + text, language, proper)
        article = self._articles.get(language)
        if article and text.startswith(article):
            for clitic in self._joined[language]:
                yield make_form(clitic + text.removeprefix(article), language, proper)


def _by_code(languages: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, Any]:
    return {code: affixes[key] for code, affixes in languages.items() if affixes.get(key)}
