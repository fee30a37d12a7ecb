"""The Discord side end to end over real sockets: discord.py, gateway and REST against a fake on loopback."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest

from bot.desk import COMMANDS
from feeds.model import State
from tests.discord_kit import House
from tests.fakes.discord_server import BOT, CHANNEL, MESSAGE_CONTENT, OPERATORS, ROLE


@pytest.fixture
async def house(server, tmp_path):
    async with House(server, tmp_path / "db", server.now) as opened:
        yield opened


async def test_a_member_asks_and_the_bot_answers(server, house):
    """HELLO, IDENTIFY, READY, GUILD_CREATE, a heartbeat; then `!latest` is answered as a reply to the question."""
    await house.happen()
    await house.up()
    question = await server.say("!latest")
    (answer,) = await server.until(server.posted)
    assert answer["message_reference"]["message_id"] == question["id"]
    assert "Item 1" in str(answer["embeds"])
    assert {1, 2} <= {frame["op"] for frame in server.frames}


async def test_an_answer_that_discord_does_not_take_is_a_warning_and_the_member_is_told(server, house, caplog):
    """A 503 in its place is Discord's: one line in the log without a trace, and a sentence to who asked."""
    await house.happen()
    await house.up()
    server.fail("POST", f"/channels/{CHANNEL}/messages", status=503, body="upstream error")
    await server.say("!latest")
    (answer,) = await server.until(server.posted)
    assert "try again" in answer["content"]
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [("did not take an answer" in one.getMessage(), one.exc_info) for one in told] == [(True, None)]


async def test_an_alert_is_posted_once_with_its_marker(server, house):
    """The alert pings the role, carries its delivery's id as nonce and, out of sight, in its first link; its message id
    is kept; what happened comes before the ping."""
    await house.up()
    house.deliver()
    await house.happen()
    (message,) = await server.until(server.posted)
    (sent,) = server.sent()
    (row,) = await house.rows()
    assert sent.body["nonce"] == row.id
    assert sent.body["enforce_nonce"] is True
    assert len(row.id) <= 25
    assert message["content"] == f"🔴 Incident · Town 1 · single source <@&{ROLE}>"
    assert sent.body["allowed_mentions"]["roles"] == [ROLE]
    assert f"#:~:mark={row.id})" in message["embeds"][0]["description"]
    assert row.id not in message["embeds"][0]["footer"]["text"]
    row = await house.until(State.SENT)
    assert row.message == message["id"]


@pytest.mark.parametrize(("fault", "requests"), [
    ({"status": 503, "body": "upstream error"}, 2),
    ({"status": 429, "body": {"message": "slow", "retry_after": 0.05, "global": False}}, 2),
    ({"status": 429, "body": "<html>banned</html>", "headers": {"Retry-After": "1"}}, 2),
    ({"status": 503, "body": "for ever", "headers": {"Retry-After": "inf"}}, 2),
    ({"status": 429, "body": "<html>nonsense</html>", "headers": {"Retry-After": "nan"}}, 2),
    ({"drop": True}, 2),
    ({"lose": True}, 1),
])  # fmt: skip
async def test_no_fault_on_the_way_loses_or_repeats_an_alert(server, house, fault, requests):
    """Overload, a dropped connection, a lost answer: it arrives exactly once, under the same nonce."""
    await house.up()
    house.deliver()
    server.fail("POST", f"/channels/{CHANNEL}/messages", **fault)
    await house.happen()
    await server.until(server.sent)
    row = await house.until(State.SENT, tick=2)
    assert [message["id"] for message in server.posted()] == [row.message]
    assert {request.body["nonce"] for request in server.sent()} == {row.id}
    assert len(server.sent()) == requests


NO_ANSWERS = [{}, "hello", {"id": "x"}, {"id": None}, {"id": "9" * 40}, {"id": 7}, [], {"id": "77"}]


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("said", NO_ANSWERS, ids=repr)
async def test_an_answer_that_is_none_is_unclear(server, house, caplog, said, arrived):
    """Whatever stands in a 200: a warning of one line, the message is looked for, and it stands exactly once."""
    await house.up()
    house.deliver()
    server.fail("POST", f"/channels/{CHANNEL}/messages", status=200, body=said, after=arrived)
    await house.happen()
    await server.until(server.sent)
    row = await house.until(State.SENT, tick=2)
    assert [message["id"] for message in server.posted()] == [row.message]
    assert len(server.sent()) == (1 if arrived else 2)
    told = [one for one in caplog.records if "an answer that is none" in one.getMessage()]
    assert [(one.levelno, one.exc_info, "\n" in one.getMessage()) for one in told] == [(logging.WARNING, None, False)]
    assert not [one for one in caplog.records if one.exc_info]


