"""What a check-up found: one line each, how bad it is, and what it is about. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is: an ERROR keeps the bot from its work, or loses something."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Remark:
    """One line. `about` is a word for scripts: settings, bot, archive, files, disk, copies, clock, feeds, discord or
    channel."""

    level: Level
    about: str
    text: str


def well(about: str, text: str) -> Remark:
    """All is well."""
    return Remark(Level.OK, about, text)


def doubtful(about: str, text: str) -> Remark:
    """Something that should be looked at."""
    return Remark(Level.WARNING, about, text)


def bad(about: str, text: str) -> Remark:
    """Something that must be mended."""
    return Remark(Level.ERROR, about, text)


def any_bad(found: Iterable[Remark]) -> bool:
    """Whether something must be mended."""
    return any(one.level is Level.ERROR for one in found)
