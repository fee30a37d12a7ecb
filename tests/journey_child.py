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
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
from tests.forked import FORKING

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


def main():
    child._warm([load_watch(WATCHES / "minusma")])
    process.subprocess = FORKING
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
