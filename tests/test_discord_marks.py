"""Where a delivery's mark stands in a message, and how messages are known by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.card import Card, Field, Span
from bot.delivery.transport import Retry, Sent
from bot.discord import embeds, marks
from bot.discord.text import escape
from bot.fit import utf16_length
from bot.wording.formats import clean
from feeds.model import State
from feeds.parsing.urls import located
from feeds.store.naming.spelling import MARK_LENGTH
from tests.discord_kit import House, alerts, row
from tests.fakes.discord_server import CHANNEL, EVERYTHING
from tests.proofs import examples
from tests.story_kit import NOW

MARK = "ab1200000001"
ENDS = "\u200b\u200c\u200d"
LINK = "https://a.example/1"


class Message(NamedTuple):
    content: str
    embeds: list


def seen(text):
    """As members see it."""
    return text.replace(marks.hidden(MARK), "")


def made(*cards):
    return embeds.embeds(cards, MARK)


@pytest.mark.parametrize(("url", "expected"), [
    (LINK, f"{LINK}#:~:mark={MARK}"),
    (LINK + "#part", f"{LINK}#part:~:mark={MARK}"),
    (LINK + "#:~:text=four", f"{LINK}#:~:text=four&mark={MARK}"),
])  # fmt: skip
def test_the_mark_follows_what_browsers_hand_to_a_page(url, expected):
    """A page's own fragment stays as it is; what follows `:~:` is never shown to it."""
    (one,) = made(Card("A title", url))
    assert one.url == expected
    (one,) = made(Card("A title", lines=((Span("“Said”", url),),)))
    assert one.description == f"[“Said”]({expected})"


def test_the_first_link_of_a_card_carries_it():
    """The title's, else the first in its lines, else the first in its fields; small print stays free."""
    lines, fields = ((Span("a", LINK), Span("b", LINK)),), (Field("Sources", ((Span("c", LINK),),)),)
    (one,) = made(Card("", lines=lines, fields=fields, footer="Story 1"))
    assert one.description == f"[a]({LINK}#:~:mark={MARK})[b]({LINK})"
    assert MARK not in str(one.to_dict()["fields"]) and one.footer.text == "Story 1"
    (one,) = made(Card("A title", fields=fields))
    assert MARK in one.fields[0].value


@pytest.mark.parametrize("card", [Card("A title"), Card("A title", "javascript:x"), Card("A", LINK + "?" + "x" * 990)])
def test_without_a_link_it_is_in_the_text_out_of_sight(card):
    """A link that has no room for it counts as none; what is read is what was written."""
    (one,) = made(card)
    assert seen(one.title) == card.title and MARK not in str(one.to_dict())
    assert embeds.carries(Message("", [one]), MARK)
    assert not embeds.carries(Message("", [one]), MARK[:-1]) and not embeds.carries(Message("", [one]), MARK + "0")


def test_a_card_of_fields_alone_carries_it_in_one():
    """Nothing is shown that was not written, and the message is known by it."""
    mark = MARK.ljust(MARK_LENGTH, "7")
    fields = (Field("Mali", ((Span("3"),),)), Field("Languages", ((Span("English, French"),),)))
    (one,) = embeds.embeds([Card("", fields=fields)], mark)
    assert [field.value.replace(marks.hidden(mark), "") for field in one.fields] == ["3", "English, French"]
    assert one.footer.text is None
    assert embeds.carries(Message("", [one]), mark) and marks.read(Message("", [one])) == mark


@pytest.mark.parametrize("last", [Card("", fields=(Field("Mali", ((Span("3"),),)),)), Card("https://a.example")])
def test_a_card_without_room_leaves_it_to_the_one_before(last):
    """No small print of two dots stands under a message of which another card has a text."""
    first, second = made(Card("Coverage of a month"), last)
    assert seen(first.title) == "Coverage of a month" and embeds.carries(Message("", [first, second]), MARK)
    assert second.footer.text is None and not embeds.carries(Message("", [second]), MARK)


