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
    last hour: one for each as long as there is room for all, else one for all together. None where there is no room:
    then all that waits goes when there is some.
    """
    room = MOST_AN_HOUR - sent
    if room <= 0 or not waiting:
        return []
    return [(one,) for one in waiting] if len(waiting) <= room else [tuple(waiting)]
