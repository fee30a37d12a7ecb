"""One writing program a database: a lock on a file beside it, which the system lets go of when the program ends."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from config.sentence import Said, placed
from feeds.store.upkeep.shelf import NO_FILE, OURS, file_of

_TRIES, _PAUSE = 10, 0.02  # seconds; who looks holds it for less than a thousandth


class LockedError(Exception):
    """Another program polls into this database, or nobody can; the text is one line for the operator."""


@contextmanager
def lock(database: Path) -> Iterator[None]:
    """Keep other polling programs away from `database` (commands that only read need no lock).

    Raises LockedError within a moment when one has it, or when the file beside the database can't be made. The lock
    goes with the process, so a killed one leaves nothing to clear up.
    """
    with _beside(database) as file:
        if not _had(file):
            file.seek(0)
            who = file.read(20).strip() or "unknown"
            told = Said("{path}: another bluehelm (process {holder}) uses this database", path=database, holder=who)
            raise LockedError(told)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(database: Path) -> str | None:
    """The process that has the lock, "unknown" where it does not tell; None for nobody."""
    try:
        file = file_of(database)
        with _opened(file, os.O_RDONLY) as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        told = file.with_name(f"{file.name}.lock").read_text(encoding="utf-8", errors="replace")
        return told.strip()[:20] or "unknown"
    except OSError:
        return None
    return None


def _had(file: TextIO) -> bool:
    """Take the lock. Who only looks who has it holds it for an instant, and is waited for."""
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE)
    return False


def _beside(database: Path) -> TextIO:
    try:
        file = file_of(database)  # by whatever name it is called
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = _opened(file, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise LockedError(placed(database, error)) from error
    with suppress(OSError):  # another's, which is as good
        os.fchmod(opened.fileno(), OURS)
    return opened


def _opened(file: Path, flags: int) -> TextIO:
    """The file beside the database, without waiting for who writes into a pipe."""
    handle = os.open(f"{file}.lock", flags | os.O_NONBLOCK | os.O_CLOEXEC, OURS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, NO_FILE, f"{file}.lock")
    return os.fdopen(handle, "r+" if flags & os.O_RDWR else "r", encoding="utf-8", errors="replace")
