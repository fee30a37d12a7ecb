"""Bots that are killed: a process with all imports ready forks a whole bot for each line that it reads, and each may
kill itself at a chosen step.

A line on standard input is JSON, of which `database`, `discord` (settings), `step` (where to die, or null) and `later`
(seconds that the bot's clock is ahead) are for all; the rest is for whoever serves. What is answered is the bot's
process id, then its exit status.
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
from feeds.store.commit import Commits
from feeds.store.days import DayCounts
from feeds.store.delivery.outbox import Outbox
from feeds.store.follows.news import FollowsNews
from feeds.store.follows.tellings import Tellings
from feeds.web.fetch import Fetcher
from feeds.worker.reader import Reader

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


async def run(order, feeds, channels, poll, **more):
    """A bot that polls `feeds` for `channels` until it is told to end; `poll` are settings, `more` what App takes."""
    later = timedelta(seconds=order["later"])
    settings = Settings.model_validate({
        "database": order["database"],
        "discord": order["discord"],
        "health": {"port": 0},
        "poll": {"read_articles": False, "host_gap_seconds": 0} | poll,
        "channel": channels,
    })  # fmt: skip
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with App(settings, feeds, [WATCHES / "minusma"], clock=lambda: datetime.now(UTC) + later, **more):
        await stop.wait()


def serve(bot_of):
    """Fork a bot for each line: what `bot_of` makes of an order, to be run."""
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            logs.configure("info")
            arm(order["step"])
            asyncio.run(bot_of(order))
            sys.stdout.flush()
            os._exit(0)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
