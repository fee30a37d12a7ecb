"""Whether this machine's clock is right, by what others say the time is and by what the archive holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.checkup.findings import Remark, bad, doubtful, well
from bot.language import _
from bot.wording.formats import span

SLIGHT, GREAT = timedelta(seconds=30), timedelta(minutes=5)
"""From here on a difference is worth a word, and harms: what was sent is looked for by its time."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock elsewhere showed (`theirs`, to the second) when ours showed `ours`; `whose` names it."""

    whose: str
    theirs: datetime
    ours: datetime


def clock_findings(readings: Iterable[ClockReading], newest: datetime | None, now: datetime) -> Iterator[Remark]:
    """Each clock elsewhere beside ours, and the newest time that the archive holds."""
    seen = list(readings)
    yield from map(_compared, seen)
    if not seen:
        yield doubtful("clock", _("Nobody could be asked for the time."))
    if newest is not None and newest - now > SLIGHT:
        told = _("The archive holds a time that lies {far} ahead: the clock was wrong then, or is now.")
        yield bad("clock", told.format(far=span(newest - now)))


def _compared(one: ClockReading) -> Remark:
    off = one.ours - one.theirs
    if abs(off) < SLIGHT:
        return well("clock", _("The clock agrees with that of {whose}.").format(whose=one.whose))
    ahead, behind = _("The clock is {far} ahead of that of {whose}."), _("The clock is {far} behind that of {whose}.")
    text = (ahead if off > timedelta(0) else behind).format(far=span(abs(off)), whose=one.whose)
    return bad("clock", text) if abs(off) >= GREAT else doubtful("clock", text)
