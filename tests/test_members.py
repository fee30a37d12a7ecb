"""Whoever asks whatever, wherever: a sentence comes back that rings nobody, links nowhere it does not say, and fits."""

from __future__ import annotations

import re

import discord
import pytest
from hypothesis import settings

from bot.desk import COMMANDS, Desk
from bot.discord.client import Client
from bot.discord.parts.commands import SORRY
from bot.discord.transport import discord_parts
from config.schema import Settings
from feeds.store import Store
from tests.discord_kit import Clock, Watch
from tests.proofs import PROFILES
from tests.source_kit import Given
from tests.store_kit import plan, reading
from tests.test_discord_commands import ARGUMENTS, Here, words

pytestmark = pytest.mark.slow

LURE = "@everyone <@&4001> [free](https://evil.example) ||**x**||"
ODD = {
    "long": "x" * 1900,
    "many words": "a " * 900,
    "emoji": "\U0001f4a3\U0001f54a\ufe0f\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1f2\U0001f1f1",
    "right to left": "\u0645\u0627\u0644\u064a \u202eevil\u202c \u200f\u0623\u0628",
    "no width": "\u200b\u200d\ufeff\u2060",
    "null": "a\x00b\x1b[31mc",
    "markdown": "**a** __b__ ~~c~~ ||d|| > q # h - l",
    "everyone": "@everyone @here",
    "mentions": "<@&4001> <@5001> <#3001> </latest:1> <t:1:R> <:x:1>",
    "lure": LURE,
    "fence": "```py\nprint(1)",
    "tick": "`",
    "huge": "9" * 400,
    "exponent": "1e400",
    "minus": "-1",
    "zero": "0",
    "fraction": "1.5",
    "nan": "NaN",
    "quotes": "'\"”“«",
    "unbalanced": '"unbalanced',
    "dashes": "--",
    "option": "--help",
    "forms": "%s %n {0} {x!r} {",
    "sql": "'; DROP TABLE stories;--",
    "path": "../../etc/passwd\\..",
    "bracket": "https://[::1",
    "address": "<https://evil.example/a?b=c#d>",
    "inner": "http://127.0.0.1:1/",
    "pair": "of:x since:never kind:",
    "brackets": "((((",
    "operators": "OR AND NOT - | &",
    "lines": "\n\n\n",
    "slash": "/",
    "backslash": "\\",
    "wide": "＠everyone ＜＠＆１＞",
    "stars": "*" * 50,
    "surrogates": "\U0010ffff\ufffe",
    "zalgo": "Z\u0351\u036b\u0343" * 20,
    "hash": "#0 #-1 #99999999999999999999",
    "digits": "１２３ ٤٥ ५",
}


IN_FULL = settings().max_examples >= PROFILES["proofs"]


@pytest.fixture
def here(tmp_path):
    """An archive whose feeds try to ring, to link and to break out of what they stand in."""
    with Store(tmp_path / "db") as store:
        clock = Clock()
        for number in range(1, 8):
            told = reading(
                number, seen=clock(), published=clock(), title=f"Attack near Town {number} {LURE} ``` \u202e"
            )
            store.commit(plan(told), clock())
            clock.move(minutes=1)
        yield Here(store)


@pytest.fixture
def simcord_bot(here):
    clock = Clock()
    clock.move(hours=1)
    chosen = Settings()
    desk = Desk(here, {"w": Watch()}, chosen, clock, Given())
    return Client("!", discord_parts(chosen.discord, desk, here, clock))


