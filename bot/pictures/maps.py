"""Draws a map: where incidents were, how many, and where somebody was killed. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.pictures import svg
from bot.pictures.boxes import Box, Dot, Placed, Segment, Table
from bot.pictures.fonts import Fonts
from bot.pictures.geography import (
    Country,
    Frame,
    Point,
    Projection,
    bounds_of,
    frame_of,
    home_of,
    on_land,
    spread,
)
from bot.pictures.model import MapPicture, Mark
from bot.pictures.svg import EDGE, LEADING, LINE, PALETTES, SMALL, TITLE, WIDTH, Palette

_MAP_HEIGHT = 720
_INSET = 190
# What the frame holds beside the incidents, as a share of their extent on each side, and its least height in degrees.
_MARGIN, _LEAST = 0.2, 7.5
# From this share of the country on, an inset of all of it would show nothing new.
_SEEN = 0.7
_TOLD = 7  # places with what happened there; the others have their names alone
_NAMED = 60  # places that are given a name where there is room
_POINTS = 20  # by so many places it is told which country it is
_NEAR, _FAR = (0.0,), (0.0, 22.0, 48.0, 80.0)
_LEAST_RADIUS, _LARGEST = 9.0, 28.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words, line by line with the size of each, and where they stand."""

    lines: tuple[tuple[str, int], ...]
    placed: Placed


@dataclass(frozen=True, slots=True)
class MapLayout:
    """Where everything on a map stands. `unnamed` counts the places without a label."""

    projection: Projection
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    countries: tuple[Label, ...]
    home: Country | None
    unnamed: int


def lay_out(picture: MapPicture, world: Sequence[Country], fonts: Fonts, area: Box) -> MapLayout:
    """Where marks, names and countries stand in the `area` of the picture. No two labels share a pixel."""
    points = [_point(one.at) for one in picture.marks]
    around = points or [_point(one) for one in picture.around] or [(0.0, 0.0)]
    home = home_of(around[:_POINTS], world)
    if len(around) == 1 and not points and home:  # nothing is known but the country
        around = [*around, *home.mainland[0]]
    ratio = (area.right - area.left) / (area.bottom - area.top)
    projection = Projection(frame_of(around, _MARGIN, _LEAST, ratio), area)
    dots = _placed_dots(picture.marks, [projection.at(point) for point in points])
    table = Table(area, [dot.box for dot in dots])
    if not picture.marks:
        table.take(_middle(area))
    labels = _labels(picture.marks, dots, fonts, table)
    countries = tuple(_country_names(world, projection, fonts, table))
    return MapLayout(projection, dots, labels, countries, home, len(picture.marks) - len(labels))


def draw_map(picture: MapPicture, world: Sequence[Country], fonts: Fonts) -> str:
    """The map as SVG, 800 pixels wide."""
    palette = PALETTES[picture.theme]
    head, top = heading(picture.title, picture.lines, fonts, palette)
    area = Box(0, top, WIDTH, top + _MAP_HEIGHT)
    layout = lay_out(picture, world, fonts, area)
    foot, bottom = _foot(picture, layout, world, fonts, palette)
    defs = f'<clipPath id="map">{svg.rect(area, "#000")}</clipPath>'
    shown = [
        *_land(layout.projection, world, layout.home, palette),
        *_countries(layout, palette),
        *_dots(picture, layout, palette),
        *_names(layout, palette),
    ]
    if not picture.marks and picture.empty:
        shown += _said(picture.empty, fonts, area, palette)
    return svg.document(bottom, palette, [head, f'<g clip-path="url(#map)">{"".join(shown)}</g>', foot], defs)


def heading(title: str, lines: Sequence[str], fonts: Fonts, palette: Palette) -> tuple[str, float]:
    """The title and the lines under it, and where they end."""
    room, y, parts = WIDTH - 2 * EDGE, EDGE / 2, []
    for words in fonts.wrapped(title, TITLE, room, 2, bold=True):
        y += TITLE * 1.2
        parts.append(svg.text(EDGE, y, words, TITLE, palette.ink, bold=True))
    y += 4
    for words in (part for one in lines for part in fonts.wrapped(one, LINE, room, 3)):
        y += LINE * LEADING
        parts.append(svg.text(EDGE, y, words, LINE, palette.muted))
    return "".join(parts), y + 18


