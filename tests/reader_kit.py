"""A reader without a worker: the same jobs, done in a thread of the test, with watches of the test's own."""

from __future__ import annotations

import asyncio
import os
from copy import copy
from functools import cache
from importlib import import_module
from pathlib import Path

from feeds.worker.pool import Result
from feeds.worker.reader import Reader
from seeds.byhand import NO_CHANGES


class Here:
    """Does a pool's jobs with `watches`, at once and without limits."""

    def __init__(self, watches=()):
        self.watches = list(watches)
        self.titles = tuple((watch.name, getattr(watch, "title", watch.name)) for watch in self.watches)

    async def run(self, source, job, file=None, *, apart=False):
        own = None
        if file is not None:  # which the job closes, as it does in the worker
            file.flush()
            own = os.fdopen(os.dup(file.fileno()), "rb")
            own.seek(0)
        done = await asyncio.to_thread(lambda: [one for one in job.work(self.watches, own) if one is not None])
        return Result(tuple(done))


class PoolHere(Here):
    """Stands for `feeds.worker.pool.Pool` where no worker is looked at: the same watches, read once for all
    tests, and their jobs done here. A worker of its own costs each command of a shell a second of CPU."""

    def __init__(self, setup):
        super().__init__(_of(setup))

    async def reload(self, setup):
        super().__init__(_of(setup))
        return self.titles

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def ready(self):
        return self.titles


def watching_over(desk, store):
    """What keeps the watches of a desk current, over another archive than its own."""
    live = copy(desk._house.watching)
    live._store, live._pool, live._taken = store, copy(live._pool), None
    live._one, live.rehearsing, live.watches = asyncio.Lock(), asyncio.Lock(), dict(live.watches)
    return live


def _of(setup):
    watches = _read_once(setup.loading, tuple(setup.folders))
    changes = (*setup.changes, *[NO_CHANGES] * (len(watches) - len(setup.changes)))
    return [one if made == NO_CHANGES else one.changed(made) for one, made in zip(watches, changes, strict=True)]


@cache
def _read_once(loading, folders):
    module, _, name = loading.partition(":")
    return [getattr(import_module(module), name)(Path(folder)) for folder in folders]


def reader(watches=(), leads=None):
    """What `feeds.worker.reader.reading` gives, for watches that no folder holds."""
    return Reader(Here(watches), leads)
