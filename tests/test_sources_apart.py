"""What one server adds is not there for another: not its name, not what it brings, in no answer and no message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.jobs import keep_agenda
from bot.desk import COMMANDS
from config.schema import Digest
from feeds.model import Follower, FollowRequest, Notice, NoticeKind
from tests.bad_server import reply
from tests.source_kit import ALPHA, BRAVO, OPERATOR, A, B, internet, newsroom, rss, text
from tests.store_kit import DAY, NOW

C = replace(BRAVO, id="31", name="Cem", server="3003", target="3100")
SECRETS = ("geheim", "Radio Bravo", "bravoradio", "bravopost", "Bea")
WORDS = {
    "merge": ("1 2",), "split": ("1", "2"), "search": ("bravopost", "helmet", "source:bravo", "since:1y"),
    "feed": ("list", "inspect Radio Bravo", "pause Radio Bravo", "remove bravo", "resume bravo"),
    "follow": ("bravopost", "helmet"), "note": ("1 words", "2 words"), "export": ("json", "csv since:1y"),
}  # fmt: skip
ALWAYS = ("", "1", "2", "#1", "#2", "bravo", "https://bravoradio.example/blue")


@pytest.fixture
async def net(monkeypatch):
    async with internet(monkeypatch) as servers:
        servers[1].answers["/rss"] = rss(
            "Blue helmet hurt, bravopost", name="Radio Bravo", link="https://bravoradio.example/"
        )
        servers[1].answers["/more"] = rss("Blue helmet elsewhere", name="Radio Bravo", link="https://public.example/")
        yield servers


@pytest.fixture
async def desk(tmp_path, net):
    """B, a guest, has a source of its own that has told of something since it was first read."""
    async with newsroom(tmp_path) as running:
        _, outside = net
        address = f"{outside.base}/rss?geheim"
        outside.answers["/rss?geheim"] = outside.answers["/rss"]
        await running.added(address)
        await running.polled()
        yield running


def said_anywhere(reply_):
    """All that a reply holds, with what its files and links hold."""
    urls = [span.url or "" for card in reply_.cards for line in card.lines for span in line]
    files = [
        one.content.decode("utf-8", "replace") for one in (*reply_.files, *(f for c in reply_.cards for f in c.files))
    ]
    buttons = [f"{one.label} {one.words}" for one in reply_.buttons]
    return " ".join([text(reply_), *urls, *files, *buttons])


async def test_whoever_added_it_sees_it_and_what_it_brought(desk):
    """In the list, with its freshness, in a search, and as an alert in their channel alone."""
    assert "Radio Bravo" in await desk.say("feed list")
    assert "Radio Bravo" in await desk.say("feeds")
    assert "bravopost" in await desk.say("latest")
    assert "bravopost" in await desk.say("search helmet")
    assert "Radio Bravo" in await desk.say("story 1")
    told = await desk.store.run(lambda store: store.outbox.of_story(1))
    assert {one.channel for one in told} <= {"bravos"}


@pytest.mark.parametrize("asker", [ALPHA, C, replace(BRAVO, server="", rights=frozenset())], ids=["A", "C", "direct"])
@pytest.mark.parametrize("command", [one for one in COMMANDS if one.name not in ("audit",)], ids=lambda one: one.name)
async def test_nobody_else_is_told_of_it(desk, command, asker):
    """Whatever is asked, by who may change the archive, by another guest, in a direct message."""
    for words in (*ALWAYS, *WORDS.get(command.name, ())):
        said = said_anywhere(await desk.ask(f"{command.name} {words}", asker))
        asked = [one for one in SECRETS if one.casefold() in words.casefold()]
        assert [one for one in SECRETS if one in said and one not in asked] == [], (words, said)


async def test_nobody_else_changes_it(desk):
    """Not by name, not by number: neither the feed nor what it brought."""
    before = await desk.store.run(lambda store: (store.feeds.added(), store.feeds.pauses(), store.stories.story(1)))
    for line in ("feed pause Radio Bravo", "feed remove Radio Bravo", "split 1", "merge 1 2", "note 1 mine"):
        await desk.ask(line, ALPHA)
    after = await desk.store.run(lambda store: (store.feeds.added(), store.feeds.pauses(), store.stories.story(1)))
    assert after == before


async def test_nothing_of_it_is_offered_while_options_are_filled_in(desk):
    """Neither its name as a source nor its story."""
    names = desk.desk.names
    await names.look()
    offered = [one for key in ("source", "story", "place", "contingent") for one in await names.offers(key, "")]
    assert [one for one in offered if "ravo" in one.shown] == []


async def test_another_server_may_add_the_same_and_learns_nothing(desk, net):
    """Its own feed of that name and address; neither is in the other's way, and each is told by its own."""
    _, outside = net
    said = await desk.added(f"{outside.base}/rss?geheim", C)
    assert "“Radio Bravo” is read from now on." in said
    await desk.polled()
    assert "bravopost" in await desk.say("latest", C)
    assert "Cem" not in await desk.say("feed list")
    assert "1 added source of 20" in await desk.say("feed list", C)
    assert "is read no more" in await desk.say("feed remove Radio Bravo", C)
    assert "Radio Bravo" in await desk.say("feeds")


