"""What the file names is held against Discord at the start, over sockets; each lack is told once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.delivery import holds
from bot.desk import Asker
from feeds.model import Channel
from tests.discord_kit import SECOND_ROLE, House, alerts, as_read, operators, wanted
from tests.fakes.discord_server import CHANNEL, GUILD, OPERATORS, ROLE
from tests.test_desk import text

pytestmark = pytest.mark.slow

GRANTED = 0x400 | 0x800 | 0x4000 | 0x8000 | 0x10000 | 1 << 35 | 1 << 38  # all that the invitation asks for
NOBODY = str(SECOND_ROLE)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(holds, "PROBE_SECONDS", 0.2)


class Started(House):
    """A house whose file wants these."""

    def __init__(self, server, database, *wishes):
        super().__init__(server, database, server.now)
        self.wishes = (*wishes, operators())

    async def __aenter__(self):
        await super().__aenter__()
        await self.up()
        self.deliver()
        self.desk = self.transport._desk
        return self

    async def status(self):
        asker = Asker("7", "Awa", transport="discord", target=str(OPERATORS), server=str(GUILD))
        return text(await self.desk.answer("status", "", asker=asker))


def told(server):
    return [line for line in map(as_read, server.posted(OPERATORS)) if "Please check" in line]


CASES = {
    "no such channel": (lambda server: None, "9999", ROLE, "the channel is gone"),
    "no such role": (lambda server: None, CHANNEL, NOBODY, f"the server has no role {NOBODY}, so nobody is pinged"),
    "a silent role": (lambda server: server.more_roles.update({SECOND_ROLE: "watch"}), CHANNEL, NOBODY,
                      "the bot may not mention @watch"),
    "threads": (lambda server: setattr(server, "role_permissions", GRANTED & ~(1 << 35)), CHANNEL, None,
                "the bot may not open threads there"),
    "lines in threads": (lambda server: setattr(server, "role_permissions", GRANTED & ~(1 << 38)), CHANNEL, None,
                         "the bot may not write in threads there"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
async def test_what_will_not_work_is_said_by_name_once_without_a_trace(server, tmp_path, caplog, case):
    """In the operators' channel, in the log and in `status`; a restart says it in the log only."""
    change, target, role, said = CASES[case]
    server.role_permissions = GRANTED
    change(server)
    wish = (replace(alerts(), target=str(target)), replace(wanted()[1], role=role and str(role)))
    for start in (1, 2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            async with Started(server, tmp_path / "db", wish) as house:
                await server.until(lambda: said in caplog.text)
                await server.until(lambda: told(server))
                await asyncio.sleep(0.5)
                assert said in (await house.status()).replace("\u200b", "")
        assert len(told(server)) == 1 and said in told(server)[0].replace("\u200b", ""), start
        assert caplog.text.count(said) == 1 and "Traceback" not in caplog.text


async def test_what_is_mended_is_no_longer_said(server, tmp_path):
    """`status` follows within a probe, and nothing is told of it."""
    server.role_permissions, lacking = GRANTED, "to be mended"
    async with Started(server, tmp_path / "db", wanted(role=NOBODY)) as house:
        await server.until(lambda: told(server))
        assert lacking in await house.status()
        server.more_roles[SECOND_ROLE] = "watch"
        role = {**server._guild()["roles"][-1], "mentionable": True}
        await server.dispatch("GUILD_ROLE_CREATE", {"guild_id": server._guild()["id"], "role": role})
        async with asyncio.timeout(5):
            while lacking in await house.status():
                await asyncio.sleep(0.05)
        assert len(told(server)) == 1


async def test_where_all_works_nothing_is_said(server, tmp_path, caplog):
    """All rights of the invitation, a role that rings, and two watches in one channel."""
    server.role_permissions = GRANTED | 1 << 17
    other = Channel("other", "discord", str(CHANNEL))
    async with Started(server, tmp_path / "db", wanted(), (other, replace(wanted("v")[1], channel="other"))) as house:
        await asyncio.sleep(0.5)
        assert not told(server) and "Please check" not in caplog.text
        assert "alerts: open" in (await house.status()) or "open" in await house.status()
