"""Follows on Discord, over real sockets: a mention under the alert, a direct message, and who is told no more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from feeds.model import Follower, FollowRequest, State
from feeds.store import Store
from tests.discord_kit import House, as_read
from tests.fakes.discord_server import BOT, CHANNEL, DIRECT, GUILD, MEMBER, OPERATORS, DiscordServer
from tests.journey_kit import Journey, settings_of, world
from tests.test_handover_sockets import answer
from tests.test_journey import START, Bots, Publisher
from tests.test_journeys import ATTACKED, DEATH

pytestmark = pytest.mark.slow

DM = DIRECT + MEMBER


@pytest.fixture
async def house(server, tmp_path):
    server.mentionable.add(MEMBER)
    async with House(server, tmp_path / "db", server.now) as opened:
        await opened.up()
        opened.deliver()
        yield opened


async def alerted(server, house, number=1):
    """An event happens; its alert, as it stands in the channel."""
    before = len(server.posted())
    await house.happen(number)
    await house.until(State.SENT, number)
    return server.posted()[before]


def threads(server, alert):
    return server.messages.get(int(alert["id"]), [])


async def following(server):
    return await answer(server, "!following")


async def test_a_follower_is_mentioned_in_the_thread_of_the_alert(server, house):
    """Nobody else is, whatever the query holds; once, however often it is looked."""
    said = await answer(server, '!follow "item" OR "@everyone <@&4001>"')
    assert "Would not have told you anything" in said["content"]
    alert = await alerted(server, house)
    await house.teller.round()
    await house.teller.round()
    (line,) = threads(server, alert)
    assert as_read(line).startswith(f"<@{MEMBER}> this story matches")
    assert "@everyone" not in line["content"] and "<@&4001>" not in line["content"]
    (sent,) = server.sent(path=f"/channels/{alert['id']}/messages")
    assert sent.body["allowed_mentions"] == {"parse": [], "users": [MEMBER]}
    assert sent.body["enforce_nonce"] is True
    assert not server.messages.get(DM)
    assert "told 1 time in 30 days, last <t:" in (await following(server))["content"]


async def test_by_dm_comes_as_a_direct_message_that_leads_to_the_alert(server, house):
    """Its first line is what happened; nobody is mentioned and nothing stands in the thread."""
    await answer(server, "!follow item by:dm")
    alert = await alerted(server, house)
    await house.teller.round()
    (letter,) = server.messages[DM]
    assert as_read(letter).startswith("🔴 Incident · Town 1")
    (made,) = letter["embeds"]
    assert "You follow **item**" in made["description"]
    assert f"](https://discord.com/channels/{GUILD}/{CHANNEL}/{alert['id']})" in made["description"]
    assert threads(server, alert) == []


async def test_where_no_thread_can_be_had_a_direct_message_comes(server, house):
    """The bot may not open threads, or the story has no alert at all."""
    await answer(server, "!follow item")
    server.permissions[CHANNEL] &= ~(1 << 35)
    await alerted(server, house)
    await house.teller.round()
    assert len(server.messages[DM]) == 1
    await house.store.run(lambda store: store.channels.mute("alerts", house.clock.at.replace(year=2022)))
    await house.happen(2)
    await house.teller.round()
    house.clock.move(minutes=6)
    await house.teller.round()
    assert len(server.messages[DM]) == 2


async def test_several_come_as_one_with_a_line_for_each(server, house):
    """Seven wait, there is room for six: one message that lists them, in the newest one's thread."""
    await answer(server, "!follow item")
    for number in range(1, 8):
        last = await alerted(server, house, number)
    await house.teller.round()
    (line,) = threads(server, last)
    assert as_read(line) == f"<@{MEMBER}> 7 more stories match item:"
    assert line["embeds"][0]["description"].count("https://discord.com/channels/") == 7


async def test_who_left_the_server_is_told_nothing_more(server, house):
    """Neither there nor in a direct message; the list would say why."""
    await answer(server, "!follow item by:dm")
    server.gone.add(MEMBER)
    await alerted(server, house)
    await house.teller.round()
    assert not server.messages.get(DM)
    assert "you had left the server" in (await following(server))["content"]


