"""An item that turns up late, from the publisher's bytes to Discord: kept, listed, never rung as if it were new."""

from __future__ import annotations

import contextlib
from email.utils import format_datetime

import pytest
from aiohttp import web

from config.schema import Poll
from feeds.model import Feed
from feeds.poll import Poller
from feeds.web.fetch import Fetcher
from seeds.model import NO_FINGERPRINT, Facts, Match, Tier, When
from tests.discord_kit import Clock, House, addresses_kept, check_payloads
from tests.fakes.discord_server import ROLE, DiscordServer
from tests.reader_kit import reader
from tests.store_kit import DAY, HOUR, NOW

POLL = Poll(tick_seconds=30, interval_minutes=1, fresh_hours=24, host_gap_seconds=0)


class Watcher:
    """Flags attacks. A title names place and toll, "Kidal 4", and the day where the item has no date."""

    name = "w"

    def lead(self, reading, match, now):
        return None

    def match(self, reading, now):
        relevant = "attack" in reading.document.title.casefold()
        return Match(self.name, relevant, float(relevant), Tier.INCIDENT if relevant else None)

    def facts(self, reading):
        _, place, killed, *days = reading.document.title.split()
        event = When(NOW.replace(hour=0) - int(days[0]) * DAY, "day") if days else None
        return Facts(int(killed), None, (), place, contingents=("TD",), event=event, attack="mine")

    def quotes(self, reading, match, facts):
        return (f"{reading.document.title}, said somebody.",)

    def fingerprint(self, reading):
        return NO_FINGERPRINT


class Publisher:
    """A feed on loopback; `items` are (title, when it says that it was published, or None)."""

    def __init__(self):
        self.items = [("Nothing of note 1", NOW - DAY)]

    async def answer(self, request):
        rows = "".join(
            f"<item><title>{title}</title><link>http://wire.example/{number}</link><guid>g{number}</guid>"
            "<description>A whole sentence that says a lot more of what is said to have happened.</description>"
            + (f"<pubDate>{format_datetime(date)}</pubDate></item>" if date else "</item>")
            for number, (title, date) in enumerate(self.items)
        )
        feed = f"<rss version='2.0'><channel><title>Wire</title>{rows}</channel></rss>"
        return web.Response(text=feed, content_type="application/rss+xml")


@contextlib.asynccontextmanager
async def listening(publisher):
    app = web.Application()
    app.router.add_get("/feed", publisher.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/feed"
    await runner.cleanup()


class World:
    """A publisher, the house and Discord. The feed was read before, so that what it brings from now on is news."""

    def __init__(self, server, house, publisher, poller):
        self.server, self.house, self.publisher, self.poller = server, house, publisher, poller

    async def brings(self, *items):
        """The publisher adds items and is read."""
        self.publisher.items += items
        self.house.clock.move(hours=1)
        await self.poller.tick()
        self.house.wake()

    async def listed(self):
        return [one.sources[0].title for one in await self.house.store.run(lambda store: store.digest("alerts"))]

    async def settled(self):
        """Nothing waits to be sent any more."""
        while await self.house.store.run(lambda store: store.outbox.waiting()):
            self.house.clock.move(minutes=1)
            await self.server.until(lambda: True)


@pytest.fixture
async def world(tmp_path):
    clock, publisher = Clock(), Publisher()
    with addresses_kept():
        async with (
            DiscordServer(now=clock) as server,
            House(server, tmp_path / "db", clock) as house,
            listening(publisher) as url,
            Fetcher(POLL, [url]) as fetcher,
        ):
            poller = Poller([Feed("wire", url, "en")], house.store, fetcher, reader([Watcher()]), POLL, clock=clock)
            await house.up()
            house.deliver()
            world = World(server, house, publisher, poller)
            await world.brings()
            yield world
        check_payloads(server)


async def test_an_item_months_old_that_newly_turns_up_rings_nobody(world):
    """It is filed and listed in the digest; what is new beside it rings, so nothing was held up."""
    await world.brings(("Attack Gao 9", NOW - 90 * DAY), ("Attack Tessalit 2", NOW))
    (message,) = await world.server.until(world.server.posted)
    assert "Tessalit" in str(message) and f"<@&{ROLE}>" in str(message)
    await world.settled()
    assert len(world.server.posted()) == 1
    assert await world.listed() == ["Attack Gao 9"]


async def test_an_undated_item_is_as_old_as_what_it_tells_of(world):
    """Of an event months ago it is listed, of one two days ago it rings: reports come late."""
    await world.brings(("Attack Gao 9 90", None), ("Attack Tessalit 2 2", None))
    (message,) = await world.server.until(world.server.posted)
    assert "Tessalit" in str(message)
    await world.settled()
    assert len(world.server.posted()) == 1
    assert await world.listed() == ["Attack Gao 9 90"]


async def test_an_old_item_that_joins_an_open_story_edits_quietly(world):
    """The first death, found in a report of two days ago, stands in the alert, and nothing else is said of it."""
    await world.brings(("Attack Kidal 0", NOW - 2 * HOUR))
    await world.server.until(world.server.posted)
    await world.brings(("Attack Kidal 3", NOW - 47 * HOUR))
    await world.settled()
    kinds = [row.kind for row in await world.house.rows()]
    assert kinds == ["alert", "edit"]
    assert len(world.server.posted()) == 1 and world.server.posted()[0]["edited_timestamp"]
    await world.brings(("Attack Kidal 4", NOW))
    await world.settled()
    assert [row.kind for row in await world.house.rows()].count("note") == 1
