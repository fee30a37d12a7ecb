"""The first hour: what a new channel hears, what the first look found, how the bot is invited; once each."""

from __future__ import annotations

import ast
import contextlib
import logging
import re
from dataclasses import replace
from typing import get_args, get_type_hints
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.app import App
from bot.desk import COMMANDS
from bot.discord.parts.invite import PERMISSIONS, invite_link
from bot.welcome import end_first_look, first_look_goes_on, greet
from config.schema import ChannelSettings, Discord, Health, Poll, Settings, WatchSettings
from feeds.model import Day, Delivery, Feed, FeedState, NoticeKind, Origin
from tests.discord_kit import Clock as Stopped
from tests.discord_kit import House, addresses_kept, alerts, check_payloads, operators, wanted
from tests.fakes.discord_server import APP, CHANNEL, OPERATORS, ROLE, DiscordServer
from tests.mortal import WATCHES
from tests.start_kit import ROOT, kinds_told, unexplained
from tests.store_kit import NOW, opened, plan, reading, wish
from tests.test_journey import START, Publisher

TITLES, SIGNS = {"w": "the mission", "sea": "the sea"}, {"discord": "/"}


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "db") as made:
        yield made


def said(store):
    """What waits to be told, as (channel, kind, what the notice says of)."""
    return [(one.channel, one.kind, one.notice and dict(one.notice.args)) for one in store.outbox.claim(NOW)]


def configured(store, *pairs):
    store.subscriptions.configure(pairs, NOW)


def test_each_channel_of_the_file_is_greeted_once(store):
    """Once in all its life, with what all its watches are called; the operators' own is not."""
    configured(store, wanted(), wanted("sea"), operators())
    for _ in range(2):
        greet(store, TITLES, SIGNS, NOW)
    assert said(store) == [("alerts", "greeting", {"watches": ["the sea", "the mission"], "sign": "/"})]
    greet(store, TITLES, SIGNS, NOW)
    assert said(store) == []


def test_where_something_was_told_before_nobody_is_greeted(store):
    """An archive of an older version has its history: no first word after the thousandth, whatever the name."""
    configured(store, wanted())
    store.commit(plan(reading(1)), NOW)
    configured(store, (replace(alerts(), name="renamed"), replace(wanted()[1], channel="renamed")))
    greet(store, TITLES, SIGNS, NOW)
    assert [kind for _, kind, _ in said(store)] == ["alert"]


def test_a_channel_that_a_manager_subscribed_knows_already(store):
    """The answer to the command was the greeting. So has a terminal its own."""
    store.subscriptions.add(alerts(), replace(wanted()[1], origin=Origin.CHAT))
    configured(store, (replace(alerts(), name="here", transport="terminal", target="here"), wish("here")))
    greet(store, TITLES, SIGNS, NOW)
    assert said(store) == []


def test_a_greeting_is_no_post_of_the_days_budget(store):
    """The first alert of a channel with one post a day comes beside it."""
    configured(store, wanted(posts_per_day=1))
    greet(store, TITLES, SIGNS, NOW)
    store.commit(plan(reading(1)), NOW)
    assert [kind for _, kind, _ in said(store)] == ["alert", "greeting"]


def test_who_leaves_before_the_greeting_is_not_greeted(store):
    """What waits for a channel that nobody wants any more is given up."""
    configured(store, wanted())
    greet(store, TITLES, SIGNS, NOW)
    store.subscriptions.end("alerts", NOW)
    configured(store)
    assert said(store) == []


def looked_at(store, *states):
    store.feeds.enrol([Feed(state.name, state.url, "en") for state in states])
    store.record([replace(state, home=state.url) for state in states], [], Day(polls=len(states)), NOW)


def feed(name, **state):
    return FeedState(name, f"https://{name}.example/f", last_checked=NOW, **state)


def test_the_first_look_is_summed_up_when_every_feed_was_asked(store):
    """Not before, and not again: feeds read and failed, items, and the stories that nobody was told of."""
    configured(store, wanted(), operators())
    assert first_look_goes_on(store)
    looked_at(store, feed("a", baseline=True), feed("b"))
    assert end_first_look(store, "/", NOW) is None
    looked_at(store, feed("b", failures=1))
    state = replace(plan().state, name="c", baseline=True)
    loud, quiet = reading(1), replace(reading(2, published=NOW), silent=True)
    store.commit(replace(plan(loud, quiet), state=state), NOW)
    store.record([], [], Day(read=5), NOW)
    found = end_first_look(store, "/", NOW)
    assert found.kind is NoticeKind.FIRST_LOOK
    assert dict(found.args) == {"feeds": 1, "failed": 1, "items": 7, "stories": 1, "sign": "/"}
    assert ("operators", "notice", dict(found.args)) in said(store)
    assert not first_look_goes_on(store)


def test_without_operators_the_first_channel_hears_of_the_first_look(store):
    """The one that the file names first."""
    configured(store, (replace(alerts(), name="z", target="9"), wish("z")), wanted())
    assert first_look_goes_on(store)
    looked_at(store, feed("a", baseline=True))
    end_first_look(store, "/", NOW)
    assert [(channel, kind) for channel, kind, _ in said(store)] == [("z", "notice")]


def test_an_archive_that_knows_its_feeds_has_no_first_look(store):
    """Whoever updates the program is not told that it has begun."""
    looked_at(store, feed("a", baseline=True))
    assert not first_look_goes_on(store)


def test_a_first_look_that_was_cut_off_goes_on_after_the_next_start(store):
    """Half of the feeds were asked when the program ended: the sum comes when all were."""
    assert first_look_goes_on(store)
    looked_at(store, feed("a", baseline=True), feed("b"))
    assert first_look_goes_on(store)


