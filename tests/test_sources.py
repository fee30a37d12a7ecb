"""Sources in chat: an address is read once within its bounds, shown, and polled when somebody says yes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from bot.desk.sources.trials import Trials
from feeds.discovery.model import FeedSeen
from feeds.model import AddedFeed, Feed
from tests import source_kit as kit
from tests.bad_server import redirect, reply
from tests.source_kit import ALPHA, MEMBER, OPERATOR, A, B, announcing, internet, newsroom, page, rss
from tests.store_kit import NOW


@pytest.fixture
async def net(monkeypatch):
    async with internet(monkeypatch) as servers:
        yield servers


@pytest.fixture
async def desk(tmp_path, net):
    async with newsroom(tmp_path) as running:
        yield running


def feeds_of(store):
    return [(one.feed.name, one.feed.url, one.server) for one in store.feeds.added()]


def changes(store, server=None):
    return [(one.server, one.by, one.action, one.subject, one.old, one.new) for one in store.audit.of(server, 50)]


# adding


async def test_the_feed_of_a_page_is_found_read_once_and_shown(desk, net):
    """Its items with what would become of them, flagged ones first, and what is known of its terms; nothing is kept."""
    _, outside = net
    outside.answers["/rss"] = rss("Rain", "Blue helmet hurt", "Sun", "Wind", more="<copyright>Ours, ask us</copyright>")
    said = await desk.say(f"feed add {outside.base}/")
    assert "“Radio Nord”" in said
    assert "4 items, in French, the newest" in said
    assert "1 of the 4 items that I read would be told." in said
    shown = said[said.index("Items") :].splitlines()[1:4]
    assert shown[0].startswith("Blue helmet hurt") and shown[0].endswith("→ incident, the mission")
    assert [one.partition(",")[0] for one in shown[1:]] == ["Rain", "Sun"]
    assert all(one.endswith("→ not told") for one in shown[1:])
    assert "robots.txt does not keep programs away" in said
    assert "It says of itself: “Ours, ask us”" in said
    assert [path for path, _ in outside.seen] == ["/", "/rss", "/robots.txt"]
    assert await desk.store.run(feeds_of) == []


async def test_a_yes_adds_what_was_shown(desk, net):
    """By the button, by its code or by the address again: for the server where it was asked, on record."""
    _, outside = net
    reply_ = await desk.ask(f"feed add {outside.base}/")
    (button,) = reply_.buttons
    assert (button.label, button.command) == ("Add it", "feed")
    assert f"!feed {button.words}" in reply_.text
    assert len(f"ask:feed:{button.words}") <= 100
    said = await desk.say(f"feed {button.words}")
    assert said.startswith("“Radio Nord” is read from now on.")
    assert await desk.store.run(feeds_of) == [(f"Radio Nord @{B.id}", f"{outside.base}/rss", B.id)]
    (kept,) = await desk.store.run(lambda store: store.feeds.added())
    assert (kept.feed.language, kept.feed.publisher, kept.feed.standing) == ("fr", "Radio Nord", "outlet")
    place = f"public.example:{outside.port}/rss"
    assert await desk.store.run(changes) == [(B.id, "Bea (discord:21)", "feed add", "Radio Nord", "", place)]


async def test_without_a_look_a_yes_only_looks(desk, net):
    """Nobody adds what nobody was shown; a look is good for a quarter of an hour, once, in its own server."""
    _, outside = net
    address = f"{outside.base}/rss"
    assert "Shall I read it from now on" in await desk.say(f"feed add {address} yes")
    assert "Shall I read it from now on" in await desk.say(f"feed add {address} yes", ALPHA)
    desk.clock.move(minutes=16)
    (button,) = (await desk.ask(f"feed add {address} yes")).buttons
    assert "was read too long ago" in await desk.say(f"feed {button.words}", ALPHA)
    assert "is read from now on" in await desk.say(f"feed {button.words}")
    assert "was read too long ago" in await desk.say(f"feed {button.words}")
    assert len(await desk.store.run(feeds_of)) == 1


async def test_only_who_may_manage_the_server_changes_its_sources(desk, net):
    """The refusal names the permission; managing a channel is not enough, and a direct message is no server."""
    _, outside = net
    for asker in (MEMBER, replace(MEMBER, rights=frozenset({"channel"}))):
        said = await desk.say(f"feed add {outside.base}/", asker)
        assert "Manage Server" in said
    assert "belongs to a server's channels" in await desk.say("feed list", replace(MEMBER, server=""))
    assert outside.seen == []


async def test_a_page_without_a_feed_is_said_to_have_none(desk, net):
    """And so is one whose feeds are no feeds, or lead elsewhere."""
    _, outside = net
    outside.answers |= {"/bare": page(), "/odd": announcing("/none"), "/js": announcing("javascript:alert(1)")}
    assert "That page names no feed" in await desk.say(f"feed add {outside.base}/bare")
    assert "That page names no feed" in await desk.say(f"feed add {outside.base}/js")
    assert await desk.say(f"feed add {outside.base}/odd") == "I could not read a feed there: The server answered 404."


async def test_of_several_feeds_the_first_that_can_be_read_is_taken(desk, net):
    """The others are named."""
    _, outside = net
    outside.answers["/many"] = announcing("/none", "/rss", "/third")
    said = await desk.say(f"feed add {outside.base}/many")
    place = f"public.example:{outside.port}"
    assert f"The page names other feeds too: {place}/none, {place}/third" in said


async def test_what_is_read_already_is_not_added_again(desk, net):
    """Neither the operator's nor the server's own, in whatever spelling; a name that is taken gets a number."""
    _, outside = net
    desk.file = (kit.WIRE, Feed("Radio Süd", f"{outside.base}/south", "fr"))
    assert await desk.say(f"feed add {outside.base}/south?utm_source=x") == "That is read here already: “Radio Süd”."
    assert "from now on" in await desk.added(f"{outside.base}/rss")
    assert await desk.say(f"feed add {outside.base}/") == "That is read here already: “Radio Nord”."
    outside.answers["/other"] = kit.NEWS
    assert "“Radio Nord (2)” is read from now on." in await desk.added(f"{outside.base}/other")
    outside.answers["/wire"] = rss("x", name="the wire")
    assert "“the wire (2)” is read" in await desk.added(f"{outside.base}/wire")


async def test_a_server_has_so_many_and_no_more(tmp_path, net):
    """The setting says how many; one that is removed makes room, and with none nothing can be added."""
    _, outside = net
    outside.answers |= {f"/{number}": kit.NEWS for number in range(3)}
    async with newsroom(tmp_path, per_server=2) as desk:
        for number in range(2):
            assert "from now on" in await desk.added(f"{outside.base}/{number}")
        seen = len(outside.seen)
        assert "as many sources as it may" in await desk.say(f"feed add {outside.base}/2")
        assert len(outside.seen) == seen
        assert "2 added sources of 2 that there may be" in await desk.say("feed list")
        assert "from now on" in await desk.added(f"{outside.base}/2", ALPHA)
        await desk.say("feed remove Radio Nord (2)")
        assert "from now on" in await desk.added(f"{outside.base}/2")


async def test_what_robots_txt_forbids_is_said(desk, net):
    """And what the operator's catalogue notes of the publisher."""
    _, outside = net
    outside.answers["/robots.txt"] = reply(b"User-agent: *\nDisallow: /rss\n")
    desk.file = (Feed("Else", f"{outside.base}/else", "fr", notes="Asks for credit with a link."),)
    said = await desk.say(f"feed add {outside.base}/rss")
    assert "Its robots.txt asks programs to stay away" in said
    assert "The operator's catalogue notes of this publisher: Asks for credit with a link." in said


