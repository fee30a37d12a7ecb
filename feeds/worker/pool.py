"""Gives every feed its turns in one worker, so that nobody waits long for what does not come to an end.

There is one worker, started at need and ended when idle. A feed has one job in hand; jobs take turns of a few
hundredths of a second, feed after feed. A worker that is not heard of while others wait is ended and a fresh one
serves them; what it was at is tried again when nobody waits. Two deaths of a worker that did nothing else are what a
job is blamed for. A second worker is started only for a suspect that found no quiet moment for long.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import IO, Self

from config.sentence import Said
from feeds.model import CauseKind, Unreadable
from feeds.worker.bounds import unreadable
from feeds.worker.jobs import Setup, WorkerJob
from feeds.worker.process import DiedError, FaultError, StartError, Worker
from feeds.worker.queue import Result, Task, TaskQueue

log = logging.getLogger(__name__)

SILENCE = 0.12  # seconds of silence for which others wait
IDLE = 60.0  # seconds without work after which the worker ends
_QUIET = 0.2  # seconds without work after which a suspect gets its turn
_LOOK, _LOOKS = 0.03, 2  # seconds between two looks at a worker; how many of them in a row make it hopeless
_TRIES = 2  # to start a worker, after the first
_MOST_DEATHS = 4  # of workers that did other things too


class Pool:
    """An async context manager around the worker, the first of which starts when it is entered; see `ready`."""

    def __init__(self, setup: Setup, *, patience: float = SILENCE, idle: float = IDLE) -> None:
        self._setup, self._patience, self._idle = setup, patience, idle
        self._numbers = itertools.count()
        self._queue = TaskQueue()
        self._more = asyncio.Event()
        self._lane, self._between = asyncio.Lock(), asyncio.Lock()  # one aside; turns, and what comes between two
        self._aside: set[asyncio.Task[None]] = set()
        self._workers: set[Worker] = set()
        self._worker: Worker | None = None

    async def __aenter__(self) -> Self:
        self._first = asyncio.create_task(self._begin(), name="first worker")
        self._driver = asyncio.create_task(self._drive(), name="worker")
        return self

    async def ready(self) -> tuple[tuple[str, str], ...]:
        """The watches' (name, title), when the first worker has started. Raises SetupError, StartError."""
        return await self._first

    async def reload(self, setup: Setup) -> tuple[tuple[str, str], ...]:
        """From the next turn on `setup` holds; returns the watches' (name, title). What is half done is begun again.

        Raises SetupError and StartError; then all is as it was.
        """
        await asyncio.wait([self._first])
        async with self._between:
            before, self._setup = self._setup, setup
            self._retire()
            try:
                self._worker = await self._start()
            except BaseException:
                self._setup = before
                raise
            return self._worker.titles

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
        loop = asyncio.get_running_loop()
        task = Task(source, job, file, loop.create_future(), loop.time(), next(self._numbers))
        if apart:
            self._suspect(task)
        else:
            self._wait(task)
        return await task.done

    # the queue

    def _wait(self, task: Task) -> None:
        self._queue.add(task)
        self._more.set()

    def _suspect(self, task: Task) -> None:
        self._queue.suspect(task, asyncio.get_running_loop().time())
        self._more.set()

    async def _next(self) -> Task:
        """The task whose turn it is; without any for a while, the worker ends."""
        while True:
            now = asyncio.get_running_loop().time()
            if (overdue := self._queue.overdue(now)) is not None:
                self._put_aside(overdue)
            if (task := self._queue.next(self._worker, now)) is not None:
                return task
            idle = not self._queue.suspicion
            if await self._quiet(self._idle if idle else _QUIET):
                if idle:
                    self._retire()
                elif (task := self._queue.quiet()) is not None:
                    return task

    async def _quiet(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        self._more.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._more.wait()
        except TimeoutError:
            return True
        return False

    # turns

    async def _drive(self) -> None:
        await asyncio.wait([self._first])
        if self._first.cancelled() or self._first.exception() is not None:
            return  # who entered the pool is told
        while True:
            task = await self._next()
            try:
                async with self._between:
                    self._unload(task)
                    self._worker = self._worker or await self._start()
                    await self._serve(self._worker, task)
            except StartError as error:
                log.error("%s", error)
                task.settle(unreadable(CauseKind.NO_WORKER))
            except Exception as error:
                log.exception("giving turns met a fault of ours")
                task.settle(unreadable(CauseKind.READING_FAULT, repr(error)))

    def _unload(self, task: Task) -> None:
        """End a worker that holds what is left of pages before a large body begins, and the other way round: both
        together would hold too much. A job of which one has died is begun in a fresh one, to know that it was that.

        Never in the middle of the job, nor of a large body, which would begin anew for ever.
        """
        if self._worker is None or task.at is self._worker:
            return
        foreign = task.load is not None and self._worker.load not in {None, task.load}
        if (foreign and self._queue.large(self._worker) is None) or (task.deaths and self._worker.begun):
            self._retire()

    async def _serve(self, worker: Worker, task: Task) -> None:
        """One turn. A worker that is silent while others wait is ended: first that, then they get a fresh one."""
        turn = asyncio.create_task(self._turn(worker, task))
        try:
            looks = 0  # a single one may come before what the worker has said is read, when the house is slow itself
            while looks < _LOOKS and not (await asyncio.wait([turn], timeout=_LOOK))[0]:
                looks = looks + 1 if self._hopeless(worker) else 0
        except asyncio.CancelledError:
            turn.cancel()
            raise
        turn.cancel()  # without effect on one that is over
        await asyncio.wait([turn])
        if not turn.cancelled():
            self._go_on(worker, task, turn.result())
            return
        stopped = worker.stopped
        self._end(worker)
        if stopped:  # by someone outside; the job has nothing to do with it
            self._wait(task)
        else:
            self._suspect(task)

    def _hopeless(self, worker: Worker) -> bool:
        return worker.stopped or (bool(self._queue) and worker.silence >= self._patience)

    async def _turn(self, worker: Worker, task: Task) -> bool | Unreadable:
        """Whether more is left, or what the worker died of."""
        first = task.at is not worker
        if first:
            task.begin(worker)
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

    def _go_on(self, worker: Worker, task: Task, more: bool | Unreadable) -> None:
        if isinstance(more, Unreadable):
            self._blame(worker, task, more)
        elif more:
            self._wait(task)
        else:
            task.settle()

    def _blame(self, worker: Worker, task: Task, why: Unreadable) -> None:
        """A worker died at a job's step; once may be chance, and after others' work it may have been that."""
        task.deaths += 1
        if (task.deaths > 1 and worker.begun == 1) or task.deaths == _MOST_DEATHS:
            task.settle(why)
        else:
            self._suspect(task)

    # aside

    def _put_aside(self, task: Task) -> None:
        aside = asyncio.create_task(self._apart(task))
        self._aside.add(aside)
        aside.add_done_callback(self._aside.discard)

    async def _apart(self, task: Task) -> None:
        """All turns of a job in a worker of its own, one such job at a time."""
        try:
            async with self._lane:
                more: bool | Unreadable = True
                worker = await self._start()
                try:
                    while more is True:
                        more = await self._turn(worker, task)
                finally:
                    self._end(worker)
            self._go_on(worker, task, more)
        except StartError as error:
            log.error("%s", error)
            task.settle(unreadable(CauseKind.NO_WORKER))

    # workers

    async def _start(self) -> Worker:
        """A worker that is ready. Raises SetupError; StartError when none gets there however often it is tried."""
        for left in range(_TRIES, -1, -1):
            try:
                worker = await Worker.start(self._setup)
                break
            except (DiedError, OSError) as error:  # whoever ended it may let the next one live
                if not left:
                    told = Said("the reading process cannot be started: {error}", error=str(error))
                    raise StartError(told) from error
        self._workers.add(worker)
        return worker

    def _end(self, worker: Worker) -> None:
        if worker is self._worker:
            self._worker = None
        self._workers.discard(worker)
        worker.kill()

    def _retire(self) -> None:
        if self._worker is not None:
            self._end(self._worker)
