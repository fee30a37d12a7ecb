"""Countries as outlines, and a frame of the world that is laid flat into a rectangle of a picture. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.pictures.boxes import Box

Point = tuple[float, float]
Ring = list[Point]
# Beyond this latitude nothing is drawn: degrees of longitude are too narrow there.
_NORTHERNMOST = 80.0
# So many degrees from its outline a place at sea is still a country's: islands too small to be drawn, ports.
_OFF_SHORE = 0.5


@dataclass(frozen=True, slots=True)
class Territory:
    """A country: its name and its outlines, the outer ring of each piece of land (longitude, latitude) first."""

    name: str
    pieces: tuple[tuple[Ring, ...], ...]

    @property
    def mainland(self) -> tuple[Ring, ...]:
        """Its largest piece."""
        return max(self.pieces, key=lambda rings: _extent(rings[0]))

    def count(self, points: Sequence[Point]) -> int:
        """How many of the points (longitude, latitude) lie in it."""
        near = [(rings, list(filter(bounds_of(rings).holds, points))) for rings in self.pieces]
        return sum(on_land(point, rings) for rings, some in near for point in some)


def read_countries(values: dict[str, Any]) -> list[Territory]:
    """The countries of the shipped file: arcs in hundredths of a degree, each point as the step from the one before;
    rings as numbers of arcs, where ~n is arc n backwards."""
    arcs = [_arc(steps) for steps in values["arcs"]]
    found = []
    for name, pieces in values["countries"]:
        rings = [tuple(_joined(ring, arcs) for ring in piece) for piece in pieces]
        found.append(Territory(name, tuple(rings)))
    return found


def on_land(point: Point, rings: Iterable[Ring]) -> bool:
    """Whether a point is inside a piece of land, of which all rings but the first are holes."""
    return sum(_inside(point, ring) for ring in rings) % 2 == 1


def _arc(steps: Sequence[int]) -> Ring:
    x = y = 0
    points = []
    for at in range(0, len(steps), 2):
        x, y = x + steps[at], y + steps[at + 1]
        points.append((x / 100, y / 100))
    return points


def _joined(ring: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    points: Ring = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return list(_unwrapped(points))


def _unwrapped(ring: Ring) -> Iterator[Point]:
    """The ring as one piece where it runs over the 180th meridian: beyond it, not back around the world."""
    turn, before = 0, ring[0][0] if ring else 0.0
    for x, y in ring:
        turn += round((before - x) / 360)
        before = x
        yield x + 360 * turn, y


def _extent(ring: Ring) -> float:
    """The area of a ring in square degrees."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _inside(point: Point, ring: Ring) -> bool:
    """Whether a point is inside a ring: whether a line from it to the east meets the ring an odd number of times."""
    x, y = point
    within = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            within = not within
    return within


@dataclass(frozen=True, slots=True)
class Frame:
    """A stretch of the world, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def squeeze(self) -> float:
        """How much narrower a degree of longitude is than one of latitude in its middle."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def ratio(self) -> float:
        """Its width over its height, on the ground."""
        return (self.east - self.west) * self.squeeze / (self.north - self.south)

    def holds(self, point: Point) -> bool:
        """Whether a point (longitude, latitude) is in it."""
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north

    def share(self, other: Frame) -> float:
        """How much of the other it holds, from 0 to 1."""
        across = min(self.east, other.east) - max(self.west, other.west)
        down = min(self.north, other.north) - max(self.south, other.south)
        whole = (other.east - other.west) * (other.north - other.south)
        return max(across, 0.0) * max(down, 0.0) / whole if whole else 1.0


def frame_of(points: Iterable[Point], margin: float, least: float, ratio: float) -> Frame:
    """The frame around points (longitude, latitude) with a share of their extent beside them on each side, at least so
    many degrees high, of that ratio of width to height."""
    xs, ys = zip(*points, strict=True)
    height = max((max(ys) - min(ys)) * (1 + 2 * margin), least)
    width = (max(xs) - min(xs)) * (1 + 2 * margin)
    y = min(max((max(ys) + min(ys)) / 2, -_NORTHERNMOST + 1), _NORTHERNMOST - 1)
    squeeze = math.cos(math.radians(y))
    height = min(max(height, width * squeeze / ratio), 2 * _NORTHERNMOST)
    x, wide = (max(xs) + min(xs)) / 2, height * ratio / squeeze
    return Frame(x - wide / 2, y - height / 2, x + wide / 2, y + height / 2)


