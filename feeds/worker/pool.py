"""Gives every feed its turns in one worker, and puts what does not come to an end aside, so that nobody waits for it.

There is one worker, started at need and ended when idle. A feed has one job in hand; jobs take turns of a few
hundredths of a second, feed after feed. A worker that is not heard of while others wait is left to its bounds and a
fresh one serves them. What a worker died of is tried once more, alone in a worker of its own, before it is blamed.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import OrderedDict, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import IO, Any, Self

from feeds.model import CauseKind, Unreadable
from feeds.worker.bounds import unreadable
from feeds.worker.jobs import ParseBody, ReadLead, Setup, WorkerJob
from feeds.worker.memory import LARGE
from feeds.worker.process import DiedError, FaultError, Worker

log = logging.getLogger(__name__)

SILENCE = 0.12  # seconds of silence for which others wait
IDLE = 60.0  # seconds without work after which the worker ends
_LOOK = 0.03


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job: its results in order, and why there is no further one."""

    pieces: tuple[Any, ...]
    trouble: Unreadable | None = None


@dataclass(slots=True, eq=False)
class _Task:
    number: int
    source: str
    job: WorkerJob
    file: IO[bytes] | None
    done: asyncio.Future[Result]
    pieces: list[Any] = field(default_factory=list)
    at: Worker | None = None  # where its work stands
    counted: int = 0  # results that `job` no longer holds

    def begin(self, worker: Worker) -> None:
        """Begin what is left in a worker."""
        rest = self.job.rest(len(self.pieces) - self.counted)
        if rest is None:
            self.pieces.clear()
        else:
            self.job, self.counted = rest, len(self.pieces)
        self.at = worker

    def settle(self, trouble: Unreadable | None = None) -> None:
        if not self.done.done():
            self.done.set_result(Result(tuple(self.pieces), trouble))