async def test_who_does_not_see_the_place_any_more_is_told_nothing(server, house):
    """A channel that was closed to them tells them nothing by another way either."""
    await answer(server, "!follow item")
    await server.hide(CHANNEL)
    alert = await alerted(server, house)
    await server.until(lambda: house.transport._client.get_channel(CHANNEL).overwrites)
    await house.teller.round()
    assert threads(server, alert) == [] and not server.messages.get(DM)
    assert "could not see the channel any more" in (await following(server))["content"]


@pytest.mark.parametrize("known", [True, False])
async def test_who_was_taken_out_of_a_private_thread_is_told_nothing(server, house, known):
    """They asked in it and still see the channel around it; who is still in it is told. Whether the library remembers
    the thread makes no difference."""
    other, thread = MEMBER + 1, 7001
    server.mentionable.add(other)
    await server.open_private_thread(thread, MEMBER, other)
    for number, author in enumerate((MEMBER, other), 1):
        await server.say("!follow item", thread, author=author)
        await server.until(lambda number=number: len(server.posted(thread)) == number)
    server.let_in[thread].remove(MEMBER)
    if not known:
        house.transport._client.get_guild(GUILD)._threads.clear()
    alert = await alerted(server, house)
    await house.teller.round()
    assert [one["content"][:7] for one in threads(server, alert)] == [f"<@{other}>"]
    assert not server.messages.get(DM)
    assert "could not see the channel any more" in (await following(server))["content"]


async def test_a_thread_that_the_member_does_not_see_is_no_place_for_them(server, house):
    """They asked in a channel that they see; the alert stands in another, so it comes as a direct message."""
    await server.say("!follow item", OPERATORS)
    await server.until(lambda: server.posted(OPERATORS))
    await server.hide(CHANNEL)
    alert = await alerted(server, house)
    await server.until(lambda: house.transport._client.get_channel(CHANNEL).overwrites)
    await house.teller.round()
    (letter,) = server.messages[DM]
    assert threads(server, alert) == []
    assert "discord.com/channels" not in str(letter["embeds"])


async def test_closed_direct_messages_pause_a_follow_after_three_hours(server, house):
    """Three refusals an hour apart; then nothing more is tried until it is asked for again."""
    await answer(server, "!follow item by:dm")
    server.closed.add(MEMBER)
    await alerted(server, house)
    for _ in range(5):
        await house.teller.round()
        house.clock.move(hours=2)
    assert len(server.sent(path=f"/channels/{DM}/messages")) == 3
    assert "you take no direct messages from this bot" in (await following(server))["content"]
    server.closed.clear()
    await answer(server, "!follow item by:dm")
    await house.teller.round()
    assert len(server.messages[DM]) == 1


@pytest.mark.parametrize("way", ["thread", "dm"])
async def test_an_answer_that_got_lost_is_found_and_not_told_again(server, house, way):
    """The message came, its answer did not, and the nonce is forgotten: its mark is found."""
    await answer(server, f"!follow item by:{way}")
    alert = await alerted(server, house)
    place = DM if way == "dm" else int(alert["id"])
    server.fail("POST", f"/channels/{place}/messages", lose=True, times=5)
    await house.teller.round()
    server.faults.clear()
    server.forget_nonces()
    house.clock.move(minutes=5)
    await house.teller.round()
    assert len(server.messages[place]) == 1
    assert await house.store.run(lambda store: store.tellings.open()) == 0


async def test_a_restart_between_the_mark_and_the_answer_tells_once(server, house, tmp_path):
    """The program ended in the middle: the next one looks for the mark first."""
    await answer(server, "!follow item by:dm")
    await alerted(server, house)
    await house.teller._look()
    (begun,) = await house.store.run(lambda store: store.tellings.claim(house.clock(), ["discord"]))
    stories = await house.store.run(lambda store: store.stories.several([1]))
    await house.transport.tell(begun, stories)
    server.forget_nonces()
    await house.teller.round()
    assert len(server.messages[DM]) == 1
    assert await house.store.run(lambda store: store.tellings.open()) == 0


