"""What fits a phone and helps on: the list of commands, times in the terminal, names of channels, misspelt commands."""

from __future__ import annotations

import io
from dataclasses import replace

import discord
import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.card import Card, Reply, Span
from bot.console.paper import paper
from bot.console.transport import Terminal
from bot.desk import COMMANDS, Asker, Desk
from bot.desk.rights import ALL_RIGHTS
from bot.discord.posting.places import Unfit, posting_place
from bot.discord.text import escape
from bot.wording.causes import cause_text
from config.schema import Settings
from feeds.model import Cause, CauseKind, Channel, Subscription
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from tests.discord_kit import Watch
from tests.gallery.page import Scene, page
from tests.store_kit import NOW, plan, reading, wish

WIDTH = 42  # characters of a line that a phone shows without a break
PLACE = Channel("discord:77", "discord", "77", server="9"), wish("discord:77")
MEMBER = Asker("1", "x", transport="discord", target="55", server="9")


@pytest.fixture
async def desk(tmp_path):
    async with StoreThread(lambda: Store(tmp_path / "db")) as store:
        await store.run(lambda opened: opened.subscriptions.configure([PLACE], NOW))
        await store.run(lambda opened: opened.commit(plan(reading(1)), NOW))
        yield Desk(store, {"w": Watch()}, Settings(), lambda: NOW)


def lines(card):
    every = [*card.lines, *(line for field in card.fields for line in field.lines)]
    return ["".join(span.text for span in line) for line in every]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_each_command_has_a_few_words_and_a_group(command):
    """The list of commands has one short line each."""
    assert command.short and command.group != "More"
    assert len(f"!{command.name} {command.short}") <= WIDTH


async def test_help_is_short_lines_in_groups(desk):
    """No line breaks on a phone; managers have a group of their own."""
    (card,) = (await desk.answer("help", asker=Asker("1", "x", rights=ALL_RIGHTS))).cards
    groups = [field.name for field in card.fields]
    assert groups == ["Read", "Check", "Look", "Take away", "Hand over", "Follow", "The bot", "For managers"]
    assert len(lines(card)) == len(COMMANDS)
    assert max(map(len, lines(card))) <= WIDTH


async def test_a_place_without_a_digest_still_helps(desk):
    """A member is told what works here, a manager what to do."""
    member = (await desk.answer("digest", asker=MEMBER)).text
    assert "!latest shows the newest stories" in member and "A manager can" in member
    manager = (await desk.answer("digest", asker=Asker("1", "x", ALL_RIGHTS, "discord", "55"))).text
    assert "You can change that with !subscribe" in manager


async def test_status_names_channels_so_that_they_can_be_followed(desk):
    """On their own transport they carry their id, elsewhere their name stands."""

    async def places(asker):
        (card,) = (await desk.answer("status", asker=asker)).cards
        return [line[0] for field in card.fields if field.name == "Channels" for line in field.lines]

    assert await places(MEMBER) == [Span("discord:77", place="77")]
    assert await places(Asker("1", "x", transport="terminal")) == [Span("discord:77")]


async def test_a_channel_of_no_known_server_is_shown_where_the_operators_read(desk):
    """It may be gone, and another team's is none of it; members elsewhere in the server do not see it."""
    lost = Channel("lost", "discord", "78"), wish("lost")
    other = Channel("other", "discord", "79", server="8"), wish("other")
    own = Channel("operators", "discord", "55", server="9"), Subscription("operators", "", (), kind="notices")
    await desk._house.store.run(lambda store: store.subscriptions.configure([PLACE, lost, other, own], NOW))

    async def shown(target):
        (card,) = (await desk.answer("status", asker=replace(MEMBER, target=target))).cards
        return {line[0].text for field in card.fields if field.name == "Channels" for line in field.lines}

    assert await shown("55") == {"discord:77", "lost", "operators"}
    assert await shown("56") == {"discord:77", "operators"}


def test_a_listed_story_has_its_time_in_the_terminal():
    """In its small print, to the minute; an alert has it in its heading."""
    out = io.StringIO()
    Terminal(paper(out, 80)).reply(Reply(cards=(Card("A story", footer="Story 9", at=NOW),)))
    assert f"│ Story 9 · {NOW.day} {NOW:%b %Y %H:%M} UTC" in out.getvalue()


def test_a_misspelt_command_gets_a_suggestion_on_the_command_line():
    """The nearest name, of the program's own commands and of those of the prompt; none for what is like nothing."""
    assert "Did you mean status?" in CliRunner().invoke(main, ["statsu"]).output
    assert "Did you mean classify?" in CliRunner().invoke(main, ["clasify"]).output
    assert "Did you mean" not in CliRunner().invoke(main, ["xyzzy"]).output


async def test_a_kind_of_channel_that_takes_no_messages_is_refused_with_what_to_do():
    """The operators read where else to post."""

    class Client:
        def get_channel(self, _):
            return discord.Object(1)

    with pytest.raises(Unfit):
        await posting_place(Client(), "1")
    assert cause_text(Cause(CauseKind.WRONG_CHANNEL)).endswith("name a text channel, a thread or a forum")


def test_a_page_of_payloads_shows_them_as_discord_does():
    """Escapes are taken back, links and times are dressed, nothing of a feed becomes markup of the page."""
    shown = page([
        Scene("alert", "one", {"content": "🔴 Attack <@&7>", "embeds": [{
            "title": escape("<b>*bold*"), "url": "https://a.example/", "description": "[“x”](https://a.example/1) "
            "**y** <t:0:t>\n> said", "fields": [{"name": "n", "value": escape("a_b")}], "footer": {"text": "small"},
            "color": 1}], "components": [{"components": [{"label": "Why"}]}]}, NOW),
    ], {})  # fmt: skip
    assert "&lt;b&gt;*bold*" in shown and "<b>y</b>" in shown and ">a_b<" in shown
    assert '<a href="https://a.example/1">“x”</a>' in shown and "00:00" in shown
    assert "<blockquote>said</blockquote>" in shown and ">Why<" in shown
