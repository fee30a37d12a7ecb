"""Every mistake in a watch's files, named by file and line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

from config.mistakes import did_you_mean
from config.sentence import Said, apart, strung
from config.toml import TomlError, read_around, read_text
from seeds.byhand import BY_HAND
from seeds.learning.documents import sample_mistakes
from seeds.lexicon.files import LexiconError, read_table
from seeds.lexicon.load import shared
from seeds.watch import load_watch, read_patterns
from seeds.watchfolder import WatchError, read_added, read_settings_of
from seeds.watchplaces import country_problems, place_lines, place_problems

# The folders of a watch that hold texts.
_SAMPLES = ("documents", "near_misses")


def watch_mistakes(folder: Path) -> tuple[str, ...]:
    """Every mistake in a watch's files, a line each with file and line; none when it can be used."""
    settings, learned = folder / "watch.toml", folder / "patterns.toml"
    looks: list[Callable[[], object]] = [lambda: read_settings_of(settings)]
    if settings.is_file():
        looks += [lambda: _look_up_mission(settings), lambda: _look_up_countries(settings)]
        looks += [lambda: _look_at_places(folder / "gazetteer.toml")]
    if (added := folder / BY_HAND).is_file():
        looks += [lambda: _look_at_added(added)]
    if learned.is_file():
        looks += [lambda: read_patterns(learned)]
    found = tuple(line for look in looks for line in _told(look)) or _told(lambda: load_watch(folder))
    return (*found, *(line for part in _SAMPLES for line in sample_mistakes(folder / part)))


def _told(look: Callable[[], object]) -> tuple[str, ...]:
    try:
        look()
    except LexiconError as error:
        return apart(str(error))
    except TomlError:
        return ()  # said where the file is read first
    return ()


def _look_up_countries(path: Path) -> None:
    text, tree, _ = read_around(read_text(path))
    _raise(place_lines(country_problems(tree, shared().countries), text, str(path)))


def _look_at_places(path: Path) -> None:
    tree = read_table(path)
    _raise(place_lines(place_problems(tree), read_text(path), str(path)))


def _look_at_added(path: Path) -> None:
    added = read_added(path)
    problems = chain(country_problems(added, shared().countries), place_problems(added) if "place" in added else ())
    _raise(place_lines(problems, read_text(path), str(path)))


def _raise(lines: Sequence[str]) -> None:
    if lines:
        raise WatchError(strung("\n", lines))


def _look_up_mission(path: Path) -> None:
    """Whether the lexicon knows the mission that is named, whatever else is wrong in the file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = re.search(r"""(?m)^mission\s*=\s*["'](.+?)["']""", text)
    if found and found[1] not in shared().missions:
        close = next(iter(difflib.get_close_matches(found[1], shared().missions, 1)), None)
        line = text.count("\n", 0, found.start()) + 1
        told = did_you_mean(Said("mission {name} is none of the lexicon", name=found[1]), close)
        raise WatchError(strung(": ", (f"{path}:{line}", told)))