@pytest.mark.parametrize(("text", "expected"), [
    ("Killed 3 → 4", "Killed |3 → 4"),
    ("> said", "> |said"),
    ("News", "N|ews"),
    ("<t:1612987620:R>", "<t:1612987620:R>·|·"),
    ("https://a.example/1", "https://a.example/1·|·"),
    (r"\*", r"\*·|·"),
])  # fmt: skip
def test_it_stands_inside_a_text(text, expected):
    """Ends are trimmed, and an address, a time or an escape with something in it would be another."""
    assert marks.woven(text, MARK).replace(marks.hidden(MARK), "|") == expected


@given(st.text(max_size=80) | st.text("<@#:/ \u200b\u200c\u200dab", max_size=80))
def test_no_text_of_others_can_hold_one(text):
    """What a feed says, joiners and all, is never taken for a mark once it is cleaned and escaped."""
    forged = clean(f"{text}{marks.hidden(MARK)}{text} <{marks.hidden(MARK)}@{marks.hidden(MARK)}")
    assert marks.hidden(MARK) not in escape(forged)


@settings(max_examples=examples(60), deadline=None)
@given(st.text(min_size=1, max_size=2500), st.sampled_from([None, "<@&4001>"]))
def test_any_line_can_be_found_and_fits(text, ping):
    """Whatever it says, it is within the limit, reads as before, and neither end of it is the mark's."""
    content = embeds.signed(text, MARK, ping)
    assert utf16_length(content) <= 2000 and embeds.carries(Message(content, []), MARK)
    assert content.strip("\u200b\u200c\u200d ") != "" and MARK not in content
    assert embeds.carries(Message(content.strip(f" \n{ENDS}"), []), MARK)


@pytest.mark.parametrize("kind", ["greeting", "notice", "note", "reply", "escalation", "bare", "digest"])
async def test_a_lost_answer_of_each_kind_is_found(server, tmp_path, kind):
    """What arrived though its answer did not is found again in the history, and no member sees by what."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        alert = await house.transport.send(row(), [Card("An alert", LINK)], alerts())
        message = alert.message if kind in ("note", "reply", "escalation") else None
        if kind == "reply":
            server.permissions[CHANNEL] = EVERYTHING & ~(1 << 35)
        one = replace(row(kind), id="ab1200000002", message=message)
        where = f"/channels/{message if kind == 'note' else CHANNEL}/messages"
        if kind == "bare":
            server.fail("POST", where, status=400, body={"code": 50035, "message": "Invalid Form Body"})
        server.fail("POST", where, lose=True)
        act = {
            "escalation": lambda: house.transport.announce(one, "First death · Kerena", alerts()),
            "bare": lambda: house.transport.send(one, [Card("A title")], alerts()),
            "digest": lambda: house.transport.send(one, [Card("Nothing new today", footer="Until noon")], alerts()),
        }.get(kind, lambda: house.transport.note(one, "Hello, I am here", alerts()))
        assert isinstance(await act(), Retry | Sent)
        server.forget_nonces()
        found = await house.transport.find(one, alerts())
        assert isinstance(found, Sent), server.posted()
        (posted,) = [each for each in server.posted(int(found.thread or CHANNEL)) if each["id"] == found.message]
        texts = [posted["content"], *(str(value) for each in posted["embeds"] for value in each.values())]
        assert not any("ab1200000002" in each or "-#" in each for each in texts)


def test_bare_text_and_lines_of_earlier_versions_are_known():
    """They end with the mark in small print."""
    assert embeds.carries(Message(f"Killed 3 → 4\n-# {MARK}", []), MARK)
    assert not embeds.carries(Message(f"Killed 3 → 4\n-# {MARK}", []), "ab1200000002")


def test_messages_of_earlier_versions_are_known_by_their_footer():
    """They end with the mark, in the last footer."""
    old = discord.Embed(title="A title", url=LINK).set_footer(text=f"Story 1 · {MARK}")
    assert embeds.carries(Message("", [old]), MARK)
    assert not embeds.carries(Message("", [old]), "ab1200000002")


def test_a_message_that_only_speaks_of_it_is_another():
    """An answer that names the mark, or a foreign link further down that copies it."""
    answer = discord.Embed(title="Why", description=f"posted as {MARK} mark={MARK}")
    assert not embeds.carries(Message(f"posted as {MARK}", [answer]), MARK)
    copied = Card("", lines=((Span("a", LINK), Span("b", f"{LINK}#:~:mark={MARK}")),))
    assert not embeds.carries(Message("", embeds.embeds([copied], "ab1200000009")), MARK)
    assert embeds.carries(Message("", embeds.embeds([copied], "ab1200000009")), "ab1200000009")


@pytest.mark.parametrize("forged", ["?a=1&{}", "?q=:~:{}", "?q=:~:a&{}", "#a&{}", "#:~:{}", "#a:%7E:{}", "#%3a~%3A{}"])
def test_no_address_of_a_feed_can_hold_a_mark(forged):
    """Whatever a feed's item is called, an answer that shows its address reads as no message of ours."""
    address = located(f"https://a.example/1{forged.format('mark=' + 'a' * MARK_LENGTH)}")
    answer = embeds.embed(Card("A title", address))
    assert marks.read(Message("", [answer])) == ""
    alert = embeds.embeds([Card("A title", address)], own := "b" * MARK_LENGTH)
    assert marks.read(Message("", alert)) == own
    assert marks.shown_links(alert) == {answer.url}


