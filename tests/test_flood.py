"""A hundred members who ask all the time: answered or asked to come again, and no alert waits for them."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack

from bot.discord.limits.crowd import ANSWERS_A_SECOND, MOST_AT_ALL, MOST_HERE, TOLD_EACH, Crowd
from feeds.model import State
from tests.discord_kit import House
from tests.fakes.discord_server import CHANNEL, DIRECT, GUILD

LINES = ("!latest", "!status", "!help", "!search town", "!why 1", "!nonsense", "!latest 10", "!story 1")


async def flood(server, seconds, members=100, each=1.0, channel=CHANNEL):
    """Every member says a line each `each` seconds; returns how many were said."""
    said, begun, loop = 0, time.monotonic(), asyncio.get_running_loop()
    gap, due = each / members, loop.time()
    while time.monotonic() - begun < seconds:
        await server.say(LINES[said % len(LINES)], channel=channel, author=6001 + said % members)
        said, due = said + 1, due + gap
        await asyncio.sleep(max(due - loop.time(), 0))
    return said


async def lag_of_alert(server, house, number):
    """Seconds from an event to its alert in the channel."""
    begun = time.monotonic()
    await house.happen(number)
    await house.until(State.SENT, story=number, seconds=60)
    return time.monotonic() - begun


async def test_an_alert_does_not_wait_for_those_who_ask(server, tmp_path):
    """A channel takes five messages in half a second, two hundred questions a second come: the alert waits for its turn
    in the channel and for one answer, not for all; some are answered, the rest reads that many ask."""
    server.rate = (5, 0.5)
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1)
        await house.until(State.SENT)
        asking = asyncio.create_task(flood(server, 2.5, each=0.5))
        await asyncio.sleep(0.7)
        lags = [await lag_of_alert(server, house, number) for number in (2, 3)]
        said = await asking
        await asyncio.sleep(0.3)
        answers = [
            one for one in server.posted() if one.get("message_reference") or "Many are asking" in one["content"]
        ]
    assert said > 100  # a channel takes 25 messages meanwhile; machines that are shared ask more slowly
    assert max(lags) < 2.0, lags
    assert len(answers) > 5
    assert any("Many are asking at this moment" in one["content"] for one in answers)
    assert not any("Something went wrong" in one["content"] for one in answers)


async def test_ten_questions_of_one_member_are_all_answered(server, tmp_path):
    """What one may ask at once is no crowd."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.happen(1)
        await house.up()
        for _ in range(10):
            await server.say("!latest")
        await server.until(lambda: len(server.posted()) == 10, seconds=10)
        assert all(one.get("message_reference") for one in server.posted())


async def test_direct_messages_keep_within_what_a_bot_may_send(server, tmp_path):
    """Members who write to the bot alone share no channel, but all that the bot may ask of Discord in a second."""
    crowd = Crowd()
    begun = time.monotonic()

    async def one(number):
        with crowd.within(DIRECT + number):
            async with crowd.turn(DIRECT + number):
                return time.monotonic() - begun

    times = sorted(await asyncio.gather(*(one(number) for number in range(40))))
    assert times[-1] >= 39 / ANSWERS_A_SECOND - 0.05
    assert not crowd._waiting and not crowd._locks


def test_a_crowd_is_bounded():
    """So many in a channel, so many in all; a channel is told once in a while."""
    now = 0.0
    crowd = Crowd(lambda: now)
    with ExitStack() as stack:
        for _ in range(MOST_HERE):
            assert not crowd.full(1)
            stack.enter_context(crowd.within(1))
        assert crowd.full(1) and not crowd.full(2)
        for place in range(2, 2 + MOST_AT_ALL - MOST_HERE):
            stack.enter_context(crowd.within(place))
        assert crowd.full(GUILD)
    assert not crowd.full(1)
    assert crowd.to_be_told(1) and not crowd.to_be_told(1) and crowd.to_be_told(2)
    now += TOLD_EACH
    assert crowd.to_be_told(1)
    for place in range(5000):
        now += 0.1
        crowd.to_be_told(place)
    assert len(crowd._told) <= 1100
