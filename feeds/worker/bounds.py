"""How much computing, waiting and memory one piece of reading may cost, and what is said when it costs more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal["cpu", "time", "memory", "crash", "fault"]

# Bytes that a worker may hold beside its program. It begins with 37 million, the costliest honest feed of the default
# ten megabytes (JSON in a wide script) takes it to 90, and it is the most that a hostile one gets.
MEMORY = 144 * 2**20
# Seconds of one turn, after which another feed's work comes.
TURN = 0.06
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one step may take, in seconds: `cpu` of computing, `silence` until the worker must be heard of again."""

    cpu: float
    silence: float

    def times(self, scale: float) -> Bounds:
        """So many times as much."""
        return Bounds(self.cpu * scale, self.silence * scale)


ITEM = Bounds(cpu=2.0, silence=6.0)
PAGE = Bounds(cpu=3.0, silence=9.0)


def body_bounds(size: int) -> Bounds:
    """What a body of `size` bytes may take: nearly all of them are read in many steps, some only in one."""
    cpu = 3.0 + 3.0 * size / _MEGABYTE
    return Bounds(cpu, 3 * cpu)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why something could not be read; `detail` is a plain sentence."""

    cause: Cause
    detail: str


_DETAILS: dict[Cause, str] = {
    "cpu": "Reading it took more computing than anything honest needs.",
    "time": "Reading it did not come to an end in time.",
    "memory": "Reading it took more memory than anything honest needs.",
    "crash": "Reading it ended the reading process.",
    "fault": "Reading it met a fault of ours.",
}


def unreadable(cause: Cause, more: str = "") -> Unreadable:
    """The cause with its sentence, and `more` about it in brackets."""
    return Unreadable(cause, _DETAILS[cause].replace(".", f" ({more}).") if more else _DETAILS[cause])
