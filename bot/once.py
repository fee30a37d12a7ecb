"""Delivers what waits and ends: for `bluehelm poll --once --deliver`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from bot.delivery.courier import Courier
from bot.delivery.jobs import keep_agenda
from bot.delivery.transport import Transport
from bot.desk.question import WatchView
from config.schema import Settings
from feeds.store.thread import StoreThread

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 20.0
_MOST_SECONDS = 300.0
_LOOK_SECONDS = 0.1


async def deliver_once(
    settings: Settings, store: StoreThread, watches: Sequence[WatchView], clock: Callable[[], datetime]
) -> None:
    """Do what the agenda has for now and send everything that is due, within five minutes; what has to wait longer
    waits in the outbox."""
    await store.run(lambda opened: keep_agenda(opened, clock(), settings.digest))
    async with _transports(settings, store, watches, clock) as transports:
        courier = Courier(store, transports, clock, idle=_LOOK_SECONDS)
        work = asyncio.create_task(courier.run(), name="courier")
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                while not await store.run(lambda opened: opened.outbox.idle(clock())):  # noqa: ASYNC110 - a table has no event
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            log.warning("some deliveries could not be sent within %g s; they wait for the next time", _MOST_SECONDS)
        finally:
            await courier.close()
            await work


@asynccontextmanager
async def _transports(
    settings: Settings, store: StoreThread, watches: Sequence[WatchView], clock: Callable[[], datetime]
) -> AsyncIterator[Mapping[str, Transport]]:
    """Discord when a token is configured, and this terminal's standard error: standard output holds the JSON."""
    from bot.console.paper import paper  # noqa: PLC0415
    from bot.console.transport import Terminal  # noqa: PLC0415

    terminal = Terminal(paper(sys.stderr))
    if settings.discord.token is None:
        yield {terminal.name: terminal}
        return
    from bot.desk import Desk  # noqa: PLC0415
    from bot.discord.transport import DiscordTransport  # noqa: PLC0415

    ready = asyncio.Event()
    desk = Desk(store, {watch.name: watch for watch in watches}, settings, clock)
    discord = DiscordTransport(settings.discord, desk, store, clock, on_ready=ready.set)
    connection = asyncio.create_task(discord.run(), name="discord")
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await ready.wait()
    except TimeoutError:
        log.warning("Discord did not answer within %g s", _CONNECT_SECONDS)
    try:
        yield {terminal.name: terminal, discord.name: discord}
    finally:
        await discord.close()
        await connection
