"""The house's end of one worker process: started, given turns, listened to, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

import feeds
from feeds.model import CauseKind, Unreadable
from feeds.worker.bounds import OUT_OF_MEMORY, Bounds, unreadable
from feeds.worker.jobs import Setup, WorkerJob
from feeds.worker.wire import Inbox, packed

_ROOT = Path(feeds.__file__).parents[1]
# What a worker needs of the environment; secrets are not among it.
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME", "SYSTEMROOT")
_START_SECONDS = 60.0
_LOOK = 0.1
_CHUNK = 262_144
_HUNG = 0.6  # seconds after which it counts that it waits for something


class SetupError(Exception):
    """A watch's folder cannot be used; the text says what is wrong, a line a mistake."""


class StartError(Exception):
    """No worker can be started; the text says so in one line."""


class DiedError(Exception):
    """The worker ended, or was ended, in the middle of a step; `why` says how."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(": ".join((str(why.cause.kind), *map(str, why.cause.args.values()))))
        self.why = why


class FaultError(Exception):
    """A step met a fault of ours; the text is its traceback."""


class Worker:
    """One process. `heard` is the loop's time when it was last heard of; `titles` are its watches' (name, title).

    `begun` counts the jobs that were begun in it; `load` is what large work left in its memory, see `Task.load`.
    """

    def __init__(self, process: subprocess.Popen[bytes], connection: socket.socket) -> None:
        self._process, self._connection = process, connection
        self._inbox = Inbox()
        self.heard = asyncio.get_running_loop().time()
        self._looked = (0.0, 0.0)  # when it had been heard of at the last look, and what it had computed by then
        self.titles: tuple[tuple[str, str], ...] = ()
        self.begun = 0
        self.load: str | None = None

    @classmethod
    async def start(cls, setup: Setup) -> Self:
        """A worker that is ready for turns. Raises SetupError, and DiedError when it does not get there."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - ourselves, and it takes a millisecond
                [sys.executable, "-P", "-m", "feeds.worker", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.setblocking(False)
        worker = cls(process, ours)
        try:
            await worker._send(setup)
            kind, told = await worker._greeting()
        except BaseException:
            worker.kill()
            raise
        if kind == "refused":
            worker.kill()
            raise SetupError(told)
        worker.titles = told
        return worker

    @property
    def silence(self) -> float:
        """Seconds of computing since it was last heard of, or asked; of waiting when it waits itself, or where the
        system does not tell.

        On a busy machine a worker is silent for long because it is not served; another would not be either.
        """
        waited = asyncio.get_running_loop().time() - self.heard
        state, spent = _status(self.pid)
        if self._looked[0] != self.heard:
            self._looked = self.heard, spent
        hung = not state or (state == "S" and waited > _HUNG)
        return waited if hung else spent - self._looked[1]

    @property
    def stopped(self) -> bool:
        """Whether someone has stopped it with a signal: nothing comes of it until they let it go on."""
        return _status(self.pid)[0] in {"T", "t"}

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    async def turn(
        self, number: int, job: WorkerJob | None, file: IO[bytes] | None, took: Callable[[Any], None], bounds: Bounds
    ) -> bool:
        """One turn of the job `number`, which is told the first time only; whether more is left.

        `took` gets each result as it comes. Raises DiedError.
        """
        await self._send((number, job), file)
        while True:
            kind, told = await self._next(bounds)
            if kind == "piece":
                took(told)
            elif kind in {"rest", "done"}:
                return bool(kind == "rest")
            else:
                raise FaultError(told)

    async def _greeting(self) -> Any:
        """The first thing that is heard of it. Raises DiedError, also when someone stops it before."""
        hearing = asyncio.create_task(self._next(Bounds(_START_SECONDS, _START_SECONDS)))
        try:
            while not (await asyncio.wait([hearing], timeout=_LOOK))[0]:
                if self.stopped:
                    raise self._dead(CauseKind.TIME)
            return hearing.result()
        finally:
            hearing.cancel()
            await asyncio.wait([hearing])

    async def _send(self, message: object, file: IO[bytes] | None = None) -> None:
        loop, (head, body) = asyncio.get_running_loop(), packed(message)
        self.heard = loop.time()
        try:
            # The worker has read all that came before, so there is room for the few bytes of a head.
            socket.send_fds(self._connection, [head], [] if file is None else [file.fileno()])
            await loop.sock_sendall(self._connection, body)
        except OSError as error:
            raise self._dead() from error

    async def _next(self, bounds: Bounds) -> Any:
        loop = asyncio.get_running_loop()
        while (message := self._inbox.next()) is None:
            try:
                async with asyncio.timeout(bounds.silence):
                    piece = await loop.sock_recv(self._connection, _CHUNK)
            except TimeoutError:
                raise self._dead(CauseKind.TIME) from None
            except OSError:
                piece = b""
            if not piece:
                raise self._dead()
            self._inbox.add(piece)
            self.heard = loop.time()
        return message

    def _dead(self, kind: CauseKind | None = None) -> DiedError:
        """End it, and say how it died where that is not known."""
        if kind is not None:
            self.kill()
            return DiedError(unreadable(kind))
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)  # the connection is closed by its end
        status = self._process.returncode
        self.kill()
        if status == -signal.SIGPROF:
            return DiedError(unreadable(CauseKind.CPU))
        if status == OUT_OF_MEMORY:
            return DiedError(unreadable(CauseKind.MEMORY))
        return DiedError(unreadable(CauseKind.CRASH, _fate(status)))

    def kill(self) -> None:
        """End the process now, whatever it is at."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._connection.close()
        self._process.wait()


def _status(pid: int) -> tuple[str, float]:
    """A process's state, as a letter of /proc, and its CPU seconds in hundredths; ("", 0) where that is not told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", 0.0
    return fields[0], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fate(status: int | None) -> str:
    if status is None or status >= 0:
        return f"status {status}"
    return signal.Signals(-status).name if -status in {one.value for one in signal.Signals} else f"signal {-status}"


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", "")}
