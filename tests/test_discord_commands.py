"""The commands as members use them, through the real discord.py against a simulated Discord in process."""

from __future__ import annotations

import asyncio
import sqlite3

import discord
import pytest
from discord.ext import commands

from bot.card import Card, Reply
from bot.desk import COMMANDS, Desk, find_command
from bot.desk.rights import CHANNEL_RIGHTS, NO_RIGHTS, SERVER_RIGHTS
from bot.discord.client import Client
from bot.discord.parts.asking import granted
from bot.discord.parts.commands import SORRY
from bot.discord.parts.paging import LONGEST_ID, custom_id, view
from bot.discord.parts.slash import slash_command
from bot.discord.transport import discord_parts
from config.schema import Settings
from feeds.store import Store
from tests.discord_kit import Clock, Watch
from tests.store_kit import plan, reading
from tests.test_desk_parse import MANY

pytestmark = pytest.mark.slow

ARGUMENTS = {"search": "town", "story": "1", "why": "1", "cite": "1", "diff": "1", "merge": "1 2", "split": "1",
             "note": "1 words", "unnote": "1", "follow": "town", "unfollow": "all",
             "threshold": "w 0.6", "allow": "w relief", "block": "w chess", "tier": "1 decision"}  # fmt: skip
# What these answer depends on what was asked before.
REMEMBERING = {"brief", "note", "unnote", "follow", "unfollow"}


class Here:
    """The store without its thread: the simulation waits for the loop, not for threads."""

    def __init__(self, store):
        self.store, self.trouble, self.delay = store, None, 0.0

    async def run(self, work):
        await asyncio.sleep(self.delay)
        if self.trouble is not None:
            raise self.trouble
        return work(self.store)

    read = run


@pytest.fixture
def here(tmp_path):
    with Store(tmp_path / "db") as store:
        clock = Clock()
        for number in range(1, 8):
            told = reading(number, seen=clock(), published=clock(), title=f"Attack near Town {number} *@everyone*")
            store.commit(plan(told), clock())
            clock.move(minutes=1)
        yield Here(store)


@pytest.fixture
def simcord_bot(here):
    clock = Clock()
    clock.move(hours=1)
    settings = Settings()
    desk = Desk(here, {"w": Watch()}, settings, clock)
    return Client(settings.discord.prefix, discord_parts(settings.discord, desk, here, clock))


class Place:
    """A server with a channel, a member, another one, and one who manages it."""

    def __init__(self, env):
        self.env, self.guild = env, env.create_guild()
        self.channel = self.guild.create_text_channel("alerts")
        chiefs = self.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
        self.member = self.guild.add_member(env.create_user("member"))
        self.other = self.guild.add_member(env.create_user("other"))
        self.chief = self.guild.add_member(env.create_user("chief"), roles=[chiefs])

    async def ask(self, text, who=None):
        await (who or self.member).send(self.channel, text)
        last = self.channel.last_message
        return last if last.author.bot else None

    @property
    def answers(self):
        return [one for one in self.channel.history if one.author.bot]


@pytest.fixture
def place(simcord_env):
    return Place(simcord_env)


def words(message):
    return " ".join([message.content or "", *(str(embed.to_dict()) for embed in message.embeds)])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_every_command_is_answered_typed_and_as_a_slash_command(place, command):
    """Both forms lead to the desk, and their answers agree."""
    who = place.chief if command.needs else place.member
    arguments = ARGUMENTS.get(command.name, "")
    answer = await place.ask(f"!{command.name} {arguments}".strip(), who)
    assert answer is not None
    assert words(answer).strip()
    assert SORRY not in words(answer)
    given = zip(command.arguments, arguments.split(), strict=False)
    options = {one.name: int(value) if one.kind == "number" else value for one, value in given}
    result = await who.slash(place.channel, command.name, **options)
    assert result.acknowledged
    if command.form:
        assert result.modal["components"]
        return
    assert SORRY not in words(result.response)
    if not command.needs and command.name not in REMEMBERING:
        assert words(result.response) == words(answer)


