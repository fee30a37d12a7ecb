"""Cards as embeds: Discord's limits, defused markup, safe links."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.card import Card, Field, Reply, Span
from bot.discord import embeds
from bot.discord.marks import hidden
from bot.discord.text import cut_units, escape, masked_link
from bot.fit import utf16_length as size
from seeds.model import Tier
from tests.fakes import openapi
from tests.fakes.discord_server import too_long
from tests.proofs import examples
from tests.shared import needs_shared

MARKER = "ab120000001f"
NASTY = st.text(st.sampled_from("ab @<>#:&!*_~`|[]()\\\n.,-+1»é\u202eπ😀ء\u200f\x00\x1b\ud800"), max_size=100)
TEXTS = st.text(max_size=100) | NASTY
URLS = (
    None, "https://news.un.org/en/story/1", "javascript:alert(1)", "http://a.b/x)y", "ftp://x.y/",
    "https://é.org/ü?a=(b)", "https://a.example/" + "x" * 900,
)  # fmt: skip


class Message(NamedTuple):
    content: str
    embeds: list


class Cards(list):
    """Shown as what they were made of, which hypothesis can print."""

    def __repr__(self):
        return f"cards({self.texts!r}, {self.seed})"


@st.composite
def cards(draw):
    """Cards of any shape out of a handful of texts, some of them very long."""
    texts, seed = draw(st.lists(TEXTS, min_size=1, max_size=6)), draw(st.integers(0, 1 << 32))
    chance, made = random.Random(seed), Cards()
    made.texts, made.seed = texts, seed
    texts = [*texts, "x" * 4300, "😀" * 2200, "word " * 860, "Sentence here. " * 290]
    made.extend(card(chance, texts) for _ in range(chance.randint(1, 13)))
    return made


def card(chance, texts):
    def text():
        return chance.choice(texts)

    def lines():
        return tuple(
            tuple(Span(text(), chance.choice(URLS), chance.random() < 0.3) for _ in range(chance.randint(0, 3)))
            for _ in range(chance.randint(0, 6))
        )

    fields = tuple(Field(text(), lines(), chance.random() < 0.5) for _ in range(chance.choice((0, 0, 1, 2, 26))))
    quotes = tuple(text() for _ in range(chance.randint(0, 4)))
    at = chance.choice((None, datetime(2021, 2, 10, tzinfo=UTC)))
    tier, language = chance.choice((None, *Tier)), chance.choice((None, "fr", "ar"))
    return Card(text(), chance.choice(URLS), tier, lines(), quotes, language, fields, text(), at)


def payload(cards, marker=MARKER):
    return {"embeds": [one.to_dict() for one in embeds.embeds(cards, marker)]}


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(cards())
def test_any_cards_fit_one_message_and_keep_the_marker(drawn):
    """Whatever a feed says, the message is within every limit and is known by its marker."""
    made = embeds.embeds(drawn, MARKER)
    assert too_long({"embeds": [one.to_dict() for one in made]}) == {}
    assert embeds.carries(Message("", made), MARKER)
    assert not embeds.carries(Message("", made), MARKER[:-1]) and not embeds.carries(Message("", made), MARKER + "0")


@pytest.mark.slow
@needs_shared
@settings(max_examples=examples(15), deadline=None)
@given(cards())
def test_any_cards_pass_discords_own_description(drawn):
    """The payload validates against Discord's OpenAPI description."""
    assert openapi.errors("POST", "/channels/1/messages", payload(drawn)) == []


@settings(max_examples=examples(150), deadline=None)
@given(TEXTS)
def test_feed_text_can_mention_nobody_and_shows_as_it_stands(text):
    """No mention, no masked link, no emphasis, no heading survives escaping, and nothing but signs is added."""
    shown = escape(text)
    assert not re.search(r"@(everyone|here)|<([@#:/]|(a|t|id|sound):)", shown, re.IGNORECASE)
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", shown)
    assert not re.search(r"[*_~`|\[\]]", bare)
    assert not re.match(r"\s*([#>+-]|\d+[.)])", shown)
    assert "\n" not in shown


@pytest.mark.parametrize("text", [
    "@everyone", "@here", "@EVERYONE", "<@123>", "<@!123>", "<@&123>", "<#123>", "<:x:1>", "<a:x:1>", "</run:1>",
    "<t:0:R>", "<id:home>",
])  # fmt: skip
def test_each_form_of_mention_is_broken(text):
    """Every form that Discord resolves is interrupted."""
    assert text not in escape(f"x {text} y")


@given(TEXTS, st.integers(0, 500))
def test_cutting_keeps_the_limit_and_never_opens_an_escape(text, limit):
    """A cut text is within its limit, in UTF-16 units, and does not end in half an escape."""
    short = cut_units(escape(text), limit)
    assert size(short) <= limit
    tail = re.search(r"(\\*) ?…$", short)
    assert tail is None or len(tail[1]) % 2 == 0


