"""Builds the environment: `python .ci/environment.py .venv`. Each step is a line that says what it is and how long it
took, with a sign of life in between; what a step had to say is shown only when it fails. Standard library only."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

LOCK = Path("requirements.lock")
PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "--no-input")
OWN = ("--no-deps", "--no-build-isolation", "--no-index", "-e", ".")
#: Seconds between two signs of life: on a screen the line is written anew, in a log each is a line of its own.
ON_SCREEN, IN_LOG = 1.0, 10.0


def main(folder: str) -> None:
    """Make the environment in `folder` and fill it from the lock; ends with status 1 when a step fails."""
    begun, python = time.monotonic(), f"{folder}/bin/python"
    count = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    print(f"Setting up {folder}, once; it needs a package index and takes a minute or two:", flush=True)
    run("1/3 an empty environment", [sys.executable, "-m", "venv", folder])
    locked = [python, *PIP, "--require-hashes", "-r", str(LOCK)]
    run(f"2/3 {count} packages, each with the hash that the lock names", locked, lambda said: packages(said, count))
    run("3/3 Bluehelm itself", [python, *PIP, *OWN])
    print(f"Ready after {time.monotonic() - begun:.0f} s.", flush=True)


def packages(said: Sequence[str], count: int) -> str:
    """How far the installer is by what it has said: "34 of 92 fetched"."""
    if any(line.startswith("Installing collected packages") for line in said):
        return "all fetched, unpacking"
    return f"{sum(line.startswith('Collecting ') for line in said)} of {count} fetched"


def run(what: str, command: Sequence[str], far: Callable[[Sequence[str]], str] = lambda _: "") -> None:
    """Run one step under a line that says what it is; `far` words how far it is. Exits with its words if it fails."""
    begun, screen = time.monotonic(), sys.stdout.isatty()
    said: list[str] = []
    print(f"  {what} …", end="" if screen else "\n", flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:  # noqa: S603
        assert program.stdout is not None
        reading = threading.Thread(target=_listen, args=(program.stdout, said))
        reading.start()
        while reading.is_alive():
            reading.join(ON_SCREEN if screen else IN_LOG)
            if reading.is_alive():
                _tell(what, f"{far(said)} {time.monotonic() - begun:.0f} s".strip(), screen=screen)
        status = program.wait()
    if status:
        print("\n" + "".join(said[-25:]) + f"This step failed: {what}", flush=True)
        sys.exit(1)
    _tell(what, f"done in {time.monotonic() - begun:.0f} s", screen=screen)
    if screen:
        print(flush=True)


def _listen(lines: Iterable[str], said: list[str]) -> None:
    for line in lines:
        said.append(line)  # noqa: PERF402 - one by one, so that the other thread sees them as they come


def _tell(what: str, how_far: str, *, screen: bool) -> None:
    print(f"\r\033[K  {what} … {how_far}" if screen else f"      {how_far}", end="" if screen else "\n", flush=True)


if __name__ == "__main__":
    main(re.sub(r"/+$", "", sys.argv[1]))