class Town:
    """Two servers, in the first of which everybody is: a member, one who keeps channels, one who manages the server and
    its owner; a stranger in the second; and the members' direct messages."""

    def __init__(self, env):
        self.env, self.guild, self.elsewhere = env, env.create_guild(), env.create_guild()
        self.channel, self.other = (one.create_text_channel("alerts") for one in (self.guild, self.elsewhere))
        roles = {name: self.guild.create_role(name, permissions=discord.Permissions(**{name: True}))
                 for name in ("manage_channels", "manage_guild", "administrator")}  # fmt: skip
        self.who = {"member": (self.guild.add_member(env.create_user("member")), self.channel)}
        for name, role in roles.items():
            self.who[name] = (self.guild.add_member(env.create_user(name), roles=[role]), self.channel)
        self.who["stranger"] = (self.elsewhere.add_member(env.create_user("stranger")), self.other)

    def posts(self):
        return [one for one in self.env.http_requests if one.method in ("POST", "PATCH") and _told(one)]

    async def ask(self, role, text):
        """The texts that came back, and the requests that brought them."""
        before = len(self.posts())
        if role == "direct":
            await self.who["member"][0].send_dm(text)
        else:
            who, channel = self.who[role]
            await who.send(channel, text)
        return self.posts()[before:]


def _told(request):
    return isinstance(request.json, dict) and ("content" in request.json or "embeds" in request.json)


def checked(posts, asked):
    """What every answer keeps: a sentence, no trace, nobody rung, no link that says another thing, the limits."""
    assert posts, f"no answer to {asked!r}"
    for post in posts:
        payload = post.json
        assert payload.get("allowed_mentions") == {"parse": []}, asked
        content, embeds = payload.get("content") or "", payload.get("embeds") or []
        told = " ".join([content, *_texts(embeds)])
        assert re.search(r"\w", told), asked
        assert SORRY not in told and "Traceback" not in told and "Error" not in told.replace("Error:", ""), (
            asked,
            told,
        )
        assert len(content) <= 2000 and sum(map(len, _texts(embeds))) <= 6000 and len(embeds) <= 10, asked
        assert "@everyone" not in told and "@here" not in told, (asked, told)
        assert not re.search(r"(?<!\\)\[free(?<!\\)\]\(", told), (asked, told)
        assert "<@&4001>" not in told, (asked, told)
        assert told.count("```") % 2 == 0 or "\\`" in told, (asked, told)
        assert "\u202e" not in told and "\x00" not in told and "\x1b" not in told, (asked, told)


def _texts(value):
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


@pytest.fixture
def town(simcord_env):
    return Town(simcord_env)


@pytest.mark.parametrize(
    "role", ["member", "manage_channels", "manage_guild", "administrator", "operator", "stranger", "direct"]
)
async def test_everybody_is_answered_to_every_command(town, here, role, monkeypatch):
    """In a channel, in another server and alone: an answer, or a refusal that says why; bare words in `make proofs`."""
    asking = "administrator" if role == "operator" else role
    if role == "operator":  # of a server that may change the archive
        monkeypatch.setattr(here.store.servers, "of_the_archive", lambda _: {str(town.guild.id)})
    between = role in ("manage_channels", "manage_guild", "operator")  # who differ where something is needed
    for command in COMMANDS:
        if between and not command.needs and not IN_FULL:
            continue
        lines = f"{command.name} {ARGUMENTS.get(command.name, '')}".strip(), command.name
        for line in dict.fromkeys(lines[: 1 + IN_FULL]):
            checked(await town.ask(asking, f"!{line}"), (role, line))


async def test_odd_words_are_answered_with_a_sentence(town):
    """Commands with every kind of odd words, by somebody who may do everything in the server and, every third kind, by
    direct message; each command with each kind in `make proofs`, else with every ninth."""
    for at, kind in enumerate(ODD):
        for number, command in enumerate(COMMANDS):
            if IN_FULL or (at * 4 + number) % 9 == 0:
                text = f"!{command.name} {ODD[kind]}"[:2000]
                checked(await town.ask("direct" if at % 3 == 1 else "administrator", text), text[:80])


async def test_odd_options_of_slash_commands_are_answered(town):
    """Discord bounds what is typed there by less than we need."""
    who, channel = town.who["administrator"]
    for name, option in (("search", "words"), ("why", "item"), ("follow", "query"), ("cite", "item"), ("map", "query")):
        for kind in ("lure", "null", "quotes", "huge", "forms", "right to left", "lines", "sql"):
            result = await who.slash(channel, name, **{option: ODD[kind] or "x"})
            assert result.acknowledged
            told = words(result.response)
            assert told.strip() and SORRY not in told and "@everyone" not in told, (name, kind, told)
