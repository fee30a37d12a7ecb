"""The facts of the field that every watch shares, read from `seeds/lexicon/*.toml`: roles, missions, countries.

A form written `stem+name` stands for all endings of that name in `affixes.toml`; words that Arabic and Hebrew write
together with the next word, and case endings of place names, are spelt out as well. All of this happens once, when
the lexicon is loaded, so that matching never has to change the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from seeds.text.fold import fold
from seeds.text.forms import Form, make_form, shape_of, unique
from seeds.text.nogc import undisturbed

#: Ends the concept of a country's adjectives, which may tell where somebody comes from instead of where something is.
PEOPLE = ".people"
FOLDER = Path(__file__).parent
_MOST_FORMS = 400  # of one entry: a slip in the paradigms must not flood the automaton


class LexiconError(ValueError):
    """A lexicon or watch file says something that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that can be said of a text, with every form that says it. `trust` (0..1) is what a role is worth."""

    id: str
    kind: str
    forms: tuple[Form, ...]
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Mission:
    """A peace operation; see `missions.toml` for what each field holds."""

    key: str
    theatre: tuple[str, ...]
    acronyms: tuple[Form, ...]
    names: tuple[Form, ...]
    places: tuple[Form, ...]
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-2 code: names, and adjectives with the words for its people, by language."""

    code: str
    names: Mapping[str, tuple[str, ...]]
    adjectives: Mapping[str, tuple[str, ...]]


def read_table(path: Path) -> dict[str, Any]:
    """A TOML file. Raises LexiconError with file and line when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LexiconError(f"{path}: {error}") from error


class Inflections:
    """`affixes.toml`: how to spell out what a form stands for."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._paradigms: Mapping[str, Mapping[str, list[str]]] = table["paradigms"]
        self._clitics: Mapping[str, list[str]] = table["clitics"]
        self._cases: Mapping[str, list[str]] = table["cases"]
        self._fold_of: dict[str, str] = {}
        self._split: dict[tuple[str, str], frozenset[str]] = {}
        self._attaching = frozenset(table["attaching"])
        self.lowercase = frozenset(table["lowercase"])

    def forms(self, text: str, language: str) -> tuple[Form, ...]:
        """All spellings of one entry, folded and without doubles. Raises LexiconError for an unknown paradigm."""
        if "+" not in text:
            return self._spelt(text, language, proper=language in self._attaching)
        if " " not in text and not self.clitics(language):
            return self._one_word(text, language)
        choices = [self._endings(word, language) for word in text.split()]
        spelt = [" ".join(words) for words in product(*choices)]
        if len(spelt) > _MOST_FORMS:
            raise LexiconError(f"{text!r} ({language}) stands for {len(spelt)} forms; {_MOST_FORMS} is the most")
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
        endings = self._paradigms.get(language, {}).get(name) or self._paradigms["any"].get(name)
        if endings is None:
            raise LexiconError(f"{word!r}: affixes.toml has no paradigm {name!r} for {language!r}")
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
        if language == "ar" and text.startswith(_ARTICLE):
            for clitic in _ARTICLE_JOINED:
                yield make_form(clitic + text.removeprefix(_ARTICLE), language, proper)


_NO_ENDING = frozenset({""})
_ARTICLE = "ال"
_ARTICLE_JOINED = ("لل", "ولل")  # "to the" and "and to the" lose the article's first letter
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


class People:
    """Whether a folded word names a country or its people in any language: `"tchadiens" in people`."""

    def __init__(self, countries: Iterable[Country], inflections: Inflections) -> None:
        self._endings: dict[str, frozenset[str]] = {}
        for country in countries:
            for table in (country.names, country.adjectives):
                for language, texts in table.items():
                    for text in texts:
                        self._add(*inflections.split(text, language))

    def _add(self, stem: str, endings: frozenset[str]) -> None:
        folded = fold(stem).strip()
        if " " not in folded:  # the question is always for one word
            known = self._endings.get(folded, endings)
            self._endings[folded] = known if endings <= known else known | endings

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        bare = word.removeprefix(_ARTICLE)
        return any(bare[cut:] in self._endings.get(bare[:cut], ()) for cut in range(2, len(bare) + 1))


