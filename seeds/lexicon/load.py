"""The facts of the field that every watch shares, read from the files beside: roles, missions, countries, languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from config.sentence import placed
from seeds.lexicon.acronyms import spelt_out
from seeds.lexicon.countries import Country, People, all_countries
from seeds.lexicon.files import BY_CONCEPT, BY_LANGUAGE, FOLDER, LanguageFiles, LexiconError, read_columns, read_table
from seeds.lexicon.inflections import Inflections
from seeds.lexicon.kept import Keeper
from seeds.text.fold import fold
from seeds.text.forms import Form, make_form, unique

_NO_CAPITALS = "\u0530"  # from here on no script has capitals, or none that texts keep


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
    contributors: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    start: date | None = None
    end: date | None = None
    apart: tuple[str, ...] = ()
    part_only: bool = False
    where: str = ""
    regions: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    envoy: float = 1.0
    observers: bool = False
    roles: tuple[Form, ...] = ()
    alone: bool = False


class Lexicon:
    """Everything under `seeds/lexicon/` that recognition reads. Raises LexiconError when a file is wrong.

    What is made of it can be kept by its `keeper`.
    """

    def __init__(self, folder: Path = FOLDER, keeper: Keeper | None = None) -> None:
        self.folder = folder
        self.keeper = keeper or Keeper(folder)
        self._languages = LanguageFiles(folder)
        self.inflections = Inflections(read_table(folder / "affixes.toml"), self.table("affixes"))
        #: What the roles are worth that say little of one mission.
        self.trusts = {key: concept.trust for key, concept in self.concepts.items() if concept.trust < 1}
        self._letters = read_table(folder / "letters.toml")
        self.missions = {key: self._mission(key, row) for key, row in read_table(folder / "missions.toml").items()}

    def table(self, name: str) -> dict[str, Any]:
        """What the lexicon holds under a name, read anew. Raises LexiconError when it cannot be read.

        A subject of the languages alone (`harm`, `numbers`, `months` …) comes by language; every other name is a file,
        with the words of all languages filled in where they have any (`topics`, `tiers` …).
        """
        if name in BY_LANGUAGE:
            return self._languages.section(name)
        table = read_table(self.folder / f"{name}.toml")
        return self._languages.fill(name, table) if name in BY_CONCEPT else table

    def __getstate__(self) -> dict[str, Any]:
        """Without the concepts: only what is made of them is needed where that is kept."""
        return {name: value for name, value in self.__dict__.items() if name != "concepts"}

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Roles, and what speaks beside them, by name. Raises LexiconError when a file is wrong."""
        return {**self._concepts("roles"), **self._concepts("others")}

    def _concepts(self, name: str) -> dict[str, Concept]:
        table = self.table(name)
        try:
            return {key: self.concept(key, row) for key, row in table.items()}
        except (LexiconError, KeyError, TypeError, AttributeError) as error:
            raise LexiconError(placed(f"{self.folder / name}.toml", error)) from error

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
            acronyms=self.proper((*row["acronyms"], *spelt_out(row["acronyms"], self._letters))),
            names=self.proper(row["names"]),
            places=self.sites(row.get("places", ())),
            contributors=frozenset(row.get("contributors", ())),
            neighbours=frozenset(row.get("neighbours", ())),
            start=row.get("from"),
            end=row.get("to"),
            apart=tuple(row.get("apart", ())),
            part_only=bool(row.get("part_only")),
            where=str(row.get("where", "")),
            regions=tuple(row.get("regions", ())),
            vague=tuple(row.get("vague", ())),
            envoy=float(row.get("envoy", 1.0)),
            observers=bool(row.get("observers")),
            roles=self.proper(row.get("roles", ())),
            alone=bool(row.get("alone")),
        )

    def proper(self, texts: Iterable[str]) -> tuple[Form, ...]:
        """Proper names with all the ways in which they are written."""
        return unique(form for text in texts for form in self.inflections.names(text))

    def sites(self, texts: Iterable[str]) -> tuple[Form, ...]:
        """Names of places; what is written small, as a "dead zone", need have no capital in a text either."""
        every = tuple(texts)
        small = tuple(text for text in every if text[0].islower() and text[0] < _NO_CAPITALS)
        return unique((*self.proper(text for text in every if text not in small), *map(make_form, small)))

    def resolution(self, number: int) -> tuple[Form, ...]:
        """All ways to name a resolution of the Security Council."""
        return unique(make_form(template.format(number)) for template in self._resolutions)

    @cached_property
    def _resolutions(self) -> tuple[str, ...]:
        return tuple(self.table("documents")["resolution"])

    @cached_property
    def people(self) -> People:
        """The words for countries and their people."""
        found = self.keeper.kept("people", lambda: People(self.countries.values(), self.inflections))
        self.__dict__.pop("countries", None)  # a large table; by now all readers have taken from it what they need
        return found

    @cached_property
    def countries(self) -> Mapping[str, Country]:
        """All countries by code; read when first asked for."""
        official = read_columns(self.folder / "countries.tsv")
        return all_countries(official, self.table("names"), self.table("adjectives"))

    def region_names(self) -> Iterator[str]:
        """What continents, their parts and all countries are called in any language."""
        for name in ("regions.tsv", "countries.tsv"):
            for row in read_columns(self.folder / name).values():
                yield from row.values()

    @cached_property
    def country_names(self) -> Mapping[str, str]:
        """The English name of every country by code."""
        return {code: names["en"] for code, names in read_columns(self.folder / "countries.tsv").items()}

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


@lru_cache(maxsize=1)
def shared() -> Lexicon:
    """The lexicon that comes with the program, loaded once."""
    keeper = Keeper(FOLDER)
    return keeper.kept("lexicon", lambda: Lexicon(FOLDER, keeper))
