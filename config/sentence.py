"""Sentences of rooms that know no other language than English: each is its English text, and remembers its form."""

from __future__ import annotations

from collections.abc import Iterable
from errno import EACCES, EDQUOT, EFBIG, EIO, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EROFS
from typing import Self


class Said(str):
    """A text that whoever prints it can say in another language: its form, which the catalogue knows, and what fills
    its holes, sentences among it."""

    __slots__ = ("form", "holes")
    form: str
    holes: dict[str, object]

    def __new__(cls, form: str, **holes: object) -> Self:
        """The form with its holes filled."""
        made = super().__new__(cls, form.format(**holes))
        made.form, made.holes = form, holes
        return made

    def __str__(self) -> str:
        return self  # what an exception tells stays a sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.form, self.holes)


def worded(form: str) -> str:
    """A form itself, which is filled later, and belongs in the catalogue."""
    return form


_REASONS = {
    ENOENT: Said("No such file or directory"),
    EACCES: Said("Permission denied"),
    EISDIR: Said("Is a directory"),
    ENOTDIR: Said("Not a directory"),
    ENAMETOOLONG: Said("File name too long"),
    ENOSPC: Said("No space left on device"),
    EDQUOT: Said("Disk quota exceeded"),
    EFBIG: Said("File too large"),
    EIO: Said("Input/output error"),
    EROFS: Said("Read-only file system"),
}


def reason_of(error: OSError) -> str:
    """Why the system refused."""
    usual = _REASONS.get(error.errno or 0)
    return usual if usual is not None and usual == error.strerror else str(error.strerror or error)


def placed(where: object, error: Exception) -> Said:
    """What an exception tells, after the place that it is about: its own text, of the system's its reason alone."""
    return strung(": ", (str(where), reason_of(error) if isinstance(error, OSError) else str(error)))


def why_unread(error: OSError) -> Said:
    """Why a file cannot be read."""
    return Said("cannot be read ({error})", error=reason_of(error))


def _again(form: str, holes: dict[str, object]) -> Said:
    return Said(form, **holes)


def strung(between: str, parts: Iterable[str]) -> Said:
    """Several texts as one, each of which stays what it is."""
    holes = {f"p{at}": part for at, part in enumerate(parts)}
    return Said(between.join(f"{{{name}}}" for name in holes), **holes)


def apart(text: str) -> tuple[str, ...]:
    """The lines that were strung, or that a text has."""
    if not isinstance(text, Said):
        return tuple(text.splitlines())
    return tuple(map(str, text.holes.values())) if "\n" in text.form else (text,)
