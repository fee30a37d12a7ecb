"""What delivery over Discord survives: missing rights, refused payloads, restarts in the middle, shutdowns."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from bot.card import Card, Span
from bot.delivery.transport import Held, Rejected, Retry, Sent
from bot.discord.marks import woven
from bot.wording.causes import cause_text
from feeds.model import Action, Delivery, State
from seeds.model import Tier
from tests.discord_kit import House, alerts, operators, row, wanted
from tests.fakes.discord_server import CHANNEL, EVERYTHING, OPERATORS
from tests.store_kit import NOW

pytestmark = pytest.mark.slow

SEND, THREADS, VIEW = 1 << 11, 1 << 35, 1 << 10


@pytest.fixture
async def house(server, tmp_path):
    """A house that is connected."""
    async with House(server, tmp_path / "db", server.now) as opened:
        await opened.up()
        yield opened


CARD = Card("A title", "https://a.example/1", footer="Story 1")


@pytest.mark.parametrize("missing", [SEND, VIEW])
async def test_a_missing_permission_holds_the_channel_until_it_is_back(server, house, monkeypatch, missing):
    """The outbox waits, the operators are told once, the configuration stays, and it goes on by itself."""
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.05)
    server.permissions[CHANNEL] = EVERYTHING & ~missing
    house.deliver()
    await house.happen(1)
    (line,) = await server.until(lambda: server.posted(OPERATORS))
    assert "“alerts”: the bot" in line["content"]
    await house.happen(2)
    await asyncio.sleep(0.2)
    assert not server.posted()
    assert await house.store.run(lambda store: store.subscriptions.of_channel("alerts")) == wanted()[1:]
    server.permissions[CHANNEL] = EVERYTHING
    await server.until(lambda: len(server.posted()) == 2)
    await server.until(lambda: any("can be posted to again" in one["content"] for one in server.posted(OPERATORS)))
    assert (await house.store.run(lambda store: store.channels.named("alerts"))).held is None


async def test_a_deleted_channel_is_held(server, house):
    """10003 Unknown Channel: nothing is dropped, the operators know."""
    gone = server.channels.pop(CHANNEL)
    await server.dispatch("CHANNEL_DELETE", gone)
    house.deliver()
    await house.happen(1)
    (line,) = await server.until(lambda: server.posted(OPERATORS))
    assert "the channel is gone" in line["content"]
    await house.until(State.PENDING)


async def test_a_refused_payload_is_sent_as_bare_text(server, house):
    """A 400 on the embeds is answered with text and link under the same nonce; the alert is not lost."""
    server.fail("POST", "*/messages", status=400, body={"code": 50035, "message": "Invalid Form Body"})
    result = await house.transport.send(row(), [CARD], alerts())
    (message,) = server.posted()
    assert result == Sent(message["id"])
    assert message["content"] == woven("A title\nhttps://a.example/1", "ab1200000001")
    assert await house.transport.find(row(), alerts()) == result
    assert not message["embeds"]
    assert {request.body["nonce"] for request in server.sent()} == {"ab1200000001"}


async def test_a_payload_refused_twice_is_rejected_with_the_reason(server, house):
    """What Discord takes in no form is given up, with its words, not tried for ever."""
    server.fail("POST", f"/channels/{CHANNEL}/messages", status=400, times=2,
                body={"code": 50035, "message": "Invalid Form Body"})  # fmt: skip
    result = await house.transport.send(row(), [CARD], alerts())
    assert isinstance(result, Rejected)
    assert "Invalid Form Body" in cause_text(result.reason)
    assert not server.posted()


async def test_before_the_connection_everything_waits(server, tmp_path):
    """The transport can be used before `run` and after `close`: it says that it is not connected."""
    async with House(server, tmp_path / "db", server.now) as house:
        for act in (
            house.transport.send(row(), [CARD], alerts()),
            house.transport.find(row(), alerts()),
            house.transport.probe(alerts()),
        ):
            assert isinstance(await act, Retry)


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("away", [timedelta(seconds=20), timedelta(days=3)])
async def test_a_half_sent_alert_is_looked_for_after_a_restart(server, house, arrived, away):
    """Whether its message arrived before the crash or not, and whether Discord still knows the nonce or not: once."""
    await house.happen(1)
    (claimed,) = await house.store.run(lambda store: store.outbox.claim(house.clock(), 10))
    if arrived:
        await house.transport.send(claimed, [CARD], alerts())
    house.clock.move(seconds=away.total_seconds())
    for _ in range(5):
        await server.say("so sad")
    house.deliver()
    sent = await house.until(State.SENT)
    assert [message["id"] for message in server.posted()] == [sent.message]


async def test_the_marker_is_found_among_many_messages(server, house):
    """The look goes through all that was written since, and no further back."""
    await house.transport.send(row(), [CARD], alerts())
    (ours,) = server.posted()
    chatter = [server._message(CHANNEL, {"content": "chatter"}, 5001) for _ in range(1300)]
    server.messages[CHANNEL] = [ours, *chatter]
    assert await house.transport.find(row(), alerts()) == Sent(ours["id"])
    server.now.move(hours=1)
    ours["id"] = server._snowflake()
    server.messages[CHANNEL] = [*chatter, ours]
    assert await house.transport.find(row(), alerts()) == Sent(ours["id"])
    server.messages[CHANNEL] = chatter
    before = len(server.sent("GET", "*/messages"))
    assert await house.transport.find(row(), alerts()) is None
    assert len(server.sent("GET", "*/messages")) - before <= 14


async def test_a_look_that_fails_sends_nothing(server, house):
    """When nobody could look, the answer is to try again, not that the message is missing."""
    server.fail("GET", f"/channels/{CHANNEL}/messages", status=503)
    assert isinstance(await house.transport.find(row(), alerts()), Retry)
    server.permissions[CHANNEL] = 0
    assert isinstance(await house.transport.find(row(), alerts()), Held)


async def test_too_many_edits_go_to_the_thread_and_wait(server, house):
    """30046 is no reason to try again at once: the change is said in the thread, the edit waits an hour."""
    house.deliver()
    await house.happen(1, facts={"killed": 3})
    alert = await house.until(State.SENT)
    said = {"code": 30046, "message": "Maximum number of edits", "retry_after": 0.0, "global": False}
    server.fail("PATCH", "*", status=429, times=5, headers={"Retry-After": "0"}, body=said)
    house.clock.move(hours=2)
    await house.happen(1, keys=("guid:b",), publisher="Other", facts={"killed": 4, "place": "Town 1"})
    await server.until(lambda: server.posted(int(alert.message)))
    (edit,) = [one for one in await house.rows() if one.kind == "edit"]
    assert edit.state is State.PENDING
    assert edit.due >= house.clock() + timedelta(minutes=59)
    tried = len(server.sent("PATCH", "*"))
    await asyncio.sleep(0.1)
    assert len(server.sent("PATCH", "*")) == tried <= 5
    house.clock.move(hours=1, minutes=1)
    await server.until(lambda: server.posted()[0]["edited_timestamp"])


async def test_an_edit_of_a_deleted_alert_is_given_up(server, house):
    """A moderator deleted the alert: it does not come back."""
    result = await house.transport.edit(row(message="123"), [CARD], alerts())
    assert isinstance(result, Rejected)
    assert "deleted" in cause_text(result.reason)


async def test_without_threads_a_note_is_a_reply(server, house):
    """Where threads are forbidden, the line answers the alert; it can mention nobody."""
    server.permissions[CHANNEL] = EVERYTHING & ~THREADS
    sent = await house.transport.send(row(), [CARD], alerts())
    note = Delivery("ab1200000002", "alerts", "note", NOW, NOW, story=1, message=sent.message)
    result = await house.transport.note(note, "Killed 3 → 4 @everyone <@&4001>", alerts())
    line = server.posted()[-1]
    assert (result, line["message_reference"]["message_id"]) == (Sent(line["id"]), sent.message)
    assert line["content"] == woven("Killed 3 → 4 @\u200beveryone <\u200b@&4001>", "ab1200000002")
    assert await house.transport.find(note, alerts()) == result


async def test_notes_share_the_storys_thread(server, house):
    """The thread is opened once; a note of an earlier run is found in it."""
    sent = await house.transport.send(row(), [CARD], alerts())
    notes = [Delivery(f"ab120000000{n}", "alerts", "note", NOW, NOW, story=1, message=sent.message) for n in (2, 3)]
    results = [await house.transport.note(note, "News", alerts()) for note in notes]
    assert [result.thread for result in results] == [sent.message, sent.message]
    assert len(server.posted(int(sent.message))) == 2
    assert server.channels[int(sent.message)]["name"] == "Story 1: updates"
    assert await house.transport.find(notes[1], alerts()) == results[1]
    assert await house.transport.find(Delivery("ab1200000009", "alerts", "note", NOW, NOW, story=1,
                                               message=sent.message), alerts()) is None  # fmt: skip


async def test_each_subscription_of_a_channel_rings_its_role(server, house):
    """Each rings its own role; where both want one story, both are rung in one message, and an edit leaves that so."""
    file = [wanted(), wanted("other", role="4002"), operators()]
    await house.store.run(lambda store: store.subscriptions.configure(file, house.clock()))
    house.deliver()
    await house.happen(1)
    await house.happen(2, watch="other")
    first, second = await server.until(lambda: len(server.posted()) == 2 and server.posted())
    assert [first["content"][-8:], second["content"][-8:]] == ["<@&4001>", "<@&4002>"]
    rung = {"action": Action.PING, "roles": ("4001", "4002")}
    both = await house.transport.send(row(**rung), [CARD], alerts())
    assert server.posted()[-1]["content"] == "<@&4001> <@&4002>"
    await house.transport.edit(row(message=both.message, **rung), [CARD], alerts())
    assert server.posted()[-1]["content"] == "<@&4001> <@&4002>"


@pytest.mark.parametrize("role", [None, "4001"])
@pytest.mark.parametrize("action", [Action.POST, Action.PING])
async def test_only_a_ping_mentions_and_only_the_role(server, house, role, action):
    """Feed text mentions nobody; an alert that pings names the role of whoever wanted that."""
    nasty = Card("@everyone <@&9> <@1>", lines=((Span("@here"),),))
    await house.transport.send(row(action=action, roles=(role,) if role else ()), [nasty], alerts())
    (request,) = server.sent()
    pings = action is Action.PING and role
    assert request.body.get("content") == (f"<@&{role}>" if pings else None)
    assert request.body["allowed_mentions"].get("roles", []) == ([4001] if pings else [])


async def test_a_stop_in_the_middle_of_a_post_is_quick_and_loses_nothing(server, tmp_path):
    """SIGTERM while Discord hangs: over within five seconds; the next start looks for the alert and sends it once."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        server.fail("POST", f"/channels/{CHANNEL}/messages", delay=30.0)
        for number in (1, 2):
            await house.happen(number)
        await server.until(server.sent)
        began = time.monotonic()
    assert time.monotonic() - began < 4.5
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.until(State.SENT, story=1, tick=1)
        await house.until(State.SENT, story=2, tick=1)
    assert len(server.posted()) == 2


async def test_a_gateway_that_ignores_farewells_is_left(server, tmp_path):
    """The stop does not wait for a gateway that no longer listens."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await server.turn_deaf()
        began = time.monotonic()
    assert time.monotonic() - began < 4


async def test_the_digest_goes_out_at_its_hour(server, house):
    """Quiet stories are posted as one message when the set hour has come, also when that hour was slept through."""
    house.deliver()
    await house.tick()
    await house.happen(1, tier=Tier.BACKGROUND)
    await house.happen(2, tier=Tier.BACKGROUND)
    await asyncio.sleep(0.1)
    assert not server.posted()
    house.clock.move(hours=30)
    await house.tick()
    (message,) = await server.until(server.posted)
    assert "Item 1" in str(message["embeds"])
    assert "Item 2" in str(message["embeds"])
    house.clock.move(hours=24)
    await house.tick()
    await asyncio.sleep(0.1)
    assert len(server.posted()) == 1