async def test_an_answer_replies_to_its_question_and_mentions_nobody(place, simcord_env):
    """The answer hangs on the question; feed text that says @everyone is shown, not obeyed."""
    answer = await place.ask("!latest")
    assert answer.reference is not None
    assert answer.reference.resolved.content == "!latest"
    assert not answer.mention_everyone
    assert not answer.mentions
    assert "@everyone" not in words(answer)
    assert "Attack near Town 7" in words(answer)
    (sent,) = [one for one in simcord_env.http_requests if one.method == "POST" and one.path.endswith("/messages")]
    assert sent.json["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("text", ["!LATEST", "! latest", "!news", "@ latest", "@"])
async def test_commands_may_be_typed_loosely(place, simcord_bot, text):
    """Case, a space after the prefix, an alias, a mention; a bare mention asks for help."""
    text = text.replace("@", f"<@{simcord_bot.user.id}>")
    answer = await place.ask(text)
    assert ("Attack near" if "latest" in text.lower() or "news" in text else "latest") in words(answer)


async def test_pages_turn_for_the_asker_only(place):
    """The buttons turn the asker's answer in place; anyone else is told how to ask."""
    answer = await place.ask("!latest 3")
    assert "Town 7" in words(answer)
    assert "Town 4" not in words(answer)
    result = await place.other.click(answer, label="▶")
    assert result.ephemeral
    assert "/latest" in result.response.content
    await place.member.click(answer, label="▶")
    turned = place.channel.last_message
    assert turned.id == answer.id
    assert "Town 4" in words(turned)
    assert "Town 7" not in words(turned)
    labels = [button.label for row in turned.components for button in row.children]
    assert labels == ["◀", "2 / 3", "▶"]


async def test_a_slash_answer_pages_too(place):
    """A slash command's answer has the same buttons, which keep its options: a page asks the same."""
    result = await place.member.slash(place.channel, "latest", n=2)
    await place.member.click(result.response.message, label="▶")
    assert "Town 5" in words(place.channel.last_message)


@pytest.mark.simcord(check_errors=False)
@pytest.mark.parametrize(("text", "said"), [
    ("!latest many", "should be a number from 1 to 10"),
    ("!latest 99", "should be a number from 1 to 10"),
    ("!search", "Ask like this: !search <words>"),
    ("!story", "Ask like this: !story <story>"),
    ("!merge 5", "Ask like this: !merge <story> <other>"),
    ("!story xyz", "A story has a number"),
    ("!search \"unclosed", ""),
    ("!lastest", "latest"),
    ("!why \"odd \\ ' “ quotes", ""),
])  # fmt: skip
async def test_mistakes_are_explained(place, text, said):
    """A wrong number, a missing argument, an odd quotation mark, a typo: a sentence that helps, never a trace."""
    answer = await place.ask(text, place.chief)
    assert said in words(answer)
    assert "Traceback" not in words(answer)
    assert SORRY not in words(answer)


@pytest.mark.parametrize("text", ["!frobnicate", "hello", "!", "!!", "latest"])
async def test_what_is_not_ours_is_left_alone(place, text):
    """Another bot may own that command; ordinary talk is nobody's."""
    assert await place.ask(text) is None


@pytest.mark.simcord(check_errors=False)
@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("database is locked"), RuntimeError("secret detail")])
async def test_our_own_faults_are_told_kindly(place, here, trouble, caplog):
    """A member reads an apology, the log gets the reason; the same for a slash command and for a page."""
    pages = await place.ask("!latest 3")
    here.trouble = trouble
    answer = await place.ask("!latest")
    assert answer.content == SORRY
    assert str(trouble) not in words(answer)
    result = await place.member.slash(place.channel, "status")
    assert result.response.content == SORRY
    assert result.ephemeral
    result = await place.member.click(pages, label="▶")
    assert result.ephemeral
    assert str(trouble) in caplog.text


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if command.needs])
async def test_managing_is_for_managers(place, here, name):
    """Members cannot subscribe, mute or merge, typed or otherwise, and read which permission is missing; nothing
    changes when they try."""
    before = here.store.channels.all(), here.store.stories.latest(10, 0)
    answer = await place.ask(f"!{name} {ARGUMENTS.get(name, '')}")
    missing = "Manage Channels" if find_command(name).needs == "channel" else "Manage Server"
    assert f"needs the permission “{missing}”" in words(answer)
    assert (here.store.channels.all(), here.store.stories.latest(10, 0)) == before


