"""Several servers through the real discord.py over sockets: coming and going, whose buttons count, several shards."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.destinations import OPERATORS as OPERATORS_NAME
from bot.discord.client import Client, ShardedClient, client_of
from feeds.model import CauseKind, State
from tests.discord_kit import House
from tests.fakes.discord_server import BOT, CHANNEL, GUILD, MEMBER

OTHER, THERE = 5 << 22 | 7, 3900  # a server of shard 1 of two, and its channel
MANAGE_SERVER, MANAGE_CHANNELS = 1 << 5, 1 << 4


@pytest.fixture
async def house(server, tmp_path):
    async with House(server, tmp_path / "db", server.now) as opened:
        yield opened


async def soon(house, look):
    """Wait until what the store says of itself is true."""
    async with asyncio.timeout(5):
        while not (found := await house.store.run(look)):
            await asyncio.sleep(0.01)
    return found


def named(server):
    return lambda store: store.servers.named(str(server))


# coming and going


async def test_at_each_connection_channels_are_told_apart_by_server(server, house):
    """The file names channels by their ids alone; whose they are is known when the server has introduced itself."""
    server.another(OTHER, THERE)
    await house.up()
    await soon(house, lambda store: (one := store.servers.named(str(GUILD))) and one.locale == "en-US")
    channels = await house.store.run(lambda store: {one.name: one.server for one in store.channels.all()})
    assert channels == {"alerts": str(GUILD), OPERATORS_NAME: str(GUILD)}
    assert (await soon(house, named(OTHER))).name == f"Server {OTHER}"


async def test_removed_and_invited_again_the_bot_finds_its_settings(server, house):
    """It is removed: the channel is held, nothing is deleted, and nothing is asked of Discord for it. It is back: the
    channel is open, and the next alert comes as before."""
    await house.up()
    house.deliver()
    await soon(house, lambda store: store.channels.named("alerts").server)
    before = await house.store.run(lambda store: store.subscriptions.all())
    await server.leave()
    held = await soon(house, lambda store: store.channels.named("alerts").held)
    assert held.kind is CauseKind.SERVER_GONE
    asked = len(server.requests)
    await house.happen(1)
    await house.courier._holds.probe()
    assert len(server.requests) == asked
    assert await house.store.run(lambda store: store.subscriptions.all()) == before
    assert await house.store.run(lambda store: store.digests.waiting("alerts")) == [1]
    await server.invite()
    await soon(house, lambda store: store.channels.named("alerts").held is None)
    await house.happen(2)
    await house.until(State.SENT, story=2)
    assert "Town 2" in server.posted()[-1]["content"]


async def test_a_server_that_went_while_the_bot_was_down_is_noticed(server, tmp_path):
    """The next connection's list lacks it: held, as if it had been told."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await soon(house, lambda store: store.channels.named("alerts").server)
    server.left = True
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await soon(house, lambda store: store.channels.named("alerts").gone)


# whose buttons count


async def test_another_servers_people_judge_no_alert_of_ours(server, house):
    """A button or a reaction that claims to stand under another server's alert is kept for nobody."""
    server.another(OTHER, THERE)
    await house.up()
    house.deliver()
    await soon(house, named(OTHER))
    await house.happen()
    await house.until(State.SENT)
    alert = server.posted()[0]
    token = await server.click(alert, "verdict:right", channel=THERE, guild=OTHER)
    said = await server.until(lambda: server.interactions[token])
    assert "This is no alert of mine" in said["data"]["content"]
    await server.react(alert["id"], "❌", channel=THERE, guild=OTHER)
    await server.react(alert["id"], "✅")
    (kept,) = await soon(house, lambda store: store.feedback.on(alert["id"]))
    assert kept.emoji == "✅"


