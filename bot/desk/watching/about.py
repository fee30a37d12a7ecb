"""What the files of a watch say, for whoever asks what is watched; read where it is asked, and never kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seeds.byhand import BY_HAND, WatchChanges, places_with_hand, with_changes
from seeds.lexicon.files import FOLDER, LexiconError, read_table
from seeds.watchfile import USUAL_THRESHOLD
from seeds.watchfolder import known_settings, read_added

_TEXTS = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class AboutWatch:
    """A watch as its files and `changes` make it. `settings` are the files' own, with what was added by hand; `changed`
    those that hold. `mission` is its entry in the lexicon, `places` names, the seats of regions first."""

    name: str
    settings: Mapping[str, Any]
    changed: Mapping[str, Any]
    mission: Mapping[str, Any]
    places: tuple[str, ...]
    documents: int

    @property
    def threshold(self) -> float:
        """The score from which on it flags."""
        return threshold_of(self.changed)


def threshold_of(settings: Mapping[str, Any]) -> float:
    """The threshold in a watch's settings."""
    return float(settings.get("threshold", USUAL_THRESHOLD))


def about_watch(folder: Path, changes: WatchChanges) -> AboutWatch:
    """What there is to tell of the watch in a folder. Raises LexiconError where its files cannot be read."""
    settings = known_settings(folder)
    missions = read_table(FOLDER / "missions.toml")
    documents = sum(one.suffix in _TEXTS for one in (folder / "documents").glob("*"))
    mission = missions.get(settings["mission"], {})
    return AboutWatch(
        folder.name, settings, with_changes(settings, changes), mission, _places(folder), documents
    )  # fmt: skip


def title_of(folder: Path) -> str | None:
    """What members call the watch in a folder; None where its files cannot be read."""
    try:
        return str(known_settings(folder)["title"])
    except LexiconError:
        return None


def _places(folder: Path) -> tuple[str, ...]:
    rows = read_table(folder / "gazetteer.toml").get("place", ())
    if (folder / BY_HAND).is_file():
        rows = places_with_hand(rows, read_added(folder / BY_HAND).get("place", ()))
    return tuple(row["name"] for row in sorted(rows, key=lambda row: row["name"] != row.get("region")))
