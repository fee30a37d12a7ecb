"""The main places of a watch's theatre, which a map shows where there is nothing else to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import dist
from pathlib import Path
from typing import Any

from bot.pictures.model import Town
from seeds.byhand import BY_HAND
from seeds.lexicon.files import LexiconError, read_table
from seeds.text.fold import fold
from seeds.watchfile import FEWEST_TOWNS, LANDMARK, TOWNS

MOST_TOWNS = 12  # of a watch


_SHOWN = (*TOWNS, LANDMARK)


def main_towns(folders: Iterable[Path]) -> tuple[Town, ...]:
    """The chief towns of the gazetteers of watches in these folders: the capital, then for each region the one that is
    called as it is or else its largest, and those that are known far away; of a theatre with few regions also those
    that lie furthest from these. Of a folder that cannot be read none."""
    return tuple({town.name: town for folder in folders for town in _of(folder)}.values())


def _of(folder: Path) -> list[Town]:
    try:
        rows = [
            row for file in ("gazetteer.toml", BY_HAND) if (folder / file).is_file() for row in _rows(folder / file)
        ]
    except LexiconError:
        return []
    own = [row for row in rows if row["kind"] in TOWNS]
    return _filled(_chief(own), _named(rows))


def _filled(towns: list[Town], known: list[Town]) -> list[Town]:
    """With those of all known that lie furthest from the rest, where there are too few to know the theatre by."""
    left = [one for one in known if fold(one.name) not in {fold(town.name) for town in towns}]
    while left and len(towns) < FEWEST_TOWNS:
        furthest = max(left, key=lambda one: min(dist(one.at, town.at) for town in towns))
        towns = [*towns, furthest]
        left.remove(furthest)
    return towns


def _chief(rows: Sequence[Mapping[str, Any]]) -> list[Town]:
    chief: dict[str, Mapping[str, Any]] = {}
    for row in rows:  # the largest come first
        region = row.get("region", "")
        if region not in chief or (_called(row, region) and not _called(chief[region], region)):
            chief[region] = row
    chosen = [row for row in rows if row.get("capital") or row.get("known") or row in chief.values()]
    first = sorted(chosen, key=lambda row: (not row.get("capital"), row not in chief.values()))
    return _named(first)[:MOST_TOWNS]


def _named(rows: Iterable[Mapping[str, Any]]) -> list[Town]:
    named: dict[str, Town] = {}
    for row in rows:
        named.setdefault(fold(row["name"]), Town(row["name"], (row["at"][0], row["at"][1])))
    return list(named.values())


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return [row for row in read_table(path).get("place", ()) if row.get("at") and row.get("kind") in _SHOWN]


def _called(row: Mapping[str, Any], region: str) -> bool:
    """Whether a place has the name of its region."""
    return fold(region) in map(fold, (row["name"], *row.get("forms", ())))