async def test_discord_shows_managers_commands_to_everybody_and_the_bot_checks(place):
    """A role on a team's list needs no permission of Discord's, so the slash commands are not hidden behind one."""
    assert "subscribe" in place.member.available_commands(place.channel)
    result = await place.member.slash(place.channel, "subscribe")
    assert result.ephemeral
    assert "needs the permission “Manage Channels”" in result.response.content


@pytest.mark.parametrize(("given", "rights"), [
    ({"manage_channels": True}, CHANNEL_RIGHTS), ({"manage_guild": True}, SERVER_RIGHTS),
    ({"administrator": True}, SERVER_RIGHTS), ({"manage_messages": True, "kick_members": True}, NO_RIGHTS),
    ({}, NO_RIGHTS),
])  # fmt: skip
def test_what_discords_permissions_grant(given, rights):
    """Managing channels opens a channel's settings, managing the server all of its own; nobody's opens the archive."""
    assert granted(discord.Permissions(**given)) == rights


async def test_managers_subscribe_and_mute_a_channel(place, here):
    """`!subscribe` makes the channel a target with the channel's own id; `!mute` and `!unsubscribe` act on it."""
    await place.ask("!subscribe", place.chief)
    (channel,) = here.store.channels.all()
    (wanted,) = here.store.subscriptions.of_channel(channel.name)
    assert (channel.transport, channel.target, wanted.watch) == ("discord", str(place.channel.id), "w")
    await place.chief.slash(place.channel, "mute", hours=3)
    assert here.store.channels.all()[0].muted_until is not None
    await place.ask("!unsubscribe", place.chief)
    assert here.store.channels.all() == []


async def test_a_role_to_ping_is_named_in_chat(place, here, monkeypatch):
    """Mentioned or chosen in the slash command's own menu; one that nobody may mention is said to be so."""
    open_to_all = place.guild.create_role("analysts", mentionable=True)
    closed = place.guild.create_role("council")
    monkeypatch.setattr(commands.Context, "bot_permissions", discord.Permissions.none())
    answer = await place.ask(f"!subscribe role:<@&{open_to_all.id}>", place.chief)
    assert "@analysts is pinged for each incident" in words(answer)
    (channel,) = here.store.channels.all()
    assert here.store.subscriptions.of_channel(channel.name)[0].role == str(open_to_all.id)
    result = await place.chief.slash(place.channel, "subscribe", role=closed)
    assert "@council cannot be pinged yet" in words(result.response)
    assert here.store.subscriptions.of_channel(channel.name)[0].role == str(closed.id)


async def test_what_a_channel_wants_only_is_an_option_of_the_slash_command(place, here):
    """It has a field of its own, where quotes make phrases."""
    result = await place.chief.slash(place.channel, "subscribe", only='"burning convoy" lang:fr')
    assert 'only what “"burning convoy" lang:fr” finds' in words(result.response)
    (channel,) = here.store.channels.all()
    assert here.store.subscriptions.of_channel(channel.name)[0].filter == '"burning convoy" lang:fr'


async def test_a_slow_answer_is_announced(place, here, simcord_env, monkeypatch):
    """Discord gives up after three seconds: a slow slash command is acknowledged before, and answered after."""
    monkeypatch.setattr("bot.discord.parts.commands.PATIENCE", 0.02)
    here.delay = 0.2
    result = await place.member.slash(place.channel, "help")
    callbacks = [one.json["type"] for one in simcord_env.http_requests if one.path.endswith("/callback")]
    assert callbacks == [5]
    assert "latest" in words(result.response)


