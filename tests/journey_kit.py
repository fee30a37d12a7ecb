"""The whole bot in this process between two worlds of ours: feeds on loopback and the fake Discord. The clock is ours.

Everything between is production: HTTP, parser, matcher in its worker, archive, outbox, discord.py and its gateway.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

from aiohttp import web

from bot.app import App
from config.schema import ChannelSettings, Discord, Health, Poll, Settings, WatchSettings
from feeds.model import Feed
from tests.discord_kit import Clock, addresses_kept
from tests.fakes.discord_server import CHANNEL, OPERATORS, ROLE, DiscordServer

ROOT = Path(__file__).resolve().parents[1]
WATCHES = ROOT / "seeds" / "watches"
EVENING = datetime(2021, 2, 9, 20, tzinfo=UTC)  # while the mission was there
MANAGER = 1  # who owns the fake's server may everything in it
PATIENCE = 15.0  # seconds of a slow machine


class Press:
    """Feeds on loopback that show what a test writes, each by its name; an address is that of a story's page."""

    def __init__(self, clock):
        self.clock, self.items, self.down = clock, {}, set()

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/{name}.xml", self._feed)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    def feeds(self, **standings):
        """A feed for each name, with its standing; all speak English."""
        self.items = {name: {} for name in standings}
        return [
            Feed(name, f"{self.base}/{name}.xml", "en", standing=standing, publisher=name.replace("-", " ").title())
            for name, standing in ((name.replace("_", "-"), standing) for name, standing in standings.items())
        ]

    def write(self, feed, slug, title, lead, at=None):
        """Publish an item now (or with the time `at`), or rewrite the one that has that `slug`."""
        shown = self.items.setdefault(feed, {})
        told = shown[slug][2] if slug in shown and at is None else at or self.clock()
        shown[slug] = (title, lead, told)

    async def _feed(self, request):
        name = request.match_info["name"]
        if name in self.down:
            return web.Response(status=503)
        items = "".join(
            f"<item><title>{escape(title)}</title><link>{self.base}/{name}/{slug}</link>"
            f"<guid>{self.base}/{name}/{slug}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{escape(lead)}</description></item>"
            for slug, (title, lead, at) in self.items.get(name, {}).items()
        )
        body = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title><link>{self.base}/</link>'
            f"<description>News</description>{items}</channel></rss>"
        )
        return web.Response(text=body, content_type="application/rss+xml")


class Journey:
    """A running bot. `later` moves the clock on, after which everything that was due then is done."""

    def __init__(self, server, clock, settings, feeds):
        self.server, self.clock = server, clock
        self._rounds, self._turned = 0, asyncio.Event()
        self.app = App(settings, feeds, [WATCHES / one.name for one in settings.watch], clock=clock,
                       chance=lambda: 0.0, after_tick=self._after_tick)  # fmt: skip

    async def __aenter__(self):
        before = len(self.server.sessions)
        await self.app.__aenter__()
        try:
            await self.server.until(lambda: len(self.server.sessions) > before, PATIENCE)
            await self.until(lambda: not self.app.first_look)
            await self.calm()
        except BaseException:
            await self.app.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(self, *_):
        await self.app.__aexit__(None, None, None)

    async def _after_tick(self):
        self._rounds += 1
        self._turned.set()

    async def until(self, condition):
        return await self.server.until(condition, PATIENCE)

    async def later(self, **by):
        """Some time goes by; a round of polling follows that began after it, and what it brought is told."""
        self.clock.move(**by)
        await self.round()

    async def round(self):
        """A round of polling that begins from now on is over, and what it brought is told."""
        wanted = self._rounds + 2  # the one under way may have begun before
        async with asyncio.timeout(PATIENCE):
            while self._rounds < wanted:
                self._turned.clear()
                await self._turned.wait()
        await self.calm()

    async def calm(self):
        """Nothing more is to go out at this moment."""
        await self.until(lambda: not self.app.poller._in_hand)
        async with asyncio.timeout(PATIENCE):
            while not await self.app.store.run(lambda store: store.outbox.idle(self.clock())):
                self.app.courier.wake()
                await asyncio.sleep(0.01)

    # what members do

    async def ask(self, line, author=MANAGER, channel=CHANNEL):
        """Type a line; returns the message that answers it."""
        question = await self.server.say(line, channel, author=author)

        def answer():
            found = self.server.posted(channel)[::-1]
            return next((one for one in found if _about(one) == question["id"]), None)

        return await self.until(answer)

    async def press(self, message, label, channel=CHANNEL):
        """Press a button of a message; returns what the one who pressed is told."""
        (button,) = [
            one for one in buttons(message) if label in (one.get("label"), (one.get("emoji") or {}).get("name"))
        ]
        token = await self.server.click(message, button["custom_id"], channel)
        return await self.until(lambda: self._told(token))

    def _told(self, token):
        answer = self.server.interactions[token]
        if answer.get("type") == 4:
            return answer["data"]
        late = [one.body for one in self.server.requests if one.path.startswith("/webhooks/") and token in one.path]
        return late[-1] if answer and late else None


def _about(message):
    return (message.get("message_reference") or {}).get("message_id")


def buttons(message):
    """All buttons under a message."""
    return [one for row in message.get("components") or () for one in row.get("components") or ()]


def settings_of(server, folder, channel=True, **more):
    """Production's settings before the fake Discord: the alerts' channel with its role, and the operators'."""
    place = {"name": "alerts", "watch": "minusma", "id": str(CHANNEL), "role": str(ROLE)}
    given = {
        "database": folder / "journey.db",
        "discord": Discord(token=server.token, api_base=server.api_base, gateway_url=server.gateway_url,
                           operators_channel=str(OPERATORS)),
        "health": Health(port=0),
        "poll": Poll(tick_seconds=0.05, interval_minutes=1, read_articles=False, host_gap_seconds=0, per_host=8),
        "watch": (WatchSettings(name="minusma"),),
        "channel": (ChannelSettings(**place),) if channel else (),
    }  # fmt: skip
    return Settings(**(given | more))


@contextlib.asynccontextmanager
async def world(start=EVENING):
    """The fake Discord, the press and the clock of both."""
    clock = Clock(start)
    with addresses_kept():
        async with DiscordServer(now=clock) as server, Press(clock) as press:
            yield server, press, clock
