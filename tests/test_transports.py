"""The registry of transports: who runs, what is wrong, and that another one is a module and a line."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.app import App
from bot.card import Card
from bot.console.transport import Terminal
from bot.delivery.transport import Capabilities, Rejected, Retry, Sent, Transport
from bot.desk import Asker
from bot.discord.transport import DiscordTransport
from bot.transports import TRANSPORTS, chosen, destinations_of, transport_mistakes
from config.mistakes import key_name
from config.schema import ChannelSettings, Discord, Health, Poll, Settings, TerminalSettings, WatchSettings
from feeds.model import State
from seeds.model import Tier
from tests.discord_kit import Clock
from tests.fakes import telegraph
from tests.store_kit import NOW, cause, plan, reading

TOKEN = Discord(token="x.y.z")


@pytest.fixture
def third(monkeypatch):
    """The line in the registry."""
    monkeypatch.setitem(TRANSPORTS, "telegraph", telegraph.SPEC)


def settings(tmp_path, **more):
    here = ChannelSettings(name="office", watch="w", transport="telegraph", id="7")
    given = {"transport": {"telegraph": {"office": "Gao"}}, "channel": (here,), "health": Health(port=0),
             "poll": Poll(tick_seconds=0.1)} | more  # fmt: skip
    return Settings(database=tmp_path / "db", **given)


def names(given):
    return [spec.name for spec in chosen(given)]


def test_what_is_set_up_runs_else_the_terminal(third, tmp_path):
    """With a token Discord, with its own table another transport, with both both; with nothing this terminal."""
    assert names(Settings()) == ["terminal"]
    assert names(Settings(discord=TOKEN)) == ["discord"]
    assert names(settings(tmp_path)) == ["telegraph"]
    assert names(settings(tmp_path, discord=TOKEN)) == ["discord", "telegraph"]


def test_every_transport_declares_itself():
    """Name, options with a prefix, place and greeting are there before anything is built."""
    for name, spec in TRANSPORTS.items():
        assert spec.name == name
        assert spec.options(Settings()).prefix
        assert spec.place
        assert spec.greeting(Settings())


def test_each_says_what_it_can_do():
    """The courier and whoever makes cards ask these, and never which transport it is."""
    found = {
        one.name: (one.capabilities.edit, one.capabilities.find, one.capabilities.threads, one.capabilities.pictures,
                   one.capabilities.buttons, one.capabilities.limits.files > 0, one.capabilities.limits.unit)
        for one in (DiscordTransport, Terminal, telegraph.Telegraph)
    }  # fmt: skip
    assert found == {
        "discord": (True, True, True, True, True, True, "utf-16"),
        "terminal": (True, True, False, False, False, True, "code points"),
        "telegraph": (False, False, False, False, False, False, "code points"),
    }


def mistakes(given):
    return [f"{key_name(path)}: {text}" for path, text in transport_mistakes(given)]


def test_a_channel_on_an_unknown_transport_is_a_mistake(tmp_path):
    """Settings take any name; the registry knows which there are. So it is with a transport's own table."""
    found = mistakes(settings(tmp_path))
    assert found == [
        "channel[1].transport: there is no telegraph, only discord, terminal",
        "transport.telegraph: there is no telegraph, only discord, terminal",
    ]


def test_a_transports_own_options_are_checked(third, tmp_path):
    """A missing key of its table is named with the table."""
    assert mistakes(settings(tmp_path)) == []
    (found,) = mistakes(settings(tmp_path, transport={"telegraph": {}}))
    assert found.startswith("transport.telegraph.office: ")


@pytest.mark.parametrize(("given", "text"), [
    ({}, "id: a Discord channel needs its id"),
    ({"id": "alerts"}, "id: should be a number, as Discord's ids are"),
    ({"id": 7, "role": "chiefs"}, "role: should be a number, as Discord's ids are"),
])  # fmt: skip
def test_discord_says_what_its_ids_look_like(given, text):
    """Ids are text; what a transport can do with them is its own to say."""
    one = ChannelSettings(name="a", watch="w", **given)
    assert mistakes(Settings(channel=(one,))) == [f"channel[1].{text}"]


@pytest.mark.parametrize("given", [7, "7", " 7 "])
def test_ids_are_text(given):
    """Written as a number or as text, an id is kept as text."""
    one = ChannelSettings(name="a", watch="w", id=given, role=given)
    assert (one.id, one.role) == ("7", "7")


@pytest.mark.parametrize("given", [0, -5, "", True, 1.5, "007"])
def test_what_is_no_id_is_refused(given):
    """Nothing, nought, a truth value or a fraction names no place."""
    with pytest.raises(ValueError, match="should be an id"):
        ChannelSettings(name="a", watch="w", id=given)


def test_only_the_last_resort_makes_channels_of_its_own(third, tmp_path):
    """A transport that was set up posts where its channels are; the terminal is one place for all watches."""
    assert [one.name for one, _ in destinations_of(settings(tmp_path))] == ["office"]
    watching = Settings(watch=(WatchSettings(name="one"), WatchSettings(name="two")))
    found = [(one.name, one.target, wanted.watch) for one, wanted in destinations_of(watching)]
    assert found == [("terminal", "terminal", "one"), ("terminal", "terminal", "two"), ("operators", "terminal", "")]


def table(name, watch, **more):
    return ChannelSettings(name=name, watch=watch, **({"transport": "terminal"} | more))