def small_print(notes: Sequence[str], fonts: Fonts, palette: Palette, y: float, room: float) -> tuple[list[str], float]:
    """Notes below each other from `y` on, and where they end."""
    parts = []
    for words in (part for one in notes for part in fonts.wrapped(one, SMALL, room, 4)):
        y += SMALL * LEADING
        parts.append(svg.text(EDGE, y, words, SMALL, palette.muted))
    return parts, y


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


# labels


def _labels(marks: Sequence[Mark], dots: Sequence[Dot], fonts: Fonts, table: Table) -> tuple[Label, ...]:
    """The names of the places that there is room for, of the first few with what happened there."""
    made: list[Label] = []
    for number, (mark, dot) in enumerate(zip(marks[:_NAMED], dots, strict=False)):
        told = number < _TOLD
        for lines in dict.fromkeys((_words(mark, told=told), _words(mark, told=False))):
            if placed := table.place(dot, _size(lines, fonts), _FAR if told else _NEAR):
                made.append(Label(lines, placed))
                break
    return tuple(made)


def _words(mark: Mark, *, told: bool) -> tuple[tuple[str, int], ...]:
    return ((mark.name, LINE), (mark.detail, SMALL)) if told and mark.detail else ((mark.name, SMALL),)


def _size(lines: Sequence[tuple[str, int]], fonts: Fonts) -> tuple[float, float]:
    width = max(fonts.width(words, size, bold=number == 0) for number, (words, size) in enumerate(lines))
    return width + 4, sum(size * 1.2 for _, size in lines)


def _country_names(world: Sequence[Country], projection: Projection, fonts: Fonts, table: Table) -> Iterator[Label]:
    """The names of the countries in the frame, each where there is room for it on its own land."""
    for country in world:
        land = list(projection.cut(country.mainland))
        size = fonts.width(country.name, SMALL), SMALL * 1.2
        for point in spread(land) if land else ():
            box = _centred(projection.at(point), size)
            if table.free(box) and all(on_land(projection.back(corner), land) for corner in _corners(box)):
                table.take(box)
                yield Label(((country.name, SMALL),), Placed(box, "middle"))
                break


def _centred(point: Point, size: tuple[float, float]) -> Box:
    (x, y), (width, height) = point, size
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _middle(area: Box) -> Box:
    """Where it is said that there is nothing to see."""
    return _centred(area.middle, (WIDTH - 4 * EDGE, 3 * LINE * LEADING))


def _corners(box: Box) -> list[Point]:
    (x, y), ends = box.middle, (box.left, box.right)
    return [*((end, level) for end in ends for level in (box.top, box.bottom)), (x, box.top), (x, box.bottom), (x, y)]


# parts of the drawing


def _land(projection: Projection, world: Sequence[Country], home: Country | None, palette: Palette) -> Iterator[str]:
    yield svg.rect(projection.box, palette.sea)
    for country in sorted(world, key=lambda one: one is home):
        if path := projection.path(country):
            fill = palette.home if country is home else palette.land
            yield f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{palette.border}" stroke-width="1.5"/>'


def _countries(layout: MapLayout, palette: Palette) -> Iterator[str]:
    for label in layout.countries:
        box, (words, size) = label.placed.box, label.lines[0]
        yield svg.text(box.middle[0], box.bottom - size * 0.3, words, size, palette.muted, align="middle")


def _dots(picture: MapPicture, layout: MapLayout, palette: Palette) -> Iterator[str]:
    """The largest first, so that none hides a smaller one."""
    pairs = sorted(zip(picture.marks, layout.dots, strict=True), key=lambda pair: -pair[1].radius)
    for mark, dot in pairs:
        colour = _colour(mark, palette)
        if mark.hollow:
            ring = replace(dot, radius=dot.radius - 2)
            yield svg.circle(ring, "none", palette.paper, 8) + svg.circle(ring, "none", colour, 4)
        else:
            yield svg.circle(dot, colour, palette.paper, 2, ' fill-opacity="0.85"')


def _colour(mark: Mark, palette: Palette) -> str:
    return palette.marks["killed" if mark.deadly else "incidents"]


