"""The worker process: takes jobs from the house one turn at a time, and dies rather than take more than its bounds.

The system ends it when a step takes more CPU than it may (the profiling timer's signal, which reaches the inside of a
regular expression too) and when the house dies; a step that needs more memory than there is for it ends it as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from itertools import chain, repeat
from pathlib import Path
from typing import IO, Any, NamedTuple

from feeds.judge import judge_entry
from feeds.model import Entry, Feed
from feeds.worker.bounds import MEMORY, OUT_OF_MEMORY, TURN, Bounds
from feeds.worker.jobs import Setup
from feeds.worker.memory import give_back, one_heap
from feeds.worker.wire import receive_message, send_message
from seeds.byhand import NO_CHANGES, WatchChanges

_DIE_WITH_PARENT = 1  # prctl.h: PR_SET_PDEATHSIG
_FIRST_TO_GO = "500"  # when memory is short, the worker goes before the house


def serve_house(descriptor: int) -> None:
    """Serve the house at the other end of the socket `descriptor` until it is gone."""
    _bind()
    with socket.socket(fileno=descriptor) as house, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        setup, _ = receive_message(house)
        if setup is not None and (watches := _loaded(house, setup)) is not None:
            _serve(house, watches, setup.scale)


def _bind() -> None:
    """Tie this process to its parent and to its memory; where the system cannot, the house watches from outside."""
    for ignored in (signal.SIGINT, signal.SIGTERM):  # the house decides when it ends
        signal.signal(ignored, signal.SIG_IGN)
    one_heap()
    gc.disable()  # all that is loaded stays
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - POSIX only

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _loaded(house: socket.socket, setup: Setup) -> Sequence[Any] | None:
    """The watches, made ready; the house is told their (name, title), or what is wrong with a folder."""
    module, _, name = setup.loading.partition(":")
    load: Callable[[Path], Any] = getattr(import_module(module), name)
    try:
        watches = [_changed(load(Path(one)), made) for one, made in zip(setup.folders, _padded(setup), strict=False)]
    except Exception as error:
        if setup.mistake not in {kind.__name__ for kind in type(error).__mro__}:
            raise
        send_message(house, ("refused", str(error)))
        return None
    _warm(watches)
    _settle()
    send_message(house, ("ready", tuple((watch.name, watch.title) for watch in watches)))
    return watches


def _padded(setup: Setup) -> Iterator[WatchChanges]:
    """What was changed of each watch."""
    return chain(setup.changes, repeat(NO_CHANGES))


def _changed(watch: Any, changes: WatchChanges) -> Any:
    return watch if changes == NO_CHANGES else watch.changed(changes)


def _warm(watches: Sequence[Any]) -> None:
    """Build what is built late now, so that no item pays for it."""
    for watch in watches:  # its own title is what it flags
        judge_entry(Entry("", (), watch.title, "", None, "en", None), Feed("", "", "en"), watches, datetime.now(UTC))


def _settle() -> None:
    """Let the collector leave alone all that stays, the parser too: else it would go through it at each of its turns.
    All before it is ready: from then on it is ended for being silent, however slow the machine."""
    import_module("feeds.parsing.parse")
    gc.collect()
    gc.freeze()
    gc.enable()
    give_back()


class _Work(NamedTuple):
    """A job that is under way; `large` says that its body came as a file."""

    steps: Iterator[object]
    bounds: Bounds
    large: bool


def _serve(house: socket.socket, watches: Sequence[Any], scale: float) -> None:
    """Turn after turn: a number and, the first time, its job and perhaps a file that holds its body."""
    works: dict[int, _Work] = {}
    while True:
        message, file = receive_message(house)
        if message is None:
            return
        number, job = message
        if job is not None:
            works[number] = _Work(job.work(watches, _opened(file)), job.bounds.times(scale), file is not None)
        if not _turn(house, works[number].steps, works[number].bounds):
            large = works.pop(number).large
            del message, job
            if large:  # what small ones leave in circles the collector finds in its time, for a fraction of the cost
                gc.collect()
            give_back()


def _opened(file: int | None) -> IO[bytes] | None:
    return None if file is None else open(file, "rb")  # noqa: PTH123 - a descriptor; who reads it closes it


def _turn(house: socket.socket, work: Iterator[object], bounds: Bounds) -> bool:
    """Do one turn of a job and send what it gives; whether more is left."""
    ends = time.monotonic() + TURN
    try:
        while time.monotonic() < ends:
            step = _step(work, bounds)
            if step is _OVER:
                send_message(house, ("done", None))
                return False
            if step is not None:
                send_message(house, ("piece", step))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what is left of it may be in any state
    except Exception:
        send_message(house, ("fault", traceback.format_exc(limit=-6)))
        return False
    send_message(house, ("rest", None))
    return True


_OVER = object()


def _step(work: Iterator[object], bounds: Bounds) -> object:
    signal.setitimer(signal.ITIMER_PROF, bounds.cpu)
    try:
        return next(work, _OVER)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