class Pool:
    """An async context manager around the worker, the first of which starts when it is entered; see `ready`."""

    def __init__(self, setup: Setup, *, patience: float = SILENCE, idle: float = IDLE) -> None:
        self._setup, self._patience, self._idle = setup, patience, idle
        self._numbers = itertools.count()
        self._queue: OrderedDict[str, deque[_Task]] = OrderedDict()
        self._more = asyncio.Event()
        self._lane = asyncio.Lock()
        self._aside: set[asyncio.Task[None]] = set()
        self._workers: set[Worker] = set()
        self._worker: Worker | None = None

    async def __aenter__(self) -> Self:
        self._first = asyncio.create_task(self._begin(), name="first worker")
        self._driver = asyncio.create_task(self._drive(), name="worker")
        return self

    async def ready(self) -> tuple[tuple[str, str], ...]:
        """The watches' (name, title), when the first worker has started. Raises SetupError, DiedError."""
        return await self._first

    async def _begin(self) -> tuple[tuple[str, str], ...]:
        self._worker = await self._start()
        return self._worker.titles

    async def __aexit__(self, *_: object) -> None:
        tasks = [self._first, self._driver, *self._aside]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for worker in [*self._workers]:
            self._end(worker)

    async def run(self, source: str, job: WorkerJob, file: IO[bytes] | None = None, *, apart: bool = False) -> Result:
        """Do a job for `source` (a feed's name). With `apart` nobody else waits for it: it has been trouble before."""
        task = _Task(next(self._numbers), source, job, file, asyncio.get_running_loop().create_future())
        if apart:
            self._put_aside(self._apart(task))
        else:
            self._wait(task)
        return await task.done

    # the queue

    def _wait(self, task: _Task) -> None:
        self._queue.setdefault(task.source, deque()).append(task)
        self._more.set()

    async def _next(self) -> _Task:
        """The first task of the feed whose turn it is; without any for a while, the worker ends."""
        while True:
            while self._queue:
                source, tasks = self._queue.popitem(last=False)
                task = tasks.popleft()
                if tasks:
                    self._queue[source] = tasks
                if not task.done.done():  # nobody waits for what was cancelled
                    return task
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), self._idle)
            except TimeoutError:
                self._retire()

    # turns

    async def _drive(self) -> None:
        await asyncio.wait([self._first])
        if self._first.cancelled() or self._first.exception() is not None:
            return  # who entered the pool is told
        while True:
            task = await self._next()
            try:
                self._unload(task)
                self._worker = self._worker or await self._start()
                await self._serve(self._worker, task)
            except DiedError as error:  # it could not even be started
                log.error("no worker can be started: %s", error.why.cause)
                task.settle(error.why)
            except Exception as error:
                log.exception("giving turns met a fault of ours")
                task.settle(unreadable(CauseKind.READING_FAULT, repr(error)))

    def _unload(self, task: _Task) -> None:
        """Before a large body is begun, end a worker that has read pages: both together would hold too much.

        Never in the middle of it, or a page and a body that need several turns would begin anew for ever.
        """
        large = isinstance(task.job, ParseBody) and task.job.size > LARGE
        if large and task.at is None and self._worker is not None and self._worker.laden:
            self._retire()

    async def _serve(self, worker: Worker, task: _Task) -> None:
        """One turn. While others wait and it is silent, a fresh worker is started and takes over when it is ready."""
        turn = asyncio.create_task(self._turn(worker, task))
        spare: asyncio.Task[Worker] | None = None
        try:
            while not turn.done() and (spare is None or not spare.done()):
                if spare is None and self._queue and worker.silence >= self._patience:
                    spare = asyncio.create_task(self._start())
                waited = {turn} if spare is None else {turn, spare}
                await asyncio.wait(waited, timeout=_LOOK if spare is None else None, return_when="FIRST_COMPLETED")
                if spare is not None and spare.done() and spare.exception() is not None:
                    await asyncio.wait([turn])  # no other worker to be had
        except asyncio.CancelledError:
            turn.cancel()
            await self._dismiss(spare)
            raise
        if turn.done():
            await self._dismiss(spare)
            self._go_on(task, await turn)
        elif spare is not None:
            self._worker = spare.result()
            self._leave(worker, task, turn)

    def _leave(self, worker: Worker, task: _Task, turn: asyncio.Task[bool | Unreadable]) -> None:
        """Let a slow turn go on aside; where another one does that already, it begins again when that is over."""
        if self._lane.locked():
            turn.cancel()
            self._end(worker)
            self._put_aside(self._apart(task))
        else:
            self._put_aside(self._apart(task, worker, turn))

    async def _turn(self, worker: Worker, task: _Task) -> bool | Unreadable:
        """Whether more is left, or what the worker died of."""
        first = task.at is not worker
        if first:
            task.begin(worker)
            worker.laden = worker.laden or isinstance(task.job, ReadLead)
        job, file = (task.job, task.file) if first else (None, None)
        bounds = task.job.bounds.times(self._setup.scale)
        try:
            return await worker.turn(task.number, job, file, task.pieces.append, bounds)
        except FaultError as error:
            log.error("%s: reading met a fault of ours:\n%s", task.source, error)
            task.settle(unreadable(CauseKind.READING_FAULT))
            return False
        except DiedError as error:
            self._end(worker)
            return error.why

    def _go_on(self, task: _Task, more: bool | Unreadable) -> None:
        if isinstance(more, Unreadable):
            self._put_aside(self._apart(task))
        elif more:
            self._wait(task)
        else:
            task.settle()

    # aside

    def _put_aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _apart(
        self, task: _Task, worker: Worker | None = None, turn: asyncio.Task[bool | Unreadable] | None = None
    ) -> None:
        """Finish a job away from all others: in the worker that it is at, or when that dies in a fresh one, which
        only this job can kill."""
        try:
            async with self._lane:
                if worker is None or turn is None or isinstance(await self._finish(worker, task, turn), Unreadable):
                    fresh = await self._start()
                    task.settle(await self._finish(fresh, task))
                else:
                    task.settle()
        except DiedError as error:
            task.settle(error.why)
        except asyncio.CancelledError:
            if turn is not None:
                turn.cancel()
            raise

    async def _finish(
        self, worker: Worker, task: _Task, turn: asyncio.Task[bool | Unreadable] | None = None
    ) -> Unreadable | None:
        """All turns of a job that are left, then the worker's end. What it died of, if it did."""
        try:
            more = await turn if turn is not None else True
            while more is True:
                more = await self._turn(worker, task)
            return more if isinstance(more, Unreadable) else None
        finally:
            self._end(worker)

    # workers

    async def _start(self) -> Worker:
        worker = await Worker.start(self._setup)
        self._workers.add(worker)
        return worker

    async def _dismiss(self, spare: asyncio.Task[Worker] | None) -> None:
        """End a worker that is not needed after all, started already or not."""
        if spare is not None:
            spare.cancel()
            await asyncio.wait([spare])
            if not spare.cancelled() and spare.exception() is None:
                self._end(spare.result())

    def _end(self, worker: Worker) -> None:
        if worker is self._worker:
            self._worker = None
        self._workers.discard(worker)
        worker.kill()

    def _retire(self) -> None:
        if self._worker is not None:
            self._end(self._worker)
