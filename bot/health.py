"""The health page on loopback: whether the scheduler still ticks, for watchdogs and container health checks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.language import _
from feeds.store.db.thread import StoreThread

# A scheduler that has missed this many ticks is taken for dead.
_MISSED = 3
_SHORTEST = timedelta(seconds=30)


def allowance(tick_seconds: float) -> timedelta:
    """How old the last tick may be: three intervals, and never less than half a minute."""
    return max(_SHORTEST, _MISSED * timedelta(seconds=tick_seconds))


def ailment(last_tick: datetime | None, now: datetime, tick_seconds: float) -> str | None:
    """Why the scheduler counts as dead; None while it lives."""
    if last_tick is None:
        return _("the scheduler has not ticked yet")
    age = now - last_tick
    if age > allowance(tick_seconds):
        return _("the scheduler last ticked {total_seconds:.0f} s ago").format(total_seconds=age.total_seconds())
    return None


@asynccontextmanager
async def page(
    port: int, store: StoreThread, clock: Callable[[], datetime], tick_seconds: float
) -> AsyncIterator[None]:
    """Serve `/healthz` on 127.0.0.1 while the block runs; port 0 serves nothing.

    200 with "ok", or 503 with the reason. Raises OSError when the port is taken.
    """
    if not port:
        yield
        return
    from aiohttp import web  # noqa: PLC0415 - `bluehelm health` and a house without the page need none

    async def healthz(_: web.Request) -> web.Response:
        last = await store.run(lambda opened: opened.days.last_tick())
        reason = ailment(last, clock(), tick_seconds)
        return web.Response(text=f"{reason or 'ok'}\n", status=503 if reason else 200)

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()