# the strangers' side


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://127.0.0.1:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://inner.example:{port}/secret",
        "http://metadata.example/secret",
    ],
)
async def test_nothing_private_is_ever_reached(desk, net, to):
    """Not as it is typed, by a redirect, by a page's link, nor by a name that leads there."""
    here, outside = net
    to = to.format(port=here.port)
    outside.answers |= {"/away": redirect(to), "/links": announcing(to), "/twice": redirect("/away")}
    for address in (to, f"{outside.base}/away", f"{outside.base}/twice", f"{outside.base}/links"):
        said = await desk.say(f"feed add {address}")
        assert "Shall I" not in said
        assert "Blue helmet" not in said
        assert "feed add #" not in said
    assert here.seen == []
    assert await desk.store.run(feeds_of) == []


async def test_a_name_that_turns_private_later_is_not_reached_when_it_is_polled(desk, net, monkeypatch):
    """What was public when it was tried is judged again at every connection."""
    import socket

    here, outside = net
    assert "from now on" in await desk.added(f"{outside.base}/rss")
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", here.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inner)
    outside.answers["/rss"] = redirect(f"http://public.example:{here.port}/secret")
    polled = {one.feed: one.reason for one in await desk.polled()}
    assert polled[f"Radio Nord @{B.id}"] == "private_address"
    assert here.seen == []


