"""Draws a chart: bars in columns of time or in rows, with a number at each. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language import N_, _, numeral
from bot.pictures import svg
from bot.pictures.boxes import Box
from bot.pictures.fonts import Fonts
from bot.pictures.model import Bar, ChartPicture, Panel
from bot.pictures.sheet import heading, small_print
from bot.pictures.svg import ACROSS, EDGE, LINE, PALETTES, SMALL, Palette

_ROOM = ACROSS - 2 * EDGE
_ALONE, _BESIDE = 460, 170  # the height of the tallest column, of one panel and of several
_PITCH, _THICK = 68, 24
_PALE = ' rx="3" fill-opacity="0.45"'
_UNREADABLE = N_("(name in the text)")


def draw_chart(picture: ChartPicture, fonts: Fonts) -> str:
    """The chart as SVG, 800 pixels wide."""
    palette = PALETTES[picture.theme]
    head, y = heading(picture.title, picture.lines, fonts, palette)
    parts = [head]
    for panel in picture.panels:
        made, y = _panel(panel, y, len(picture.panels) == 1, fonts, palette)
        parts += made
    if picture.empty:
        parts.append(svg.text(ACROSS / 2, y + 60, picture.empty, LINE, palette.ink, bold=True, align="middle"))
        y += 100
    made, y = _notes(picture, y, fonts, palette)
    return svg.document(y + 20, palette, [*parts, *made], _hatching(palette))


def _panel(panel: Panel, y: float, alone: bool, fonts: Fonts, palette: Palette) -> tuple[list[str], float]:
    parts = []
    if panel.heading:
        y += LINE + 6
        parts.append(svg.text(EDGE, y, panel.heading, LINE, palette.ink, bold=True))
        y += 10
    made = _rows(panel, y, fonts, palette) if panel.kind == "rows" else _columns(panel, y, alone, fonts, palette)
    height = len(panel.bars) * _PITCH if panel.kind == "rows" else _height(alone) + 2 * LINE + 52
    return [*parts, *made], y + height


def _height(alone: bool) -> float:
    return _ALONE if alone else _BESIDE


# columns


def _columns(panel: Panel, top: float, alone: bool, fonts: Fonts, palette: Palette) -> Iterator[str]:
    """Columns on one line; hatched where nobody looked, a number over each, what it stands for below."""
    pitch, height = _ROOM / max(len(panel.bars), 1), _height(alone)
    top += LINE + 8  # room for the numbers
    floor, most = top + height, max([1, *(bar.value or 0 for bar in panel.bars)])
    thick = min(pitch * 0.66, 90)
    for number, bar in enumerate(panel.bars):
        left = EDGE + number * pitch
        for start, end in bar.unwatched:
            yield svg.rect(Box(left + start * pitch, top, left + end * pitch, floor), "url(#hatched)")
        middle, tall = left + pitch / 2, height * (bar.value or 0) / most
        if bar.value:
            column = Box(middle - thick / 2, floor - tall, middle + thick / 2, floor)
            yield svg.rect(column, palette.marks[panel.colour], _PALE if bar.part else ' rx="3"')
        if bar.value or not bar.unwatched:  # where nobody looked and nothing is known, there is no zero
            (words, size), fill = _short(bar, pitch, fonts), palette.ink if bar.value else palette.muted
            bold = bool(bar.value)
            yield svg.text(middle, floor - tall - 8, words, size, fill, bold=bold, align="middle", halo=palette.paper)
    yield svg.line(((EDGE, floor), (ACROSS - EDGE, floor)), palette.muted, 2)
    for number, bar in enumerate(panel.bars):
        yield from _time(bar, EDGE + (number + 0.5) * pitch, floor, palette)


def _short(bar: Bar, room: float, fonts: Fonts) -> tuple[str, int]:
    """A value with its doubt, and the size in which it fits: smaller, or in thousands, where it would be too wide."""
    if bar.value is None:
        return "?", LINE
    words = f"{numeral(bar.value)}{'+' if bar.least else ''}"
    fits = (size for size in (LINE, SMALL) if fonts.width(words, size, bold=True) <= room)
    size = next(fits, 0)
    return (words, size) if size else (f"{bar.value / 1000:.0f}k", SMALL)


def _time(bar: Bar, x: float, floor: float, palette: Palette) -> Iterator[str]:
    yield svg.text(x, floor + SMALL + 8, bar.label, SMALL, palette.muted, align="middle")
    if bar.below:
        yield svg.text(x, floor + 2 * SMALL + 12, bar.below, SMALL, palette.ink, align="middle")


# rows


def _rows(panel: Panel, top: float, fonts: Fonts, palette: Palette) -> Iterator[str]:
    """Rows below each other: the name above its bar, the number at its end."""
    most = max([1, *(bar.value or 0 for bar in panel.bars)])
    for number, bar in enumerate(panel.bars):
        y = top + number * _PITCH
        name = bar.label if fonts.covers(bar.label) else _(_UNREADABLE)
        fill = palette.muted if bar.muted else palette.ink
        yield svg.text(EDGE, y + LINE, fonts.shortened(name, LINE, _ROOM), LINE, fill)
        long = (bar.value or 0) / most * (_ROOM - 110)
        colour = palette.marks["muted" if bar.muted else panel.colour]
        if bar.value:
            box = Box(EDGE, y + LINE + 10, EDGE + max(long, 4), y + LINE + 10 + _THICK)
            yield svg.rect(box, colour, ' rx="3"')
        yield _figure(bar, EDGE + (max(long, 4) + 10 if bar.value else 0), y + LINE + 31, palette)


def _figure(bar: Bar, x: float, y: float, palette: Palette) -> str:
    if bar.value is None:
        return svg.text(x, y, _("not stated"), SMALL, palette.muted)
    return svg.text(x, y, f"{numeral(bar.value)}{'+' if bar.least else ''}", LINE, palette.ink, bold=True)


# the foot


def _notes(picture: ChartPicture, y: float, fonts: Fonts, palette: Palette) -> tuple[list[str], float]:
    parts: list[str] = []
    if picture.hatched:
        y += 8
        swatch = f' stroke="{palette.muted}"'
        for number, words in enumerate(fonts.wrapped(picture.hatched, SMALL, _ROOM - 52, 4)):
            y += SMALL * 1.3
            if not number:
                parts.append(svg.rect(Box(EDGE, y - 18, EDGE + 40, y + 4), "url(#hatched)", swatch))
            parts.append(svg.text(EDGE + 52, y, words, SMALL, palette.ink))
    made, y = small_print(picture.notes, fonts, palette, y, _ROOM)
    return [*parts, *made], y


def _hatching(palette: Palette) -> str:
    return (
        '<pattern id="hatched" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<line x1="0" y1="0" x2="0" y2="10" stroke="{palette.muted}" stroke-width="3" stroke-opacity="0.55"/>'
        "</pattern>"
    )
