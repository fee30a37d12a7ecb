"""Draws a map: where incidents were, how many, and where somebody was killed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.language import _
from bot.pictures import svg
from bot.pictures.boxes import Box, Dot, Segment
from bot.pictures.fonts import Fonts
from bot.pictures.geography import Frame, Projection, Territory, bounds_of
from bot.pictures.layout import MapLayout, lay_out
from bot.pictures.model import MapPicture, Mark
from bot.pictures.sheet import heading, small_print
from bot.pictures.svg import ACROSS, EDGE, LEADING, LINE, PALETTES, SMALL, Palette

_MAP_HEIGHT = 720
_INSET = 190
# From this share of the country on, an inset of all of it would show nothing new.
_SEEN = 0.7


def draw_map(picture: MapPicture, world: Sequence[Territory], fonts: Fonts) -> str:
    """The map as SVG, 800 pixels wide."""
    palette = PALETTES[picture.theme]
    head, top = heading(picture.title, picture.lines, fonts, palette)
    area = Box(0, top, ACROSS, top + _MAP_HEIGHT)
    layout = lay_out(picture, world, fonts, area)
    foot, bottom = _foot(picture, layout, world, fonts, palette)
    defs = f'<clipPath id="map">{svg.rect(area, "#000")}</clipPath>'
    shown = [
        *_land(layout.projection, world, layout.home, palette),
        *_countries(layout, palette),
        *_towns(layout, palette),
        *_dots(picture, layout, palette),
        *_names(layout, palette),
    ]
    if layout.said:
        shown += _said(picture.empty, fonts, layout.said, palette)
    return svg.document(bottom, palette, [head, f'<g clip-path="url(#map)">{"".join(shown)}</g>', foot], defs)


def _land(
    projection: Projection, world: Sequence[Territory], home: Territory | None, palette: Palette
) -> Iterator[str]:
    yield svg.rect(projection.box, palette.sea)
    for country in sorted(world, key=lambda one: one is home):
        if path := projection.path(country):
            fill = palette.home if country is home else palette.land
            yield f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{palette.border}" stroke-width="1.5"/>'


def _countries(layout: MapLayout, palette: Palette) -> Iterator[str]:
    for label in layout.countries:
        box, (words, size) = label.placed.box, label.lines[0]
        yield svg.text(box.middle[0], box.bottom - size * 0.3, words, size, palette.muted, align="middle")


def _towns(layout: MapLayout, palette: Palette) -> Iterator[str]:
    for dot, label in layout.towns:
        box, (words, size) = label.placed.box, label.lines[0]
        x = {"start": box.left + 2, "middle": box.middle[0], "end": box.right - 2}[label.placed.align]
        yield svg.circle(dot, palette.muted, palette.paper, 1)
        yield svg.text(x, box.top + size * 0.9, words, size, palette.muted, align=label.placed.align, halo=palette.home)


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


def _said(words: str, fonts: Fonts, box: Box, palette: Palette) -> Iterator[str]:
    y = box.top
    for line in fonts.wrapped(words, LINE, ACROSS - 4 * EDGE, 3, bold=True):
        y += LINE * LEADING
        yield svg.text(box.middle[0], y, line, LINE, palette.ink, bold=True, align="middle", halo=palette.home)


# the foot


def _foot(
    picture: MapPicture, layout: MapLayout, world: Sequence[Territory], fonts: Fonts, palette: Palette
) -> tuple[str, float]:
    """Legend, small print, and beside them the whole country, where the map shows only part of it."""
    top = layout.projection.box.bottom
    inset, height = _inset(layout, world, palette, top + 16)
    room = ACROSS - 2 * EDGE - (_INSET + 16 if inset else 0)
    parts, y = _legend(picture, palette, top + 8)
    more = [_("Larger dots: more incidents there.")] if len({one.incidents for one in picture.marks}) > 1 else []
    more += [_("Places without room for a name: {n}.").format(n=layout.unnamed)] if layout.unnamed else []
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
        _("somebody was killed"): any(one.deadly for one in marks),
        _("nobody killed, or no toll stated"): any(not one.deadly for one in marks),
        _("only the region is known"): any(one.hollow for one in marks),
    }
    for number, (words, there) in enumerate(kinds.items()):
        if there:
            yield Mark("", "", (0, 0), deadly=number == 0, hollow=number == 2), words


def _inset(layout: MapLayout, world: Sequence[Territory], palette: Palette, top: float) -> tuple[str, float]:
    """The whole country with the map's frame on it, in the lower right; nothing where the map shows most of it."""
    home, shown = layout.home, layout.projection.frame
    if home is None or shown.share(bounds_of(home.mainland)) > _SEEN:
        return "", 0
    frame = _all_of(home)
    width, height = (_INSET, _INSET / frame.ratio) if frame.ratio > 1 else (_INSET * frame.ratio, _INSET)
    small = Projection(frame, Box(ACROSS - EDGE - width, top, ACROSS - EDGE, top + height))
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


def _all_of(country: Territory) -> Frame:
    """All of a country, with a little around it."""
    whole = bounds_of(country.mainland)
    x, y = (whole.east - whole.west) * 0.08, (whole.north - whole.south) * 0.08
    return Frame(whole.west - x, whole.south - y, whole.east + x, whole.north + y)
