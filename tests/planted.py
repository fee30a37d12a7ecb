"""One secret that tests give for every token, password and key, and a look through all that they put out.

What a test prints, logs, hands to a terminal, to another program's pipe or to a member is looked through when it has
ended, and so are the files of its own folder that are made to be read. A test in which the secret is found fails,
whatever it asserts.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from click.testing import CliRunner

PLANTED = "pl4nted-Zq7x-S3cret"
#: Files that are made for readers: what operators and tests write to be read by the bot (.toml, .env) and the database
#: hold secrets by right.
READ = frozenset({".log", ".opml", ".csv", ".json", ".jsonl", ".html", ".svg", ".txt", ".ris", ".bib", ".prom"})
_LARGEST = 2_000_000
_FOLDERS = 2  # below the test's own

seen: list[str] = []  # the texts in which the secret stood, by what brought them, in the test that runs
_quiet = [False]


def look(text, by: str) -> None:
    """Remember a text, or bytes, that holds the secret."""
    if not text or _quiet[0]:
        return
    found = PLANTED.encode() in text if isinstance(text, bytes | bytearray) else PLANTED in str(text)
    if found:
        seen.append(by)


def taken() -> list[str]:
    """What was found since the last call."""
    found, seen[:] = list(seen), []
    return found


@contextlib.contextmanager
def not_looking():
    """What is read here by a test of the look itself counts for nothing."""
    _quiet[0] = True
    try:
        yield
    finally:
        _quiet[0] = False


def files_with_it(folder: Path, depth: int = _FOLDERS) -> list[str]:
    """The readable files below a folder in which the secret stands."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                found += files_with_it(Path(entry.path), depth - 1) if depth else []
            elif Path(entry.name).suffix in READ and entry.stat().st_size <= _LARGEST:
                found += [entry.name] if PLANTED.encode() in Path(entry.path).read_bytes() else []
    return found


def watch_programs() -> None:
    """From now on look through what commands and other programs hand to the tests that run them."""
    invoke, communicate = CliRunner.invoke, subprocess.Popen.communicate

    def invoked(self, *args, **more):
        result = invoke(self, *args, **more)
        look(result.output, "the output of a command")
        look(repr(result.exception) if result.exception else "", "the exception of a command")
        return result

    def communicated(self, *args, **more):
        told = communicate(self, *args, **more)
        for part in told:
            look(part, "the output of a program")
        return told

    CliRunner.invoke, subprocess.Popen.communicate = invoked, communicated