async def test_a_guests_feed_changes_nothing_that_everybody_reads(desk, net):
    """An item that it forges under a publisher's own address neither rewrites what everybody reads, nor keeps it from
    being news, nor joins its story."""
    _, outside = net
    outside.answers["/forged"] = rss("Blue helmet bribed, says nobody", name="Forger", link="https://public.example/9#")
    outside.answers["/honest"] = rss("Blue helmet bribed, says nobody", name="Honest", link="https://public.example/9#")
    await desk.added(f"{outside.base}/forged", C)
    await desk.polled()
    await desk.added(f"{outside.base}/honest", ALPHA)
    await desk.polled()
    seen = await desk.say("search bribed", C)
    assert "2 stories" in seen or seen.count("bribed") >= 2
    public = await desk.say("search bribed", BRAVO)
    assert "Honest" in public
    assert "Forger" not in public


async def test_what_a_server_of_the_archive_adds_serves_everybody(desk, net):
    """Its stories do; that it is listed, and by whom, is its own affair."""
    _, outside = net
    outside.answers["/alpha"] = rss("Blue helmet decorated", name="Radio Alpha")
    await desk.added(f"{outside.base}/alpha", ALPHA)
    await desk.polled()
    assert "decorated" in await desk.say("latest", BRAVO)
    for line in ("feed list", "feeds", "status", "feed inspect Radio Alpha", "coverage"):
        assert "Radio Alpha" not in (await desk.say(line, BRAVO)).replace("“Radio Alpha”", "")
    assert "Radio Alpha" in await desk.say("feeds", ALPHA)


async def test_a_removed_feed_is_not_named_before_the_next_round(desk):
    """As little as before."""
    await desk.say("feed remove Radio Bravo")
    for line in ("feeds", "status", "brief", "coverage"):
        assert "Bravo" not in await desk.say(line, ALPHA)


async def test_operators_lines_of_it_go_where_it_was_added_only(desk, net):
    """Here they are read in no server of its own: nothing is said of it, the daily line included; at the terminal, by
    whoever runs the bot, it is all there."""
    _, outside = net
    outside.answers["/rss?geheim"] = reply(b"", "410 Gone")
    await desk.polled()
    notice = Notice(NoticeKind.FEED_BACK, {"feed": f"Radio Bravo @{B.id}", "failures": 3})

    def say(store):
        keep_agenda(store, NOW, Digest())
        store.outbox.notice(notice, NOW)
        assert keep_agenda(store, NOW + 2 * DAY, Digest())
        first = [str(one.notice) for one in store.outbox.notices()]
        store.presence.roll_call("terminal", {B: ["ops"]}, NOW)
        store.outbox.notice(notice, NOW)
        return first, [str(one.notice) for one in store.outbox.notices()]

    elsewhere, at_home = await desk.store.run(say)
    assert any("day_closed" in one for one in elsewhere)
    assert [one for one in elsewhere if "Bravo" in one] == []
    (line,) = [one for one in at_home if "Bravo" in one]
    assert "Radio Bravo" in line and B.id not in line
    assert "Radio Bravo" in await desk.say("feeds", OPERATOR)


async def test_follows_of_others_find_nothing_of_it(desk, net):
    """Those of its own server do."""
    _, outside = net
    own, other = (FollowRequest(Follower("discord", one, "7"), "1", "helmet", "dm") for one in (B.id, A.id))
    await desk.store.run(lambda store: [store.follows.keep(one, (), NOW) for one in (own, other)])
    outside.answers["/rss?geheim"] = rss("Blue helmet again, bravopost", link="https://bravoradio.example/2/")
    await desk.polled()

    def hits(store):
        for news in store.follow_news.waiting():
            store.follow_news.found(news, [1, 2])
        return store._db.execute("SELECT follow FROM follow_hits").fetchall()

    assert {one for (one,) in await desk.store.run(hits)} == {1}
