"""Runs the whole bot in processes that kill themselves at a chosen step. Started once, it forks a bot for each line,
and each bot its reading process, so that neither is imported and made ready again for every death.

A line on standard input is JSON: `database`, `feed` (an address), `discord` (settings), `step` (where to die, or null)
and `later` (seconds that the bot's clock is ahead). It answers with the bot's process id, then with its exit status.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import bot.discord.personal
import bot.discord.post
from bot import logs
from bot.app import App
from bot.delivery.courier import Courier
from config.schema import Settings
from feeds.model import Feed
from feeds.store.commit import Commits
from feeds.store.days import DayCounts
from feeds.store.delivery.outbox import Outbox
from feeds.store.follows.news import FollowsNews
from feeds.store.follows.tellings import Tellings
from feeds.web.fetch import Fetcher
from feeds.worker import child, process
from feeds.worker.reader import Reader
from seeds.watch import load_watch

# Where a bot can die: (step, class or module, function, whether it dies before it or after it). A claim counts only
# when it took something, a look only when something was found.
STEPS = (
    ("fetched", Fetcher, "fetch", "after"),
    ("matched", Reader, "judge", "after"),
    ("in_commit", DayCounts, "count", "after"),
    ("committed", Commits, "commit", "after"),
    ("claimed", Outbox, "claim", "after"),
    ("posting", bot.discord.post, "send", "before"),
    ("found", Courier, "_found", "after"),
    ("unrecorded", Outbox, "sent", "before"),
    ("recorded", Outbox, "sent", "after"),
    ("looked", FollowsNews, "found", "before"),
    ("found_by_follow", FollowsNews, "found", "after"),
    ("telling_claimed", Tellings, "claim", "after"),
    ("telling", bot.discord.personal, "tell", "before"),
    ("told", bot.discord.personal, "tell", "after"),
    ("telling_unrecorded", Tellings, "sent", "before"),
    ("telling_recorded", Tellings, "sent", "after"),
)
WATCHES = Path(__file__).resolve().parents[1] / "seeds" / "watches"


def arm(step):
    """Make the bot of this process die at a step."""
    for name, owner, function, when in STEPS:
        if name == step:
            setattr(owner, function, deadly(getattr(owner, function), when))


def deadly(function, when):
    def die(result):
        if when == "before" or result or function.__name__ not in ("claim", "_found"):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    if asyncio.iscoroutinefunction(function):

        async def armed(*args, **more):
            if when == "before":
                die(None)
            return die(await function(*args, **more))
    else:

        def armed(*args, **more):
            if when == "before":
                die(None)
            return die(function(*args, **more))

    return functools.wraps(function)(armed)


async def run(order):
    later = timedelta(seconds=order["later"])
    settings = Settings.model_validate({
        "database": order["database"],
        "discord": order["discord"],
        "health": {"port": 0},
        "poll": {"tick_seconds": 0.1, "read_articles": False, "host_gap_seconds": 0},
        "channel": [order["channel"]],
    })  # fmt: skip
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    feeds = [Feed("wire", order["feed"], "en")]
    async with App(settings, feeds, [WATCHES / "minusma"], clock=lambda: datetime.now(UTC) + later, chance=lambda: 0.0):
        await stop.wait()


class Forked:
    """As much of a `Popen` as the house needs of its reading process, which is a fork of the house."""

    def __init__(self, _, pass_fds, **__):
        self.returncode, self.pid = None, os.fork()
        if self.pid == 0:
            serve(*pass_fds)

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


def serve(descriptor):
    """What a reading process does, in a fork that keeps nothing of the house open."""
    signal.set_wakeup_fd(-1)
    os.setsid()
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, 1 << 16)
    try:
        child.serve_house(descriptor)
    finally:
        os._exit(0)


def main():
    child._warm([load_watch(WATCHES / "minusma")])
    child.MEMORY = 1 << 30  # all that the house has is the fork's too
    process.subprocess = SimpleNamespace(**vars(subprocess) | {"Popen": Forked})
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            logs.configure("info")
            arm(order["step"])
            asyncio.run(run(order))
            os._exit(0)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
