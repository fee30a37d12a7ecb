"""Whose turn it is: source after source, large work one at a time, and what is suspected when nobody else waits."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import IO, Any

from feeds.model import Unreadable
from feeds.worker.jobs import ParseBody, ReadLead, WorkerJob
from feeds.worker.memory import LARGE
from feeds.worker.process import Worker

# Seconds that large work waits at most for another's: memory is dear, but nobody waits for ever. Ten megabytes are read
# in five, on a machine that has other things to do in twenty.
_PATIENCE = 30.0
# Seconds that what is suspected waits at most for a quiet moment.
_LONGEST_SUSPICION = 30.0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job: its results in order, and why there is no further one."""

    pieces: tuple[Any, ...]
    trouble: Unreadable | None = None


@dataclass(slots=True, eq=False)
class Task:
    """A job on its way. `since` is the loop's time when it was asked for, or when it came under suspicion."""

    source: str
    job: WorkerJob
    file: IO[bytes] | None
    done: asyncio.Future[Result]
    since: float
    number: int
    pieces: list[Any] = field(default_factory=list)
    at: Worker | None = None  # where its work stands
    counted: int = 0  # results that `job` no longer holds
    suspected: bool = False
    deaths: int = 0  # of workers, at one of its steps

    @property
    def load(self) -> str | None:
        """What leaves its traces in a worker's memory: "pages" or "bodies"; None for all that is small."""
        if isinstance(self.job, ReadLead):
            return "pages"
        return "bodies" if isinstance(self.job, ParseBody) and self.job.size > LARGE else None

    def begin(self, worker: Worker) -> None:
        """Begin what is left in a worker."""
        rest = self.job.rest(len(self.pieces) - self.counted)
        if rest is None:
            self.pieces.clear()
        else:
            self.job, self.counted = rest, len(self.pieces)
        self.at = worker
        worker.begun += 1
        worker.load = self.load or worker.load

    def settle(self, trouble: Unreadable | None = None) -> None:
        """Say what came of it, to who still waits for it."""
        if not self.done.done():
            self.done.set_result(Result(tuple(self.pieces), trouble))


class TaskQueue:
    """The tasks that wait. Those that nobody waits for any more are dropped."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, deque[Task]] = OrderedDict()
        self._suspects: deque[Task] = deque()

    def __bool__(self) -> bool:
        """Whether anyone waits who is not suspected."""
        return bool(self._sources)

    @property
    def suspicion(self) -> bool:
        """Whether anyone waits who is."""
        return bool(self._suspects)

    def add(self, task: Task) -> None:
        """Let it wait for its source's turn."""
        self._sources.setdefault(task.source, deque()).append(task)

    def suspect(self, task: Task, now: float) -> None:
        """Let it wait until nobody else does."""
        if not task.suspected:
            task.suspected, task.since = True, now
        self._suspects.append(task)

    def next(self, worker: Worker | None, now: float) -> Task | None:
        """The next task that may have a turn in `worker`; None when none waits but suspects.

        While a large body stands in the middle of its work there, no other large work begins beside it.
        """
        large = self.large(worker)
        while self._sources:
            source, tasks = self._sources.popitem(last=False)
            task = tasks.popleft()
            if tasks:
                self._sources[source] = tasks
            if task.done.done():
                continue
            if large is None or task is large or task.load is None or now - task.since > _PATIENCE:
                return task
            self.add(task)  # behind the large one, which waits here too
        return None

    def large(self, worker: Worker | None) -> Task | None:
        """The large body that stands in the middle of its work in a worker and waits for its next turn there."""
        if worker is None:
            return None
        waiting = (task for tasks in self._sources.values() for task in tasks)
        return next((task for task in waiting if task.at is worker and task.load and not task.done.done()), None)

    def quiet(self) -> Task | None:
        """The suspect whose turn it is when nobody else waits."""
        return self._alive()

    def overdue(self, now: float) -> Task | None:
        """A suspect that has waited too long for that."""
        first = self._suspects[0] if self._suspects else None
        return self._alive() if first is not None and now - first.since > _LONGEST_SUSPICION else None

    def _alive(self) -> Task | None:
        while self._suspects:
            task = self._suspects.popleft()
            if not task.done.done():
                return task
        return None
