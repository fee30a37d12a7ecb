"""Pages on this machine are read for feeds of this machine alone: a stranger's link reaches nothing here."""

from __future__ import annotations

import socket
from email.utils import format_datetime

import pytest

from config.schema import Poll
from feeds.model import Feed, Fetched
from feeds.poll import Poller
from feeds.store.db.thread import StoreThread
from feeds.web import guard
from feeds.web.article import Articles
from feeds.web.fetch import Fetcher
from tests.bad_server import redirect, reply, serving
from tests.reader_kit import reader
from tests.store_kit import NOW, opened
from tests.test_poll import BEGINNING, Watcher

POLL = Poll(host_gap_seconds=0, per_host=4, timeout_seconds=2)
PAGE = reply(f"<html><body><article><p>{BEGINNING}</p></article></body></html>".encode())


def linking(to):
    """A feed of one item of which only its page says more."""
    dated = f"<pubDate>{format_datetime(NOW)}</pubDate>"
    item = f"<item><guid>{to}</guid><title>Blue helmet today</title><link>{to}</link>{dated}</item>"
    return reply(f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>".encode())


@pytest.fixture
async def servers(monkeypatch):
    """This machine, where an operator's feed and a secret lie, and public.example, which stands for the internet."""

    def public_only(info):
        return socket.socket(info[0], info[1], info[2]) if info[4][0] == "127.0.0.2" else real(info)

    def getaddrinfo(host, port, *_, **__):
        assert host == "public.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]

    real = guard.public_only
    monkeypatch.setattr(guard, "public_only", public_only)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with serving() as here, serving("127.0.0.2") as outside:
        outside.host = "public.example"
        here.answers |= {"/feed": linking(f"{here.base}/page"), "/away": redirect(f"{outside.base}/feed"),
                         "/page": PAGE, "/secret": PAGE}  # fmt: skip
        outside.answers |= {"/feed": linking(f"{here.base}/secret"), "/own": linking(f"{outside.base}/onward"),
                            "/onward": redirect(f"{here.base}/secret"), "/page": PAGE}  # fmt: skip
        yield here, outside


async def polled(tmp_path, here, *feeds):
    """The leads that were stored, after one round over the feeds; /feed of this machine is in the operator's file."""
    own = [f"{here.base}/feed", *(feed.url for feed in feeds if feed.local)]
    async with Fetcher(POLL, own) as fetcher, StoreThread(lambda: opened(tmp_path / "a.db")) as store:
        read = reader([Watcher()], Articles(fetcher))
        poller = Poller(list(feeds), store, fetcher, read, POLL, clock=lambda: NOW, chance=lambda: 0.5)
        rows = await poller.tick()
        assert [row.outcome for row in rows] == [Fetched.BODY] * len(feeds)
        return (await store.run(lambda opened: opened.archive.search("blue"))).items


def paths(server):
    return [path for path, _ in server.seen]


async def test_a_feed_of_this_machine_has_its_pages_read_here(tmp_path, servers):
    """And the rules of this machine obeyed."""
    here, _ = servers
    (found,) = await polled(tmp_path, here, Feed("here", f"{here.base}/feed", "en"))
    assert found.summary == BEGINNING
    assert paths(here) == ["/feed", "/robots.txt", "/page"]


@pytest.mark.parametrize("path", ["/feed", "/own"])
@pytest.mark.parametrize("local", [True, False])
async def test_a_link_of_any_other_feed_does_not_reach_it(tmp_path, servers, path, local):
    """Not from a feed of the operator's file, not from an added one, and not by way of a redirect of its page."""
    here, outside = servers
    (found,) = await polled(tmp_path, here, Feed("there", f"{outside.base}{path}", "en", local=local))
    assert found.summary == ""
    assert paths(here) == []
    assert ("/onward" in paths(outside)) is (path == "/own")


async def test_nor_does_what_a_feed_of_this_machine_was_redirected_to(tmp_path, servers):
    """What answered is a stranger."""
    here, _ = servers
    (found,) = await polled(tmp_path, here, Feed("away", f"{here.base}/away", "en"))
    assert found.summary == ""
    assert paths(here) == ["/away"]


async def test_a_strangers_link_does_not_spoil_it_for_a_feed_of_this_machine(servers):
    """What is refused to one is not kept as a rule for the other."""
    here, _ = servers
    async with Fetcher(POLL, [f"{here.base}/feed"]) as fetcher:
        articles = Articles(fetcher)
        assert await articles.page(f"{here.base}/page") is None
        assert await articles.page(f"{here.base}/page", local=True) is not None
