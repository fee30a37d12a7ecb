"""What is made of the lexicon, kept as Python keeps compiled modules: in `__pycache__` beside it, until something it is
made of changes. Where nothing can be written, it is made anew at each start.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from seeds.text.nogc import undisturbed

T = TypeVar("T")
_CODE = Path(__file__).parents[1]
_SIZE = 32  # bytes of a digest


class Keeper:
    """Keeps what is made of the lexicon in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self, name: str, make: Callable[[], T], of: object = "") -> T:
        """What `make` makes, or what is kept of it under that name; its errors are those of `make`.

        `of` is what it is made of besides the lexicon, and says all of itself in its `repr`.
        """
        path = self.folder / "__pycache__" / f"{name}.{sys.implementation.cache_tag}.pickle"
        source = self._source + repr(of).encode("utf-8", "surrogatepass")
        with undisturbed():
            with suppress(OSError):
                known = path.read_bytes()
                if known[:_SIZE] == _digest((source, known[_SIZE:])):
                    made: T = pickle.loads(known[_SIZE:])  # noqa: S301 - whole, and from our own code's folder
                    return made
            made = make()
            content = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
            _write(path, _digest((source, content)) + content)
        return made

    @cached_property
    def _source(self) -> bytes:
        """A digest of the lexicon's files and of the code that makes something of them."""
        texts = (*self.folder.rglob("*.toml"), *self.folder.rglob("*.tsv"))
        return _digest(path.read_bytes() for path in (*sorted(_CODE.rglob("*.py")), *sorted(texts)))


def _digest(pieces: Iterable[bytes]) -> bytes:
    state = hashlib.blake2b(digest_size=_SIZE)
    for piece in pieces:
        state.update(piece)
    return state.digest()


def _write(path: Path, content: bytes) -> None:
    """Write a file if that can be done. Who reads meanwhile finds the old one or the new one, never half of one."""
    half = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        half.write_bytes(content)
        half.replace(path)
    except OSError:
        with suppress(OSError):
            half.unlink(missing_ok=True)
