"""Discord that is away at the start or later, and rights that are taken: over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time

import pytest

from bot.delivery import outages
from bot.discord import transport
from bot.discord.limits import absence
from feeds.model import State
from tests.discord_kit import Clock, House, addresses_kept, check_payloads
from tests.fakes.discord_server import CHANNEL, EVERYTHING, OPERATORS, DiscordServer

SEND, ADMINISTRATOR = 1 << 11, 1 << 3


@pytest.fixture
def quick(monkeypatch):
    """Pauses of hundredths of a second."""
    monkeypatch.setattr(transport, "absence", lambda *_: 0.02)
    monkeypatch.setattr(transport, "LOGIN_SECONDS", 0.3)
    monkeypatch.setattr(outages, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivery.holds.PROBE_SECONDS", 0.4)


@pytest.fixture
def port():
    """A port where nothing listens yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.asynccontextmanager
async def houses(tmp_path, port):
    """A house that knows where Discord will be, and Discord, which is not there yet."""
    with addresses_kept():
        later = DiscordServer(now=Clock(), port=port)
        async with House(later, tmp_path / "db", later.now) as house:
            yield house, later
        check_payloads(later)


DOWN = b"HTTP/1.1 522 Origin Down\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndown"


@contextlib.asynccontextmanager
async def refusing(_):
    """Nothing listens."""
    yield


@contextlib.asynccontextmanager
async def listening(port, answer):
    """Somebody takes the connection; with no answer without a word ever."""
    tasks = set()

    async def handle(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await (reader.read() if not answer else writer.drain())
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    yield
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.wait_closed()


def silent(port):
    """As a firewall that swallows what is said."""
    return listening(port, b"")


def upset(port):
    """What stands in front of Discord answers with its own page."""
    return listening(port, DOWN)


@pytest.mark.parametrize("away", [refusing, silent, upset])
async def test_a_discord_that_is_away_at_the_start_is_found_when_it_returns(tmp_path, port, quick, caplog, away):
    """It is tried again and again; meanwhile alerts are kept and questions answered elsewhere; then all goes out."""
    caplog.set_level(logging.INFO, "bot.discord.transport")
    async with houses(tmp_path, port) as (house, later):
        async with away(port):
            house.tasks.append(asyncio.create_task(house.transport.run()))
            house.deliver()
            await house.happen()
            await asyncio.sleep(0.8)
            assert not house.transport.connected
            assert (await house.desk.answer("latest", "", page=1, asker=_asker())).cards
        async with later:
            begun = time.monotonic()
            row = await house.until(State.SENT, seconds=15)
            assert time.monotonic() - begun < 14
            assert [one["id"] for one in later.posted()] == [row.message]
            await later.until(lambda: later.sessions, seconds=15)  # alerts go out from the login on
            await later.say("!status")
            await later.until(lambda: len(later.posted()) == 2, seconds=15)
            await house.transport.close()
            await asyncio.sleep(0.05)
    told = [record for record in caplog.records if "cannot be reached" in record.getMessage()]
    usual = [logging.WARNING if at & (at - 1) == 0 else logging.INFO for at in range(len(told))]
    assert told and not any(record.exc_info for record in told)
    assert [record.levelno for record in told] == usual  # after none, one, two, four … failures it is a warning
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]


def _asker():
    from tests.source_kit import OPERATOR

    return OPERATOR


def test_it_is_back_within_a_minute():
    """The try that hangs when it returns, the pause after it and the look at the outbox, all at their longest."""
    longest = max(absence.absence(failures, 1.0) for failures in range(100))
    assert absence.LOGIN_SECONDS + longest + outages.LOOK_SECONDS <= 45
    assert absence.EXAMINE_SECONDS + outages.LOOK_SECONDS + absence.ANSWER_SECONDS <= 70
    backoff = absence.ShortBackoff()
    assert max(backoff.delay() for _ in range(500)) <= 16


def test_no_more_sessions_are_begun_than_discord_allows():
    """A gateway that takes us and throws us out at once is tried about 800 times a day, not thousands."""
    now, begun = 0.0, 0
    sessions = absence.Sessions(lambda: now)
    while now < 86400:
        begun += 1
        now += sessions.begin() + 5
    assert 500 < begun < 1000
    calm = absence.Sessions(lambda: now)
    assert [calm.begin() for _ in range(30)] == [0.0] * 30


async def test_a_gateway_that_is_lost_is_a_warning_without_a_trace(server, tmp_path, caplog, monkeypatch):
    """discord.py logs each reconnect as an error with its trace; here it is one line, and the bot goes on."""
    monkeypatch.setattr(absence.ShortBackoff, "delay", lambda _: 0.02)
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        server.refuse_handshakes = 3
        await server.drop_gateway()
        await server.until(lambda: any(frame["op"] == 6 for frame in server.frames), seconds=10)
        await server.say("!status")
        assert await server.until(server.posted)
    told = [record for record in caplog.records if "Attempting a reconnect" in record.getMessage()]
    assert len(told) >= 3
    assert all(record.levelno == logging.WARNING and record.exc_info is None for record in told)
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]


async def test_a_right_that_is_taken_is_named_before_anything_is_to_be_posted(server, tmp_path, quick):
    """The role loses its rights, nothing waits to be sent: the operators read it all the same, once, and that it is
    back when something was posted."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await asyncio.sleep(0.3)
        assert server.posted(OPERATORS) == []
        server.permissions[CHANNEL] = EVERYTHING & ~(1 << 10)
        await server.dispatch("CHANNEL_UPDATE", server.channels[CHANNEL])
        (line,) = await server.until(lambda: server.posted(OPERATORS), seconds=3)
        assert "“alerts”" in line["content"]
        await server.dispatch("CHANNEL_UPDATE", server.channels[CHANNEL])
        await asyncio.sleep(0.2)
        assert len(server.posted(OPERATORS)) == 1


async def test_a_role_that_loses_a_right_is_noticed(server, tmp_path, quick):
    """What Discord tells of roles is enough; the bot asks nobody for it."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await asyncio.sleep(0.3)
        server.role_permissions = EVERYTHING & ~SEND & ~ADMINISTRATOR
        for role in server._guild()["roles"]:
            if role["name"] == "@everyone":
                role["permissions"] = str(0x400 | 0x10000)
            await server.dispatch("GUILD_ROLE_UPDATE", {"guild_id": server._guild()["id"], "role": role})
        lines = await server.until(lambda: server.posted(OPERATORS), seconds=3)
        assert any("“alerts”" in line["content"] for line in lines)


@pytest.mark.parametrize("code", [50001, 50013])
async def test_a_refused_post_is_named_at_once(server, tmp_path, quick, code):
    """403 with one of Discord's codes: the notice is on its way with the very answer, not at the next look."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        server.fail("POST", f"/channels/{CHANNEL}/messages", status=403, body={"code": code, "message": "no"}, times=9)
        begun = time.monotonic()
        await house.happen()
        (line,) = await server.until(lambda: server.posted(OPERATORS), seconds=3)
        assert time.monotonic() - begun < 2
        assert "“alerts”" in line["content"]
