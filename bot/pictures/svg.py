"""The few elements of SVG that pictures are made of, and the colours of both themes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape as escape_xml

from bot.pictures.boxes import Box, Dot, Segment
from bot.pictures.model import Colour, Theme

ACROSS = 800
EDGE = 28
# Sizes in pixels of a picture 800 wide, of which a phone shows half: nothing is smaller than the last.
TITLE, LINE, SMALL = 35, 24, 20
LEADING = 1.3

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme."""

    paper: str
    ink: str
    muted: str
    sea: str
    land: str
    home: str
    border: str
    marks: dict[Colour, str]


PALETTES: dict[Theme, Palette] = {
    "dark": Palette(
        paper="#1e1f22", ink="#f2f3f5", muted="#b0b7c0", sea="#152430", land="#2f343b", home="#434a53",
        border="#7a838e",
        marks={"killed": "#ff6b6b", "injured": "#ffb84d", "incidents": "#6db3ff", "muted": "#8a929c"},
    ),
    "light": Palette(
        paper="#ffffff", ink="#17191d", muted="#555c65", sea="#d3e4ef", land="#ece8df", home="#fbfaf6",
        border="#8f8a80",
        marks={"killed": "#c4122f", "injured": "#b56a00", "incidents": "#1f63b5", "muted": "#7d848d"},
    ),
}  # fmt: skip


def document(height: float, palette: Palette, parts: Iterable[str], defs: str = "") -> str:
    """The whole picture."""
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{ACROSS}" height="{round(height)}" '
        f'viewBox="0 0 {ACROSS} {round(height)}" font-family="DejaVu Sans"><defs>{defs}</defs>'
        f"{rect(Box(0, 0, ACROSS, round(height)), palette.paper)}{body}</svg>"
    )


def text(
    x: float, y: float, words: str, size: int, fill: str, *, bold: bool = False, align: str = "start", halo: str = ""
) -> str:
    """One line of text on the baseline `y`; a `halo` keeps it legible over lines."""
    style = ' font-weight="bold"' if bold else ""
    around = f' stroke="{halo}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    said = escape_xml(_UNWRITABLE.sub("", words))
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{align}"{style}{around}>'
        f"{said}</text>"
    )


def rect(box: Box, fill: str, more: str = "") -> str:
    """A filled rectangle."""
    size = f'width="{box.right - box.left:.1f}" height="{box.bottom - box.top:.1f}"'
    return f'<rect x="{box.left:.1f}" y="{box.top:.1f}" {size} fill="{fill}"{more}/>'


def line(ends: Segment, stroke: str, width: float) -> str:
    """A straight line."""
    (x1, y1), (x2, y2) = ends
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width:g}"/>'


def circle(dot: Dot, fill: str, stroke: str, width: float, more: str = "") -> str:
    """A circle."""
    where = f'cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius:.1f}"'
    return f'<circle {where} fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"{more}/>'
