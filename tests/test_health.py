"""The health page as a watchdog asks for it, over a socket."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import aiohttp
import pytest

from bot import health
from feeds.model import Pulse
from tests.test_app import free_port

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Ticked:
    """A store that knows when the scheduler last ticked."""

    def __init__(self, last):
        self._opened = SimpleNamespace(clocks=SimpleNamespace(pulse=lambda now: Pulse(ticked=last)))

    async def run(self, work):
        return work(self._opened)


async def asked(path, method="GET", last=NOW):
    """(status, text) of the page's answer."""
    port = free_port()
    page, address = health.page(port, Ticked(last), lambda: NOW, 30), f"http://127.0.0.1:{port}{path}"
    async with page, aiohttp.ClientSession() as session, session.request(method, address) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/healthz", "GET", 200),
        ("/healthz?now", "GET", 200),
        ("/healthz", "HEAD", 200),
        ("/", "GET", 404),
        ("/healthz", "POST", 405),
    ],
)
async def test_the_page_is_one_and_can_only_be_read(path, method, status):
    """It answers to GET and HEAD at its own address."""
    assert (await asked(path, method))[0] == status


async def test_a_scheduler_that_stands_still_is_503_with_the_reason():
    """The text says what is wrong; a HEAD has none."""
    late = NOW - timedelta(seconds=100)
    assert await asked("/healthz", last=late) == (503, "the scheduler last ticked 100 s ago\n")
    assert await asked("/healthz", "HEAD", last=late) == (503, "")


@pytest.mark.parametrize(
    "said", [b"", b"GET", b"\r\n\r\n", b"\x00" * 40_000, b"GET /healthz HTTP/1.1\r\n" + b"a: b\r\n" * 9_000]
)
async def test_what_is_no_request_does_no_harm(said, caplog):
    """Nonsense, half a request and an endless one are hung up on, and the next is answered."""
    port = free_port()
    async with health.page(port, Ticked(NOW), lambda: NOW, 30):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        writer.write_eof()
        await asyncio.wait_for(_rest(reader), 5)
        writer.close()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as response:
            assert await response.text() == "ok\n"
    assert not caplog.records


async def _rest(reader):
    try:
        return await reader.read()
    except ConnectionError:
        return b""
