"""Whether the house does its work: that it ticks, that feeds are read, that what waits is delivered. Said by the health
page on loopback and by `bluehelm health`, for watchdogs and container health checks.

It is one page, and spoken by hand: aiohttp's server for it takes two megabytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.language import _, numeral, plural
from feeds.model import Pulse
from feeds.store.db.thread import StoreThread

# A scheduler that has missed this many ticks is taken for dead.
_MISSED = 3
_SHORTEST = timedelta(seconds=30)
# Of many feeds one is read every minute or two, and a message goes out within seconds: so long is an outage.
_POLLED_WITHIN, _SENT_WITHIN = timedelta(hours=1), timedelta(minutes=15)
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
    age, most = now - last_tick, allowance(tick_seconds)
    if age > most:
        return _("the scheduler last ticked {seconds} s ago").format(seconds=numeral(round(age.total_seconds())))
    if -age > most:
        ahead = _("the last tick lies {seconds} s ahead: a clock was wrong, and nothing has ticked since")
        return ahead.format(seconds=numeral(round(-age.total_seconds())))
    return None


def ailments(pulse: Pulse, now: datetime, tick_seconds: float) -> Iterator[str]:
    """What is not done as it should be, each in words: ticks, the last feed that was read, the last message sent."""
    dead = ailment(pulse.ticked, now, tick_seconds)
    if dead is not None:
        yield dead
    usual = max(_POLLED_WITHIN, 2 * (pulse.gap or timedelta(0)))
    last = pulse.polled or pulse.looking_since
    if pulse.feeds and last is not None and now - last > usual:
        yield _("no feed could be read for {minutes} min").format(minutes=_minutes(now - last))
    since = pulse.waiting_since
    if since is not None and now - since > _SENT_WITHIN and now - (pulse.sent or since) > _SENT_WITHIN:
        yield _unsent(pulse, since, now)


def _unsent(pulse: Pulse, since: datetime, now: datetime) -> str:
    waits = plural(
        "{n} message waits, for {minutes} min", "{n} messages wait, the longest for {minutes} min",
        pulse.waiting, minutes=_minutes(now - since),
    )  # fmt: skip
    if pulse.sent is None:
        return waits
    sent = _("the last one went out {minutes} min ago").format(minutes=_minutes(now - pulse.sent))
    return f"{waits}; {sent}"


def _minutes(age: timedelta) -> int:
    return int(age.total_seconds() // 60)


@asynccontextmanager
async def page(
    port: int, store: StoreThread, clock: Callable[[], datetime], tick_seconds: float
) -> AsyncIterator[None]:
    """Serve `/healthz` on 127.0.0.1 while the block runs; port 0 serves nothing.

    200 with "ok", or 503 with the reasons, one a line. Raises OSError when the port is taken.
    """
    if not port:
        yield
        return

    async def state() -> str | None:
        now = clock()
        try:
            pulse = await store.run(lambda opened: opened.clocks.pulse(now))
        except sqlite3.OperationalError as error:
            return str(error)
        return "\n".join(ailments(pulse, now, tick_seconds)) or None

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
