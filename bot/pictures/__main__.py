"""The process that draws one picture: `python -m bot.pictures` reads it as JSON and writes a PNG.

It imports nothing of the house but this folder and its languages, holds itself to its bounds, and ends.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import sys
from pathlib import Path

from bot.language import speaking
from bot.pictures.charts import draw_chart
from bot.pictures.fonts import Fonts, read_face
from bot.pictures.geography import read_countries
from bot.pictures.maps import draw_map
from bot.pictures.model import MapPicture, Picture, as_picture

DATA = Path(__file__).parent / "data"
FACES = (DATA / "DejaVuSans.ttf", DATA / "DejaVuSans-Bold.ttf")
CPU_SECONDS, MEMORY_BYTES = 10, 128 * 2**20
# When memory is short this process goes before the house and its reader, and it computes when they do not.
_FIRST_TO_GO, _NICENESS = "800", 5


def drawn(picture: Picture) -> str:
    """The picture as SVG."""
    fonts = Fonts(*(read_face(path.read_bytes()) for path in FACES))
    if isinstance(picture, MapPicture):
        boundaries = gzip.decompress((DATA / "boundaries.json.gz").read_bytes())
        return draw_map(picture, read_countries(json.loads(boundaries)), fonts)
    return draw_chart(picture, fonts)


def rendered(picture: str) -> bytes:
    """An SVG as PNG, with our fonts alone. Raises ValueError when it cannot be drawn."""
    import resvg_py  # noqa: PLC0415 - the last that is needed

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=picture,
            skip_system_fonts=True,
            font_files=[str(path) for path in FACES],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )


def limit_process() -> None:
    """Bind this process to what a picture may cost, and let others go first; where the system cannot, the house ends
    it after a while."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - POSIX only

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_process()
    values = json.loads(sys.stdin.buffer.read())
    with speaking(values["language"]):
        sys.stdout.buffer.write(rendered(drawn(as_picture(values))))
