"""A desk for two servers over a real store, a real fetcher and real servers: public.example stands for the internet."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import replace
from email.utils import format_datetime

from bot.desk import Asker, Desk
from bot.desk.rights import NO_RIGHTS, SERVER_RIGHTS
from bot.desk.sources.reach import Reach
from bot.desk.sources.trials import Trials
from config.schema import Discord, Poll, Settings
from feeds.catalog.live import LiveCatalog
from feeds.discovery.model import FeedLink, FeedSeen, NotSeen
from feeds.discovery.scout import Scout
from feeds.model import AddedFeed, Channel, Entry, Feed, Judged, Pause, Server
from feeds.poll import Poller
from feeds.store.db.thread import StoreThread
from feeds.web import guard
from feeds.web.fetch import Fetcher
from tests.bad_server import reply, serving
from tests.discord_kit import Clock
from tests.reader_kit import reader
from tests.store_kit import NOW, opened, reading, wish
from tests.test_desk import text
from tests.test_poll import Watcher

POLL = Poll(host_gap_seconds=0, per_host=4, timeout_seconds=2, read_articles=False)
A, B = Server("1001", "Alpha"), Server("2002", "Bravo")
ALPHA = Asker("11", "Awa", SERVER_RIGHTS, "discord", "9111", "!", {}, A.id)
BRAVO = Asker("21", "Bea", SERVER_RIGHTS, "discord", "2100", "!", {}, B.id)
MEMBER = replace(BRAVO, id="22", name="Ben", rights=NO_RIGHTS)
OPERATOR = Asker("terminal", "you", frozenset({"channel", "server", "team", "archive"}), "terminal", "terminal")
WIRE = Feed("Wire", "https://wire.example/rss", "en", publisher="The Wire")


def rss(*titles, name="Radio Nord", link="https://public.example/", more=""):
    """A feed that holds items of these titles, the newest first."""
    items = "".join(
        f"<item><guid>{link}{title}</guid><title>{title}</title><link>{link}{abs(hash(title))}</link>"
        f"<pubDate>{format_datetime(NOW)}</pubDate><description>{title}, says the radio.</description></item>"
        for title in titles
    )
    head = f"<title>{name}</title><language>fr</language>{more}"
    return reply(f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode(), "200 OK", XML)


XML, HTML = "Content-Type: application/rss+xml", "Content-Type: text/html; charset=utf-8"
NEWS = rss("Blue helmet hurt", "Rain in the south", "Two blue helmets on trial")


def page(head="", body=""):
    """A web page."""
    told = f"<html><head><title>Radio</title>{head}</head><body>{body}</body></html>"
    return reply(told.encode(), "200 OK", HTML)


def announcing(*addresses, title="News"):
    """A page that announces feeds."""
    told = (f"<link rel='alternate' type='application/rss+xml' title='{title}' href='{one}'>" for one in addresses)
    return page("".join(told))


@contextlib.asynccontextmanager
async def internet(monkeypatch):
    """This machine, which nobody in chat may reach, and public.example, which everybody may."""

    def public_only(info):
        return socket.socket(info[0], info[1], info[2]) if info[4][0] == "127.0.0.2" else real(info)

    def getaddrinfo(host, port, *_, **__):
        places = {"public.example": "127.0.0.2", "inner.example": "127.0.0.1", "metadata.example": "169.254.169.254"}
        if host not in places:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (places[host], port))]

    real = guard.public_only
    monkeypatch.setattr(guard, "public_only", public_only)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with serving() as here, serving("127.0.0.2") as outside:
        outside.host = "public.example"
        outside.answers |= {"/rss": NEWS, "/": announcing("/rss")}
        here.answers |= {"/secret": NEWS}
        yield here, outside


class Newsroom:
    """The desk, and what polls beside it; `ticks` are the seconds that cooldowns count."""

    def __init__(self, store, fetcher, file, per_server):
        self.store, self.clock, self.file, self.ticks = store, Clock(), (WIRE,), 0.0
        settings = Settings(discord=Discord(archive_servers=(A.id,), feeds_per_server=per_server))
        read = reader([Watcher()])
        reach = Reach(Scout(fetcher, read, self.clock), lambda: self.file, lambda: self.ticks)
        self.desk = Desk(store, {"w": Named()}, settings, self.clock, reach)
        self.poller = Poller((), store, fetcher, read, POLL, clock=self.clock, chance=lambda: 0.5)
        self.catalog = LiveCatalog(
            file, self.file, store, poller=self.poller, fetcher=fetcher, clock=self.clock, archive=(A.id,)
        )

    async def ask(self, line, asker=BRAVO, page=1):
        name, _, args = line.partition(" ")
        self.ticks += 60
        return await self.desk.answer(name, args, page=page, asker=asker)

    async def say(self, line, asker=BRAVO, page=1):
        return text(await self.ask(line, asker, page))

    async def added(self, address, asker=BRAVO):
        """A feed that is tried and wanted; returns what is said of it."""
        await self.ask(f"feed add {address}", asker)
        return await self.say(f"feed add {address} yes", asker)

    async def polled(self):
        """One round over all feeds, an hour later."""
        self.clock.move(hours=1)
        await self.catalog.refresh()
        return await self.poller.tick()


class Named(Watcher):
    title = "the mission"

    def __init__(self):
        super().__init__("w")


@contextlib.asynccontextmanager
async def newsroom(folder, *, per_server=20, poll=POLL):
    """The desk of two servers: A may change the archive, B is a guest; each is told of the watch in a channel."""
    store = StoreThread(lambda: opened(folder / "a.db"), lambda: _reading(folder / "a.db"))
    async with Fetcher(poll) as fetcher, store:
        await store.run(_settled)
        yield Newsroom(store, fetcher, folder / "feeds.toml", per_server)


def _reading(path):
    from feeds.store import Store

    return Store(path, read_only=True)


def _settled(store):
    store.subscriptions.configure([(Channel("ops", "terminal", "ops"), replace(wish("ops", ""), kind="notices"))], NOW)
    for name, target in (("alphas", "9111"), ("bravos", "2100")):
        store.subscriptions.add(Channel(name, "discord", target), wish(name))
    store.presence.roll_call("discord", {A: ["9111"], B: ["2100"]}, NOW)


EVIL = "@everyone <@&1> [free](https://evil.example) **loud**"


class Given(Trials):
    """What is read of any address is given; `asked` are the addresses, `file` the operator's feeds."""

    def __init__(self):
        super().__init__()
        self.asked, self.file = [], ()

    def listed(self):
        return self.file

    async def look(self, asker, url):
        self.asked.append((asker.server, url))
        if "none" in url:
            return NotSeen("no_feed")
        item = Entry("f", ("k",), EVIL, EVIL, "https://news.example/1", "fr", None)
        plain = Judged(item, EVIL, "outlet", NOW)
        flagged = replace(plain, findings=reading(1).findings)
        others = (FeedLink("https://news.example/b?key=geheim", EVIL),)
        return FeedSeen(url, EVIL, "fr", 20, NOW, (flagged, plain), 2, 1, allowed=False, rights=EVIL, others=others)


def settle(store, line, server):
    """What a line about sources speaks of: Radio Nord, which the server added, and paused where it is to be resumed."""
    if "Radio Nord" in line:
        name = f"Radio Nord @{server}"
        store.feeds.add(AddedFeed(Feed(name, "https://nord.example/rss", "fr"), "Awa", NOW, server))
        if "resume" in line:
            store.feeds.pause(Pause(name, "Awa", NOW, server))
