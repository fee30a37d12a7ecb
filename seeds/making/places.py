"""The gazetteer of the world, cut to the countries in which UN missions work or worked; read when a watch is made."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("places.tsv")
COLUMNS = ("country", "kind", "name", "region", "lat", "lon", "people", "common", "forms")
#: What stands in the file without being a place of the country, or only once a document names it.
DECOY, HAMLET = "decoy", "hamlet"


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A line of the file: `kind` as its head says, `at` latitude and longitude in degrees where they are known."""

    country: str
    kind: str
    name: str
    region: str
    at: tuple[float, float] | None
    common: bool
    forms: tuple[str, ...]


def known_places(countries: Iterable[str], path: Path = FILE) -> tuple[KnownPlace, ...]:
    """What the file says of these countries (ISO 3166-1 codes), in its order."""
    return _known(frozenset(countries), path)


@lru_cache(maxsize=2)  # who makes a watch asks thrice
def _known(countries: frozenset[str], path: Path) -> tuple[KnownPlace, ...]:
    wanted = {COLUMNS[0], *countries}  # the head as well
    with path.open(encoding="utf-8", newline="") as lines:
        told = (line for line in lines if not line.startswith("#"))
        theirs = (line for line in told if line.partition("\t")[0] in wanted)
        return tuple(map(_place, csv.DictReader(theirs, delimiter="\t", quoting=csv.QUOTE_NONE)))


def _place(row: dict[str, str]) -> KnownPlace:
    at = (float(row["lat"]), float(row["lon"])) if row["lat"] else None
    forms = tuple(row["forms"].split("|")) if row["forms"] else ()
    return KnownPlace(row["country"], row["kind"], row["name"], row["region"], at, bool(row["common"]), forms)
