"""Where labels stand: beside what they name, and never over each other. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Align = Literal["start", "middle", "end"]
# Left or right (-1, 1), above or below (-1, 1), in the order in which they are tried.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
_ALIGNED: dict[int, Align] = {1: "start", 0: "middle", -1: "end"}
_GAP = 5.0
Segment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, its top above its bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Dot:
    """What a label is for: a circle at x and y in pixels."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """The square around it."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label stands, to which side it is aligned, and the line that leads to it where it stands far off."""

    box: Box
    align: Align
    leader: Segment | None = None


class Table:
    """The room there is in an area, and what stands there already: boxes, and lines that lead to labels."""

    def __init__(self, area: Box, dots: Sequence[Dot] = ()) -> None:
        self.area, self._dots = area, dots
        self._taken, self._leaders = [dot.box for dot in dots], list[Segment]()

    def free(self, box: Box) -> bool:
        """Whether a box is within the area and over nothing."""
        if not self.area.holds(box) or any(box.overlaps(other) for other in self._taken):
            return False
        return not any(_crosses(line, box) for line in self._leaders)

    def take(self, box: Box, leader: Segment | None = None) -> None:
        """Let something stand there."""
        self._taken.append(box)
        self._leaders += [leader] if leader else []

    def place(self, dot: Dot, size: tuple[float, float], reaches: Sequence[float] = (0.0,)) -> Placed | None:
        """A place for a label of that width and height beside its dot, at the first of these distances in pixels that
        has a free one; it is taken. None where there is none."""
        for placed in (one for reach in reaches for one in _around(dot, size, reach)):
            if self.free(placed.box) and self._clear(placed.leader, dot) and self._plain(placed, dot):
                self.take(placed.box, placed.leader)
                return placed
        return None

    def _plain(self, placed: Placed, dot: Dot) -> bool:
        """Whether a label reads as that of its dot: a line leads to it, or no other dot is nearer."""
        own = _apart(dot, placed.box)
        return placed.leader is not None or not any(_apart(other, placed.box) < own for other in self._dots)

    def _clear(self, leader: Segment | None, dot: Dot) -> bool:
        """Whether a line crosses no other line, and nothing that stands there but what it leads from."""
        if leader is None:
            return True
        others = (box for box in self._taken if box != dot.box and not box.overlaps(dot.box))
        return not any(_cross(leader, other) for other in self._leaders) and not any(
            _crosses(leader, box) for box in others
        )


def _around(dot: Dot, size: tuple[float, float], reach: float) -> Iterator[Placed]:
    width, height = size
    for across, down in _SIDES:
        slant = 0.75 if across and down else 1.0
        away = (dot.radius + _GAP) * slant + reach
        left = dot.x + across * away - width * (1 - across) / 2
        top = dot.y + down * away - height * (1 - down) / 2
        box = Box(left, top, left + width, top + height)
        yield Placed(box, _ALIGNED[across], _leader(dot, box) if reach else None)


def _apart(dot: Dot, box: Box) -> float:
    """From the edge of a dot to a box."""
    x, y = min(max(dot.x, box.left), box.right), min(max(dot.y, box.top), box.bottom)
    return math.dist((x, y), (dot.x, dot.y)) - dot.radius


def _leader(dot: Dot, box: Box) -> Segment:
    """From the edge of a dot to the nearest point of a box."""
    x, y = min(max(dot.x, box.left), box.right), min(max(dot.y, box.top), box.bottom)
    part = dot.radius / (math.dist((x, y), (dot.x, dot.y)) or 1)
    return (dot.x + (x - dot.x) * part, dot.y + (y - dot.y) * part), (x, y)


def _cross(one: Segment, other: Segment) -> bool:
    """Whether two lines cross."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _crosses(line: Segment, box: Box) -> bool:
    """Whether a line runs through a box."""
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    within = any(box.left < x < box.right and box.top < y < box.bottom for x, y in line)
    return within or any(_cross(line, side) for side in zip(corners, corners[1:] + corners[:1], strict=True))
