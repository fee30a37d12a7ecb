"""Delivers what waits and ends: for `bluehelm poll --once --deliver`."""

from __future__ import annotations

import asyncio
import logging

from bot.app import App

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 20.0
_MOST_SECONDS = 300.0
_LOOK_SECONDS = 0.1


async def deliver_once(app: App) -> None:
    """Send everything that is due, within five minutes; what has to wait longer waits in the outbox."""
    app.connect()
    await _connected(app)
    work = asyncio.create_task(app.courier.run(), name="courier")
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            await asyncio.sleep(_LOOK_SECONDS)  # the digest is queued at the courier's first look
            while not await app.store.run(lambda opened: opened.outbox.idle(app.clock())):  # noqa: ASYNC110 - a table has no event
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        log.warning("some deliveries could not be sent within %g s; they wait for the next time", _MOST_SECONDS)
    finally:
        await app.courier.close()
        await work


async def _connected(app: App) -> None:
    """Wait for the transports to come up, but not for ever."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            while not all(one.connected for one in app.transports.values()):  # noqa: ASYNC110 - each has its own sign
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        late = ", ".join(name for name, one in app.transports.items() if not one.connected)
        log.warning("no answer within %g s: %s", _CONNECT_SECONDS, late)
