"""Makes a picture of text small: at most 256 colours, which is what a screen of letters needs. Pure."""

from __future__ import annotations

import struct
import zlib
from collections import Counter

HEAD = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


def slim(picture: bytes) -> bytes:
    """The PNG (eight bits a channel, not transparent, not interlaced) with a palette: what is alike becomes one."""
    width, height, pixels = read(picture)
    colours = [pixels[at : at + 3] for at in range(0, len(pixels), 3)]
    counted = Counter(colours)
    shade = next(found for bits in range(8, 0, -1) if len(set((found := _shades(counted, bits)).values())) <= COLOURS)
    palette = sorted(set(shade.values()))
    place = {colour: palette.index(shown) for colour, shown in shade.items()}
    rows = bytes(place[colour] for colour in colours)
    lines = b"".join(b"\0" + rows[at : at + width] for at in range(0, len(rows), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return HEAD + b"".join(_chunk(kind, data) for kind, data in parts)


def read(picture: bytes) -> tuple[int, int, bytes]:
    """Width, height and the pixels of a PNG of eight bits a channel or of a palette, three bytes each."""
    parts, at = {}, len(HEAD)
    while at < len(picture):
        size, kind = struct.unpack(">I4s", picture[at : at + 8])
        parts[kind] = parts.get(kind, b"") + picture[at + 8 : at + 8 + size]
        at += 12 + size
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert (depth, interlaced) == (8, 0) and colour in (2, 3)
    step = 3 if colour == 2 else 1
    raw = _unfiltered(zlib.decompress(parts[b"IDAT"]), width * step, step)
    table = parts.get(b"PLTE", b"")
    return width, height, raw if colour == 2 else b"".join(table[3 * one : 3 * one + 3] for one in raw)


def _shades(counted: Counter[bytes], bits: int) -> dict[bytes, bytes]:
    """For each colour the most frequent of those that are alike to it."""
    mask, first = 0xFF << (8 - bits) & 0xFF, {}
    for colour, _ in counted.most_common():
        first.setdefault(bytes(one & mask for one in colour), colour)
    return {colour: first[bytes(one & mask for one in colour)] for colour in counted}


def _unfiltered(data: bytes, length: int, step: int) -> bytes:
    """The lines of a PNG without the predictions that they were stored by."""
    lines, before = [], bytes(length)
    for at in range(0, len(data), length + 1):
        line = bytearray(data[at + 1 : at + 1 + length])
        for n in range(length) if data[at] else ():
            left = line[n - step] if n >= step else 0
            line[n] = (line[n] + _guess(data[at], left, before[n], before[n - step] if n >= step else 0)) & 0xFF
        lines.append(before := bytes(line))
    return b"".join(lines)


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        near = left + above - corner
        return min((abs(near - left), 0, left), (abs(near - above), 1, above), (abs(near - corner), 2, corner))[2]
    return (0, left, above, (left + above) // 2)[kind]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
