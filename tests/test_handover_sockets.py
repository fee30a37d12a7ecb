"""Handing over on Discord, over real sockets: briefs that lead to alerts, by schedule too; notes that ping nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from feeds.model import At, State
from tests.discord_kit import House, as_read, operators, wanted
from tests.fakes.discord_server import CHANNEL, GUILD

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(server, tmp_path):
    async with House(server, tmp_path / "db", server.now) as opened:
        yield opened


def address(message):
    return f"https://discord.com/channels/{GUILD}/{CHANNEL}/{message['id']}"


async def answer(server, question):
    before = len(server.posted())
    await server.say(question)
    await server.until(lambda: len(server.posted()) > before)
    return server.posted()[-1]


async def test_a_brief_leads_to_the_alerts(server, house):
    """Each line of a story that has its message is a link to that; what was not posted is told without one."""
    await house.up()
    house.deliver()
    await house.happen(1)
    alert = (await server.until(server.posted))[0]
    await house.until(State.SENT)
    (made,) = (await answer(server, "!brief"))["embeds"]
    assert made["title"].startswith("1 new incident: Incident · Town 1")
    assert f"]({address(alert)}) · story 1" in made["description"]
    assert "<t:" in made["description"]


async def test_a_brief_by_schedule_arrives_once_and_leads_to_the_alerts(server, tmp_path):
    """Its first line is the bottom line; its answer is lost on the way, it is found again and not repeated; no mark
    spoils the links."""
    async with House(server, tmp_path / "db", server.now) as house:
        place, wish = wanted()
        wishes = ((replace(place, handovers=(("brief", At((18 * 60,))),)), wish), operators())
        await house.store.run(lambda store: store.subscriptions.configure(wishes, house.clock()))
        await house.up()
        house.deliver()
        await house.tick()
        await house.happen(1)
        alert = (await server.until(server.posted))[0]
        await house.until(State.SENT)
        house.clock.move(hours=6)
        server.fail("POST", f"/channels/{CHANNEL}/messages", lose=True)
        await house.tick()

        async def settled():
            house.clock.move(seconds=2)
            return await house.store.run(lambda store: store.outbox.waiting() == 0)

        await server.until(lambda: len(server.posted()) == 2)
        while not await settled():
            pass
        alert_again, brief = server.posted()
        assert alert_again["id"] == alert["id"]
        assert as_read(brief).startswith("1 new incident: Incident · Town 1")
        assert f"]({address(alert)}) · story 1" in brief["embeds"][0]["description"]
        assert "mark=" not in str(brief)


async def test_a_note_is_kept_and_pings_nobody(server, house):
    """Typed with mentions in it: the answer and the timeline show the words, and no payload may mention anyone."""
    await house.happen(1)
    await house.up()
    said = await answer(server, "!note 1 @everyone <@&5> see [this](https://evil.example/) story:3")
    assert "Noted in story 1, as note 1" in said["content"]
    assert "@everyone" not in said["content"] and "<@&5>" not in said["content"]
    (made,) = (await answer(server, "!story 1"))["embeds"]
    (field,) = [one for one in made["fields"] if "Note by" in one["name"]]
    assert "story:3" in field["value"] and "not a source" in field["name"]
    assert "](https://evil" not in field["value"].replace("\\](", "")


async def test_coverage_fits_a_message(server, house):
    """All its parts, in one embed."""
    await house.happen(1)
    await house.up()
    (made,) = (await answer(server, "!coverage"))["embeds"]
    assert "1 (100 %) of 1 story known from one source only" in str(made["fields"])
