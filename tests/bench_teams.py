"""What many teams on one bot cost: `python -m tests.bench_teams [channels …]`.

* One story that all channels want: the transaction that queues it, and the outbox until the last alert is given away,
  to a transport that answers at once. CPU and wall clock; Discord's own limits come on top.
* A server as discord.py keeps it: memory for each of 50 channels and 25 roles.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

from bot.delivery.courier import Courier
from bot.delivery.transport import Capabilities, Sent, Transport
from feeds.model import Channel
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from tests.store_kit import FEED, NOW, plan, reading, wish

SIZES = (10, 100, 1000, 3000)
SERVERS = 200


class Sink(Transport):
    """A place that has everything at once."""

    name = "discord"
    capabilities = Capabilities(edit=True)

    async def send(self, delivery, cards, channel):
        """See Transport."""
        return Sent(delivery.id)

    async def note(self, delivery, text, channel):
        """See Transport."""
        return Sent(delivery.id)


async def told(channels: int, folder: Path) -> tuple[float, float, float]:
    """Seconds to queue a story for so many channels, until all have it, and CPU seconds of both."""
    async with StoreThread(lambda: Store(folder / f"{channels}.db")) as store:
        await store.run(lambda one: one.feeds.enrol([FEED]))
        pairs = [
            (Channel(f"c{n}", "discord", str(n), server=str(n // 5)), wish(f"c{n}")) for n in range(1, channels + 1)
        ]
        await store.run(lambda one: one.subscriptions.configure(pairs, NOW))
        courier = Courier(store, {"discord": Sink()}, lambda: NOW, chance=lambda: 0.0, idle=0.01)
        cpu, began = time.process_time(), time.perf_counter()
        await store.run(lambda one: one.commit(plan(reading(1)), NOW))
        queued = time.perf_counter() - began
        while await store.run(lambda one: one.outbox.waiting()):
            await courier.deliver_due()
            await courier.settled()
        return queued, time.perf_counter() - began, time.process_time() - cpu


def server_memory(servers: int) -> float:
    """Kilobytes of resident memory for each server."""
    import discord

    from bot.discord.client import Client
    from tests.fakes.discord_server import DiscordServer

    client, model = Client("!", ()), DiscordServer(now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    usual = model._guild()
    roles = [usual["roles"][1] | {"id": str(7_000 + n), "name": f"role {n}"} for n in range(25)]
    kept: list[discord.Guild] = []
    tracemalloc.start()
    for server in range(servers):
        places = [model._channel(10_000_000 + server * 100 + n, f"channel {n}") for n in range(50)]
        data = usual | {"id": str(5_000_000 + server), "channels": places, "roles": roles}
        data = json.loads(json.dumps(data))  # as it comes, nothing shared
        kept.append(discord.Guild(data=data, state=client._connection))
    del data, places
    gc.collect()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used / 1000 / len(kept)


def main() -> None:
    """Prints one line a size, and one for servers."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print(f"a server in memory: {server_memory(SERVERS):.0f} kB (mean of {SERVERS})")
    with tempfile.TemporaryDirectory(prefix="bluehelm-bench-") as folder:
        for size in sizes:
            queued, done, cpu = asyncio.run(told(size, Path(folder)))
            print(
                f"{size:,} channels: queued in {queued:.2f} s, all given away after {done:.1f} s "
                f"({size / done:.0f} a second), CPU {cpu / size * 1000:.1f} ms an alert",
                flush=True,
            )


if __name__ == "__main__":
    main()
