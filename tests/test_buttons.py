"""The buttons under an alert: declared on the card, answered for who pressed, alive after a restart."""

from __future__ import annotations

from bot import render
from bot.card import Button, Card
from bot.discord.parts.paging import LONGEST_ID
from feeds.model import Pressed, State
from tests.discord_kit import House, alerts, row
from tests.fakes.discord_server import MEMBER
from tests.store_kit import NOW, opened, plan, reading
from tests.story_kit import source, story


def buttons(message):
    return {one["label"]: one["custom_id"] for row in message["components"] for one in row["components"]}


async def alert_of_an_earlier_run(server, database):
    """An alert that a process posted which has ended since."""
    async with House(server, database, server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": 3})
        await house.until(State.SENT)
    (message,) = server.posted()
    return message


async def pressed(server, message, label, user=MEMBER):
    token = await server.click(message, buttons(message)[label], user=user)
    body = await server.until(lambda: server.interactions[token])
    assert body["data"]["flags"] & 64, "an answer is for who pressed alone"
    return body["data"]


def test_an_alert_declares_its_buttons():
    """Why, timeline and two verdicts as data; a story that was merged into another has none."""
    card = render.alert(story(source()))
    assert card.buttons == (
        Button("Why", "why", "12"), Button("Timeline", "story", "12"),
        Button("✅", verdict="✅"), Button("❌", verdict="❌"),
    )  # fmt: skip
    assert render.alert(story(source(), merged_into=7)).buttons == ()


async def test_buttons_answer_after_a_restart(server, tmp_path):
    """Why and timeline are answered by a process that never saw the message, for who pressed alone."""
    message = await alert_of_an_earlier_run(server, tmp_path / "db")
    assert list(buttons(message)) == ["Why", "Timeline", "✅", "❌"]
    assert all(len(one) <= LONGEST_ID for one in buttons(message).values())
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        token = await server.click(message, buttons(message)["Why"])
        why = await server.until(lambda: server.originals.get(token))
        assert "Flagged as incident" in why["embeds"][0]["description"]
        full = await pressed(server, why, "In full")
        assert "score" in str(full["embeds"][0]["fields"])
        timeline = await pressed(server, message, "Timeline")
        assert "Item 1" in str(timeline["embeds"][0])


async def test_a_verdict_by_button_is_kept_changed_and_taken_back(server, tmp_path):
    """As reactions are: who, what and when; the answer says what became of it, another member's is their own."""
    message = await alert_of_an_earlier_run(server, tmp_path / "db")
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        assert "Noted: ✅" in (await pressed(server, message, "✅"))["content"]
        assert "Changed to ❌" in (await pressed(server, message, "❌"))["content"]
        assert "taken back" in (await pressed(server, message, "❌"))["content"]
        assert "Noted: ❌" in (await pressed(server, message, "❌", user=77))["content"]
        kept = await house.store.run(lambda store: store.feedback.on(message["id"]))
    assert [(one.user, one.emoji, one.removed) for one in kept] == [
        (str(MEMBER), "✅", False), (str(MEMBER), "✅", True), (str(MEMBER), "❌", False), (str(MEMBER), "❌", True),
        ("77", "❌", False),
    ]  # fmt: skip


async def test_a_verdict_on_what_is_no_alert_is_not_kept(server, tmp_path):
    """A message of ours that the outbox does not know, say."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await house.transport.send(row(), [Card("A card", buttons=(Button("✅", verdict="✅"),))], alerts())
        (other,) = server.posted()
        assert (await pressed(server, other, "✅"))["content"] == "This is no alert of mine."
        assert await house.store.run(lambda store: store.feedback.on(other["id"])) == []


async def test_an_edit_keeps_the_buttons(server, tmp_path):
    """And the first line says the new toll, so that what a notification showed is mended too."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": 3})
        await house.until(State.SENT)
        (before,) = server.posted()
        names, first = buttons(before), before["content"]
        house.clock.move(hours=1)
        await house.happen(1, keys=("guid:b",), publisher="Other", facts={"killed": 4, "place": "Town 1"})
        await server.until(lambda: "4 killed" in server.posted()[0]["content"])
        assert "3 killed" in first
        assert buttons(server.posted()[0]) == names


async def test_a_card_without_buttons_sends_none(server, tmp_path):
    """A digest, say."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await house.transport.send(row("digest"), [Card("Digest")], alerts())
        (message,) = server.posted()
        assert message["components"] == []


def test_a_press_is_one_transaction_and_counts_reactions(tmp_path):
    """A verdict that stands by a reaction is changed or taken back by a button as well."""
    with opened(tmp_path / "db") as store:
        store.commit(plan(reading(1)), NOW)
        store.feedback.add("7", "me", "✅", NOW)
        assert store.feedback.press("7", "me", "❌", NOW) is Pressed.CHANGED
        assert store.feedback.press("7", "me", "❌", NOW) is Pressed.WITHDRAWN
        assert store.feedback.press("7", "me", "✅", NOW) is Pressed.KEPT
