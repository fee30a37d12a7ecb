"""One writing program a database: a lock on a file beside it, which the system lets go of when the program ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from config.sentence import Said, placed


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
            holder = file.read(20).strip() or "unknown"
            told = Said("{path}: another bluehelm (process {holder}) uses this database", path=database, holder=holder)
            raise LockedError(told) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _beside(database: Path) -> TextIO:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        return database.with_name(database.name + ".lock").open("a+")
    except OSError as error:
        raise LockedError(placed(database, error)) from error
