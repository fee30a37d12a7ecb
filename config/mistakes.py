"""What is wrong in a file of settings, as a value: which file, which line, which key, and what about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.lines import KeyPath
from config.sentence import Said, strung

Problem = tuple[KeyPath, str]
"""Which value is meant, and what about it in a sentence without its subject."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in the configuration: where (a file or a variable), on which line, which key, and what.

    `line` counts from 1; None where nothing of it is written. `key` is "" when it is about the whole.
    """

    where: str
    key: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        return strung(": ", filter(None, (place, self.key, self.text)))


def key_name(path: KeyPath) -> str:
    """A path as operators read it: "channel[2].tiers.incident"; tables of a list are counted from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def did_you_mean(told: str, name: str | None) -> str:
    """A sentence about a misspelt name, with the one that was probably meant, if any resembles it."""
    return Said("{told} (did you mean {name}?)", told=told, name=name) if name else told


def by_line(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """The mistakes file by file as they are met in reading it, those of the whole first."""
    return tuple(sorted(mistakes, key=lambda one: (one.where if one.line else "", one.line or 0)))
