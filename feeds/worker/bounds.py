"""How much computing, waiting and memory one piece of reading may cost, and how it is named what costs more."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.model import Cause, CauseKind, Unreadable

# Bytes that a worker may hold beside its program. It begins with 37 million, the costliest honest feed of the default
# ten megabytes (JSON in a wide script) takes it to 90, and it is the most that a hostile one gets.
MEMORY = 144 * 2**20
# The status with which a worker ends that has no memory left: not even for a message that says so.
OUT_OF_MEMORY = 77
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


# Names the limits, so that what exceeded them is tried again when they are others.
LIMITS = f"{MEMORY} {body_bounds(_MEGABYTE)} {ITEM} {PAGE}".replace(" ", "")


def unreadable(kind: CauseKind, more: str = "") -> Unreadable:
    """What cost too much or failed, and `more` about how."""
    return Unreadable(Cause(kind, {"text": more} if more else {}))
