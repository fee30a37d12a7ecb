"""One writing program a database: a lock on a file beside it, which the system lets go of when the program ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from config.sentence import Said, placed
from feeds.store.upkeep.shelf import file_of


class LockedError(Exception):
    """Another program polls into this database, or nobody can; the text is one line for the operator."""


@contextmanager
def lock(database: Path) -> Iterator[None]:
    """Keep other polling programs away from `database` (commands that only read need no lock).

    Raises LockedError at once when one has it, or when the file beside the database can't be made. The lock goes
    with the process, so a killed one leaves nothing to clear up.
    """
    with _beside(database) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read(20).strip() or "unknown"
            told = Said("{path}: another bluehelm (process {holder}) uses this database", path=database, holder=who)
            raise LockedError(told) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(database: Path) -> str | None:
    """The process that has the lock, "unknown" where it does not tell; None for nobody."""
    try:
        file = file_of(database)
        with file.with_name(file.name + ".lock").open("r") as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return file.with_name(file.name + ".lock").read_text(encoding="utf-8").strip()[:20] or "unknown"
    except OSError:
        return None
    return None


def _beside(database: Path) -> TextIO:
    try:
        file = file_of(database)  # by whatever name it is called
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.with_name(file.name + ".lock").open("a+")
    except OSError as error:
        raise LockedError(placed(database, error)) from error
