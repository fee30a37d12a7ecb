"""`python -m tests.gallery [FOLDER]`: every kind of message as a page and, where there is a browser, as pictures."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery import pictures
from tests.gallery.page import Scene, frames, page
from tests.gallery.scenes import NAMES, play
from tests.test_wording import LINES

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write the page, then take the pictures and link them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "index.html"
    scenes = _scenes()
    target.write_text(page(scenes, NAMES), encoding="utf-8")
    print(f"{len(scenes)} messages: {target}")
    program = pictures.browser()
    if program is None:
        print(pictures.NO_BROWSER)
        return
    began, wanted = time.monotonic(), frames(scenes)
    taken = pictures.take(program, target, wanted)
    target.write_text(page(scenes, NAMES, taken), encoding="utf-8")
    print(f"{len(taken)} of {len(wanted)} pictures beside it, in {time.monotonic() - began:.0f} s")


def _scenes() -> list[Scene]:
    with TemporaryDirectory() as folder:
        return asyncio.run(play(Path(folder), tuple(notice for notice, _ in LINES.values())))


if __name__ == "__main__":
    main()
