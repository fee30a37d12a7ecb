"""A small house before the fake Discord: real store, desk, courier, discord.py and sockets; the clock is ours."""

from __future__ import annotations

import asyncio
import contextlib
import re
from datetime import timedelta

import pytest

from bot.delivery.courier import Courier
from bot.delivery.destinations import OPERATORS
from bot.delivery.jobs import keep_agenda
from bot.delivery.standing.places import READ_AGAIN_FOR
from bot.desk import Desk
from bot.discord.transport import DiscordTransport
from bot.follows.teller import Teller
from config.schema import Discord, Settings
from feeds.model import Channel, Delivery, Opinion, Subscription
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from seeds.model import Match
from tests.fakes import discord_server as fake
from tests.fakes import openapi
from tests.store_kit import ALL, NOW, plan, reading

SECOND_ROLE = fake.ROLE + 1


class Clock:
    """The time of a test: it stands still until it is moved."""

    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)


class Watch:
    """A watch as far as the desk asks."""

    name, title = "w", "the mission"

    async def explain(self, document, now):
        return Opinion(Match("w", False, 0.0, None), ())


class House:
    """The parts of the bot around one database, as a context manager; `up()` connects, `deliver()` runs the outbox."""

    def __init__(self, server, database, clock, *, oldest=READ_AGAIN_FOR, reads=None, **discord):
        self.server, self.clock, self.oldest, self.reads = server, clock, oldest, reads
        given = {"token": server.token, "api_base": server.api_base, "gateway_url": server.gateway_url} | discord
        self.settings = Settings(discord=Discord(**given))
        self.thread = StoreThread(lambda: Store(database, edit_gap=timedelta(seconds=1)))
        self.tasks, self.wishes = [], (wanted(), operators())  # what its file wants

    async def __aenter__(self):
        self.store = await self.thread.__aenter__()
        await self.store.run(lambda store: store.subscriptions.configure(self.wishes, self.clock()))
        self.desk = desk = Desk(self.store, {"w": Watch()}, self.settings, self.clock)
        self.transport = DiscordTransport(
            self.settings.discord, desk, self.store, self.clock, on_ready=self.wake, chance=lambda: 0.0
        )
        more = {"chance": lambda: 0.0, "idle": 0.01, "oldest": self.oldest, "reads": self.reads}
        self.courier = Courier(self.store, {"discord": self.transport}, self.clock, **more)
        self.teller = Teller(
            self.store, {"discord": self.transport}, self.clock, desk.names.known,
            chance=lambda: 0.0, standing=self.courier.standing,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_):
        await self.courier.close()
        await self.transport.close()
        await asyncio.gather(*self.tasks)
        await self.thread.__aexit__(None, None, None)

    def wake(self):
        self.courier.wake()

    async def up(self):
        self.tasks.append(asyncio.create_task(self.transport.run()))
        before = len(self.server.sessions)
        await self.server.until(lambda: len(self.server.sessions) > before)
        return self

    def deliver(self):
        self.tasks.append(asyncio.create_task(self.courier.run()))

    async def tick(self):
        """What the agenda has for now is done."""
        done = await self.store.run(lambda store: keep_agenda(store, self.clock(), self.settings.digest))
        self.courier.wake()
        return done

    async def happen(self, number=1, **more):
        """A source tells of an event; returns what was committed."""
        now = self.clock()
        told = reading(number, seen=now, published=now, **more)
        done = await self.store.run(lambda store: store.commit(plan(told), now))
        self.courier.wake()
        return done

    async def rows(self, story=1):
        return await self.store.run(lambda store: store.outbox.of_story(story))

    async def until(self, state, story=1, tick=0, at=0, seconds=5.0):
        """Wait until a story's delivery is in a state, the clock moving `tick` seconds at a look; returns it."""
        async with asyncio.timeout(seconds):
            while True:
                rows = await self.rows(story)
                if len(rows) > at and rows[at].state is state:
                    return rows[at]
                self.clock.move(seconds=tick)
                await asyncio.sleep(0.01)


def as_read(message):
    """The content of a message as members see it, without the mark that is out of sight."""
    return re.sub("\u200b[\u200b-\u200d]+", "", message["content"])


def alerts():
    return Channel("alerts", "discord", str(fake.CHANNEL))


def wanted(watch="w", **more):
    """A subscription in the channel of the alerts, which rings the role."""
    return alerts(), Subscription("alerts", watch, ALL, **({"role": str(fake.ROLE)} | more))


def operators():
    return Channel(OPERATORS, "discord", str(fake.OPERATORS)), Subscription(OPERATORS, "", (), kind="notices")


@contextlib.contextmanager
def addresses_kept():
    """The library's addresses, which the transport changes, are put back."""
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@contextlib.asynccontextmanager
async def checked_server():
    """A fake Discord whose every incoming payload, those beside files too, is checked when the test is over."""
    with addresses_kept():
        async with fake.DiscordServer(now=Clock()) as running:
            yield running
        check_payloads(running)


def row(kind="alert", **more):
    """A delivery of story 1 to the channel of the alerts."""
    return Delivery("ab1200000001", "alerts", kind, NOW, NOW, story=1, **more)


def check_payloads(server):
    """Every JSON body that went out is as Discord's own description says; only the kit's roles are ever mentioned."""
    for request in server.requests:
        if isinstance(request.body, dict) and "allowed_mentions" in request.body:
            allowed = request.body["allowed_mentions"]
            assert allowed.get("parse") == [], request
            assert {int(one) for one in allowed.get("users") or []} <= server.mentionable, request
            assert set(allowed.get("roles") or []) <= {fake.ROLE, SECOND_ROLE}, request
        elif request.method == "POST" and request.path.endswith("/messages"):
            raise AssertionError(f"a message that does not say who may be mentioned: {request}")
    if not openapi.FILE.is_file():
        pytest.skip("all passed, but Discord's description ../shared is not here to check the payloads against")
    for request in server.requests:
        if request.body is not None:
            assert openapi.errors(request.method, request.path, request.body) == []
