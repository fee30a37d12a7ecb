"""What three people do with the bot, from the bytes of feeds to the messages on their screens, over real sockets."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import bibtexparser
import pytest

from feeds.model import State
from tests.discord_kit import check_payloads
from tests.fakes.discord_server import CHANNEL, OPERATORS, ROLE
from tests.gallery.page import text_of
from tests.journey_kit import Journey, settings_of, world

pytestmark = pytest.mark.slow
PING = f"<@&{ROLE}>"
ATTACKED = (
    "UN base in central Mali comes under fire, 20 peacekeepers hurt",
    "Gunmen attacked a temporary MINUSMA post in Kerena, near Douentza, on Wednesday morning, and 20 peacekeepers were "
    "injured, said a spokesman of the mission.",
)
DEATH = (
    "Togolese peacekeeper dies after attack on UN base in central Mali",
    "One of the soldiers from Togo who were hit in Kerena on Wednesday has died of his wounds, the mission said, and "
    "27 others remain injured. It is the first death of the attack on the MINUSMA post near Douentza.",
)
UN_WORD = (
    "Security Council condemns deadly attack on MINUSMA post in Kerena",
    "Council members deplored the attack near Douentza, central Mali, which left one peacekeeper from Togo dead and 27 "
    "wounded.",
)
CONVOY = (
    "Mine kills two peacekeepers on the road to Tessalit",
    "Two blue helmets from Chad died when their MINUSMA convoy hit a mine near Tessalit, in the north of Mali, the "
    "mission said.",
)


def rung(server, channel=CHANNEL):
    """The messages that ring the role."""
    return [one for one in server.posted(channel) if PING in one["content"]]


def about(server, word, channel=CHANNEL):
    """The bot's own posts that speak of something; answers to questions are none."""
    return [one for one in server.posted(channel) if word in text_of(one) and not one.get("message_reference")]


async def test_an_analysts_night(tmp_path):
    """Woken by an attack, kept true by quiet edits, woken again by the first death and by nothing else: neither an old
    report nor the UN's word rings. In the morning all is told, by typing and by the buttons of the alert."""
    async with world() as (server, press, clock):
        feeds = press.feeds(meridian_wire="news", matin_du_fleuve="local", un_newsroom="official")
        press.write("meridian-wire", "summit", "Sahel leaders to meet next week", "Five presidents are expected.")
        async with Journey(server, clock, settings_of(server, tmp_path), feeds) as night:
            assert rung(server) == []

            await night.later(hours=10)
            press.write("meridian-wire", "attack", *ATTACKED)
            await night.later(minutes=5)
            (alert,) = rung(server)
            assert "Kerena" in text_of(alert) and "20" in text_of(alert)

            press.write("matin-du-fleuve", "attaque", "Kerena: 20 Togolese peacekeepers injured in attack",
                        "Armed men attacked the MINUSMA camp in Kerena on Wednesday; 20 peacekeepers from Togo were "
                        "injured.")  # fmt: skip
            await night.later(minutes=30)
            await night.later(minutes=75)
            assert len(about(server, "Kerena")) == len(rung(server)) == 1
            (alert,) = rung(server)
            assert "Matin Du Fleuve" in text_of(alert) and alert["edited_timestamp"]

            month_old = datetime(2021, 1, 8, 9, tzinfo=UTC)
            press.write("meridian-wire", "mine", *CONVOY, at=month_old)
            await night.later(hours=1)
            assert about(server, "Tessalit") == []

            press.write("meridian-wire", "death", *DEATH)
            await night.later(minutes=5)
            _, first_death = rung(server)
            assert first_death["message_reference"]["message_id"] == alert["id"]
            assert "1 killed" in first_death["content"] and "27 injured" in first_death["content"]
            press.write("un-newsroom", "word", *UN_WORD)
            await night.later(hours=2)
            await night.later(hours=2)
            assert len(rung(server)) == 2
            alert = about(server, "Kerena")[0]
            assert "Killed: 1" in re.sub(r"\s+", " ", text_of(alert)) or "1 killed" in text_of(alert)
            assert (await night.app.store.run(lambda store: store.outbox.by_message(alert["id"]))).state is State.SENT

            story = (await night.app.store.run(lambda store: store.outbox.by_message(alert["id"]))).story
            latest, told = await night.ask("!latest"), await night.ask(f"!story {story}")
            why = await night.ask(f"!why {story}")
            assert "Kerena" in text_of(latest)
            said = text_of(told)
            assert said.index("20 peacekeepers") < said.index("dies after attack")
            assert "MINUSMA" in text_of(why)
            assert "MINUSMA" in text_of(await night.press(alert, "Why"))
            assert "UN" in alert["content"] and "1 killed" in alert["content"]
            assert "Noted" in (await night.press(alert, "✅"))["content"]
            assert "Changed" in (await night.press(alert, "❌"))["content"]
        check_payloads(server)