class Lexicon:
    """Everything under `seeds/lexicon/` that recognition reads. Raises LexiconError when a file is wrong."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.inflections = Inflections(read_table(folder / "affixes.toml"))
        self.concepts = {**self._concepts("roles.toml"), **self._concepts("others.toml")}
        self.missions = {key: self._mission(key, row) for key, row in read_table(folder / "missions.toml").items()}

    def table(self, name: str) -> dict[str, Any]:
        """The file of that name, parsed. Raises LexiconError when it cannot be read."""
        return read_table(self.folder / f"{name}.toml")

    def _concepts(self, name: str) -> dict[str, Concept]:
        table = read_table(self.folder / name)
        try:
            return {key: self.concept(key, row) for key, row in table.items()}
        except (LexiconError, KeyError, TypeError, AttributeError) as error:
            raise LexiconError(f"{self.folder / name}: {error}") from error

    def concept(self, key: str, row: Mapping[str, Any]) -> Concept:
        """One table of forms by language as a concept."""
        forms = [
            form
            for language, texts in row.items()
            if language not in ("kind", "trust")
            for text in texts
            for form in self.inflections.forms(text, "" if language == "any" else language)
        ]
        return Concept(key, row["kind"], unique(forms), row.get("trust", 1.0))

    def _mission(self, key: str, row: Mapping[str, Any]) -> Mission:
        return Mission(
            key=key,
            theatre=tuple(row["theatre"]),
            acronyms=self.proper(row["acronyms"]),
            names=self.proper(row["names"]),
            places=self.proper(row.get("places", ())),
            start=row.get("from"),
            end=row.get("to"),
        )

    def proper(self, texts: Iterable[str]) -> tuple[Form, ...]:
        """Proper names with all the ways in which they are written."""
        return unique(form for text in texts for form in self.inflections.names(text))

    def resolution(self, number: int) -> tuple[Form, ...]:
        """All ways to name a resolution of the Security Council."""
        templates: list[str] = read_table(self.folder / "documents.toml")["resolution"]
        texts = [template.format(number) for template in templates]
        return unique(make_form(text) for text in texts)

    @cached_property
    def people(self) -> People:
        """The words for countries and their people."""
        with undisturbed():
            found = People(self.countries.values(), self.inflections)
        self.__dict__.pop("countries", None)  # a large table; by now all readers have taken from it what they need
        return found

    @cached_property
    def countries(self) -> Mapping[str, Country]:
        """All countries by code; read when first asked for."""
        return _countries(self.folder)

    @cached_property
    def country_names(self) -> Mapping[str, str]:
        """The English name of every country by code."""
        return {code: names["en"] for code, names in _official_names(self.folder / "countries.tsv").items()}

    def country_forms(self, code: str) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
        """The names and the adjectives of a country with all their inflections."""
        country = self.countries[code]
        names = unique(
            form for language, texts in country.names.items() for text in texts for form in self._name(text, language)
        )
        adjectives = unique(
            form
            for language, texts in country.adjectives.items()
            for text in texts
            for form in self.inflections.forms(text, language)
        )
        # One language's name may be another's adjective, and is then taken for that; but never the English name.
        english = {fold(text) for text in country.names.get("en", ())}
        adjectives = tuple(form for form in adjectives if form.folded not in english)
        spoken = {form.folded for form in adjectives}
        return tuple(form for form in names if form.folded not in spoken), adjectives

    def _name(self, text: str, language: str) -> tuple[Form, ...]:
        return self.inflections.forms(text, language) if "+" in text else self.inflections.names(text)


def _official_names(path: Path) -> dict[str, dict[str, str]]:
    """The table of names: a header with the languages, then a country a line, in tab-separated columns."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    (_, *languages), *countries = rows
    return {code: {one: name for one, name in zip(languages, cells, strict=True) if name} for code, *cells in countries}


def _countries(folder: Path) -> Mapping[str, Country]:
    official = _official_names(folder / "countries.tsv")
    by_hand = read_table(folder / "demonyms.toml")
    found = {}
    for code, names in official.items():
        row = by_hand.get(code, {})
        more = row.get("names", {})
        merged = {language: (name, *more.pop(language, ())) for language, name in names.items()}
        merged |= {language: tuple(texts) for language, texts in more.items()}
        adjectives = {language: tuple(texts) for language, texts in row.items() if language != "names"}
        found[code] = Country(code, merged, adjectives)
    return found


@lru_cache(maxsize=1)
def shared() -> Lexicon:
    """The lexicon that comes with the program, loaded once."""
    with undisturbed():
        return Lexicon()
