"""How wide text is in the fonts that pictures are drawn with: read from the tables of the font files. Pure."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Shaping joins letters and moves them nearer: measured is letter by letter, so a little more is reckoned.
_MARGIN = 1.03


@dataclass(frozen=True, slots=True)
class Face:
    """One font: how far it moves on after each character, in units of which `em` are its size."""

    em: int
    advances: Mapping[int, int]

    def width(self, text: str, size: float) -> float:
        """The width of the text in pixels."""
        usual = self.em * 0.6
        units = sum(self.advances.get(ord(one), usual) for one in text if not unicodedata.combining(one))
        return _MARGIN * size * units / self.em


@dataclass(frozen=True, slots=True)
class Fonts:
    """The regular and the bold face."""

    regular: Face
    bold: Face

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """The width of a text in pixels."""
        return (self.bold if bold else self.regular).width(text, size)

    def covers(self, text: str) -> bool:
        """Whether every character of the text can be drawn."""
        return all(ord(one) in self.regular.advances for one in text if not one.isspace())

    def shortened(self, text: str, size: float, room: float, *, bold: bool = False) -> str:
        """As much of the text as fits into `room` pixels, with "…" where it was cut."""
        if self.width(text, size, bold=bold) <= room:
            return text
        while text and self.width(f"{text}…", size, bold=bold) > room:
            text = text[:-1].rstrip(" ,;:·–-(")
        return f"{text}…"

    def wrapped(self, text: str, size: float, room: float, most: int, *, bold: bool = False) -> list[str]:
        """The text in at most so many lines of at most `room` pixels; what is too much is cut."""
        lines: list[str] = []
        words = text.split()
        while words and len(lines) < most - 1:
            kept = _fitting(words, lambda line: self.width(line, size, bold=bold) <= room)
            lines.append(self.shortened(" ".join(words[:kept]), size, room, bold=bold))
            words = words[kept:]
        return [*lines, self.shortened(" ".join(words), size, room, bold=bold)] if words else lines


def _fitting(words: list[str], fits: Callable[[str], bool]) -> int:
    kept = 1
    while kept < len(words) and fits(" ".join(words[: kept + 1])):
        kept += 1
    return kept


def read_face(font: bytes) -> Face:
    """The face of a TrueType file. Raises struct.error or KeyError for anything else."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {}
    for at in range(12, 12 + 16 * count, 16):
        tag, _, start, length = struct.unpack_from(">4sIII", font, at)
        tables[tag] = font[start : start + length]
    glyphs = _glyphs(tables[b"cmap"])
    (em,) = struct.unpack_from(">H", tables[b"head"], 18)
    (metrics,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    widths = [struct.unpack_from(">H", tables[b"hmtx"], 4 * at)[0] for at in range(metrics)]
    return Face(em, {code: widths[min(glyph, metrics - 1)] for code, glyph in glyphs.items() if glyph})


def _glyphs(cmap: bytes) -> dict[int, int]:
    """The glyph of each character, from the table of all planes (format 12) or of the first (format 4)."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    starts = [struct.unpack_from(">HHI", cmap, 4 + 8 * at)[2] for at in range(count)]
    formats = {struct.unpack_from(">H", cmap, start)[0]: start for start in starts}
    if 12 in formats:
        return _groups(cmap[formats[12] :])
    return _segments(cmap[formats[4] :])


def _groups(table: bytes) -> dict[int, int]:
    found: dict[int, int] = {}
    for at in range(struct.unpack_from(">I", table, 12)[0]):
        first, last, glyph = struct.unpack_from(">III", table, 16 + 12 * at)
        found |= {code: glyph + code - first for code in range(first, last + 1)}
    return found


def _segments(table: bytes) -> dict[int, int]:
    size = struct.unpack_from(">H", table, 6)[0]
    found: dict[int, int] = {}
    for at in range(0, size, 2):
        (last,) = struct.unpack_from(">H", table, 14 + at)
        first, delta, offset = (struct.unpack_from(">H", table, 16 + part * size + at)[0] for part in (1, 2, 3))
        for code in range(first, min(last, 0xFFFE) + 1):
            place = 16 + 3 * size + at + offset + 2 * (code - first)
            glyph = struct.unpack_from(">H", table, place)[0] if offset else code
            found[code] = (glyph + delta) & 0xFFFF if glyph else 0
    return found
