"""The bots that are killed. Started once, it has all imports ready and forks a whole bot for each line that it reads.

A line is JSON: `database`, `base` (of the feeds), `discord`, `channels`, `step` (where to die by itself, or null) and
`later` (seconds that this bot's clock is ahead of ours). It answers with the process id, then with the exit status.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

from bot import logs
from bot.app import App
from config.schema import Settings
from feeds.model import Feed
from tests.crash.events import FEEDS
from tests.journey_child import WATCHES, arm


async def run(order):
    later = timedelta(seconds=order["later"])
    settings = Settings.model_validate({
        "database": order["database"],
        "discord": order["discord"],
        "health": {"port": 0},
        "poll": {"tick_seconds": 0.3, "interval_minutes": 0.01, "read_articles": False, "host_gap_seconds": 0},
        "channel": order["channels"],
    })  # fmt: skip
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    feeds = [Feed(name, f"{order['base']}/{name}", "en", publisher=name.title()) for name in FEEDS]
    async with App(settings, feeds, [WATCHES / "minusma"], clock=lambda: datetime.now(UTC) + later):
        await stop.wait()


def main():
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            logs.configure("info")
            arm(order["step"])
            asyncio.run(run(order))
            sys.stdout.flush()
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
