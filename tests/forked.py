"""Reading processes that are forks of the house, for tests that start many: a fresh one imports for half a second.

What a fork cannot show, its memory and what it holds and knows, is tested on those that are started as in production.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import subprocess
import time
from types import SimpleNamespace

from feeds.worker import child, process

_ENOUGH = 1 << 40  # bytes: all that the house has is the fork's too


class Forked:
    """As much of a `Popen` as the house needs of its reading process."""

    def __init__(self, _, pass_fds, **__):
        self.returncode, self.pid = None, os.fork()
        if self.pid == 0:
            _serve(*pass_fds)

    def wait(self, seconds=None):
        ends = None if seconds is None else time.monotonic() + seconds
        while self.returncode is None:
            pid, status = os.waitpid(self.pid, 0 if ends is None else os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > ends:
                raise subprocess.TimeoutExpired("a fork", seconds)
            else:
                time.sleep(0.005)

    def kill(self):
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def _serve(descriptor):
    """What a reading process does, in a fork that keeps nothing of the house open and collects nothing of it."""
    gc.freeze()
    faulthandler.disable()  # whoever crashes on purpose says so by its status
    signal.set_wakeup_fd(-1)
    os.setsid()
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, 1 << 16)
    child.MEMORY, child.give_back = _ENOUGH, _nothing
    try:
        child.serve_house(descriptor)
    finally:
        os._exit(0)


def _nothing():
    """The house's memory is not given back page by page."""


FORKING = SimpleNamespace(**vars(subprocess) | {"Popen": Forked})  # for the `subprocess` of `feeds.worker.process`


def fork_readers() -> None:
    """From now on reading processes are forks of this process; see `started_readers` in `tests/conftest.py`."""
    process.subprocess = FORKING
