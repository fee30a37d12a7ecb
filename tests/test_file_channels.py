"""Channels that the operator's file names, over sockets and starts: what a manager ended, what is called operators."""

from __future__ import annotations

import asyncio

import pytest

from bot.transports import destinations_of
from config.schema import ChannelSettings, Discord, Settings, WatchSettings
from feeds.model import State
from tests.discord_kit import House
from tests.fakes.discord_server import CHANNEL, OPERATORS
from tests.store_kit import NOW, notice

pytestmark = pytest.mark.slow

MANAGE_CHANNELS = 1 << 4


async def test_what_a_manager_ended_stays_ended_over_starts(server, tmp_path):
    """The file still names the channel; the next starts post nothing there until a manager subscribes it again."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1)
        await house.until(State.SENT)
        token = await server.slash("unsubscribe", permissions=MANAGE_CHANNELS)
        await server.until(lambda: "no more alerts" in str(server.interactions[token]))
    for number in (2, 3):
        async with House(server, tmp_path / "db", server.now) as house:
            await house.up()
            house.deliver()
            await house.happen(number)
            await asyncio.sleep(0.2)
            assert len(server.posted()) == 1
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        token = await server.slash("subscribe", permissions=MANAGE_CHANNELS)
        await server.until(lambda: "from now on" in str(server.interactions[token]))
        await house.happen(4)
        await server.until(lambda: len(server.posted()) == 2)


def settings(operators, **channel):
    return Settings(
        discord=Discord(token="x", operators_channel=operators),
        watch=(WatchSettings(name="w"),),
        channel=(ChannelSettings(watch="w", **channel),),
    )


@pytest.mark.parametrize("before", [None, "alerts"])
@pytest.mark.parametrize("operators", [None, OPERATORS])
async def test_a_channel_that_the_file_calls_operators_gets_its_alerts(server, tmp_path, operators, before):
    """And the operators' lines go to theirs; whether it has just been called so, or from the first start on."""
    async with House(server, tmp_path / "db", server.now) as house:
        for name in filter(None, (before, "operators")):
            wanted = destinations_of(settings(operators, name=name, id=CHANNEL))
            await house.store.run(lambda store, wanted=wanted: store.subscriptions.configure(wanted, NOW))
        await house.up()
        house.deliver()
        await house.happen(1)
        (alert,) = await server.until(server.posted)
        assert "Item 1" in str(alert["embeds"])
        await house.store.run(lambda store: store.outbox.notice(notice("a feed fails"), NOW))
        house.wake()
        if operators:
            await server.until(lambda: server.posted(OPERATORS))
        await asyncio.sleep(0.1)
        assert len(server.posted()) == 1


async def test_the_operators_own_channel_may_have_alerts_too(server, tmp_path):
    """One place for both: it gets the lines and the alerts."""
    async with House(server, tmp_path / "db", server.now) as house:
        wanted = destinations_of(settings(OPERATORS, name="operators", id=OPERATORS))
        await house.store.run(lambda store: store.subscriptions.configure(wanted, NOW))
        await house.up()
        house.deliver()
        await house.happen(1)
        await house.store.run(lambda store: store.outbox.notice(notice("a feed fails"), NOW))
        house.wake()
        await server.until(lambda: len(server.posted(OPERATORS)) == 2)
