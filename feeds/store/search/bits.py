"""Sets of ids as whole numbers with a bit for each: 200,000 stories are 25 kB, and joining sets costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_MASKS = tuple(1 << place for place in range(8))


def bits_of(ids: Iterable[tuple[int]]) -> int:
    """The set of ids that come as rows of one column."""
    found = bytearray(1 << 12)
    for (one,) in ids:
        place = one >> 3
        if place >= len(found):
            found.extend(bytes(max(place + 1 - len(found), len(found))))
        found[place] |= _MASKS[one & 7]
    return int.from_bytes(found, "little")


def ids_of(bits: int) -> Iterator[int]:
    """The ids in a set, the lowest first."""
    for place, byte in enumerate(as_bytes(bits)):
        if byte:
            yield from (place * 8 + bit for bit in range(8) if byte & _MASKS[bit])


def highest(bits: int, most: int) -> list[int]:
    """The highest ids of a set, the highest first."""
    found: list[int] = []
    data = as_bytes(bits)
    for place in range(len(data) - 1, -1, -1):
        if byte := data[place]:
            found += (place * 8 + bit for bit in range(7, -1, -1) if byte & _MASKS[bit])
            if len(found) >= most:
                break
    return found[:most]


def holds(data: bytes, one: int) -> bool:
    """Whether an id is in a set that `as_bytes` made."""
    place = one >> 3
    return place < len(data) and bool(data[place] & _MASKS[one & 7])


def as_bytes(bits: int) -> bytes:
    """A set to be asked for many ids."""
    return bits.to_bytes((bits.bit_length() + 7) >> 3, "little")


def by_count(sets: Iterable[int]) -> list[int]:
    """Of several sets: what is in exactly one of them, in exactly two, and so on."""
    exactly: list[int] = []
    for one in sets:
        counted = 0
        for before in exactly:
            counted |= before
        up = [one & ~counted, *(before & one for before in exactly)]
        stay = [before & ~one for before in exactly]
        exactly = [moved | left for moved, left in zip(up, [*stay, 0], strict=True)]
    return exactly
