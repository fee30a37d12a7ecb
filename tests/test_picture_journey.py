"""A map and a chart asked for in the chat at night, over real sockets, drawn by the real process."""

from __future__ import annotations

import pytest

from tests.discord_kit import check_payloads
from tests.journey_kit import Journey, buttons, settings_of, world
from tests.test_journeys import ATTACKED, DEATH

pytestmark = pytest.mark.slow


async def test_a_map_is_asked_for_at_night(tmp_path):
    """The answer holds the picture, described, and its numbers; a button asks for another time, for who pressed it; and
    the bot goes on polling and telling meanwhile."""
    async with world() as (server, press, clock):
        feeds = press.feeds(meridian_wire="news")
        press.write("meridian-wire", "summit", "Sahel leaders to meet next week", "Five presidents are expected.")
        async with Journey(server, clock, settings_of(server, tmp_path), feeds) as night:
            await night.later(hours=10)
            press.write("meridian-wire", "attack", *ATTACKED)
            await night.later(minutes=2)
            press.write("meridian-wire", "death", *DEATH)
            await night.later(minutes=2)

            answer = await night.ask("!map")
            (file,) = answer["attachments"]
            assert file["filename"] == "incidents-since-nov-2021-02-10.png"
            assert "Kerena" in file["description"] and "1 killed" in file["description"]
            assert "Kerena: 1 incident, 1 killed" in answer["content"]
            assert [one["label"] for one in buttons(answer)] == ["30 days", "1 year", "All"]
            sent = {name: content for request in server.requests for name, content in request.files}
            assert sent[file["filename"]].startswith(b"\x89PNG")

            told = await night.press(answer, "30 days")
            assert "Kerena: 1 incident, 1 killed" in told["content"]
            assert told["attachments"][0]["filename"].endswith(".png")

            again = await night.ask("!chart killed by:place theme:light", author=2)
            assert "Kerena: 1" in again["content"] and again["attachments"]
            wrong = await night.ask("!map place:kerenna")
            assert "I know no place" in wrong["content"] and not wrong["attachments"]
        check_payloads(server)
