"""The main places of a watch's theatre, which a map shows where there is nothing else to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.pictures.model import Town
from seeds.byhand import BY_HAND
from seeds.lexicon.files import LexiconError, read_table
from seeds.text.fold import fold

MOST_TOWNS = 12  # of a watch
_SETTLED = ("city", "town")


def main_towns(folders: Iterable[Path]) -> tuple[Town, ...]:
    """The chief towns of the gazetteers of watches in these folders: the capital, then for each region the one that is
    called as it is or else its largest, and those that are known far away. Of a folder that cannot be read none."""
    return tuple({town.name: town for folder in folders for town in _of(folder)}.values())


def _of(folder: Path) -> list[Town]:
    try:
        rows = [
            row for file in ("gazetteer.toml", BY_HAND) if (folder / file).is_file() for row in _rows(folder / file)
        ]
    except LexiconError:
        return []
    chief: dict[str, Mapping[str, Any]] = {}
    for row in rows:  # the largest come first
        region = row.get("region", "")
        if region not in chief or (_called(row, region) and not _called(chief[region], region)):
            chief[region] = row
    chosen = [row for row in rows if row.get("capital") or row.get("known") or row in chief.values()]
    first = sorted(chosen, key=lambda row: (not row.get("capital"), row not in chief.values()))
    named: dict[str, Town] = {}
    for row in first:
        named.setdefault(fold(row["name"]), Town(row["name"], (row["at"][0], row["at"][1])))
    return list(named.values())[:MOST_TOWNS]


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return [row for row in read_table(path).get("place", ()) if row.get("at") and row.get("kind") in _SETTLED]


def _called(row: Mapping[str, Any], region: str) -> bool:
    """Whether a place has the name of its region."""
    return fold(region) in map(fold, (row["name"], *row.get("forms", ())))
