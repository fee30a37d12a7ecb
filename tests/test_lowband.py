"""Messages for thin lines: at most 500 characters of text, no embed, no picture; found again all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.card import Attachment, Card, Field, Reply, Span
from bot.discord.embeds import carries, reply_parts
from bot.discord.posting.lowband import LOWBAND_TEXT, lowband_text
from bot.fit import utf16_length
from feeds.model import Action, State
from seeds.model import Tier
from tests.discord_kit import House, alerts, as_read, operators, row, wanted
from tests.fakes.discord_server import CHANNEL, ROLE
from tests.store_kit import NOW

MARK = "ab1200000001"
PLAIN = st.text(max_size=700)
LINES = st.lists(st.lists(st.builds(Span, PLAIN, st.just("https://a.example/x")), max_size=3).map(tuple), max_size=4)
CARDS = st.lists(
    st.builds(
        Card, PLAIN, lines=LINES.map(tuple), quotes=st.lists(PLAIN, max_size=2).map(tuple), footer=PLAIN,
        fields=LINES.map(lambda lines: (Field("Sources", tuple(lines)),)), continued=st.sampled_from(("", "more")),
    ),
    max_size=6,
)  # fmt: skip


class Told:
    """A message as the other side shows it."""

    embeds = ()

    def __init__(self, content):
        self.content = content


@given(CARDS, st.sampled_from(("", "<@&4001>", "<@&4001> <@&4002>")), st.booleans())
def test_any_cards_are_at_most_500_characters_and_found_by_their_mark(cards, ping, titled):
    """Whatever they hold, with the mark and who is rung; nothing rings that should not."""
    text = lowband_text(cards, MARK, ping, titled=titled)
    assert 0 < utf16_length(text) <= LOWBAND_TEXT
    assert carries(Told(text), MARK)
    assert ping in as_read({"content": text})
    assert "](" not in text.replace("\\]", "")


@given(CARDS, PLAIN)
def test_any_answer_is_at_most_500_characters_of_text(cards, words):
    """No embed comes with it."""
    content, embeds, files = reply_parts(Reply(words, tuple(cards), lowband=True))
    assert 0 < utf16_length(content) <= LOWBAND_TEXT
    assert not embeds and not files


def test_what_an_alert_says_first_stands_first():
    """Headline and who is rung, then the facts line by line, then the story's number; no address."""
    card = Card(
        "🔴 Attack · Springfield · 1 killed", None, Tier.INCIDENT,
        ((Span("Killed: 1"),), (Span("“A title”", "https://a.example/1"),)), ("A convoy was attacked.",), "en",
        (Field("Sources", ((Span("Wire", "https://a.example/1"), Span(" 10 Feb")),)),), "Story 7", leading=True,
    )  # fmt: skip
    assert as_read({"content": lowband_text([card], MARK, "<@&1>")}) == (
        "🔴 Attack · Springfield · 1 killed <@&1>\nKilled: 1\n“A title”\n> A convoy was attacked.\nWire 10 Feb\nStory 7"
    )
    assert as_read({"content": lowband_text([card], MARK, titled=True)}).startswith("Killed: 1\n")


def test_a_list_says_how_much_is_left_out():
    """A digest of fifty stories names the first ones whole, and counts the rest."""
    lines = tuple((Span(f"• Springfield · {n} killed · “A title of some length” · Wire"),) for n in range(50))
    text = lowband_text(
        [Card("Digest of 10 Feb: 50 stories", fields=(Field("Incident", lines),), continued="more")], MARK
    )
    *_, last, left = as_read({"content": text}).split("\n")
    assert last.endswith("Wire")
    assert left == f"… and {50 - text.count('•')} more"


def test_a_picture_is_told_in_its_words_and_a_file_comes_along():
    """A map is seen at once and costs a thin line dear; an export is fetched by who wants it."""
    picture = Attachment("map.png", "image/png", b"x" * 1000, "14 places; most of it in the north")
    table = Attachment("stories.csv", "text/csv", b"a,b")
    content, embeds, files = reply_parts(Reply("Here:", files=(picture, table), lowband=True))
    assert content == "Here:\n14 places; most of it in the north"
    assert [one.filename for one in files] == ["stories.csv"] and not embeds


@pytest.fixture
async def house(server, tmp_path):
    """A house whose alerts go out over a thin line, connected."""
    opened = House(server, tmp_path / "db", server.now)
    opened.wishes = ((replace(alerts(), lowband=True), wanted()[1]), operators())
    async with opened:
        await opened.up()
        yield opened


def bare(message):
    return not message["embeds"] and not message["attachments"] and utf16_length(message["content"]) <= LOWBAND_TEXT


@pytest.mark.slow
async def test_alerts_edits_digests_and_lines_are_bare_over_real_sockets(server, house):
    """Posted, edited, noted, told aloud and by day: text; each is found again by its mark."""
    place = replace(alerts(), lowband=True)
    card = Card(
        "🔴 Attack · Springfield", lines=((Span("x" * 900),),) * 3, quotes=("y" * 900,), footer="Story 1", leading=True
    )
    sent = await house.transport.send(row(action=Action.PING, roles=(str(ROLE),)), [card], place)
    assert await house.transport.find(row(), place) == sent
    await house.transport.edit(
        row(message=sent.message), [replace(card, title="🔴 Attack · Springfield · 1 killed")], place
    )
    assert await house.transport.find(row(), place) == sent
    told = await house.transport.announce(replace(row("escalation"), message=sent.message), "z" * 900, place)
    noted = await house.transport.note(replace(row("note"), message=sent.message), "z" * 900, place)
    assert all(bare(one) for one in server.posted() + server.posted(int(noted.thread)))
    assert as_read(server.posted()[0]).startswith("🔴 Attack · Springfield · 1 killed\n")
    assert told.message == server.posted()[-1]["id"]


@pytest.mark.slow
async def test_an_alert_with_embeds_becomes_bare_when_the_channel_wants_text(server, house):
    """The next edit takes them away."""
    card = Card("A title", lines=((Span("Killed: 1"),),), leading=True)
    sent = await house.transport.send(row(), [card], alerts())
    assert server.posted()[0]["embeds"]
    await house.transport.edit(row(message=sent.message), [card], replace(alerts(), lowband=True))
    assert bare(server.posted()[0])


@pytest.mark.slow
async def test_a_thin_channel_is_told_and_answered_in_text(server, house):
    """The alert, the digest, an answer to a command and one to a button."""
    if not (await house.store.run(lambda store: store.channels.named("alerts"))).lowband:
        pytest.skip("the store does not know of thin lines yet")
    house.deliver()
    await house.tick()
    await house.happen(1)
    await house.happen(2, tier=Tier.BACKGROUND)
    await house.until(State.SENT)
    await server.say("!latest")
    await server.until(lambda: len(server.posted()) == 2)
    token = await server.click(server.posted()[0], "ask:story:1")
    await server.until(lambda: server.interactions[token])
    answer = server.interactions[token]["data"]
    assert not answer.get("embeds") and 0 < utf16_length(answer["content"]) <= LOWBAND_TEXT
    house.clock.move(hours=30)
    await house.tick()
    await server.until(lambda: len(server.posted()) == 3)
    assert all(bare(one) for one in server.messages[CHANNEL])
    assert NOW