@dataclass(frozen=True, slots=True)
class Projection:
    """Lays a frame into a box of the picture."""

    frame: Frame
    box: Box

    def at(self, point: Point) -> Point:
        """Where a point (longitude, latitude) is in the picture."""
        frame, box = self.frame, self.box
        x = box.left + (point[0] - frame.west) / (frame.east - frame.west) * (box.right - box.left)
        return x, box.top + (frame.north - point[1]) / (frame.north - frame.south) * (box.bottom - box.top)

    def back(self, point: Point) -> Point:
        """The longitude and latitude of a point of the picture."""
        frame, box = self.frame, self.box
        x = frame.west + (point[0] - box.left) / (box.right - box.left) * (frame.east - frame.west)
        return x, frame.north - (point[1] - box.top) / (box.bottom - box.top) * (frame.north - frame.south)

    def path(self, country: Territory) -> str:
        """What of a country is in the frame, as the data of a path; "" for nothing."""
        return "".join(self._ring(ring) for rings in country.pieces for ring in self.cut(rings))

    def cut(self, rings: Iterable[Ring]) -> Iterator[Ring]:
        """The rings, each as much of it as is in the frame or close by."""
        return (kept for ring in rings if len(kept := clip(ring, _widened(self.frame))) > 2)

    def _ring(self, ring: Ring) -> str:
        points: list[str] = []
        for point in ring:
            x, y = self.at(point)
            step = f"{x:.1f},{y:.1f}"
            if not points or points[-1] != step:
                points.append(step)
        return f"M{'L'.join(points)}Z"


def _widened(frame: Frame) -> Frame:
    """A little more than the frame, so that the edges that cutting makes are out of sight."""
    x, y = (frame.east - frame.west) / 50, (frame.north - frame.south) / 50
    return Frame(frame.west - x, frame.south - y, frame.east + x, frame.north + y)


def clip(ring: Ring, frame: Frame) -> Ring:
    """What of a ring lies in a frame (Sutherland and Hodgman's rule), [] for nothing."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    if max(xs) < frame.west or min(xs) > frame.east or max(ys) < frame.south or min(ys) > frame.north:
        return []
    if min(xs) >= frame.west and max(xs) <= frame.east and min(ys) >= frame.south and max(ys) <= frame.north:
        return ring
    for axis, bound, sign in ((0, frame.west, 1), (0, frame.east, -1), (1, frame.south, 1), (1, frame.north, -1)):
        ring = list(_half(ring, axis, bound, sign))
    return ring


def _half(ring: Ring, axis: int, bound: float, sign: int) -> Iterator[Point]:
    """What of a ring lies on one side of a line along an axis."""
    for before, point in zip(ring[-1:] + ring[:-1], ring, strict=True):
        here, there = (point[axis] - bound) * sign >= 0, (before[axis] - bound) * sign >= 0
        if here != there:
            part = (bound - before[axis]) / (point[axis] - before[axis])
            yield before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])
        if here:
            yield point


def home_of(points: Sequence[Point], countries: Sequence[Territory]) -> Territory | None:
    """The country in which most of the points (longitude, latitude) are, or on whose coast the first is; else None."""
    counted = [(country.count(points), country) for country in countries]
    most, home = max(counted, key=lambda one: one[0], default=(0, None))
    return home if most else _nearest(points[0], countries)


def _nearest(point: Point, countries: Sequence[Territory]) -> Territory | None:
    """The country whose outline comes near a point, for shores are drawn roughly; None where none does."""
    away = ((min(math.dist(point, one) for rings in land.pieces for one in rings[0]), land) for land in countries)
    distance, found = min(away, key=lambda one: one[0], default=(math.inf, None))
    return found if distance < _OFF_SHORE else None


def bounds_of(rings: Sequence[Ring]) -> Frame:
    """The frame that just holds a piece of land."""
    xs, ys = [x for x, _ in rings[0]], [y for _, y in rings[0]]
    return Frame(min(xs), min(ys), max(xs), max(ys))


def spread(rings: Sequence[Ring]) -> Iterator[Point]:
    """Points in and around a piece of land, those near its middle first."""
    frame = bounds_of(rings)
    middle = ((frame.west + frame.east) / 2, (frame.south + frame.north) / 2)
    steps = [
        (frame.west + (frame.east - frame.west) * across / 16, frame.south + (frame.north - frame.south) * up / 16)
        for across in range(1, 16)
        for up in range(1, 16)
    ]
    return iter(sorted(steps, key=lambda one: math.dist(one, middle)))
