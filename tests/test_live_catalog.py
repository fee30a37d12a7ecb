"""The list of feeds of a running bot follows what operators do to it, over real sockets and without a restart."""

import asyncio
import contextlib
import os
import socket
import sqlite3

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.app import App
from bot.wording.notices import notice_text
from config.schema import Health, Poll, Settings
from feeds import catalog
from feeds.catalog.live import LiveCatalog
from feeds.model import AddedFeed, Feed, Pause
from feeds.store.db.thread import StoreThread
from feeds.web import guard
from tests.bad_server import reply, serving
from tests.store_kit import NOW, opened

pytestmark = pytest.mark.slow

ITEM = b"<item><guid>1</guid><title>Harbour works</title></item>"
FEED = b"<rss version='2.0'><channel><title>T</title>" + ITEM + b"</channel></rss>"
POLL = Poll(tick_seconds=0.05, interval_minutes=0.001, host_gap_seconds=0, per_host=4, read_articles=False)


class Running:
    """A bot that polls one loopback feed of its file, and the hands of an operator beside it."""

    def __init__(self, folder, local, public):
        self.folder, self.local, self.public = folder, local, public
        self.file = folder / "feeds.toml"
        self.settings = Settings(database=folder / "a.db", feeds=self.file, poll=POLL, health=Health(port=0))
        (folder / "bluehelm.toml").write_text('feeds = "feeds.toml"\ndatabase = "a.db"\n')

    def write(self, *names):
        """The catalogue file with these feeds on the local server, put in place at once as editors do."""
        feeds = [Feed(name, f"{self.local.base}/{name}", "en") for name in names]
        fresh = self.file.with_suffix(".new")
        fresh.write_text(catalog.dumps(feeds))
        fresh.replace(self.file)
        return feeds

    async def says(self, *words):
        """`bluehelm feeds …` in another thread, as from another terminal."""
        arguments = ["feeds", *words, "--config", str(self.folder / "bluehelm.toml")]
        result = await asyncio.to_thread(CliRunner().invoke, main, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    async def asked(self, server, path, within=10.0):
        """Wait until the server is asked for a path anew."""
        before = self.count(server, path)
        async with asyncio.timeout(within):
            while self.count(server, path) == before:
                await asyncio.sleep(0.01)

    @staticmethod
    def count(server, path):
        return sum(found == path for found, _ in server.seen)


@pytest.fixture
async def running(tmp_path, monkeypatch):
    """The bot at work, with a file of one feed; public.example leads to a server of "the internet"."""

    def public_only(info):
        return socket.socket(info[0], info[1], info[2]) if info[4][0] == "127.0.0.2" else real(info)

    def getaddrinfo(host, port, *_, **__):
        assert host == "public.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]

    real = guard.public_only
    monkeypatch.setattr(guard, "public_only", public_only)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with serving() as local, serving("127.0.0.2") as public:
        local.answers |= {f"/{name}": reply(FEED) for name in "ab"}
        public.answers |= {"/f": reply(FEED)}
        bot = Running(tmp_path, local, public)
        async with App(bot.settings, bot.write("a"), []):
            await bot.asked(local, "/a")
            yield bot


async def test_an_added_feed_is_polled_without_a_restart(running):
    """From the next tick on, beside the others, until it is removed; the list names who added it."""
    address = f"http://public.example:{running.public.port}/f"
    assert "added  Far  " in await running.says("add", address, "--name", "Far")
    await running.asked(running.public, "/f")
    await running.asked(running.local, "/a")
    assert f"on      Far  {address}  added by the operator" in await running.says("list")
    await running.says("remove", "far")
    await running.asked(running.local, "/a")
    before = running.count(running.public, "/f")
    await running.asked(running.local, "/a")
    await running.asked(running.local, "/a")
    assert running.count(running.public, "/f") <= before + 1


async def test_a_paused_feed_is_not_asked_until_it_is_resumed(running):
    """However often it would have been due."""
    running.write("a", "b")
    await running.asked(running.local, "/b")
    await running.says("pause", "b")
    assert "paused  b" in await running.says("list")
    await running.asked(running.local, "/a")
    await running.asked(running.local, "/a")
    before = running.count(running.local, "/b")
    for _ in range(5):
        await running.asked(running.local, "/a")
    assert running.count(running.local, "/b") == before
    await running.says("resume", "b")
    await running.asked(running.local, "/b")


async def test_an_edited_file_is_read_again(running):
    """New feeds are polled, those that were taken out are not, and leave to ask this machine follows the file."""
    running.write("b")
    await running.asked(running.local, "/b")
    before = running.count(running.local, "/a")
    for _ in range(3):
        await running.asked(running.local, "/b")
    assert running.count(running.local, "/a") == before


async def test_an_added_feed_never_reaches_this_machine(running):
    """Not even on the very host and port where the operator's file names a feed, however it came into the database."""
    with sqlite3.connect(running.folder / "a.db") as db:
        row = (
            "b",
            "b",
            f"{running.local.base}/b",
            "en",
            "media",
            "outlet",
            None,
            None,
            "",
            "anna",
            NOW.isoformat(),
            "42",
        )
        db.execute("INSERT INTO added_feeds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')", row)
    problem = "SELECT problem FROM feeds WHERE name = 'b'"
    async with asyncio.timeout(10):
        while (found := await asyncio.to_thread(_ask, running.folder / "a.db", problem)) is None:
            await asyncio.sleep(0.02)
    assert found == "private_address"
    assert running.count(running.local, "/b") == 0


def _ask(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as db:
        row = db.execute(sql).fetchone()
        return row[0] if row else None


class Taking:
    """A poller and fetcher that only remember what they were given."""

    def __init__(self):
        self.feeds, self.own, self.times = None, None, 0

    def poll_these(self, feeds):
        self.feeds, self.times = [feed.name for feed in feeds], self.times + 1

    def trust(self, own):
        self.own = list(own)


@pytest.fixture
async def list_(tmp_path):
    """A live list over a file of feeds a and b, and what it hands on."""
    path = tmp_path / "feeds.toml"
    _write(path, "a", "b")
    async with StoreThread(lambda: opened(tmp_path / "a.db", busy_seconds=0.05)) as store:
        taking = Taking()
        live = LiveCatalog(path, catalog.load_catalog(path), store, poller=taking, fetcher=taking, clock=lambda: NOW)
        await live.refresh()
        yield live, taking, path, store


def _write(path, *names):
    path.write_text(catalog.dumps([Feed(name, f"http://{name}.example/feed", "en") for name in names]))


async def notices(store):
    return [notice_text(one.notice) for one in await store.run(lambda opened: opened.outbox.notices(50))]


async def test_nothing_is_handed_on_while_nothing_changes(list_):
    """A tick that finds the list as it was costs two look-ups, no new enrolment."""
    live, taking, _, _ = list_
    for _ in range(3):
        await live.refresh()
    assert (taking.feeds, taking.times) == (["a", "b"], 1)


@pytest.mark.parametrize("broken", ["[[feed]", "[[feed]]\nname = 'c'\n", ""])
async def test_a_file_that_breaks_is_named_once_and_the_list_stays(list_, broken, caplog):
    """In the log and to the operators, when it has stood still for a tick; a mended one is taken up."""
    live, taking, path, store = list_
    path.write_text(broken)
    for _ in range(4):
        await live.refresh()
    [told] = await notices(store)
    assert told.startswith("The catalogue was changed and can't be used; the feeds stay as they were.")
    assert str(path) in told
    assert len([one for one in caplog.records if one.name == LiveCatalog.__module__]) == 1
    assert taking.feeds == ["a", "b"]
    _write(path, "a", "c")
    await live.refresh()
    assert taking.feeds == ["a", "c"]
    assert taking.own == ["http://a.example/feed", "http://c.example/feed"]
    assert len(await notices(store)) == 1


async def test_a_file_that_is_being_written_is_waited_for(list_):
    """Half a file at one look and the whole at the next is no mistake of anyone's."""
    live, taking, path, store = list_
    path.write_text("[[feed]]\nname = ")
    await live.refresh()
    _write(path, "c")
    await live.refresh()
    assert taking.feeds == ["c"]
    assert await notices(store) == []


async def test_a_file_that_is_gone_is_a_mistake_too(list_):
    """Nobody's feeds rest because a folder was not mounted."""
    live, taking, path, store = list_
    path.unlink()
    for _ in range(3):
        await live.refresh()
    assert taking.feeds == ["a", "b"]
    assert "cannot be read" in (await notices(store))[0]


async def test_a_change_within_the_same_second_and_of_the_same_length_is_seen(list_):
    """The time of writing counts in nanoseconds, and a file that takes another's place is another file."""
    live, taking, path, _ = list_
    stamp = path.stat().st_mtime_ns
    fresh = path.with_suffix(".new")
    _write(fresh, "a", "c")
    os.utime(fresh, ns=(stamp, stamp))
    assert fresh.stat().st_size == path.stat().st_size
    fresh.replace(path)
    await live.refresh()
    assert taking.feeds == ["a", "c"]


async def test_what_the_database_holds_is_followed_at_every_look(list_):
    """Added feeds join, paused ones rest, both with no change of the file."""
    live, taking, _, store = list_
    await store.run(lambda opened: opened.feeds.add(AddedFeed(Feed("c", "http://c.example/feed", "en"), "anna", NOW)))
    await store.run(lambda opened: opened.feeds.pause(Pause("a", "anna", NOW)))
    await live.refresh()
    assert taking.feeds == ["b", "c"]
    assert taking.own == ["http://a.example/feed", "http://b.example/feed"]
    await store.run(lambda opened: opened.feeds.resume("a"))
    await live.refresh()
    assert taking.feeds == ["a", "b", "c"]


async def test_a_database_that_cannot_be_read_changes_nothing(list_, monkeypatch, caplog):
    """The list stays as it is until the next look, and what operators must hear is not lost by it."""
    live, taking, path, store = list_
    inner = await store.run(lambda opened: opened)
    path.write_text("[[feed]")
    await live.refresh()
    monkeypatch.setattr(inner.outbox, "notice", _locked)
    await live.refresh()
    assert taking.feeds == ["a", "b"]
    assert "looked up again at the next tick" in caplog.text
    monkeypatch.undo()
    await live.refresh()
    assert len(await notices(store)) == 1


def _locked(*_):
    raise sqlite3.OperationalError("database is locked")
