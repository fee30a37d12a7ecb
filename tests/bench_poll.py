"""CPU of polling, ours beside lemon24/reader's: `make bench`.

A server process serves synthetic feeds on 250 loopback addresses; each contender is a process of its own with its own
database, first filled untimed. Then the rounds alternate. Figures are the contender's own CPU seconds (user and
system, all threads) from the start of a round to its end, scheduling and state writes included, for 1,000 feeds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import venv
from contextlib import ExitStack
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv-bench"
# reader forgets to ask for the module that its own copy of feedparser needs.
READER = ("reader==3.26", "sgmllib3k")
GOALS = {"unchanged": 0.10, "same": 0.02, "mixed": 0.10}
# Where no body is sent its size does not matter, and small ones fill the databases sooner.
SIZES = {"unchanged": ("3",)}
SAID = {
    "unchanged": "every feed answers 304",
    "same": "every feed resends its body",
    "mixed": "85 % 304, 10 % same, 5 % new",
}


class Process:
    """A program that answers a line with a line."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
        )
        self.said = self.line()

    def line(self) -> str:
        """The next line it prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a process ended too early: {self.process.args}")
        return line.strip()

    def ask(self, line: str = "go") -> str:
        """What it answers."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        return self.line()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def environment() -> str:
    """The Python that has reader; made when it is missing."""
    python = str(VENV / "bin" / "python")
    if not Path(python).exists():
        print(f"Setting up {VENV.name} for {READER[0]} …", flush=True)
        venv.create(VENV, with_pip=True)
    works = [python, "-c", "import reader; reader.make_reader(':memory:').add_feed('http://example.org')"]
    if subprocess.run(works, capture_output=True, check=False).returncode:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *READER]
        if subprocess.run(pip, check=False).returncode:
            raise SystemExit(f"{READER[0]} cannot be installed, so there is nothing to compare with")
    return python


def measure(kind: str, feeds: int, rounds: int, python: str) -> dict[str, list[float]]:
    """CPU seconds for 1,000 feeds of each timed round of each contender."""
    spent: dict[str, list[float]] = {"ours": [], "reader": []}
    with ExitStack() as stack:
        server = stack.enter_context(
            Process(sys.executable, "-m", "tests.bench.server", str(feeds), *SIZES.get(kind, ()))
        )
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bluehelm-bench-"))
        commands = {
            "ours": (sys.executable, "-m", "tests.bench.ours"),
            "reader": (python, str(ROOT / "tests" / "bench" / "theirs.py")),
        }
        contenders = {
            name: stack.enter_context(Process(*command, str(feeds), server.said, f"{folder}/{name}.db"))
            for name, command in commands.items()
        }
        server.ask("unchanged")
        for contender in contenders.values():
            contender.ask()
        for turn in range(1, rounds + 1):
            server.ask(f"mixed {turn}" if kind == "mixed" else kind)
            found = {}
            for name, contender in contenders.items():
                cpu, *found[name] = map(float, contender.ask().split())
                spent[name].append(cpu / feeds * 1000)
            if found["ours"] != found["reader"] or found["ours"][0] != feeds or found["ours"][2]:
                print(f"  the contenders differ in feeds asked, new items or failures: {found}")
    return spent


def main() -> None:
    """Prints one line a kind of cycle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=0, help="feeds a round (default: 1000, 200 and 300)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kinds", nargs="*", default=list(GOALS), choices=list(GOALS))
    asked = parser.parse_args()
    python = environment()
    print(f"CPU seconds for 1,000 feeds, median of {asked.rounds} alternating rounds (lowest to highest)")
    for kind in asked.kinds:
        feeds = asked.feeds or {"unchanged": 1000, "same": 200, "mixed": 300}[kind]
        spent = measure(kind, feeds, asked.rounds, python)
        middle = {name: statistics.median(values) for name, values in spent.items()}
        spans = {name: f"{middle[name]:.2f} ({min(values):.2f} to {max(values):.2f})" for name, values in spent.items()}
        ratio = middle["ours"] / middle["reader"]
        print(
            f"{SAID[kind]}: ours {spans['ours']}, reader {spans['reader']}, ratio {ratio:.3f}, goal {GOALS[kind]}",
            flush=True,
        )


if __name__ == "__main__":
    main()
