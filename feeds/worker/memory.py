"""Keeps the C library from holding more memory than the program uses."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable
from functools import lru_cache

LARGE = 1_000_000  # bytes of a body that is worth the trouble
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # malloc.h


def give_back() -> None:
    """Let the C library return the pages that a large body left behind; where it cannot, nothing happens.

    glibc keeps what lies below the last block in use, so the next large body would come on top of it. Takes some
    milliseconds at most.
    """
    _trim()(0)


def one_heap() -> None:
    """Let all threads share one heap, for they read one text at a time, and keep large bodies out of it."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        tell = ctypes.CDLL(None).mallopt
        tell(_M_ARENA_MAX, 1)
        tell(_M_MMAP_THRESHOLD, LARGE)


@lru_cache(maxsize=1)
def _trim() -> Callable[[int], int]:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return lambda _: 0
    return found
