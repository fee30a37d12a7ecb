"""The names that the values of a query may have: places and groups in all their spellings, kinds, tiers, languages,
countries, and what the archive holds. Reads the lexicon and the watches' gazetteers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from feeds.query.meaning import KEY_ALIASES, QUERY_KEYS
from seeds.byhand import BY_HAND
from seeds.lexicon.files import FOLDER, read_columns, read_table
from seeds.model import Tier
from seeds.text.fold import fold

Spellings: TypeAlias = Mapping[str, tuple[str, ...]]  # by what the archive keeps: how else it is written, best first
# Keys of which the beginning of a word is enough: "source:rfi" finds "RFI Afrique", "kind:rocket" finds
# "rocket or mortar fire".
_BY_WORD = frozenset({"source", "kind", "actor", "watch"})
_CLOSE = 72.0  # rapidfuzz ratio, in 0..100, of a name and what may be its misspelling
_LONGEST = 60  # characters of a value that are compared
_NAME = re.compile(rb'^name\s*=\s*"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class KnownNames:
    """The names by key. `shown` are those to offer, `found` what each folded spelling stands for."""

    found: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    shown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def find(self, key: str, value: str) -> tuple[str, ...]:
        """What the archive keeps for a value as it was typed; none for one that nobody knows."""
        spellings, folded = self.found.get(key, {}), _plain(value)
        if not folded or (folded in spellings and key != "source"):
            return spellings.get(folded, ())
        if key not in _BY_WORD:
            return ()
        matching = (kept for spelling, kept in spellings.items() if f" {folded}" in f" {spelling}")
        return tuple(dict.fromkeys(one for kept in matching for one in kept))

    def near(self, key: str, value: str) -> str:
        """The name that was probably meant by an unknown value (of the key "": by an unknown key); "" for none."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        folded = _plain(value)[:_LONGEST]
        if not key:
            close = process.extractOne(folded, (*QUERY_KEYS, *KEY_ALIASES), scorer=fuzz.ratio, score_cutoff=_CLOSE)
            return KEY_ALIASES.get(close[0], close[0]) if close else ""
        close = process.extractOne(folded, self.found.get(key, {}).keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
        return self.name(key, self.found[key][close[0]][0]) if close and len(folded) > 2 else ""

    def name(self, key: str, kept: str) -> str:
        """What members read for what the archive keeps."""
        return self.shown.get(key, {}).get(kept, kept)

    def choices(self, key: str) -> tuple[str, ...]:
        """Every name that a value of this key may have, to show."""
        return tuple(dict.fromkeys(self.shown.get(key, {}).values()))

    def guess(self, words: Iterable[str]) -> str:
        """The place or group whose name one of these words probably misspells; "" for none."""
        guesses = (self.near(key, word) for word in words for key in ("place", "actor") if len(word) > 3)
        return next((one for one in guesses if one), "")

    def spelled(self, key: str, forms: Mapping[str, Iterable[str]]) -> KnownNames:
        """The same with further spellings (`forms`, by a name that is known), which mean what the name means."""
        found = dict(self.found.get(key, {}))
        for name, form in ((name, form) for name, some in forms.items() for form in some):
            found[_plain(form)] = tuple(dict.fromkeys((*found.get(_plain(form), ()), *self.find(key, name))))
        return KnownNames({**self.found, key: found}, self.shown)

    def with_names(self, key: str, kept: Iterable[str]) -> KnownNames:
        """The same with values that the archive keeps, which are written as they are kept."""
        known = {one: (one,) for one in kept if one not in self.shown.get(key, {})}
        return self if not known else _merged(self, key, known)


def known_names(watches: Mapping[str, tuple[str, Path | None]]) -> KnownNames:
    """The names that the lexicon and these watches (by name: title and folder) know.

    Raises LexiconError when a file of theirs cannot be read.
    """
    names = KnownNames()
    places, regions = _places(folder for _, folder in watches.values() if folder is not None)
    tables: dict[str, Spellings] = {
        "place": places,
        "region": regions,
        "kind": {one: (one,) for one in read_table(FOLDER / "attacks.toml")},
        "tier": {tier.value: (tier.value.replace("_", "-"), tier.value) for tier in Tier},
        "actor": {name: (name, *row["forms"]) for name, row in read_table(FOLDER / "actors.toml").items()},
        "contingent": _countries(),
        "lang": _languages(),
        "watch": {name: (name, title) for name, (title, _) in watches.items()},
    }
    for key, table in tables.items():
        names = _merged(names, key, table)
    general = read_table(FOLDER / "kinds.toml")["kinds"]
    kinds = {**names.found["kind"], **{_plain(one): (*names.find("kind", one), *more) for one, more in general.items()}}
    return KnownNames({**names.found, "kind": kinds}, names.shown)


def _merged(names: KnownNames, key: str, table: Spellings) -> KnownNames:
    found = dict(names.found.get(key, {}))
    for kept, spellings in table.items():
        for spelling in (kept, *spellings):
            folded = _plain(spelling)
            if folded:
                found[folded] = tuple(dict.fromkeys((*found.get(folded, ()), kept)))
    shown = {**names.shown.get(key, {}), **{kept: (*spellings, kept)[0] for kept, spellings in table.items()}}
    return KnownNames({**names.found, key: found}, {**names.shown, key: shown})


def _places(folders: Iterable[Path]) -> tuple[Spellings, Spellings]:
    """The places and the regions of the watches' gazetteers, with what was added by hand."""
    places: dict[str, tuple[str, ...]] = {}
    regions: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        paths = (path for path in (folder / "gazetteer.toml", folder / BY_HAND) if path.is_file())
        for row in (row for path in paths for row in read_table(path).get("place", ())):
            name, forms = row.get("name"), tuple(row.get("forms", ()))
            if not name:
                continue
            places[name] = (name, *places.get(name, ())[1:], *forms)
            if row.get("kind") == "region":
                regions[name] = (name, *forms)
            if region := row.get("region"):
                regions.setdefault(region, (region,))
    return places, regions


def _countries() -> Spellings:
    """Every country by its code: its English name, then its French one."""
    columns = read_columns(FOLDER / "countries.tsv")
    return {code: tuple(names[one] for one in ("en", "fr") if one in names) for code, names in columns.items()}


def _languages() -> Spellings:
    """The languages that the lexicon speaks, and "und" for one that nobody tells."""
    files = sorted((FOLDER / "languages").glob("*.toml"))
    named = ((path.stem, _NAME.search(path.read_bytes()[:400])) for path in files)
    return {code: (code, *((name[1].decode("utf-8", "replace"),) if name else ())) for code, name in named} | {
        "und": ("und", "unknown")
    }


def _plain(text: str) -> str:
    return fold(text[:200]).strip()