@pytest.mark.parametrize("wait", ["x", None, float("nan"), float("inf"), True, [1]], ids=repr)
async def test_a_wait_that_is_no_number_stalls_nothing(server, house, caplog, wait):
    """A 429 for everybody among them: the next try comes by our own pauses."""
    await house.up()
    house.deliver()
    body = {"message": "slow", "retry_after": wait, "global": True}
    server.fail("POST", f"/channels/{CHANNEL}/messages", status=429, body=body)
    await house.happen()
    row = await house.until(State.SENT, tick=2)
    assert [message["id"] for message in server.posted()] == [row.message]
    assert "odd-wait" in caplog.text
    assert not [one for one in caplog.records if one.exc_info]


@pytest.mark.slow
async def test_a_refused_first_handshake_is_tried_again(server, house, caplog):
    """discord.py ends at a failed first handshake (its #10520); the supervisor goes on, with one line a try."""
    server.refuse_handshakes = 1
    await house.up()
    assert server.connected_to == ["/gateway"]
    assert "Discord cannot be reached (WSServerHandshakeError" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.slow
async def test_an_unreachable_api_is_tried_again(server, house, caplog):
    """Nothing answers at first; the bot comes up when Discord does."""
    server.fail("GET", "/users/@me", drop=True, times=2)  # aiohttp itself tries a GET twice
    await house.up()
    assert "Discord cannot be reached" in caplog.text


async def test_a_wrong_token_is_one_line(server, tmp_path, caplog):
    """The log says it, nothing is raised, and what is to be posted waits."""
    async with House(server, tmp_path / "db", server.now, token="another") as house:
        house.tasks.append(asyncio.create_task(house.transport.run()))
        house.deliver()
        await house.happen()
        await server.until(lambda: "Discord refused the token" in caplog.text)
        assert not server.sent()
        assert (await house.rows())[0].attempts == 0


async def test_a_lost_gateway_is_resumed_where_ready_said(server, house):
    """After a cut cable the connection goes to READY's resume address and RESUMEs; answers go on."""
    await house.up()
    await server.drop_gateway()
    await server.until(lambda: any(frame["op"] == 6 for frame in server.frames))
    assert server.connected_to == ["/gateway", "/resume"]
    await server.say("!status")
    assert await server.until(server.posted)


async def at_once(client, shard, *, initial=False):
    """Identify without the five seconds between two sessions that Discord asks for."""


async def test_ready_may_come_again(server, house, caplog, monkeypatch):
    """A session that cannot be resumed is identified anew: `on_ready` fires again, and syncs no commands again."""
    caplog.set_level(logging.INFO, "bot")
    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)
    await house.up()
    await server.until(lambda: server.commands)
    server.sessions.clear()
    await server.drop_gateway()
    await server.until(lambda: [frame["op"] for frame in server.frames].count(2) == 2, seconds=8)
    await server.until(lambda: caplog.text.count("Discord: connected as") == 2)
    assert len(server.sent("PUT", "/applications/*/commands")) == 1
    await server.say("!status")
    assert len(await server.until(server.posted)) == 1


@pytest.mark.slow
async def test_commands_are_synced_when_they_changed(server, tmp_path, caplog):
    """The tree is synced at the first start, said in the log, and not at the next one with the same commands."""
    caplog.set_level(logging.INFO, "bot")
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await server.until(lambda: f"synced {len(COMMANDS)} slash commands" in caplog.text)
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await server.until(lambda: caplog.text.count("Discord: connected as") == 2)
    assert len(server.sent("PUT", "/applications/*/commands")) == 1
    assert {"latest", "search", "mute"} <= {command["name"] for command in server.commands}


