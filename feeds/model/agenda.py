"""What is to be done at set times, again and again: how often, what, and when next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seeds.model import Tier


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at these hours (0 to 23, at least one) of a time zone (its IANA name)."""

    hours: tuple[int, ...]
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, so many minutes (1 or more) after the last time."""

    minutes: int


@dataclass(frozen=True, slots=True)
class At:
    """At these times of the day, in minutes after midnight (at least one), of a time zone (its IANA name): every day,
    or only on one day of the week (0 is Monday) or of the month (1 to 28)."""

    minutes: tuple[int, ...]
    zone: str = "UTC"
    weekday: int | None = None
    monthday: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of each day in which a channel is left in peace, in minutes after midnight of a time zone (its IANA
    name); they end on the next day where `end` is not after `start`. Stories of a tier in `but` are told all the same.
    """

    start: int
    end: int
    zone: str = "UTC"
    but: tuple[Tier, ...] = ()


Recurrence = Daily | Every | At


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the agenda: what kind of work, on what (`subject`: a channel's name, or "" for the house), how often.

    `next` is when it is due, `done` when it was last done. There is one job of a kind for a subject.
    """

    kind: str
    recurrence: Recurrence
    next: datetime
    subject: str = ""
    done: datetime | None = None
