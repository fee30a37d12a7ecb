"""What stands above and below every picture: its title and lines, its small print. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.pictures import svg
from bot.pictures.fonts import Fonts
from bot.pictures.svg import ACROSS, EDGE, LEADING, LINE, SMALL, TITLE, Palette


def heading(title: str, lines: Sequence[str], fonts: Fonts, palette: Palette) -> tuple[str, float]:
    """The title and the lines under it, and where they end."""
    room, y, parts = ACROSS - 2 * EDGE, EDGE / 2, []
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