@pytest.mark.parametrize(("tables", "token", "found"), [
    ([table("room", "one"), table("hall", "two", id="9")], None,
     [("room", "terminal"), ("hall", "terminal"), ("terminal", "terminal"), ("operators", "terminal")]),
    ([table("room", "one")], TOKEN, [("room", "terminal")]),
    ([table("terminal", "one", transport="discord", id="7")], None,
     [("terminal", "7"), *[("terminal:terminal", "terminal")] * 3, ("operators", "terminal")]),
])  # fmt: skip
def test_whatever_the_file_calls_the_terminal_it_is_one_place(tables, token, found):
    """Tables of other names and ids are that place as well, also while it does not run; no other place's name is
    taken for it."""
    watches = tuple(WatchSettings(name=name) for name in ("one", "two", "three"))
    given = Settings(watch=watches, channel=tuple(tables), discord=token or Discord())
    assert [(one.name, one.target) for one, _ in destinations_of(given)] == found


async def told(app, story, count, clock):
    """Wait until a story has so many deliveries, all sent; returns them."""
    async with asyncio.timeout(5):
        while True:
            rows = await app.store.run(lambda store: store.outbox.of_story(story))
            if len(rows) >= count and all(row.state is State.SENT for row in rows):
                return rows
            clock.move(seconds=20)
            app.courier.wake()
            await asyncio.sleep(0.01)


async def test_a_transport_that_can_neither_edit_nor_look_back_tells_it_all(third, tmp_path):
    """Alert, changed toll as a short line of its own, digest: each on the tape once, each within its length."""
    clock = Clock()
    async with App(settings(tmp_path), [], [], clock=clock, chance=lambda: 0.0) as app:
        tape = app.transports["telegraph"].tape
        first = reading(1, seen=NOW, published=NOW, facts={"killed": 3})
        await app.store.run(lambda store: store.commit(plan(first), clock()))
        await told(app, 1, 1, clock)
        assert tape[0].startswith("🔴 Incident · Town 1 · 3 killed · single source\n")
        assert "Killed: 3 (Wire)" in tape[0]
        clock.move(minutes=5)
        more = reading(1, seen=clock(), published=clock(), keys=("guid:b",), publisher="Other", standing="official",
                       facts={"killed": 9, "place": "Town 1", "contingents": ("C1",)})  # fmt: skip
        await app.store.run(lambda store: store.commit(plan(more), clock()))
        await told(app, 1, 3, clock)
        lines = tape[1:]
        assert any("9" in line and "Incident · Town 1" in line for line in lines)
        assert not any(line.startswith("🔴") for line in lines)
        assert len(lines) == len(set(lines))
        quiet = [reading(n, seen=clock(), published=clock(), tier=Tier.BACKGROUND) for n in (2, 3)]
        await app.store.run(lambda store: store.commit(plan(*quiet), clock()))
        clock.move(hours=30)
        async with asyncio.timeout(5):
            while not tape[-1].startswith("Digest"):
                app.courier.wake()
                await asyncio.sleep(0.01)
        assert "Item 2" in tape[-1]
        assert "Item 3" in tape[-1]
        assert all(len(line) <= telegraph.LONGEST for line in tape)


class Deaf(telegraph.Telegraph):
    """Its first call fails, and nobody knows whether it arrived; `seen` are the deliveries it was given."""

    def __init__(self):
        super().__init__("Gao")
        self.seen = []

    async def send(self, delivery, cards, channel):
        self.seen.append(delivery)
        sent = await super().send(delivery, cards, channel)
        return Retry(cause("no answer")) if len(self.seen) == 1 else sent

    async def note(self, delivery, text, channel):
        self.seen.append(delivery)
        return await super().note(delivery, text, channel)

    async def find(self, delivery, channel):
        raise AssertionError("it was never said that it can look back")


async def test_where_nobody_can_look_back_it_is_sent_again(third, tmp_path):
    """Nothing is lost: what may not have arrived is sent once more. A line without threads belongs to no message."""
    clock, deaf = Clock(), Deaf()
    async with App(settings(tmp_path), [], [], transports=[deaf], clock=clock, chance=lambda: 0.0) as app:
        first = reading(1, seen=NOW, published=NOW, facts={"killed": 3})
        await app.store.run(lambda store: store.commit(plan(first), clock()))
        await told(app, 1, 1, clock)
        more = reading(1, seen=clock(), published=clock(), keys=("guid:b",), publisher="Other", standing="official",
                       facts={"killed": 9, "place": "Town 1", "contingents": ("C1",)})  # fmt: skip
        await app.store.run(lambda store: store.commit(plan(more), clock()))
        await told(app, 1, 3, clock)
    assert [one.kind for one in deaf.seen[:2]] == ["alert", "alert"]
    assert {(one.message, one.thread) for one in deaf.seen[2:]} == {(None, None)}


async def test_what_a_transport_does_not_offer_is_refused_not_assumed():
    """The defaults of a transport: an edit is refused, a look finds nothing, the place is fine."""
    plain = telegraph.Telegraph("Gao")
    assert plain.capabilities == replace(Capabilities(), limits=plain.capabilities.limits)
    assert isinstance(await plain.edit(None, [Card("x")], None), Rejected)
    assert await plain.find(None, None) is None
    assert await plain.probe(None) is None
    assert plain.connected
    assert isinstance(plain, Transport)
    assert await plain.note(None, "word", None) == Sent("Gao-1")


async def test_answers_carry_the_prefix_of_where_they_were_asked(tmp_path):
    """A terminal may have another prefix than Discord: hints are typed as the asker would type them."""
    given = settings(tmp_path, transport={}, channel=(), terminal=TerminalSettings(prefix="%"), discord=TOKEN)
    async with App(given, [], [], once=True) as app:
        for prefix in ("%", "!"):
            reply = await app.desk.answer("story", "", asker=Asker("1", "x", prefix=prefix))
            assert f"Ask like this: {prefix}story <story>" in reply.text
    assert {name: TRANSPORTS[name].options(given).prefix for name in TRANSPORTS} == {"discord": "!", "terminal": "%"}
