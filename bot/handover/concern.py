"""Which countries concern a watch: where its mission works, those around, and those who serve in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seeds.lexicon.files import FOLDER, LexiconError, read_table


def countries_concerned(watches: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    """For each watch's folder, by its name, the ISO 3166 alpha-2 codes, nearest first; none where that is not known."""
    missions = read_table(FOLDER / "missions.toml")
    return {folder.name: _concerned(folder, missions) for folder in watches}


def _concerned(folder: Path, missions: dict[str, dict[str, list[str]]]) -> tuple[str, ...]:
    try:
        about = read_table(folder / "watch.toml")
    except LexiconError:
        return ()
    mission = missions.get(about.get("mission", ""), {})
    theatre = [*mission.get("theatre", ()), *([about["theatre"]] if isinstance(about.get("theatre"), str) else [])]
    return tuple(dict.fromkeys([*theatre, *mission.get("neighbours", ()), *mission.get("contributors", ())]))
