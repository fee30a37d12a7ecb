"""What a watch's folder says, read without building the watch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.sentence import Said, strung, why_unread
from config.toml import TomlError, read_text
from seeds.byhand import BY_HAND, with_hand
from seeds.lexicon.files import LexiconError
from seeds.watchfile import parse_by_hand, parse_watchfile


class WatchError(LexiconError):
    """A watch's folder cannot be used; the message names file and line."""


def watch_names(root: Path) -> tuple[str, ...]:
    """The names of the watches under `root`: the folders that hold a `watch.toml`."""
    return tuple(sorted(path.parent.name for path in root.glob("*/watch.toml")))


def read_added(path: Path) -> dict[str, Any]:
    """What was added to a watch by hand in a `by_hand.toml`. Raises LexiconError with file and line."""
    return parse_by_hand(read_text(path), str(path))


def read_settings_of(path: Path) -> dict[str, Any]:
    """What a `watch.toml` says. Raises WatchError with file and line."""
    try:
        return parse_watchfile(read_text(path), str(path))
    except FileNotFoundError as error:
        folder = path.parent
        inside = folder.parent / "watches"
        told = Said("{folder}: there is no watch here (no {file})", folder=folder, file=path.name)
        if (inside / folder.name / path.name).is_file():
            told = Said("{told}; the watches are in {folder}", told=told, folder=inside)
        raise WatchError(told) from error
    except OSError as error:
        raise WatchError(strung(": ", (str(path), why_unread(error)))) from error
    except TomlError as error:
        raise WatchError(error.at(str(path))) from error


def known_settings(folder: Path) -> dict[str, Any]:
    """What a watch's files say, with what was added by hand. Raises LexiconError with file and line."""
    settings = read_settings_of(folder / "watch.toml")
    return with_hand(settings, read_added(folder / BY_HAND)) if (folder / BY_HAND).is_file() else settings
