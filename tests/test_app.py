"""The whole program as an operator meets it: started, asked for its health, started twice, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot import health
from bot.transports import destinations_of
from config.schema import ChannelSettings, Digest, Discord, Settings, WatchSettings
from feeds.model import Action, Daily
from seeds.model import Tier

ROOT = Path(__file__).resolve().parents[1]
FEED = (
    "<rss version='2.0'><channel><title>Outlet</title><item><guid>1</guid><title>Harbour works begin</title>"
    "<description>The council met.</description></item></channel></rss>"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, feed: str, port: int = 0) -> subprocess.Popen[str]:
    """`bluehelm run` on one loopback feed, with its log in `folder`."""
    (folder / "feeds.toml").write_text(f'[[feed]]\nname = "outlet"\nurl = "{feed}"\nlanguage = "en"\n')
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEHELM_", "DISCORD_"))}
    own = {
        "BLUEHELM_ENV_FILE": "",
        "BLUEHELM_FEEDS": str(folder / "feeds.toml"),
        "BLUEHELM_DATABASE": str(folder / "bluehelm.db"),
        "BLUEHELM_HEALTH__PORT": str(port),
        "BLUEHELM_POLL__TICK_SECONDS": "0.2",
        "BLUEHELM_POLL__CONTACT": "https://desk.un.org/bot",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=kept | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
async def outlet():
    """A feed server whose /hang never answers."""

    async def feed(_: web.Request) -> web.Response:
        return web.Response(text=FEED, content_type="application/rss+xml")

    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    application = web.Application()
    application.router.add_get("/feed", feed)

    async def endless(_: web.Request) -> web.Response:
        """Megabytes that can't be cut at their items: many seconds of reading in one piece."""
        items = f"<item><title>{'a word ' * 9}</title></item>" * 90_000
        return web.Response(text=f"<rss version='2.0'><channel></item>{items}</channel></rss>")

    application.router.add_get("/hang", hang)
    application.router.add_get("/endless", endless)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def healthy(port: int, within: float = 15.0) -> str:
    """The health page's text once it answers 200."""
    deadline = time.monotonic() + within
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                    if response.status == 200 or time.monotonic() > deadline:
                        return await response.text()
            except aiohttp.ClientConnectionError:
                assert time.monotonic() < deadline, "the health page never came up"
            await asyncio.sleep(0.05)


async def ended(program: subprocess.Popen[str]) -> tuple[float, str]:
    """Seconds from SIGTERM to the end, and what was said on standard error."""
    began = time.monotonic()
    program.send_signal(signal.SIGTERM)
    _, said = await asyncio.to_thread(program.communicate, timeout=20)
    return time.monotonic() - began, said


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/feed", "/hang", "/endless"])
async def test_sigterm_ends_within_five_seconds(outlet, tmp_path, path):
    """A running program ends in time and with status 0, even while a feed hangs or is being read."""
    port = free_port()
    program = start(tmp_path, outlet + path, port)
    try:
        assert await healthy(port) == "ok\n"
        await asyncio.sleep(0.5)
        assert await healthy(port) == "ok\n"
        seconds, said = await ended(program)
    finally:
        program.kill()

    assert seconds < 5
    assert program.returncode == 0, said
    assert "Traceback" not in said
    assert "No Discord token" in said


@pytest.mark.slow
async def test_a_second_program_on_the_database_refuses_with_one_line(outlet, tmp_path):
    """One database, one polling program; the second says why in one line and leaves the first alone."""
    port = free_port()
    first = start(tmp_path, f"{outlet}/feed", port)
    try:
        await healthy(port)
        second = start(tmp_path, f"{outlet}/feed")
        _, said = await asyncio.to_thread(second.communicate, timeout=20)
        lines = [line for line in said.splitlines() if "No Discord token" not in line]
        assert await healthy(port) == "ok\n"
    finally:
        first.kill()
        await asyncio.to_thread(first.communicate)

    assert second.returncode == 1
    assert len(lines) == 1, said
    assert f"process {first.pid}" in lines[0]


def settings(**own: object) -> Settings:
    return Settings(watch=(WatchSettings(name="one"), WatchSettings(name="two", enabled=False)), **own)  # type: ignore[arg-type]


def test_without_a_token_each_enabled_watch_has_a_terminal_channel():
    """No token and nothing configured: alerts of every enabled watch, and the operators' lines, go to the terminal."""
    found = destinations_of(settings())

    assert [(place.transport, wanted.watch) for place, wanted in found] == [("terminal", "one"), ("terminal", "")]
    assert [wanted.kind for _, wanted in found] == ["alerts", "notices"]
    assert found[0][1].action(Tier.INCIDENT) is Action.PING


def test_configured_channels_keep_their_wishes():
    """A tier that is "off" is not told at all; ids become the transport's targets."""
    one = ChannelSettings(name="a", watch="one", id=7, role=8, tiers={"background": "off"})  # type: ignore[arg-type]

    found = destinations_of(settings(channel=(one,), discord=Discord(token="x.y.z", operators_channel=9)))  # type: ignore[arg-type]

    assert [(place.name, place.target) for place, _ in found] == [("a", "7"), ("operators", "9")]
    assert found[0][1].action(Tier.BACKGROUND) is None
    assert found[0][1].role == "8"


def test_a_channel_called_operators_keeps_its_alerts():
    """The name is no magic: the operators' place then goes by another one."""
    one = ChannelSettings(name="operators", watch="one", id=7)

    found = destinations_of(settings(channel=(one,), discord=Discord(token="x.y.z", operators_channel=9)))  # type: ignore[arg-type]

    assert [(place.name, place.target, wanted.kind) for place, wanted in found] == [
        ("operators", "7", "alerts"),
        ("discord:9", "9", "notices"),
    ]


def test_a_channel_may_name_its_own_digest_hour():
    """The others go by the house's."""
    one = ChannelSettings(name="a", watch="one", id=7, digest=Digest(hour=18, zone="Asia/Tokyo"))

    found = destinations_of(settings(channel=(one,), discord=Discord(token="x.y.z")))  # type: ignore[arg-type]

    assert [place.digest for place, _ in found] == [Daily((18,), "Asia/Tokyo")]


def test_a_scheduler_that_missed_three_ticks_is_dead():
    """Alive up to three intervals after the last tick (half a minute at least), dead after that or before the first."""
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert health.ailment(now - timedelta(seconds=89), now, 30) is None
    assert "91 s ago" in str(health.ailment(now - timedelta(seconds=91), now, 30))
    assert "not ticked yet" in str(health.ailment(None, now, 30))
    assert health.ailment(now - timedelta(seconds=29), now, 0.1) is None
