"""A reader without a worker: the same jobs, done in a thread of the test, with watches of the test's own."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib import import_module
from pathlib import Path

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


class PoolHere(Here):
    """Stands for `feeds.worker.pool.Pool` where no worker is looked at: the same watches, read once for all
    tests, and their jobs done here. A worker of its own costs each command of a shell a second of CPU."""

    def __init__(self, setup):
        super().__init__(_read_once(setup.loading, tuple(setup.folders)))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def ready(self):
        return self.titles


@cache
def _read_once(loading, folders):
    module, _, name = loading.partition(":")
    return [getattr(import_module(module), name)(Path(folder)) for folder in folders]


def reader(watches=(), leads=None):
    """What `feeds.worker.reader.reading` gives, for watches that no folder holds."""
    return Reader(Here(watches), leads)