def _names(layout: MapLayout, palette: Palette) -> Iterator[str]:
    for label in layout.labels:
        yield from _led(label.placed.leader, palette)
        box, align = label.placed.box, label.placed.align
        x = {"start": box.left + 2, "middle": box.middle[0], "end": box.right - 2}[align]
        y = box.top
        for number, (words, size) in enumerate(label.lines):
            y += size * 1.2
            bold = number == 0
            yield svg.text(x, y - size * 0.3, words, size, palette.ink, bold=bold, align=align, halo=palette.home)


def _led(leader: Segment | None, palette: Palette) -> Iterator[str]:
    if leader:
        yield svg.line(leader, palette.ink, 2)


def _said(words: str, fonts: Fonts, area: Box, palette: Palette) -> Iterator[str]:
    x, y = area.middle
    y += LINE * 0.3
    for line in fonts.wrapped(words, LINE, WIDTH - 4 * EDGE, 3, bold=True):
        yield svg.text(x, y, line, LINE, palette.ink, bold=True, align="middle", halo=palette.home)
        y += LINE * LEADING


# the foot


def _foot(
    picture: MapPicture, layout: MapLayout, world: Sequence[Country], fonts: Fonts, palette: Palette
) -> tuple[str, float]:
    """Legend, small print, and beside them the whole country, where the map shows only part of it."""
    top = layout.projection.box.bottom
    inset, height = _inset(layout, world, palette, top + 16)
    room = WIDTH - 2 * EDGE - (_INSET + 16 if inset else 0)
    parts, y = _legend(picture, palette, top + 8)
    more = ["Larger dots: more incidents there."] if len({one.incidents for one in picture.marks}) > 1 else []
    more += [f"Places without room for a name: {layout.unnamed}."] if layout.unnamed else []
    notes, y = small_print([*more, *picture.notes], fonts, palette, y, room)
    return "".join((*parts, *notes, inset)), max(y, top + 16 + height) + 20


def _legend(picture: MapPicture, palette: Palette, y: float) -> tuple[list[str], float]:
    """What the dots mean, for those kinds that there are."""
    parts = []
    for mark, words in _kinds(picture.marks):
        y += SMALL * LEADING + 2
        fill = "none" if mark.hollow else _colour(mark, palette)
        stroke = palette.ink if mark.hollow else palette.paper
        parts.append(svg.circle(Dot(EDGE + 10, y - 7, 8), fill, stroke, 3 if mark.hollow else 1))
        parts.append(svg.text(EDGE + 30, y, words, SMALL, palette.ink))
    return parts, y


def _kinds(marks: Sequence[Mark]) -> Iterator[tuple[Mark, str]]:
    kinds = {
        "somebody was killed": any(one.deadly for one in marks),
        "nobody killed, or no toll stated": any(not one.deadly for one in marks),
        "only the region is known": any(one.hollow for one in marks),
    }
    for number, (words, there) in enumerate(kinds.items()):
        if there:
            yield Mark("", "", (0, 0), deadly=number == 0, hollow=number == 2), words


def _inset(layout: MapLayout, world: Sequence[Country], palette: Palette, top: float) -> tuple[str, float]:
    """The whole country with the map's frame on it, in the lower right; nothing where the map shows most of it."""
    home, shown = layout.home, layout.projection.frame
    if home is None or shown.share(bounds_of(home.mainland)) > _SEEN:
        return "", 0
    frame = _all_of(home)
    width, height = (_INSET, _INSET / frame.ratio) if frame.ratio > 1 else (_INSET * frame.ratio, _INSET)
    small = Projection(frame, Box(WIDTH - EDGE - width, top, WIDTH - EDGE, top + height))
    left, upper = small.at((max(shown.west, frame.west), min(shown.north, frame.north)))
    right, lower = small.at((min(shown.east, frame.east), max(shown.south, frame.south)))
    parts = [
        f'<clipPath id="inset">{svg.rect(small.box, "#000")}</clipPath><g clip-path="url(#inset)">',
        *_land(small, world, home, palette),
        svg.rect(Box(left, upper, right, lower), "none", f' stroke="{palette.ink}" stroke-width="4"'),
        "</g>",
        svg.rect(small.box, "none", f' stroke="{palette.border}"'),
    ]
    return "".join(parts), height


def _all_of(country: Country) -> Frame:
    """All of a country, with a little around it."""
    whole = bounds_of(country.mainland)
    x, y = (whole.east - whole.west) * 0.08, (whole.north - whole.south) * 0.08
    return Frame(whole.west - x, whole.south - y, whole.east + x, whole.north + y)