async def test_commands_work_in_direct_messages(place, simcord_env):
    """Members may ask in private; managing needs a channel."""
    await place.member.send_dm("!latest 1")
    assert "Town 7" in str(simcord_env.http_requests[-1].json)
    await place.member.send_dm("!subscribe")
    assert "please ask there" in str(simcord_env.http_requests[-1].json)


@pytest.mark.simcord(check_errors=False)
async def test_a_channel_where_we_may_not_speak_is_left_in_peace(place, simcord_env, caplog):
    """An answer that is refused is a line in the log, not an error."""
    simcord_env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    assert await place.ask("!latest") is None
    assert not [record for record in caplog.records if record.exc_info]


def test_every_option_is_described_within_discords_limits(simcord_bot):
    """Names, descriptions and bounds as Discord takes them; numbers are numbers there."""
    for command in simcord_bot.tree.get_commands():
        described = command.to_dict(simcord_bot.tree)
        assert 1 <= len(described["description"]) <= 100
        for option in described["options"]:
            assert 1 <= len(option["description"]) <= 100
    latest = simcord_bot.tree.get_command("latest").to_dict(simcord_bot.tree)
    (option,) = latest["options"]
    assert (option["type"], option["min_value"], option["max_value"], option["required"]) == (4, 1, 10, False)


async def test_a_command_may_have_any_number_of_typed_options(simcord_bot):
    """Text, number with bounds, choice, flag and time are what Discord knows; what is left out is not passed on."""
    asked = []

    async def answer(interaction, command, options):
        asked.append((command, options))

    made = slash_command(MANY, answer)
    described = {one["name"]: one for one in made.to_dict(simcord_bot.tree)["options"]}
    assert {name: one["type"] for name, one in described.items()} == {
        "place": 3, "story": 3, "words": 3, "n": 4, "order": 3, "since": 3, "all": 5,
    }  # fmt: skip
    assert [name for name, one in described.items() if one["required"]] == ["place", "story", "words"]
    assert (described["n"]["min_value"], described["n"]["max_value"]) == (1, 50)
    assert [one["value"] for one in described["order"]["choices"]] == ["newest", "oldest"]
    await made.callback(None, place="kidal", story="9", words="two words", n=7, order=None, since=None, all=True)
    assert asked == [(MANY, {"place": "kidal", "story": "9", "words": "two words", "n": 7, "all": True})]


async def test_a_question_too_long_for_a_button_has_none():
    """The buttons keep the question in their ids, which hold 100 characters."""
    reply = Reply(cards=(Card("x"),), page=1, pages=12)
    short = "w" * (LONGEST_ID - len(custom_id(13, "1" * 19, "search", "")))
    made = view(reply, "search", short, "1" * 19)
    assert max(len(item.custom_id) for item in made.children) <= LONGEST_ID
    assert view(reply, "search", short + "w", "1" * 19) is None
    assert view(Reply(cards=(Card("x"),)), "search", "w", "1") is None


async def test_a_form_is_filled_in_and_sent_off(place):
    """The modal of Discord's own selects holds what is so now; what is chosen in it is set, and answered privately."""
    shown = await place.chief.slash(place.channel, "setup")
    rows = {row["component"]["custom_id"]: row["component"] for row in shown.modal["components"]}
    assert list(rows) == ["watches", "role", "pings", "times", "language"]
    watch = rows["watches"]["options"][0]["value"]
    result = await place.chief.submit_modal(shown, {
        "watches": [watch], "pings": ["incident", "first-death"], "times": ["digest@09:00", "brief@06:00"],
        "language": ["server"],
    })  # fmt: skip
    assert result.response.flags.ephemeral
    assert "No role: nothing can ping" in words(result.response)
    again = await place.chief.slash(place.channel, "setup")
    times = next(row["component"] for row in again.modal["components"] if row["component"]["custom_id"] == "times")
    assert [one["value"] for one in times["options"] if one.get("default")] == ["digest@09:00", "brief@06:00"]
