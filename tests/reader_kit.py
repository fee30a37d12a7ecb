"""A reader without a worker: the same jobs, done in a thread of the test, with watches of the test's own."""

from __future__ import annotations

import asyncio

from feeds.worker.pool import Result
from feeds.worker.reader import Reader


class Here:
    """Does a pool's jobs with `watches`, at once and without limits."""

    def __init__(self, watches=()):
        self.watches = list(watches)
        self.titles = tuple((watch.name, getattr(watch, "title", watch.name)) for watch in self.watches)

    async def run(self, source, job, file=None, *, apart=False):
        body = b""
        if file is not None:
            file.seek(0)
            body = file.read()
        done = await asyncio.to_thread(lambda: [one for one in job.work(self.watches, body) if one is not None])
        return Result(tuple(done))


def reader(watches=(), leads=None):
    """What `feeds.worker.reader.reading` gives, for watches that no folder holds."""
    return Reader(Here(watches), leads)