async def test_what_a_button_answers_is_seen_as_in_its_server(server, house):
    """`Why` under an alert names the channels of the server in which it is pressed; a page of a manager's list is
    turned with the rights of who turns it."""
    server.another(OTHER, THERE)
    await house.up()
    house.deliver()
    await soon(house, named(OTHER))
    await house.happen()
    await house.until(State.SENT)
    for guild, place, told in ((GUILD, CHANNEL, True), (OTHER, THERE, False)):
        button = {"type": 2, "style": 2, "custom_id": "ask:why:1 full", "label": "More"}
        message = server.posted()[0] | {"components": [{"type": 1, "components": [button]}]}
        token = await server.click(message, button["custom_id"], channel=place, guild=guild)
        answer = await server.until(lambda token=token: server.interactions[token])
        assert (f"<#{CHANNEL}>" in str(answer["data"]["embeds"])) is told
    for number in range(20):
        row = (str(GUILD), "x", f"a{number}", "", "", "", server.now())
        await house.store.run(lambda store, row=row: store.audit.note(*row))
    token = await server.slash("audit", permissions=MANAGE_CHANNELS)
    shown = await server.until(lambda: server.interactions[token])
    button = shown["data"]["components"][0]["components"][2]["custom_id"]
    for permissions, words in ((MANAGE_CHANNELS, "a0"), (0, "needs the permission “Manage Channels”")):
        token = await server.click(server.originals[token], button, permissions=permissions)
        turned = await server.until(lambda token=token: server.interactions[token])
        assert words in str(turned["data"])


async def test_a_team_role_opens_typed_and_slash_commands(server, house):
    """Who manages the server puts a role on the list; who has it may at once, by both ways, and is refused without."""
    await house.up()
    role = next(iter(server._guild()["roles"][1:]))["id"]
    token = await server.slash("team", {"do": "add", "role": role}, permissions=MANAGE_SERVER)
    await server.until(lambda: server.interactions[token])
    token = await server.slash("mute")
    refused = await server.until(lambda: server.interactions[token])
    assert "needs the permission “Manage Channels”" in refused["data"]["content"]
    usual = server._member
    server._member = lambda uid: usual(uid) | {"roles": [role]}
    token = await server.slash("mute")
    answer = await server.until(lambda: server.interactions[token])
    assert "Quiet here until" in answer["data"]["content"]
    await server.say("!unmute", author=MEMBER)
    (said,) = await server.until(server.posted)
    assert "posted here again" in said["content"]


# several shards


def test_one_connection_is_the_plain_client():
    """Shards are there for who asks for them."""
    assert type(client_of(1, "!", ())) is Client
    assert isinstance(client_of(2, "!", ()), ShardedClient)


@pytest.fixture
def hurried(monkeypatch):
    """The library waits five seconds before each shard but the first, for Discord's sake."""

    async def at_once(*_, **__):
        pass

    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("shards", "recommended", "opened"), [(2, 1, 2), (0, 2, 2), (0, 1, 1)])
async def test_several_shards_serve_all_servers_in_one_process(server, tmp_path, shards, recommended, opened):
    """As many as the setting says, or (0) as Discord recommends: each hears its own servers, and one outbox, one
    archive and one list of servers serve all of them."""
    server.shards = recommended
    server.another(OTHER, THERE)
    async with House(server, tmp_path / "db", server.now, shards=shards) as house:
        house.tasks.append(asyncio.create_task(house.transport.run()))
        house.deliver()
        await server.until(lambda: len(server.sessions) == opened, seconds=9)
        for guild in (GUILD, OTHER):
            await soon(house, named(guild))
        identified = [frame["d"].get("shard") for frame in server.frames if frame["op"] == 2]
        assert identified == [[one, opened] for one in range(opened)]
        await house.happen()
        await house.until(State.SENT)
        for guild, place in ((GUILD, CHANNEL), (OTHER, THERE)):
            await server.say("!latest", channel=place, guild=guild)
            answers = await server.until(lambda place=place: [
                one for one in server.posted(place) if one.get("message_reference")])  # fmt: skip
            assert len(answers) == 1
            assert answers[0]["author"]["id"] == str(BOT)
        await server.until(lambda: server.commands)
        assert len(server.sent("PUT", "/applications/*/commands")) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
async def test_a_shard_that_is_lost_comes_back_alone(server, tmp_path):
    """One cable is pulled: the other shard goes on, and the lost one resumes where it was."""
    server.another(OTHER, THERE)
    async with House(server, tmp_path / "db", server.now, shards=2) as house:
        house.tasks.append(asyncio.create_task(house.transport.run()))
        await server.until(lambda: len(server.sessions) == 2, seconds=9)
        await soon(house, named(OTHER))
        lost = next(one for one in server.sockets if server._shards.get(id(one), (0,))[0] == 1)
        lost._req.transport.abort()
        await server.say("!status")
        assert await server.until(server.posted)
        await server.until(lambda: any(frame["op"] == 6 for frame in server.frames))
        assert [frame["op"] for frame in server.frames].count(2) == 2
        server._shards[id(server.sockets[-1])] = (1, 2)
        await server.say("!status", channel=THERE, guild=OTHER)
        assert await server.until(lambda: server.posted(THERE))
