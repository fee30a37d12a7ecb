"""Seed documents and near misses: what a watch learns from, as files.

A `.md` file begins with front matter between two `---` lines (`key: value`, quotes allowed: publisher, date, language,
title, sha256 of the original it restates); the text follows. A `.txt` file is plain text whose first line is its title.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.sentence import Said, strung, why_unread
from config.toml import TomlError, read_text
from seeds.lexicon.files import LexiconError

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Sample:
    """One document to learn from. `id` is the file's name without its ending; `language` is ISO 639-1."""

    id: str
    title: str
    text: str
    language: str
    facts: tuple[tuple[str, str], ...] = ()


def read_folder(folder: Path, guess: Callable[[str], str]) -> tuple[Sample, ...]:
    """All samples in a folder, by name; an absent folder has none.

    `guess` tells the language of a plain text file. Raises LexiconError, naming file and line, for a bad file.
    """
    return tuple(read_sample(path, guess) for path in _paths(folder))


def sample_mistakes(folder: Path) -> tuple[str, ...]:
    """What is wrong with the samples in a folder, a line for each that cannot be read."""
    return tuple(line for path in _paths(folder) for line in _told(path))


def _told(path: Path) -> tuple[str, ...]:
    try:
        read_sample(path, lambda _: "")
    except LexiconError as error:
        return (str(error),)
    return ()


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix in (".md", ".txt"))


def read_sample(path: Path, guess: Callable[[str], str]) -> Sample:
    """One sample; `guess` and errors as in `read_folder`."""
    try:
        lines = read_text(path).splitlines()
    except OSError as error:
        raise LexiconError(strung(": ", (str(path), why_unread(error)))) from error
    except TomlError as error:
        raise LexiconError(
            Said("{place}: cannot be read: {told}", place=f"{path}:{error.line}", told=str(error))
        ) from error
    if path.suffix == ".txt":
        text = "\n".join(lines)
        return Sample(path.stem, lines[0] if lines else "", "\n".join(lines[1:]), guess(text))
    return _with_front_matter(path, lines)


def _with_front_matter(path: Path, lines: list[str]) -> Sample:
    if not lines or lines[0] != _FENCE or _FENCE not in lines[1:]:
        raise LexiconError(
            Said("{path}:1: the front matter between two {fence} lines is missing", path=path, fence=_FENCE)
        )
    end = lines.index(_FENCE, 1)
    facts: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], start=2):
        key, colon, value = line.partition(":")
        if not colon:
            told = Said("{line!r} is not of the form key: value", line=line)
            raise LexiconError(strung(": ", (f"{path}:{number}", told)))
        facts[key.strip()] = value.strip().strip('"')
    missing = [key for key in ("title", "language") if not facts.get(key)]
    if missing:
        lacked = Said("{one} and {other}", one=missing[0], other=missing[1]) if len(missing) > 1 else missing[0]
        raise LexiconError(Said("{path}:1: the front matter lacks {keys}", path=path, keys=lacked))
    text = "\n".join(lines[end + 1 :]).strip()
    return Sample(path.stem, facts["title"], text, facts["language"], tuple(sorted(facts.items())))