async def test_a_slow_drip_is_given_up(tmp_path, net):
    """A byte now and then holds nobody up; only the same server waits meanwhile."""
    _, outside = net

    async def drip(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        for _ in range(200):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    outside.answers["/drip"] = drip
    async with newsroom(tmp_path, poll=kit.POLL.model_copy(update={"timeout_seconds": 1})) as desk:
        began = time.monotonic()
        slow = asyncio.create_task(desk.say(f"feed add {outside.base}/drip"))
        while not outside.seen:
            await asyncio.sleep(0.01)
        assert "I am reading another address for this server" in await desk.say(f"feed add {outside.base}/rss")
        assert "Shall I" in await desk.say(f"feed add {outside.base}/rss", ALPHA)
        assert await slow == "I could not read a feed there: The answer took too long."
        assert time.monotonic() - began < 5
        assert "Shall I" in await desk.say(f"feed add {outside.base}/rss")


async def test_a_huge_body_is_not_taken(desk, net):
    """Fifty megabytes, told or not, packed or not: a few are taken, and the rest is refused."""
    _, outside = net
    sent = 0

    async def flood(writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
        for _ in range(800):
            writer.write(b" " * 65536)
            await writer.drain()
            sent += 65536

    outside.answers["/flood"] = flood
    said = await desk.say(f"feed add {outside.base}/flood")
    assert said == "I could not read a feed there: The answer is larger than the limit."
    assert sent < 20_000_000


async def test_a_page_of_ten_thousand_links_is_asked_little(desk, net):
    """Three of its feeds are tried at most, and the answer stays short."""
    _, outside = net
    outside.answers["/many"] = announcing(*(f"/none/{number}" for number in range(10_000)))
    began = time.process_time()
    said = await desk.say(f"feed add {outside.base}/many")
    assert said == "I could not read a feed there: The server answered 404."
    assert len(outside.seen) == 4
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("@everyone look", "everyone look"),
        ("&lt;@&amp;123&gt; [free](https://evil.example)", "&123 free"),
        ("**Loud** `code` ||spoiler||", "Loud code spoiler"),
        ("Radio @1001", "Radio 1001"),
        ("\u202eoidaR", "oidaR"),
        ("https://evil.example/x", "public.example"),
        ("A" * 300, "A" * 59 + "…"),
    ],
)
async def test_a_title_made_to_ring_or_to_link_is_a_plain_name(desk, net, title, name):
    """In the question, in the list and wherever the feed is named later."""
    _, outside = net
    outside.answers["/rss"] = rss("Blue helmet", name=title)
    assert f"“{name}” is read from now on." in await desk.added(f"{outside.base}/rss")
    assert f"{name}: " in await desk.say("feed list")