async def test_without_the_message_content_intent_it_starts_all_the_same(server, house, caplog):
    """Discord refuses the intent: the bot says so once, and answers mentions and slash commands."""
    server.privileged = False
    await house.up()
    house.deliver()
    assert caplog.text.count("message content intent") == 1
    (line,) = await server.until(lambda: server.posted(OPERATORS))
    assert "message content intent" in line["content"]
    assert not any(intents & MESSAGE_CONTENT for intents in server.sessions.values())
    await server.say("!status")
    await server.say(f"<@{BOT}> status", mentions=[BOT])
    assert len(await server.until(server.posted)) == 1
    token = await server.slash("status")
    assert (await server.until(lambda: server.interactions[token]))["type"] == 4


async def test_a_slash_command_is_answered_in_place(server, house):
    """`/latest n:1` answers the interaction itself; a member's mistake is for their eyes only."""
    await house.happen()
    await house.up()
    token = await server.slash("latest", {"n": 1})
    body = await server.until(lambda: server.interactions[token])
    assert body["type"] == 4
    assert "Item 1" in str(body["data"]["embeds"])
    token = await server.slash("story", {"story": "nonsense"})
    body = await server.until(lambda: server.interactions[token])
    assert body["data"]["flags"] & 64
    assert "A story has a number" in body["data"]["content"]


async def test_pages_turn_for_the_asker_even_after_a_restart(server, tmp_path):
    """The buttons carry all they need: a click is answered by a process that never saw the message."""
    async with House(server, tmp_path / "db", server.now) as house:
        for number in range(3):
            await house.happen(number)
        await house.up()
        await server.say("!latest 1")
        (answer,) = await server.until(server.posted)
    buttons = answer["components"][0]["components"]
    assert [one["label"] for one in buttons] == ["◀", "1 / 3", "▶"]
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        token = await server.click(answer, buttons[2]["custom_id"])
        turned = await server.until(lambda: server.interactions[token])
        assert turned["type"] == 7
        assert turned["data"]["components"][0]["components"][1]["label"] == "2 / 3"
        token = await server.click(answer, buttons[2]["custom_id"], user=77)
        refused = await server.until(lambda: server.interactions[token])
        assert refused["type"] == 4
        assert refused["data"]["flags"] & 64


async def test_reactions_are_kept_on_old_alerts_too(server, tmp_path):
    """✅ and ❌ on an alert are stored with who and when, taken-back ones as well, whoever posted it how long ago."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen()
        await house.until(State.SENT)
        message = server.posted()[0]["id"]
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.clock.move(days=30)
        await server.react(message, "✅")
        await server.react(message, "❌", user=78)
        await server.react(message, "🎉")
        await server.react(message, "✅", user=BOT)
        await server.react("12345", "✅")
        await server.react(message, "✅", removed=True)

        async def three():
            while len(found := await house.store.run(lambda store: store.feedback.on(message))) < 3:
                await asyncio.sleep(0.01)
            return found

        found = await asyncio.wait_for(three(), 5)
        assert [(one.user, one.emoji, one.removed) for one in found] == [
            ("5001", "✅", False), ("78", "❌", False), ("5001", "✅", True),
        ]  # fmt: skip
        assert {one.at for one in found} == {house.clock()}


async def test_a_changed_toll_edits_the_alert_and_notes_it_in_a_thread(server, house):
    """One message a story: a second source edits it in place; what is material is one line in the story's thread."""
    await house.up()
    house.deliver()
    await house.happen(1, facts={"killed": 3})
    await house.until(State.SENT)
    (alert,) = server.posted()
    house.clock.move(minutes=5)
    await house.happen(1, keys=("guid:b",), publisher="Other", standing="official",
                       facts={"killed": 9, "place": "Town 1", "contingents": ("C1",)})  # fmt: skip
    await server.until(lambda: server.sent("POST", "*/threads"))
    await server.until(lambda: len(server.posted(int(alert["id"]))) == 2)
    house.clock.move(minutes=5)
    await server.until(lambda: server.sent("PATCH", f"*/messages/{alert['id']}"))
    assert len(server.posted()) == 1
    mark = re.search(r"mark=\w+", alert["embeds"][0]["description"])[0]
    assert mark in server.posted()[0]["embeds"][0]["description"]
    assert "Updated" in server.posted()[0]["embeds"][0]["description"]
    kinds = [row.kind for row in await house.rows()]
    notes = server.posted(int(alert["id"]))
    assert kinds.count("alert") == 1
    assert len(notes) == kinds.count("note")