async def test_asked_in_a_direct_message_it_comes_there(server, house):
    """There is no server and no thread: the follower is another than the same person in a server."""
    channel = server._direct(MEMBER)
    message = server._message(DM, {"content": "!follow item"}, MEMBER)
    await server.dispatch("MESSAGE_CREATE", message)
    await server.until(lambda: server.messages[int(channel["id"])])
    await alerted(server, house)
    await house.teller.round()
    assert "You follow **item**" in str(server.messages[DM][-1]["embeds"])
    assert "You follow nothing here" in (await following(server))["content"]


async def test_a_slash_answer_is_for_the_asker_alone(server, house):
    """What one follows is one's own."""
    token = await server.slash("follow", {"place": "Springfield", "query": "item"})
    reply = await server.until(lambda: server.interactions[token])
    assert reply["data"]["flags"] == 64
    assert "item" in reply["data"]["content"] or "place" in reply["data"]["content"]
    assert all(one["author"]["id"] == str(BOT) for one in server.posted())


# the whole bot


async def test_the_whole_bot_tells_a_member_what_they_follow(tmp_path):
    """From the bytes of a feed to a mention under the alert, when the story comes to match: at its first death."""
    async with world() as (server, press, clock):
        server.mentionable.add(MEMBER)
        feeds = press.feeds(meridian_wire="news")
        press.write("meridian-wire", "summit", "Sahel leaders to meet next week", "Five presidents are expected.")
        async with Journey(server, clock, settings_of(server, tmp_path), feeds) as night:
            said = await night.ask("!follow place:kerena killed:>0", author=MEMBER)
            assert "Following place:kerena killed:>0." in said["content"]
            await night.later(hours=10)
            press.write("meridian-wire", "attack", *ATTACKED)
            await night.later(minutes=5)
            (alert,) = [one for one in server.posted() if "Kerena" in str(one["embeds"])]
            assert mentions(server, alert) == []
            press.write("meridian-wire", "death", *DEATH)
            await night.later(hours=3)
            await night.until(lambda: mentions(server, alert))
            (line,) = mentions(server, alert)
            assert as_read(line) == (f"<@{MEMBER}> this story matches place:kerena killed:>0, which you follow.")


def mentions(server, alert):
    return [one for one in threads(server, alert) if f"<@{MEMBER}>" in one["content"]]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("way", ["thread", "dm"])
async def test_killed_at_every_step_the_follower_is_told_exactly_once(tmp_path, way):
    """While looking, found, taken, about to tell, told but unheard (then restarted when Discord has forgotten the
    nonce), found again, recorded: one message, wherever it stands."""
    later = START - datetime.now(UTC) + timedelta(hours=1)
    async with (
        DiscordServer(now=lambda: datetime.now(UTC) + later) as server,
        Publisher() as publisher,
        Bots(server, publisher, tmp_path / "db") as bots,
    ):
        bots.later = later
        bots.greet_beforehand()
        wish = FollowRequest(Follower("discord", str(GUILD), str(MEMBER)), str(CHANNEL), "peacekeepers", way)
        with Store(tmp_path / "db") as store:
            store.follows.keep(wish, (), START - timedelta(days=1))
        for step in ("looked", "found_by_follow", "telling_claimed", "telling"):
            await bots.dies_at(step)
            assert told(server) == [], step
        await bots.dies_at("told")
        bots.later = later = later + timedelta(hours=1)
        server.forget_nonces()
        for step in ("telling_unrecorded", "telling_recorded"):
            await bots.dies_at(step)
        await bots.start()
        async with asyncio.timeout(15):
            while await asyncio.to_thread(open_tellings, tmp_path / "db"):
                await asyncio.sleep(0.1)
        assert len(told(server)) == 1


def told(server):
    """What the member was told, wherever it stands."""
    return [one for place, said in server.messages.items() if place == DM for one in said] + [
        one for said in server.messages.values() for one in said if f"<@{MEMBER}> this story" in as_read(one)
    ]


def open_tellings(database):
    with Store(database, read_only=True) as store:
        return store.tellings.open() or store.follow_news.waiting()
