"""How what is to be told is parted into messages: at most six in any hour for a follower, and nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")

MOST_AN_HOUR = 6
"""Messages that a follower is sent in any sixty minutes."""

TOLD_WITHIN = timedelta(hours=1)


def parcels(waiting: Sequence[T], sent: int) -> list[tuple[T, ...]]:
    """The messages that may go now, each with what it tells, when `sent` went out (or are on their way) within the
    last hour. Each tells of one, but for the last that there is room for: it tells all the rest. None where there is
    no room: what waits then goes together when the hour is over.
    """
    room = MOST_AN_HOUR - sent
    if room <= 0:
        return []
    alone = len(waiting) if len(waiting) <= room else room - 1
    rest = tuple(waiting[alone:])
    return [*((one,) for one in waiting[:alone]), *([rest] if rest else [])]
