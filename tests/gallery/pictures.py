"""Pictures of the page by a browser without a window, where one is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery.page import Frame

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "firefox")
NO_BROWSER = f"No pictures: none of {', '.join(BROWSERS)} is installed here. The page shows the same."
SECONDS = 60.0  # a browser that takes longer for one picture hangs
_HEIGHT = re.compile(r'id="([\w-]+)"[^>]*data-height="(\d+)"')
_QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")


def browser() -> str | None:
    """The first browser on the path, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def take(program: str, page: Path, frames: Iterable[Frame], scale: int = 1) -> list[str]:
    """One PNG a frame beside the page; returns the names of those that came out."""
    tall = {} if "firefox" in Path(program).name else heights(program, page)
    with TemporaryDirectory() as profiles, ThreadPoolExecutor(2) as hands:

        def one(at: int, frame: Frame) -> str:
            target = page.with_name(f"{frame.name}.png")
            target.unlink(missing_ok=True)
            where = f"{page.resolve().as_uri()}?only={frame.name}"
            options = _options(program, frame, tall.get(frame.name), scale, Path(profiles) / str(at))
            _run([program, *options, f"--screenshot={target}", where])
            return frame.name if target.is_file() else ""

        return list(filter(None, hands.map(one, *zip(*enumerate(frames), strict=True))))


def heights(program: str, page: Path) -> dict[str, int]:
    """How tall each frame is in pixels, as the browser laid it out."""
    with TemporaryDirectory() as profile:
        told = _run([program, *_QUIET, f"--user-data-dir={profile}", "--dump-dom", page.resolve().as_uri()])
    return {name: int(tall) for name, tall in _HEIGHT.findall(told)}


def _options(program: str, frame: Frame, tall: int | None, scale: int, profile: Path) -> Sequence[str]:
    if "firefox" in Path(program).name:  # it takes the whole page by itself
        return ("--headless", f"--window-size={frame.width}")
    size = f"--window-size={frame.width},{tall or 1000}"
    return (*_QUIET, f"--user-data-dir={profile}", f"--force-device-scale-factor={scale}", size)


def _run(command: Sequence[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False).stdout
    except subprocess.TimeoutExpired:
        return ""