@pytest.mark.parametrize("title", ["]({})", "a\\]({})", "[a]({}) b", "`]({})`", "]]({}) [b]({})"])
def test_no_title_can_show_an_address(title):
    """A link that a title or a publisher spells is text: it is none that the message shows, and hides no mark."""
    words = title.replace("{}", "https://b.example/2")
    card = Card("", lines=((Span(words), Span(words, LINK), Span(words)),))
    digest = embeds.embeds([card, Card(words, lines=card.lines)], own := "b" * MARK_LENGTH)
    assert marks.shown_links(digest) == {LINK}
    assert marks.read(Message("", digest)) == own
    assert embeds.carries(Message("", digest), own)


async def test_a_marked_alert_that_was_half_sent_is_found(server, tmp_path):
    """Its mark is out of sight, and still the next start finds it and sends nothing again."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        await house.happen(1)
        (claimed,) = await house.store.run(lambda store: store.outbox.claim(house.clock(), 10))
        card = Card("First line", lines=((Span("“Said”", LINK),),), leading=True)
        await house.transport.send(claimed, [card], alerts())
        house.clock.move(hours=1)
        server.forget_nonces()
        house.deliver()
        sent = await house.until(State.SENT)
        (message,) = await server.until(lambda: [one for one in server.posted() if "Town 1" in one["content"]])
    assert len(server.posted()) == 1  # the one that stood, edited into what the story says by now
    assert message["id"] == sent.message
    assert message["content"] == "🔴 Incident · Town 1 · single source <@&4001>"
    assert claimed.id not in message["content"] + str(message["embeds"][0].get("footer"))


async def test_an_alert_of_an_earlier_version_is_found(server, tmp_path):
    """What was half sent before an upgrade has its mark in the footer."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        body = {"embeds": [{"title": "Old", "footer": {"text": f"Story 1 · {MARK}"}}]}
        old = server._store(int(alerts().target), body)
        found = await house.transport.find(row(), alerts())
        assert found.message == old["id"]


def test_times_are_discords_own():
    """An instant is written for every reader's own clock, with the day or without, or as how long ago."""
    at = datetime(2021, 2, 10, 20, 7, tzinfo=UTC)
    spans = (Span("20:07 UTC", at=at, shown="time"), Span(" "), Span("10 Feb 20:07 UTC", strong=True, at=at),
             Span(" "), Span("just now", at=at, shown="ago"))  # fmt: skip
    stamp = int(NOW.timestamp())
    (one,) = embeds.embeds([Card("T", lines=(spans,))])
    assert one.description == f"<t:{stamp}:t> **<t:{stamp}:f>** <t:{stamp}:R>"


def test_a_channel_is_named_as_discord_does():
    """By a mention, which no feed's text can make."""
    (one,) = embeds.embeds([Card("T", lines=((Span("discord:12", place="12"), Span(": open <#12>")),))])
    assert one.description == "<#12>: open <\u200b#12>"