async def test_what_an_address_keeps_secret_is_never_said(desk, net):
    """Not in an answer, the list, the record of changes or the operators' lines; a login is not taken at all."""
    _, outside = net
    outside.answers["/rss?key=geheim"] = kit.NEWS
    said = [await desk.say(f"feed add {outside.base}/rss?key=geheim")]
    said.append(await desk.say(f"feed add {outside.base}/rss?key=geheim yes"))
    said += [await desk.say(line) for line in ("feed list", "feed inspect radio", "feeds", "status", "feed test radio")]
    outside.answers["/rss?key=geheim"] = redirect(f"{outside.base}/gone?key=geheim", "301 Moved Permanently")
    outside.answers["/gone?key=geheim"] = reply(b"", "500 Oops")
    await desk.polled()
    said += [await desk.say(line) for line in ("feeds", "feed inspect radio", "feed remove radio")]
    said.append(await desk.say(f"feed add https://awa:geheim@public.example:{outside.port}/rss"))
    said += [str(one) for one in await desk.store.run(changes)]
    said += [str(one) for one in await desk.store.run(lambda store: store.outbox.notices())]
    assert "holds a name or a password" in said[10]
    assert [one for one in said if "geheim" in one] == []


async def test_many_readings_at_once_wait(desk, net):
    """Six, then one in half a minute; what is refused beforehand does not count."""
    _, outside = net
    tick, desk.ticks = 0.0, 0.0
    for _ in range(12):
        desk.ticks = tick - 60
        await desk.say("feed add http://127.0.0.1/")
    for _ in range(6):
        desk.ticks = tick - 60
        assert "Shall I" in await desk.say(f"feed add {outside.base}/rss")
    desk.ticks = tick - 60
    assert "Ask again in 30 seconds" in await desk.say(f"feed add {outside.base}/rss")
    desk.ticks = tick - 60
    assert "Shall I" in await desk.say(f"feed add {outside.base}/rss", ALPHA)
    assert "Shall I" in await desk.say(f"feed add {outside.base}/rss")


def test_only_few_looks_are_remembered():
    """Five a server, two hundred in all."""
    trials, seen = Trials(), FeedSeen("u", "t", "fr", 1, None, (), 0, 0, allowed=True)
    for number in range(6):
        trials.keep("1", f"https://a.example/{number}", seen, NOW)
    assert trials.take("1", "https://a.example/0", NOW) is None
    assert trials.take("1", "https://a.example/5", NOW) is seen
    for number in range(201):
        trials.keep(f"s{number}", "https://a.example/", seen, NOW)
    assert trials.take("s0", "https://a.example/", NOW) is None
    assert trials.take("s200", "https://a.example/", NOW) is seen


# what is there


async def test_the_list_says_how_each_is_doing_a_page_at_a_time(desk):
    """Who added it, when, and why it fails; more than twelve have pages."""
    assert "No source was added here." in await desk.say("feed list")

    def fill(store):
        for number in range(13):
            feed = Feed(f"Radio {number:02} @{B.id}", f"https://r{number}.example/", "fr")
            store.feeds.add(AddedFeed(feed, "Bea (discord:21)", NOW, B.id))

    await desk.store.run(fill)
    first = await desk.ask("feed")
    assert (first.page, first.pages, len(first.cards[0].lines)) == (1, 2, 12)
    assert "Radio 00: not asked yet · r0.example · added by Bea (discord:21) just now" in kit.text(first)
    assert "Radio 12" in await desk.say("feed list", page=2)
    assert "no more" in await desk.say("feed list", page=3)


async def test_each_failing_feed_says_why_since_when_and_when_it_is_tried_next(desk, net):
    """Of one that was never read as well."""
    _, outside = net
    await desk.added(f"{outside.base}/rss")
    outside.answers["/rss"] = reply(b"", "503 Busy")
    for _ in range(3):
        await desk.polled()
        desk.clock.move(hours=6)
    said = await desk.say("feeds")
    line = next(one for one in said.splitlines() if one.startswith("Radio Nord"))
    assert line.startswith("Radio Nord: not read: the server answers 503 (busy), 3 times since ")
    assert "since 10 Feb 13:00 UTC" in line
    assert "next look " in line
    assert "fails: the server answers 503 (busy)" in await desk.say("feed list")
    assert line.partition(": ")[2] in await desk.say("feed inspect nord")