async def test_a_leads_set_up(tmp_path):
    """An empty server becomes a desk by typing: who is pinged, quiet hours, an end that a restart does not undo."""
    async with world() as (server, press, clock):
        feeds = press.feeds(meridian_wire="news")
        press.write("meridian-wire", "summit", "Sahel leaders to meet next week", "Five presidents are expected.")
        settings = settings_of(server, tmp_path, channel=False)
        async with Journey(server, clock, settings, feeds) as desk:
            assert any("first look" in one["content"] for one in server.posted(OPERATORS))
            assert "manage" in text_of(await desk.ask("!subscribe", author=7)).casefold()
            said = text_of(await desk.ask(f"!subscribe minusma role:{PING}"))
            assert "from now on" in said and "is pinged" in said

            await desk.later(hours=8)
            press.write("meridian-wire", "attack", *ATTACKED)
            await desk.later(minutes=5)
            (alert,) = rung(server)
            assert "Kerena" in text_of(alert)

            assert "Quiet here until" in text_of(await desk.ask("!mute 6"))
            press.write("meridian-wire", "mine", *CONVOY)
            await desk.later(minutes=30)
            assert about(server, "Tessalit") == []
            assert "Tessalit" in text_of(await desk.ask("!latest"))

            assert "no more alerts" in text_of(await desk.ask("!unsubscribe"))
        async with Journey(server, clock, settings, feeds) as desk:
            press.write("meridian-wire", "ambush", "Peacekeeper killed in ambush near Gao", "A MINUSMA patrol was "
                        "ambushed near Gao in northern Mali on Wednesday, and one peacekeeper was killed.")  # fmt: skip
            await desk.later(hours=12)
            assert "Gao" in text_of(await desk.ask("!latest"))
            assert about(server, "Gao") == []
            assert len(rung(server)) == 1
        check_payloads(server)


async def test_a_researchers_citation_after_two_rewrites(tmp_path):
    """Each wording can be cited and shown as it was read; the citation of the newest says that there were others."""
    first = ("Twenty or so peacekeepers hurt at Kerena", ATTACKED[1])
    second = ("UN mission: 20 peacekeepers hurt at Kerena", ATTACKED[1].replace("a spokesman", "Olivier Salgado"))
    third = ("Peacekeepers hurt at Kerena now 28, says UN mission", ATTACKED[1].replace(" 20 ", " 28 "))
    async with world() as (server, press, clock):
        feeds = press.feeds(meridian_wire="news")
        press.write("meridian-wire", "summit", "Sahel leaders to meet next week", "Five presidents are expected.")
        async with Journey(server, clock, settings_of(server, tmp_path), feeds) as study:
            for hours, words in ((15, first), (3, second), (6, third)):
                await study.later(hours=hours)
                press.write("meridian-wire", "kerena", *words)
                await study.later(minutes=5)
            (alert,) = rung(server)
            story = (await study.app.store.run(lambda store: store.outbox.by_message(alert["id"]))).story
            (item,) = (await study.app.store.run(lambda store: store.stories.story(story))).sources
            number = item.entry

            newest = text_of(await study.ask(f"!cite #{number}"))
            assert third[0] in newest and first[0] not in newest
            assert "in other words" in newest and f"#{number}.1" in newest
            cited = text_of(await study.ask(f"!cite #{number}.1"))
            assert first[0] in cited and third[0] not in cited
            assert hashes(cited) and hashes(cited).isdisjoint(hashes(newest))
            assert first[0] in text_of(await study.ask(f"!cite #{number}.1"))

            changed = (await study.ask(f"!diff #{number} 1 3"))["embeds"][0]
            assert "~~20~~" in changed["description"].replace("\\", "") + str(changed.get("fields", ""))
            assert "**28**" in str(changed)

            await study.ask(f"!cite {story} as bibtex")
            ((_, content),) = [one for sent in server.sent() for one in sent.files]
            (entry,) = bibtexparser.parse_string(content.decode()).entries
            fields = {one.key: one.value for one in entry.fields}
            assert third[0].replace("UN", "") == re.sub(r"[{}]|UN", "", fields["title"])
            assert fields["url"].endswith("/meridian-wire/kerena") and "2021-02-1" in str(fields)
        check_payloads(server)


def hashes(text):
    """The content hashes that a citation names."""
    return set(re.findall(r"\b[0-9a-f]{16,64}\b", text))