def test_the_invitation_asks_for_what_is_needed_and_no_more():
    """Both scopes, the permissions of the README, and nothing that moderates."""
    link = urlsplit(invite_link(77))
    asked = parse_qs(link.query)
    assert (link.scheme, link.netloc) == ("https", "discord.com")
    assert asked == {
        "client_id": ["77"], "scope": ["bot applications.commands"], "permissions": [str(PERMISSIONS.value)],
    }  # fmt: skip
    assert {name for name, granted in PERMISSIONS if granted} == {
        "read_messages",  # the library's older name of "view channel"
        "send_messages", "embed_links", "attach_files", "read_message_history", "create_public_threads",
        "send_messages_in_threads",
    }  # fmt: skip


@pytest.fixture
async def server():
    with addresses_kept():
        async with DiscordServer(now=Stopped()) as running:
            yield running
        check_payloads(running)


async def test_the_invitation_is_said_once(server, tmp_path, caplog):
    """At the first start of an application; a later start of a bot that is in a server says nothing of it."""
    caplog.set_level(logging.INFO, "bot")
    for count in (1, 2):
        async with House(server, tmp_path / "db", server.now) as house:
            await house.up()
            await server.until(lambda count=count: caplog.text.count("Discord: connected as") == count)
            await server.until(lambda: f"client_id={APP}" in caplog.text)
    assert caplog.text.count("To invite the bot to a server, open https://discord.com/oauth2/authorize?") == 1


class Running:
    """A whole bot in this process, before the fake Discord and one feed."""

    def __init__(self, server, publisher, database, operators=True):
        discord = {"token": server.token, "api_base": server.api_base, "gateway_url": server.gateway_url}
        if operators:
            discord["operators_channel"] = str(OPERATORS)
        self.settings = Settings(
            database=database,
            discord=Discord(**discord),
            health=Health(port=0),
            poll=Poll(tick_seconds=0.1, read_articles=False, host_gap_seconds=0),
            watch=(WatchSettings(name="minusma"),),
            channel=(ChannelSettings(name="alerts", watch="minusma", id=str(CHANNEL), role=str(ROLE)),),
        )
        self.feeds, self.now = [Feed("wire", publisher.url, "en")], server.now

    def __call__(self):
        return App(self.settings, self.feeds, [WATCHES / "minusma"], clock=self.now, chance=lambda: 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("told_in", [OPERATORS, CHANNEL])
async def test_a_first_start_greets_and_sums_up_and_a_second_does_neither(tmp_path, told_in, caplog):
    """From feed bytes to messages over sockets: a kind word in the channel, then what the first look found, where the
    operators read or else in the channel; after a restart neither, and the feed's old item is told to nobody."""
    caplog.set_level(logging.INFO, "bot")
    later = Stopped(START.replace(year=2022))
    with addresses_kept():
        async with DiscordServer(now=later) as server, Publisher() as publisher:
            start = Running(server, publisher, tmp_path / "db", told_in == OPERATORS)
            async with start():
                await server.until(lambda: any("first look" in one["content"] for one in server.posted(told_in)), 15)
                await server.until(lambda: server.posted(CHANNEL))
            before = {place: [one["content"] for one in server.posted(place)] for place in (CHANNEL, OPERATORS)}
            async with start() as again:
                await server.until(lambda: len(server.sessions) == 2, 15)
                later.move(hours=1)
                await again.poller.tick()
                with contextlib.suppress(TimeoutError):
                    await server.until(lambda: len(server.sent()) > 2, 1.0)
            after = {place: [one["content"] for one in server.posted(place)] for place in (CHANNEL, OPERATORS)}
            check_payloads(server)
    assert after == before
    greeting = next(one for one in before[CHANNEL] if "Hello" in one)
    assert "UN mission in Mali" in greeting and "/help" in greeting
    (summary,) = [one for one in before[told_in] if "first look" in one]
    assert "1 feed read, 1 item, 1 story filed in silence; try /latest." in summary
    assert caplog.text.count("The first look is done") == 1
    assert unexplained(record.getMessage() for record in caplog.records) == []


# Whatever these log, a start may print it.
AT_START = ("bot/app.py", "bot/delivery/courier.py", "bot/discord/client.py", "bot/discord/transport.py",
            "bot/discord/parts/invite.py", "feeds/catalog/live.py", "feeds/poll.py", "feeds/ticker.py")  # fmt: skip
AT_ITS_END = {"closing the Discord client: %s", "the tick in hand did not end within %g s and was cut off; nothing is "
              "lost by it"}  # fmt: skip


@pytest.mark.parametrize("module", AT_START)
def test_every_line_that_a_start_may_log_is_explained(module):
    """The table has a row for each, also for those that a healthy start does not print."""
    calls = [one for one in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))) if isinstance(one, ast.Call)]
    forms = [one.args[0].value for one in calls if ast.unparse(one.func).startswith("log.")
             and one.func.attr != "debug" and isinstance(one.args[0], ast.Constant)]  # fmt: skip
    assert forms
    own = [form for form in forms if form.strip("%s :to") and form not in AT_ITS_END]  # the rest is all arguments
    assert unexplained(re.sub(r"%[.\d]*[a-z]", "7", form) for form in own) == []


def test_the_table_names_every_kind_of_message_and_the_number_of_commands():
    """Each message that is sent has a line that begins with its kind; there are as many slash commands as it says."""
    assert kinds_told() == list(get_args(get_type_hints(Delivery)["kind"]))
    assert f"`synced {len(COMMANDS)} slash commands with Discord`" in (ROOT / "docs" / "operators.md").read_text(
        "utf-8"
    )