async def test_pause_resume_and_remove_are_for_what_the_server_added(desk, net):
    """The operator's serve everybody: only a server that may change the archive pauses one; all is on record."""
    _, outside = net
    await desk.added(f"{outside.base}/rss")
    assert "“Radio Nord” is not read until" in await desk.say("feed pause radio nord")
    assert "is paused already" in await desk.say("feed pause nord")
    assert "Radio Nord: paused by Bea (discord:21)" in await desk.say("feeds")
    assert [one.feed for one in await desk.polled()] == ["Wire"]
    assert "is read again" in await desk.say("feed resume nord")
    assert "is not paused" in await desk.say("feed resume nord")
    for action in ("pause", "remove"):
        assert "is one of the operator's feeds" in await desk.say(f"feed {action} Wire")
    assert "is not read until" in await desk.say("feed pause Wire", ALPHA)
    assert "is one of the operator's feeds" in await desk.say("feed resume Wire")
    assert "is one of the operator's feeds" in await desk.say("feed remove Wire", ALPHA)
    assert "is read no more" in await desk.say("feed remove nord")
    assert "There is no feed “nord” here" in await desk.say("feed remove nord")
    told = [(action, subject) for _, _, action, subject, *_ in await desk.store.run(changes)][::-1]
    assert told == [
        ("feed add", "Radio Nord"), ("feed pause", "Radio Nord"), ("feed resume", "Radio Nord"),
        ("feed pause", "Wire"), ("feed remove", "Radio Nord"),
    ]  # fmt: skip


async def test_a_feed_can_be_tested_and_looked_at(desk, net):
    """One that is known by its name, another by its address; nothing is kept of it."""
    _, outside = net
    await desk.added(f"{outside.base}/rss")
    assert "2 of the 3 items that I read would be told." in await desk.say("feed test nord")
    assert "Shall I" not in await desk.say(f"feed test {outside.base}/")
    said = await desk.say("feed inspect nord")
    assert f"public.example:{outside.port}/rss" in said
    assert "A feed of this server, in French\nA news outlet; listed under “media”" in said
    assert "added by Bea (discord:21)" in said
    assert "One of the operator's feeds, in English" in await desk.say("feed inspect wire")


async def test_a_file_that_lists_what_a_server_added_counts(desk, net):
    """The operator's word comes first: the feed is the operator's then."""
    _, outside = net
    await desk.added(f"{outside.base}/rss")
    desk.file = (Feed("Radio of ours", f"{outside.base}/rss", "fr"),)
    assert "No source was added here." in await desk.say("feed list")
    assert "is one of the operator's feeds" in await desk.say("feed remove radio of ours")


async def test_the_terminal_sees_and_changes_all(desk, net):
    """Whoever runs the bot adds for everybody, and removes any; what a server added shows whose it is."""
    _, outside = net
    await desk.added(f"{outside.base}/rss")
    assert "Radio Nord" in await desk.say("feed list", OPERATOR)
    outside.answers["/own"] = kit.NEWS
    assert "“Radio Nord (2)” is read from now on." in await desk.added(f"{outside.base}/own", OPERATOR)
    await desk.polled()
    assert "Radio Nord (2)" in await desk.say("feeds", ALPHA)
    assert "is one of the operator's feeds" in await desk.say("feed remove Radio Nord (2)", ALPHA)
    assert "is read no more" in await desk.say("feed remove Radio Nord (2)", OPERATOR)
    assert await desk.store.run(feeds_of) == [(f"Radio Nord @{B.id}", f"{outside.base}/rss", B.id)]
    assert A.id != B.id
