"""Makes the shipped boundaries of a TopoJSON of countries: `python -m bot.pictures.cut countries-50m.json`.

Coordinates are rounded to hundredths of a degree, a kilometre on the ground; what shrinks to nothing is left out.
`bot/pictures/data/README.md` says where the file comes from.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# Its outline runs once around the world, so that it has no inside.
_POLE = "Antarctica"
BOUNDARIES = Path(__file__).parent / "data" / "boundaries.json.gz"


def cut_boundaries(topology: dict[str, Any]) -> bytes:
    """The file's bytes, always the same for the same topology."""
    arcs = [list(_steps(arc, topology["transform"])) for arc in topology["arcs"]]
    countries = [
        [one["properties"]["name"], pieces]
        for one in topology["objects"]["countries"]["geometries"]
        if one["properties"]["name"] != _POLE
        and (pieces := [kept for piece in _pieces(one) if (kept := _rings(piece, arcs))])
    ]
    return gzip.compress(json.dumps({"arcs": arcs, "countries": sorted(countries)}).encode(), 9, mtime=0)


def _steps(arc: Sequence[Sequence[int]], transform: dict[str, Sequence[float]]) -> Iterator[int]:
    """The points of an arc in hundredths of a degree, each as the step from the one before; both ends stay."""
    (x, y), (shown_x, shown_y) = (0, 0), (0, 0)
    for number, (dx, dy) in enumerate(arc):
        x, y = x + dx, y + dy
        at = [round(100 * (one * transform["scale"][n] + transform["translate"][n])) for n, one in enumerate((x, y))]
        if number in (0, len(arc) - 1) or (at[0], at[1]) != (shown_x, shown_y):
            yield from (at[0] - shown_x, at[1] - shown_y)
            shown_x, shown_y = at


def _pieces(country: dict[str, Any]) -> Sequence[Sequence[Sequence[int]]]:
    if country["type"] == "Polygon":
        return [country["arcs"]]
    return country["arcs"] if country["type"] == "MultiPolygon" else []


def _rings(piece: Sequence[Sequence[int]], arcs: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """The rings of a piece that have an inside; none where the outer one has not."""
    kept = [ring for ring in piece if sum(len(arcs[n if n >= 0 else ~n]) // 2 - 1 for n in ring) > 2]
    return kept if kept and kept[0] is piece[0] else []


if __name__ == "__main__":
    BOUNDARIES.write_bytes(cut_boundaries(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
