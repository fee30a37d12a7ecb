"""Where everything on a map stands: its frame, dots, names. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.pictures.boxes import Box, Dot, Placed, Table
from bot.pictures.fonts import Fonts
from bot.pictures.geography import Point, Projection, Ring, Territory, bounds_of, frame_of, home_of, on_land, spread
from bot.pictures.model import MapPicture, Mark, Town
from bot.pictures.svg import ACROSS, EDGE, LEADING, LINE, SMALL

# What the frame holds beside the incidents, as a share of their extent on each side, and its least height in degrees.
_MARGIN, _LEAST = 0.2, 7.5
_TOLD = 7  # places with what happened there; the others have their names alone
_NAMED = 60  # places that are given a name where there is room
_POINTS = 20  # by so many places it is told which country it is
_NEAR, _FAR = (0.0,), (0.0, 22.0, 48.0, 80.0)
_LEAST_RADIUS, _LARGEST, _TOWN = 9.0, 28.0, 5.0


@dataclass(frozen=True, slots=True)
class Caption:
    """Words, line by line with the size of each, and where they stand."""

    lines: tuple[tuple[str, int], ...]
    placed: Placed


@dataclass(frozen=True, slots=True)
class MapLayout:
    """Where everything on a map stands. `unnamed` counts the places without a label; `towns` are those for which there
    is room, `said` is where it stands that there is nothing to see."""

    projection: Projection
    dots: tuple[Dot, ...]
    labels: tuple[Caption, ...]
    countries: tuple[Caption, ...]
    home: Territory | None
    unnamed: int
    towns: tuple[tuple[Dot, Caption], ...] = ()
    said: Box | None = None


def lay_out(picture: MapPicture, world: Sequence[Territory], fonts: Fonts, area: Box) -> MapLayout:
    """Where marks, names and countries stand in the `area` of the picture. No two labels share a pixel."""
    points = [_point(one.at) for one in picture.marks]
    further = [_point(one) for one in (*(town.at for town in picture.towns), *picture.around)]
    around = points or further or [(0.0, 0.0)]
    home = home_of(around[:_POINTS], world)
    if (len(around) == 1 or picture.towns) and not points and home:  # nothing is known but the country
        around = [*around, *home.mainland[0]]
    ratio = (area.right - area.left) / (area.bottom - area.top)
    projection = Projection(frame_of(around, _MARGIN, _LEAST, ratio), area)
    dots = _placed_dots(picture.marks, [projection.at(point) for point in points])
    table = Table(area, dots)
    said = None if points or not picture.empty else _said_at(area, picture, fonts)
    if said:
        table.take(said)
    towns = () if points else tuple(_placed_towns(picture.towns, projection, fonts, table))
    labels = _labels(picture.marks, dots, fonts, table)
    countries = tuple(_country_names(world, projection, fonts, table))
    return MapLayout(projection, dots, labels, countries, home, len(picture.marks) - len(labels), towns, said)


def _point(at: tuple[float, float]) -> Point:
    return at[1], at[0]


def _placed_dots(marks: Sequence[Mark], points: Sequence[Point]) -> tuple[Dot, ...]:
    """The dots, each with an area by its number of incidents; a region's goes round that of its chief town."""
    most = max([10, *(mark.incidents for mark in marks)])
    sizes = [max(_LARGEST * math.sqrt(mark.incidents / most), _LEAST_RADIUS) for mark in marks]
    solid = {point: size for mark, point, size in zip(marks, points, sizes, strict=True) if not mark.hollow}
    return tuple(
        Dot(*point, max(size + 4, solid.get(point, 0) + 8) if mark.hollow else size)
        for mark, point, size in zip(marks, points, sizes, strict=True)
    )


def _labels(marks: Sequence[Mark], dots: Sequence[Dot], fonts: Fonts, table: Table) -> tuple[Caption, ...]:
    """The names of the places that there is room for, of the first few with what happened there."""
    made: list[Caption] = []
    for number, (mark, dot) in enumerate(zip(marks[:_NAMED], dots, strict=False)):
        told = number < _TOLD
        for lines in dict.fromkeys((_words(mark, told=told), _words(mark, told=False))):
            if placed := table.place(dot, _size(lines, fonts), _FAR if told else _NEAR):
                made.append(Caption(lines, placed))
                break
    return tuple(made)


def _placed_towns(
    towns: Sequence[Town], projection: Projection, fonts: Fonts, table: Table
) -> Iterator[tuple[Dot, Caption]]:
    """Each with its name, none below another or below what is said in the middle."""
    for town in towns:
        dot, words = Dot(*projection.at(_point(town.at)), _TOWN), ((town.name, SMALL),)
        if table.free(dot.box) and (placed := table.place(dot, _size(words, fonts), _NEAR)):
            table.take(dot.box)
            yield dot, Caption(words, placed)


def _words(mark: Mark, *, told: bool) -> tuple[tuple[str, int], ...]:
    return ((mark.name, LINE), (mark.detail, SMALL)) if told and mark.detail else ((mark.name, SMALL),)


def _size(lines: Sequence[tuple[str, int]], fonts: Fonts) -> tuple[float, float]:
    width = max(fonts.width(words, size, bold=number == 0) for number, (words, size) in enumerate(lines))
    return width + 4, sum(size * 1.2 for _, size in lines)


def _country_names(world: Sequence[Territory], projection: Projection, fonts: Fonts, table: Table) -> Iterator[Caption]:
    """The names of the countries in the frame, each where there is room for it on its own land."""
    for country in world:
        land = list(projection.cut(country.mainland))
        size = fonts.width(country.name, SMALL), SMALL * 1.2
        for point in spread(land) if land and _roomy(land, projection, size) else ():
            box = _centred(projection.at(point), size)
            if table.free(box) and all(on_land(projection.back(corner), land) for corner in _corners(box)):
                table.take(box)
                yield Caption(((country.name, SMALL),), Placed(box, "middle"))
                break


def _roomy(land: Sequence[Ring], projection: Projection, size: tuple[float, float]) -> bool:
    """Whether a name of that size could be within a piece of land."""
    bounds = bounds_of(land)
    (left, top), (right, bottom) = (
        projection.at((bounds.west, bounds.north)),
        projection.at((bounds.east, bounds.south)),
    )
    return right - left > size[0] and bottom - top > size[1]


def _centred(point: Point, size: tuple[float, float]) -> Box:
    (x, y), (width, height) = point, size
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _said_at(area: Box, picture: MapPicture, fonts: Fonts) -> Box:
    """Where it is said that there is nothing to see: in the middle, or above the towns that are there."""
    lines = fonts.wrapped(picture.empty, LINE, ACROSS - 4 * EDGE, 3, bold=True)
    wide = max([0.0, *(fonts.width(line, LINE, bold=True) for line in lines)]) + 16
    (x, y), high = area.middle, (len(lines) + 0.3) * LINE * LEADING
    top = area.top + 8 if picture.towns else y - high / 2
    return Box(x - wide / 2, top, x + wide / 2, top + high)


def _corners(box: Box) -> list[Point]:
    (x, y), ends = box.middle, (box.left, box.right)
    return [*((end, level) for end in ends for level in (box.top, box.bottom)), (x, box.top), (x, box.bottom), (x, y)]
