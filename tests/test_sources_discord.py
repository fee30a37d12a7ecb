"""Sources as a team adds them on Discord: typed, by slash command and by button, through the real discord.py."""

from __future__ import annotations

import discord
import pytest

from bot.desk import Desk
from bot.discord.client import Client
from bot.discord.transport import discord_parts
from config.schema import Settings
from feeds.store import Store
from tests.discord_kit import Clock, Watch
from tests.source_kit import WIRE, Given
from tests.test_discord_commands import Here, words

pytestmark = pytest.mark.slow


@pytest.fixture
def given():
    return Given()


@pytest.fixture
def here(tmp_path):
    with Store(tmp_path / "db") as store:
        yield Here(store)


@pytest.fixture
def simcord_bot(here, given):
    settings, clock = Settings(), Clock()
    desk = Desk(here, {"w": Watch()}, settings, clock, given)
    return Client(settings.discord.prefix, discord_parts(settings.discord, desk, here, clock))


class Team:
    """A server with one who may manage it, one who may manage channels, and a member."""

    def __init__(self, env):
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("alerts")
        roles = [
            self.guild.create_role(name, permissions=discord.Permissions(**{name: True}))
            for name in ("manage_guild", "manage_channels")
        ]
        self.chief, self.keeper = (self.guild.add_member(env.create_user(str(r.id)), roles=[r]) for r in roles)
        self.member = self.guild.add_member(env.create_user("member"))

    async def ask(self, text, who=None):
        await (who or self.chief).send(self.channel, text)
        return self.channel.last_message


@pytest.fixture
def team(simcord_env):
    return Team(simcord_env)


async def test_a_source_is_tried_and_added_by_its_button(team, here, given, simcord_env):
    """What strangers wrote rings nobody and links nowhere; whoever may not manage the server is told why not."""
    answer = await team.ask("!feed add <https://news.example/feed?key=geheim>")
    said = words(answer)
    assert "1 of the 2 items that I read would be told." in said
    assert "[free](" not in said
    assert "geheim" not in said
    assert not answer.mention_everyone and not answer.role_mentions
    refused = await team.keeper.click(answer, label="Add it")
    assert "Manage Server" in refused.response.content
    assert here.store.feeds.added() == []
    done = await team.chief.click(answer, label="Add it")
    assert "is read from now on" in done.response.content
    (added,) = here.store.feeds.added()
    assert (added.server, added.feed.name) == (str(team.guild.id), f"everyone &1 free loud @{team.guild.id}")
    posted = [one for one in simcord_env.http_requests if one.method == "POST" and one.path.endswith("/messages")]
    assert all(one.json["allowed_mentions"] == {"parse": []} for one in posted)
    assert given.asked == [(str(team.guild.id), "https://news.example/feed?key=geheim")]


async def test_a_slash_command_does_the_same(team, here):
    """With the action chosen; its yes is an option."""
    result = await team.chief.slash(team.channel, "feed", action="add", what="https://news.example/feed")
    assert "Shall I read it from now on" in words(result.response)
    result = await team.chief.slash(team.channel, "feed", action="add", what="https://news.example/feed", yes=True)
    assert "is read from now on" in words(result.response)
    assert len(here.store.feeds.added()) == 1
    listed = await team.ask("!feed")
    assert "1 added source of 20" in words(listed)


async def test_feeds_are_offered_by_their_names(team, given, simcord_env):
    """Those that this server may know of, as far as the action is for them: none where one is added, and no other
    server's."""
    given.file = (WIRE,)
    for yes in (False, True):
        await team.chief.slash(team.channel, "feed", action="add", what="https://news.example/feed", yes=yes)
    own = "everyone &1 free loud"

    async def offered(typed, action, of=team):
        found = await of.chief.autocomplete(of.channel, "feed", "what", typed, action=action)
        return [one["value"] for one in found]

    for action in ("test", "inspect", "pause"):
        assert await offered("", action) == [own, "Wire"], action
        assert await offered("wi", action) == ["Wire"]
    assert await offered("", "remove") == [own]
    assert await offered("", "add") == await offered("", "resume") == []
    await team.ask(f"!feed pause {own}")
    assert (await offered("", "resume"), await offered("", "pause")) == ([own], ["Wire"])
    assert await offered("", "inspect", Team(simcord_env)) == ["Wire"]


async def test_a_button_of_another_server_adds_nothing(team, here, simcord_env):
    """What was shown in one server waits there alone."""
    answer = await team.ask("!feed add https://news.example/feed")
    other = Team(simcord_env)
    (button,) = [one for row in answer.components for one in row.children]
    line = button.custom_id.removeprefix("ask:feed:")
    assert "was read too long ago" in words(await other.ask(f"!feed {line}"))
    assert here.store.feeds.added() == []


async def test_what_cannot_be_read_is_said_in_a_sentence(team):
    """To who asked."""
    assert "names no feed" in words(await team.ask("!feed add https://none.example/"))
    assert "Manage Server" in words(await team.ask("!feed list", team.member))
