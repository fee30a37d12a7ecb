"""Every way in which an address reaches the bot goes through the one guard, over real sockets."""

from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from feeds import catalog
from feeds.catalog.changes import Editor, add_to_list
from feeds.model import AddedFeed, Feed
from feeds.web import guard
from feeds.web.article import Articles
from feeds.web.documents import document_pages
from feeds.web.fetch import Fetcher
from tests.bad_server import redirect
from tests.source_kit import NEWS, POLL, A, announcing, internet, newsroom
from tests.store_kit import NOW
from tests.test_local_pages import linking


async def polled(desk, _, url):
    """A feed that stands in the list."""
    await desk.store.run(lambda store: store.feeds.add(AddedFeed(Feed("Radio", url, "fr", local=False), "me", NOW, "")))
    await desk.polled()


async def redirected(desk, outside, url):
    """A feed that leads on."""
    outside.answers["/go"] = redirect(url)
    await polled(desk, outside, f"{outside.base}/go")


async def moved(desk, outside, url):
    """A feed that has moved for good, and the round after."""
    outside.answers["/go"] = redirect(url, "301 Moved Permanently")
    await polled(desk, outside, f"{outside.base}/go")
    await desk.polled()


async def imported(desk, outside, url):
    """A feed of an OPML list."""
    document = f'<opml version="2.0"><body><outline type="rss" text="R" xmlUrl="{url}"/></body></opml>'
    for feed in catalog.from_opml(document.encode()):
        await polled(desk, outside, feed.url)


async def article(_, __, url):
    """The page of an item, and the rules of its host."""
    async with Fetcher(POLL) as fetcher:
        await Articles(fetcher).page(url)


async def article_led_on(_, outside, url):
    """The page of an item that leads on."""
    outside.answers["/page"] = redirect(url)
    async with Fetcher(POLL) as fetcher:
        await Articles(fetcher).page(f"{outside.base}/page")


async def feed_add(desk, _, url):
    """`!feed add`, by somebody who may."""
    await desk.added(url)


async def feed_add_page(desk, outside, url):
    """`!feed add` of a page that names the feed."""
    outside.answers["/"] = announcing(url)
    await desk.added(f"{outside.base}/")


async def feed_add_led_on(desk, outside, url):
    """`!feed add` of what leads on."""
    outside.answers["/go"] = redirect(url)
    await desk.added(f"{outside.base}/go")


async def documents(_, __, url):
    """A document for a new watch."""
    await document_pages([url], POLL)


WAYS = [
    polled, redirected, moved, imported, article, article_led_on, feed_add, feed_add_page, feed_add_led_on, documents,
]  # fmt: skip


@pytest.fixture
async def net(monkeypatch):
    """The internet and this machine; also every address that the guard was asked for."""
    async with internet(monkeypatch) as (here, outside):
        asked, judge = [], guard.public_only

        def public_only(info):
            asked.append(info[4][0])
            return judge(info)

        monkeypatch.setattr(guard, "public_only", public_only)
        yield here, outside, asked


@pytest.mark.parametrize("way", WAYS)
async def test_no_way_in_reaches_this_machine(tmp_path, net, way):
    """A name that leads here is refused where the socket would be made; not one byte is sent."""
    here, outside, asked = net
    async with newsroom(tmp_path) as desk:
        await way(desk, outside, f"http://inner.example:{here.port}/secret")
    assert here.seen == []
    assert "127.0.0.1" in asked


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_in_reaches_the_internet_by_the_guard(tmp_path, net, way):
    """The same ways do ask for what is public, each by a socket that the guard made."""
    _, outside, asked = net
    outside.answers["/wanted"] = NEWS
    async with newsroom(tmp_path) as desk:
        await way(desk, outside, f"{outside.base}/wanted")
    assert "/wanted" in [path for path, _ in outside.seen]
    assert set(asked) == {"127.0.0.2"}


async def test_an_item_of_a_feed_leads_to_no_page_here(tmp_path, net):
    """What a feed links to is read under the guard as well."""
    here, outside, _ = net
    outside.answers["/links"] = linking(f"http://inner.example:{here.port}/secret")
    async with newsroom(tmp_path, poll=POLL.model_copy(update={"read_articles": True})) as desk:
        await polled(desk, outside, f"{outside.base}/links")
    assert here.seen == []


async def test_a_name_that_changes_its_answer_gains_nothing(monkeypatch, net):
    """Each connection is judged by the address that it is made to: public at the first look, inner at the second."""
    here, outside, asked = net
    answers = iter(["127.0.0.2", "127.0.0.1", "127.0.0.1"])

    def getaddrinfo(_, port, *__, **___):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    outside.answers["/f"] = NEWS
    async with Fetcher(POLL) as fetcher:
        assert (await fetcher.page(f"http://turning.example:{outside.port}/f")).status == 200
    async with Fetcher(POLL) as fetcher:
        assert (await fetcher.page(f"http://turning.example:{here.port}/secret")).reason == "private_address"
    assert here.seen == [] and asked == ["127.0.0.2", "127.0.0.1"]


async def test_why_asks_nobody(tmp_path, net):
    """`!why ADDRESS` looks the address up among what was read; it opens no connection."""
    here, outside, asked = net
    async with newsroom(tmp_path) as desk:
        await desk.say(f"why http://inner.example:{here.port}/secret")
        await desk.say(f"why {outside.base}/wanted")
    assert asked == [] and here.seen == outside.seen == []


async def test_what_is_added_in_chat_is_never_local(tmp_path, net):
    """Only the operator's own file may name this machine: the list refuses it, whoever asks."""
    here, *_ = net
    async with newsroom(tmp_path) as desk:
        for url in (here.base, f"http://127.1:{here.port}/f", "http://[::ffff:0:7f00:1]/f"):
            editor = Editor("me", A.id, everything=True)
            refused = await desk.store.run(
                lambda store, url=url, editor=editor: add_to_list(store, (), Feed("R", url, "fr"), editor, NOW)
            )
            assert refused.why.value == "private"


def test_a_list_of_strangers_names_nothing_here(tmp_path):
    """What `feeds import` puts into the operator's file may be asked here, so it takes only what is public."""
    lines = "".join(
        f'<outline type="rss" text="{name}" xmlUrl="{url}"/>'
        for name, url in (
            ("In", "http://127.0.0.1:6379/"),
            ("Octal", "http://0177.1/f"),
            ("Out", "https://n.example/f"),
        )
    )
    (tmp_path / "in.opml").write_text(f'<opml version="2.0"><body>{lines}</body></opml>')
    (tmp_path / "bluehelm.toml").write_text('feeds = "feeds.toml"\n')
    config = ["--config", str(tmp_path / "bluehelm.toml")]
    told = CliRunner().invoke(main, ["feeds", "import", str(tmp_path / "in.opml"), *config])
    assert "1 new feed, 0 listed before." in told.output
    assert "127.0.0.1:6379: is not on the public internet" in told.output
    assert [feed.name for feed in catalog.load_catalog(tmp_path / "feeds.toml")] == ["Out"]
