"""A member of one server forges what belongs to another, over sockets: buttons, forms, pages, what is offered."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from bot.desk import COMMANDS
from feeds.model import AddedFeed, Channel, Follower, FollowRequest, Look
from tests.discord_kit import House
from tests.fakes.discord_server import CHANNEL, GUILD, MEMBER
from tests.store_kit import FEED, plan, reading, wish
from tests.test_servers_discord import OTHER, THERE, named, soon
from tests.test_teams import MINE

CHIEF = 1 << 5 | 1 << 4  # manages the server and its channels
OURS, PRIVATE = str(GUILD), "alphafeed"
SECRETS = ("alphafeed", "alphanote", "alphaquery", "alphafilter", "alphafind", "Alphonse", "4242", str(CHANNEL), "9333")
HUGE, RIGHT_TO_LEFT = "9" * 60, "\u202e\u2067١٢٣"
NUMBERS = ("0", "-1", HUGE, "1e9", "٣", RIGHT_TO_LEFT, "1 2 3", "'; DROP TABLE notes; --", "<@&9333>", "", "\x00")
# What is asked of each command beside a story, of the other's things by their names and numbers.
WORDS = {
    "story": ("3", "3 page:2"), "why": ("3 full",), "merge": ("1 3", "3 1"), "split": ("3", "1 #1"), "unnote": ("1",),
    "note": ("3 x",), "tier": ("3 decision", "1 decision"), "unfollow": ("1",),
    "search": ("alphafind", "source:alphafeed"),
    "feed": ("list", "inspect alphafeed", "pause alphafeed", "remove alphafeed yes", "test alphafeed"),
    "channel": ("show discord:4242", "incident off of:alphafeed", "role <@&9333>", "test"), "team": ("remove 9333",),
    "subscribe": ("w role:9333",), "timeline": ("3",), "cite": ("3",), "export": ("json",), "audit": ("15",),
    "watch": ("drop w yes",), "threshold": ("w 0.5 yes",), "block": ("w town yes",), "allow": ("w town yes",),
}  # fmt: skip


def settle(store, now):
    """What the server that the file names has of its own: a private feed and its story, a note, a follow, a role."""
    private = replace(FEED, name=PRIVATE, url="https://alphafeed.example/rss")
    store.feeds.enrol([FEED, private])
    store.feeds.add(AddedFeed(private, "Alphonse", now, OURS))
    own = Channel("discord:4242", "discord", "4242", server=OURS)
    store.subscriptions.add(own, wish("discord:4242", filter="alphafilter OR town"))
    for number in (1, 2):
        store.commit(plan(reading(number, seen=now, published=now)), now)
    told = reading(3, seen=now, published=now, feed=PRIVATE, publisher="Alphafeed", title="alphafind")
    told = replace(told, audience=OURS)
    store.commit(plan(told, state=replace(plan().state, name=PRIVATE, url=private.url)), now)
    store.notes.add(1, "discord:11", "Alphonse", "alphanote", now, server=OURS)
    store.follows.keep(FollowRequest(Follower("discord", OURS, "11"), "4242", "alphaquery", "dm"), (), now)
    store.servers.allow(OURS, "9333", "server")
    store.briefs.looked("discord:4242", "11", Look(now, now))
    store.audit.note(OURS, "Alphonse (discord:11)", "mute", "discord:4242", "", "alphanote", now)


def kept(store):
    """Every row of the tables in which the first server has anything, but for those of the forger's server."""
    theirs = {str(OTHER), f"discord:{MEMBER}", f"discord:{THERE}", str(THERE)}
    rows = {name: store._db.execute(f"SELECT * FROM {name}").fetchall() for name in MINE}
    return {name: [row for row in found if theirs.isdisjoint(row)] for name, found in rows.items()}


class Forger:
    """A member of the other server, who manages it or not, and what came back for all that they sent."""

    def __init__(self, server, house, permissions):
        self.server, self.house = server, house
        self.where = {"channel": THERE, "guild": OTHER, "permissions": permissions}

    async def press(self, custom_id):
        """The answer to a button that is said to stand under a message there."""
        button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
        under = self.server._message(THERE, {"components": [{"type": 1, "components": [button]}]}, MEMBER)
        return await self.answer(await self.server.click(under, custom_id, **self.where))

    async def fill_in(self, custom_id, values):
        return await self.answer(await self.server.submit(custom_id, values, **self.where))

    async def answer(self, token):
        self.house.desk._cooldown._full_at.clear()  # so much at once nobody may ask
        return await self.server.until(lambda: self.server.interactions[token])


@pytest.fixture
async def house(server, tmp_path):
    """Two servers of which neither is trusted with the archive."""
    server.another(OTHER, THERE)
    async with House(server, tmp_path / "db", server.now, archive_servers=("1",)) as opened:
        await opened.up()
        await soon(opened, named(OTHER))
        await opened.store.run(lambda store: settle(store, server.now()))
        yield opened