@given(st.integers(0, 60))
def test_what_is_cut_from_right_to_left_keeps_to_itself(limit):
    """What stands behind it on the line keeps its order."""
    short = cut_units(escape("He said “السلام عليكم.” and “عليكم.” again, " * 3), limit)
    assert short.count("\u2068") == short.count("\u2069")
    short = cut_units(escape("السلام عليكم. " * 10), limit)
    assert size(short) <= limit
    assert short.count("\u2068") == short.count("\u2069")


def test_text_is_cut_at_a_sentence():
    """A long quote ends with a whole sentence where one ends near the limit."""
    text = "The convoy was hit near the town. " * 10
    assert cut_units(text, 100).endswith("town. …")


@pytest.mark.parametrize(("url", "expected"), [
    ("https://news.un.org/en/story/2021/02/1", "https://news.un.org/en/story/2021/02/1"),
    ("http://a.example/x?y=(1)", "http://a.example/x?y=%281%29"),
    ("https://fr.example/été", "https://fr.example/%C3%A9t%C3%A9"),
    ("https://пример.example/x", "https://xn--e1afmkfd.example/x"),
    ("javascript:alert(1)", None), ("ftp://a.example/", None), ("//a.example/", None), ("https://", None), (None, None),
    ("https://a.example/x y", None), ("https://a.example:99999/", None), ("https://a.example/" + "x" * 3000, None),
    ("data:text/html,x", None), ("discord://x.y/z", None),
])  # fmt: skip
def test_only_web_links_are_shown(url, expected):
    """Links are http or https, in ASCII, and cannot close the brackets they stand in."""
    assert masked_link(url) == expected


def test_a_link_stays_whole_or_goes():
    """A line whose link does not fit is left out rather than cut within its address."""
    line = (Span("source", "https://a.example/" + "x" * 900),)
    body = payload([Card("t", fields=(Field("Sources", (line, line)),))], marker=None)
    value = body["embeds"][0]["fields"][0]["value"]
    assert value.count("](https://a.example/") == value.count("x)") == 1


def test_a_card_looks_as_meant():
    """Title, link, colour, lines, quotes with their language, fields, footer and time each have their place."""
    card = Card(
        "Attack on a *convoy*", "https://a.example/1", Tier.INCIDENT,
        ((Span("Incident", strong=True), Span(" · 10 Feb 2021")),), ("Un casque bleu est mort.", "Il était du Togo."),
        "fr", (Field("Killed", ((Span("4"), Span(" (UN)", "https://a.example/2")),), True),), "Story 7",
        datetime(2021, 2, 10, tzinfo=UTC),
    )  # fmt: skip
    made = payload([card])["embeds"][0]
    assert made["title"] == r"Attack on a \*convoy\*"
    assert made["description"] == "**Incident** · 10 Feb 2021\n> Un casque bleu est mort.\n> Il était du Togo. (fr)"
    assert made["fields"] == [{"name": "Killed", "value": "4 [(UN)](https://a.example/2)", "inline": True}]
    assert made["footer"]["text"] == "Story 7"
    assert (made["url"], made["color"]) == (f"https://a.example/1#:~:mark={MARKER}", 0xC0392B)
    assert made["timestamp"] == "2021-02-10T00:00:00+00:00"


def test_cards_that_do_not_fit_are_counted():
    """A list that is too long says how much more there is."""
    body = payload([Card(f"Card {n}") for n in range(14)])
    assert len(body["embeds"]) == 10
    assert body["embeds"][-1]["footer"]["text"] == f"and {hidden(MARKER)}4 more"


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None)
@given(TEXTS, st.just([]) | cards())
def test_any_reply_fits_one_message(text, drawn):
    """An answer is never refused for its length, and never empty."""
    content, made = embeds.reply(Reply(text, tuple(drawn)))
    assert too_long({"content": content, "embeds": [one.to_dict() for one in made]}) == {}


@settings(max_examples=examples(30), deadline=None)
@given(cards(), TEXTS)
def test_the_plain_forms_fit_and_carry_the_marker(drawn, text):
    """Bare text and thread lines are within the content limit and can be found again."""
    for content in (embeds.plain(drawn, MARKER), embeds.signed(text, MARKER)):
        assert too_long({"content": content}) == {}
        assert embeds.carries(Message(content, []), MARKER)
        assert MARKER not in content


def test_text_from_right_to_left_keeps_what_stands_beside_it_in_order():
    """An Arabic title is isolated with its quotation marks, so that the date after it is not turned round; and no
    other text is."""
    assert escape("“كيدال”") == "\u2068“كيدال”\u2069"
    assert escape("Kidal, “Ménaka”") == "Kidal, “Ménaka”"


def test_a_quotation_from_right_to_left_is_kept_to_itself_inside_a_line_of_ours():
    """Of “Decision · “كيدال” · 2 publishers” the quotation alone is turned; an Arabic line that quotes Latin is one."""
    assert escape("Decision · “كيدال” · 2 publishers") == "Decision · \u2068“كيدال”\u2069 · 2 publishers"
    assert escape("UN · “MINUSMA” and “مالي”") == "UN · “MINUSMA” and \u2068“مالي”\u2069"
    assert escape("كيدال “MINUSMA” 2") == "\u2068كيدال “MINUSMA” 2\u2069"
    assert escape("Kidal: كيدال 2") == "\u2068Kidal: كيدال 2\u2069"
