"""The files around the database: who may read them, the copies of it, and what was set aside."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.sentence import Said
from feeds.store.upkeep.keeping import copied_at, stamp_of

OURS = 0o600
"""Who may read and write the database and its copies: who runs the bot, and nobody else."""
NO_FILE = Said("it is no file")
"""What is said of a place where something else stands, such as a pipe."""
BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a database that is open: what was written last, and an index to that."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the database, made at `at` (UTC) by its name."""

    path: Path
    at: datetime


def file_of(database: Path) -> Path:
    """The file itself, where `database` is a link to it. Raises OSError where links lead in a circle."""
    try:
        return database.resolve()
    except RuntimeError as error:
        raise OSError(str(error)) from error


def copies_folder(database: Path) -> Path:
    """Where the copies are kept, beside the file."""
    return file_of(database).parent / "backups"


def copies_of(database: Path) -> list[Copy]:
    """The copies that are kept, oldest first; none where the folder is missing or can't be read."""
    stem = file_of(database).stem
    try:
        files = list(copies_folder(database).iterdir())
    except OSError:
        return []
    return sorted((Copy(one, at) for one in files if (at := copied_at(one.name, stem))), key=lambda one: one.at)


def no_file(file: Path) -> bool:
    """Whether something stands there that is no file, such as a pipe: to open it may wait for ever."""
    try:
        return not stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return False


def beside(file: Path) -> Iterator[Path]:
    """What SQLite keeps beside the file."""
    return (file.with_name(file.name + end) for end in BESIDE)


def size_of(file: Path) -> int:
    """Bytes in a file, with what was written last and stands beside it; 0 for none."""
    return sum(_size(one) for one in (file, file.with_name(f"{file.name}-wal")))


def unclean(file: Path) -> bool:
    """Whether the last program on the file did not close it: SQLite tidies up what stands beside it otherwise."""
    return _size(file.with_name(f"{file.name}-wal")) > 0


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def make_private(file: Path) -> None:
    """Make an empty file that its owner alone may read, unless there is one: what SQLite adds beside it is as private.
    Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, OURS))


def open_to_others(database: Path) -> list[Path]:
    """The database, what stands beside it and its copies, as far as others than the owner may read or write them."""
    try:
        file = file_of(database)
        files = [file, *beside(file), *(one.path for one in copies_of(database))]
    except OSError:
        return []
    return [one for one in files if _open_to_others(one)]


def _open_to_others(file: Path) -> bool:
    try:
        found = file.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and bool(stat.S_IMODE(found.st_mode) & 0o077)


def keep_on_disk(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder, before anything is said of it. Raises OSError for a file;
    not every system can do it for a folder."""
    folder = path.is_dir()
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        if not folder:
            raise


def aside_name(file: Path, why: str, now: datetime) -> Path:
    """A name beside the file that nothing has: "bluehelm.db.damaged-20260301T030000Z"."""
    plain = file.with_name(f"{file.name}.{why}-{stamp_of(now)}")
    others = (plain.with_name(f"{plain.name}-{n}") for n in range(2, 1000))
    return next(one for one in (plain, *others) if not one.exists())


def set_aside(file: Path, why: str, now: datetime) -> Path:
    """Give the file, and what was written last and stands beside it, another name; returns that. Raises OSError."""
    aside = aside_name(file, why, now)
    wal, shm = beside(file)
    file.rename(aside)  # first: without the file nobody takes what stands beside it for another's
    if _size(wal):
        wal.rename(aside.with_name(f"{aside.name}-wal"))
    wal.unlink(missing_ok=True)
    shm.unlink(missing_ok=True)
    keep_on_disk(file.parent)
    return aside


def damaged_before(file: Path) -> Path | None:
    """The newest file that was set aside as damaged and nothing has taken the place of."""
    try:
        found = sorted(file.parent.glob(f"{_plain(file.name)}.damaged-*"))
    except OSError:
        return None
    return next((one for one in reversed(found) if not one.name.endswith(BESIDE)), None)


def _plain(name: str) -> str:
    """A name as a pattern that fits nothing else."""
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)
