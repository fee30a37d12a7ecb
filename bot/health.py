"""The health page on loopback: whether the scheduler still ticks, for watchdogs and container health checks.

It is one page, and spoken by hand: aiohttp's server for it takes two megabytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.language import _
from feeds.store.db.thread import StoreThread

# A scheduler that has missed this many ticks is taken for dead.
_MISSED = 3
_SHORTEST = timedelta(seconds=30)
# Seconds that a request may take, its answer included, and bytes that its head may have.
_PATIENCE, _LONGEST = 5.0, 16_384
_HUNG_UP = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, TimeoutError)


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

    async def state() -> str | None:
        try:
            last = await store.run(lambda opened: opened.days.last_tick())
        except sqlite3.OperationalError as error:
            return str(error)
        return ailment(last, clock(), tick_seconds)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*_HUNG_UP), contextlib.closing(writer):
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _answer(head.decode("latin-1"), state))
                await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=_LONGEST)
    try:
        yield
    finally:
        server.close()  # who is being answered is not waited for


async def _answer(head: str, state: Callable[[], Awaitable[str | None]]) -> bytes:
    """What is answered to a request of which this is the head, as HTTP."""
    method, _space, path = head.partition("\r\n")[0].rpartition(" ")[0].partition(" ")
    if path.partition("?")[0] != "/healthz":
        return _message(HTTPStatus.NOT_FOUND, method)
    if method not in {"GET", "HEAD"}:
        return _message(HTTPStatus.METHOD_NOT_ALLOWED, method)
    reason = await state()
    return _message(HTTPStatus.SERVICE_UNAVAILABLE if reason else HTTPStatus.OK, method, reason or "ok")


def _message(status: HTTPStatus, method: str, text: str = "") -> bytes:
    body = f"{text or status.phrase}\n".encode()
    said = {"content-type": "text/plain;charset=utf-8", "content-length": len(body), "connection": "close"}
    headers = (f"{name}: {value}" for name, value in said.items())
    return "\r\n".join((f"HTTP/1.1 {status.value} {status.phrase}", *headers, "", "")).encode() + (
        b"" if method == "HEAD" else body
    )
