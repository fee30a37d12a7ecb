"""Every kind of message as a page and, where there is a browser, as pictures.

`python -m tests.gallery [FOLDER]` fills build/gallery, or another folder; `python -m tests.gallery --alert FILE` takes
one picture, of the alert that the papers show.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery import pictures
from tests.gallery.looks import draw_all
from tests.gallery.page import Frame, Scene, frames, page
from tests.gallery.png import slim
from tests.gallery.scenes import NAMES, best, play
from tests.test_wording import LINES

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str]) -> None:
    """Do what the command line asks."""
    if words[:1] == ["--alert"]:
        portrait(Path(words[1]))
    else:
        gallery(Path(words[0]) if words else ROOT / "build" / "gallery")


def portrait(target: Path) -> None:
    """Take the picture of the alert for the papers: a phone's width, in the dark, sharp on fine screens."""
    program, frame = pictures.browser(), Frame("alert", "dark", 390)
    if program is None:
        sys.exit(pictures.NO_BROWSER)
    with TemporaryDirectory() as folder:
        leaf = Path(folder) / "index.html"
        leaf.write_text(page([best(_scenes())], NAMES, captions=False), encoding="utf-8")
        (taken,) = pictures.take(program, leaf, [frame], scale=2)
        target.write_bytes(slim(leaf.with_name(f"{taken}.png").read_bytes()))
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


def gallery(folder: Path) -> None:
    """Write the page, then take the pictures and link them."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    target, scenes = folder / "index.html", _scenes()
    target.write_text(page(scenes, NAMES), encoding="utf-8")
    print(f"{len(scenes)} messages: {target}")
    looks = asyncio.run(draw_all(folder / "pictures"))
    print(f"{len(looks)} maps and charts of made-up incidents: {folder / 'pictures'}")
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
    main(sys.argv[1:])
