"""A change is tried and confirmed on Discord: by slash command and button, by those who may change the archive."""

from __future__ import annotations

from dataclasses import replace

from tests.discord_kit import House
from tests.fakes.discord_server import MEMBER
from tests.store_kit import NOW
from tests.test_buttons import buttons
from tests.test_dry_run import HOME, NAME, Watching, fill

MANAGE_SERVER = 1 << 5
WORDS = {"watch": NAME, "phrase": "chess club"}


async def answered(server, token):
    """What came of an interaction, whenever it came."""
    return await server.until(lambda: server.originals.get(token) or server.interactions.get(token))


def said(answer):
    return str(answer.get("data", answer).get("content", ""))


async def test_a_change_is_confirmed_by_a_button(server, tmp_path):
    """The dry run comes with a button; who may not change the archive presses it in vain, a manager's press counts, and
    a second press finds it done."""
    fill(tmp_path / "db", ["The chess club of MINUSMA", "MINUSMA patrol leaves"])
    async with House(server, tmp_path / "db", server.now) as house:
        watching = Watching(house.store)
        settings = house.settings.model_copy(update={"watches": HOME.parent})
        house.desk._house = replace(house.desk._house, watching=watching, watches=watching.watches, settings=settings)
        await house.up()
        token = await server.slash("block", WORDS, permissions=MANAGE_SERVER)
        tried = await server.until(lambda: server.originals.get(token))
        assert "would lose 1 of 2 stories" in said(tried)
        name = buttons(tried)["Do it"]

        token = await server.click(tried, name, user=MEMBER + 1, permissions=0)
        assert "Manage Server" in said(await server.until(lambda: server.interactions[token]))
        assert watching.kept == ()

        token = await server.click(tried, name, permissions=MANAGE_SERVER)
        assert "Done" in said(await server.until(lambda: server.interactions[token]))
        assert [(one.phrase, one.value) for one in watching.kept] == [("chess club", "block")]

        token = await server.click(tried, name, permissions=MANAGE_SERVER)
        assert "already" in said(await server.until(lambda: server.interactions[token]))
        found = await house.store.run(lambda store: store.audit.of(None, 9))
        assert [(one.action, one.new) for one in found] == [("block", "block")]
        assert all(str(MEMBER) in one.by for one in found) and found[0].at.date() >= NOW.date()