@pytest.fixture(params=[CHIEF, 0], ids=["manager", "member"])
async def forger(server, house, caplog, request):
    """Whoever forges changes not a row of the first server's, and the log has no fault of ours."""
    before = await house.store.run(kept)
    yield Forger(server, house, request.param)
    assert await house.store.run(kept) == before
    assert not [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


def told(answer, *echoes):
    """The first server's secrets that an answer holds, but for those that were asked with."""
    text, asked = json.dumps(answer, ensure_ascii=False).casefold(), " ".join(echoes).casefold()
    return [one for one in SECRETS if one.casefold() in text and one.casefold() not in asked]


def ids():
    """Of every command: its button, its page and its form, about what is the other's."""
    for command in COMMANDS:
        for words in ("3", *WORDS.get(command.name, ())):
            yield f"ask:{command.name}:{words}", words
            yield f"page:2:{MEMBER}:{command.name}:{words}", words
        yield f"openform:{command.name}", ""


@pytest.mark.slow
async def test_no_forged_button_or_page_shows_or_changes_what_is_another_servers(forger):
    """Each is answered; who manages another server gets no further than who manages none."""
    for custom_id, words in ids():
        if forger.where["permissions"] and custom_id.startswith(("ask:setup", "page:2:5001:setup")):
            continue  # that opens the own channel's
        answer = await forger.press(custom_id)
        assert told(answer, custom_id, words) == [], (custom_id, answer)


GARBAGE = (
    *(f"{form}{number}"[:100] for form in ("ask:story:", "ask:merge:1 ", "ask:unnote:", "verdict:") for number
      in NUMBERS),
    *(f"page:{number}:{MEMBER}:latest:1"[:100] for number in NUMBERS),
    *(f"page:1:{one}:audit:"[:100] for one in NUMBERS),
    "x" * 100, "\u202e" * 100, "ask:", "ask::", "page:1", "verdict:up", "verdict:right", "form:setup", "openform:",
    "openform:nonsense", "ask:nonsense:1", f"page:999999:{MEMBER}:latest:1", "page:1:77:audit:15", "ask:story:3\nx",
)  # fmt: skip


async def test_garbage_is_answered_in_a_sentence(forger):
    """Numbers that are huge, negative or none, signs of other scripts, ids of nothing: never silence, never a fault."""
    for custom_id in GARBAGE:
        answer = await forger.press(custom_id)
        assert answer["type"] in (4, 7) and "did not work" not in str(answer), custom_id
        assert told(answer, custom_id) == []


FORMS = {
    "another's role": {"watches": ["w"], "role": ["9333"]},
    "a huge role": {"role": [HUGE]},
    "unknown watches": {"watches": ["alphafeed", HUGE]},
    "garbage": {"watches": ["\u202e" * 100], "pings": ["-1"], "times": [HUGE], "language": ["x" * 100]},
    "a hundred of each": {name: [f"{name}{n}" for n in range(100)] for name in ("watches", "pings", "times")},
    "times that are none": {"times": ["digest@25:99", "brief@" + HUGE]},
    "other questions": {"channel": [str(CHANNEL)], "of": ["1"], "server": [OURS]},
    "nothing": {},
}


async def test_a_forged_form_is_refused_in_a_sentence(forger):
    """Of another channel, another server's role, of no form at all; a form is always about where it is sent from."""
    sent = [("form:setup", values) for values in FORMS.values()]
    strange = ("form:team", "form:", "x" * 100, f"form:setup:{CHANNEL}")
    sent += [(form, FORMS["another's role"]) for form in strange]
    for form, values in sent:
        answer = await forger.fill_in(form, values)
        assert answer["type"] in (4, 9) and "did not work" not in str(answer), (form, values)
        assert told(answer, *(one for some in values.values() for one in some)) == []


async def test_nothing_of_another_server_is_offered(server, forger):
    """While an option is filled in, of whatever command: its private feed and that feed's story are no choices."""
    for where in (("story", "story"), ("search", "source"), ("nonsense", "nothing")):
        for typed in ("alpha", "3", "", HUGE, RIGHT_TO_LEFT, "x" * 6000):
            answer = await forger.answer(await server.complete(*where, typed, channel=THERE, guild=OTHER))
            assert answer["type"] == 8 and len(answer["data"]["choices"]) <= 25, (where, typed)
            assert told(answer) == []


async def test_an_interaction_that_is_void_leaves_no_fault(server, forger, caplog):
    """Discord knows it no more when it is answered: a line in the log, and nothing else."""
    caplog.set_level(logging.INFO, "bot")
    gone = {"message": "Unknown interaction", "code": 10062}
    ids = ("ask:story:3", "x", f"page:1:{MEMBER}:latest:1", "verdict:right", "openform:setup")
    for send in (*((forger.press, one) for one in ids), (forger.fill_in, "form:setup", {})):
        server.fail("POST", "/interactions/*", status=404, body=gone)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await send[0](*send[1:])
    assert not server.faults
