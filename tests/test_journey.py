"""One story's way from feed bytes to a posted message, with a process killed at every step between."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.delivery.destinations import destinations
from config.schema import Settings
from feeds.model import Notice, NoticeKind, State
from feeds.store import Store
from tests.discord_kit import check_payloads
from tests.fakes.discord_server import CHANNEL, ROLE, DiscordServer

START = datetime(2021, 2, 10, 11, tzinfo=UTC)  # while the mission was there
ROOT = Path(__file__).resolve().parents[1]
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><link>http://wire.example/</link>
<description>News</description><item><title>Four UN peacekeepers killed in attack near Kidal</title>
<link>http://wire.example/kidal</link><guid>http://wire.example/kidal</guid><pubDate>{}</pubDate>
<description>Four peacekeepers of the UN mission in Mali, MINUSMA, died when their convoy was attacked.</description>
</item></channel></rss>"""


class Publisher:
    """A feed on loopback that knows its ETag."""

    async def __aenter__(self):
        self.body = RSS.format(format_datetime(START))
        app = web.Application()
        app.router.add_get("/feed", self._feed)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/feed"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    async def _feed(self, request):
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text=self.body, content_type="application/rss+xml", headers={"ETag": '"1"'})


class Bots:
    """The child that forks a bot for each order."""

    def __init__(self, server, publisher, database):
        self.server, self.database, self.later, self.running = server, database, timedelta(), None
        self.order = {
            "database": str(database), "feed": publisher.url,
            "discord": {"token": server.token, "api_base": server.api_base, "gateway_url": server.gateway_url},
            "channel": {"name": "alerts", "watch": "minusma", "id": CHANNEL, "role": ROLE},
        }  # fmt: skip

    async def __aenter__(self):
        child = Path(__file__).with_name("journey_child.py")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"tests.{child.stem}", cwd=ROOT, limit=1 << 20,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_):
        if self.running is not None:
            os.kill(self.running, signal.SIGKILL)
        self.process.stdin.close()
        await asyncio.wait_for(self.process.wait(), 10)
        self.process._transport.close()

    async def start(self, step=None):
        """Start a bot; returns its process id."""
        order = self.order | {"step": step, "later": self.later.total_seconds()}
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.running = int(await self._line())
        return self.running

    async def ended(self):
        """The exit status of the bot, negative for a signal."""
        status, self.running = int(await self._line()), None
        return status

    async def dies_at(self, step):
        await self.start(step)
        assert await self.ended() == -signal.SIGKILL, step

    async def _line(self):
        return await asyncio.wait_for(self.process.stdout.readline(), 15)

    def greet_beforehand(self):
        """As if the channel had heard its greeting, and the first look were over, long ago."""
        with Store(self.database) as store:
            store.subscriptions.configure(destinations(Settings(channel=(self.order["channel"],))), START)
            store.outbox.greet("alerts", Notice(NoticeKind.GREETING), START)
            for one in store.outbox.claim(START):
                store.outbox.sent(one.id, None, None, START)
            store.meta.put("first_look", "over")

    def rows(self):
        """What the outbox holds of the first story, read from outside."""
        with Store(self.database, read_only=True) as store:
            return [row for row in store.outbox.of_story(1) if row.kind == "alert"]


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_killed_at_every_step_the_alert_appears_exactly_once(tmp_path):
    """Fetched, matched, half committed, committed, claimed, about to post, posted but unheard (then restarted days
    later, when Discord has forgotten the nonce), found, recorded: one message, and the row knows it."""
    later = START - datetime.now(UTC) + timedelta(hours=1)
    async with (
        DiscordServer(now=lambda: datetime.now(UTC) + later) as server,
        Publisher() as publisher,
        Bots(server, publisher, tmp_path / "db") as bots,
    ):
        bots.later = later
        bots.greet_beforehand()
        for step in ("fetched", "matched", "in_commit", "committed", "claimed", "posting"):
            await bots.dies_at(step)
            assert not server.posted(), step

        pid = await bots.start()
        server.fail("POST", f"/channels/{CHANNEL}/messages", lose=True, call=lambda: os.kill(pid, signal.SIGKILL))
        assert await bots.ended() == -signal.SIGKILL
        (message,) = server.posted()
        assert [row.state for row in bots.rows()] == [State.SENDING]

        bots.later = later = later + timedelta(days=3)
        server.forget_nonces()
        await server.say("How terrible.")
        for step in ("found", "unrecorded", "recorded"):
            await bots.dies_at(step)
        before = len(server.sessions)
        pid = await bots.start()
        await server.until(lambda: len(server.sessions) > before, seconds=15)
        await server.say("!latest")
        await server.until(lambda: len(server.posted()) == 2, seconds=20)
        # On a slow disk a question is answered before the alert is known again.
        await server.until(lambda: bots.rows()[0].state is State.SENT, seconds=20)
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        assert await bots.ended() == 0
        assert time.monotonic() - began < 5

        (row,) = bots.rows()
        assert (row.state, row.message) == (State.SENT, message["id"])
        assert len(server.sent("POST", f"/channels/{CHANNEL}/messages")) == 2  # the alert, and the answer
        assert "killed in attack near Kidal" in str(message["embeds"])
        assert message["content"].startswith("🔴 ") and message["content"].endswith(f" <@&{ROLE}>")
        assert server.posted()[1]["message_reference"]
        check_payloads(server)
