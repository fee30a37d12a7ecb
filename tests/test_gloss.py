"""A title in a foreign language has what it tells beside it, made of facts and in the reader's language."""

from __future__ import annotations

from dataclasses import replace

from bot import render
from bot.desk.stories import hit_card
from bot.gloss import gloss
from bot.language import speaking
from feeds.model import Found
from seeds.model import NO_FACTS, Facts
from tests.story_kit import NOW, source, story

FACTS = Facts(attack="ambush", place="Springfield", injured=28)


def told(language="fr", facts=FACTS, **more):
    return replace(source(**more), language=language, facts=facts)


def test_a_foreign_title_is_told_in_facts():
    """Language, kind, place and figures, in the language of whoever reads; no machine puts the title in other words."""
    assert gloss(told()) == "fr · ambush · Springfield · 28 injured"
    with speaking("fr"):
        assert gloss(told("en")) == "en · embuscade · Springfield · 28 blessés"
        assert gloss(told("ar", replace(FACTS, killed=1, region_only=True))) == (
            "ar · embuscade · région de Springfield · 1 tué · 28 blessés"
        )


def test_the_readers_own_language_needs_no_gloss():
    """Nor does a title of which no language or no fact is known, or whose facts a line beside it has said."""
    assert gloss(told("en")) == gloss(told(None)) == gloss(told("fr", NO_FACTS)) == ""
    with speaking("fr"):
        assert gloss(told("fr")) == ""
    assert gloss(told(), "🔴 Ambush · Springfield (Southern) · 28 injured · UN + 2") == ""
    assert gloss(told(), "🔴 Ambush · Springfield (Southern) · 1 killed") == "fr · ambush · Springfield · 28 injured"
    both = told(facts=replace(FACTS, killed=1, injured=0))
    assert gloss(both, "🔴 Ambush · Springfield (Southern) · 1 killed, none injured · 3 publishers") == ""
    assert gloss(both, "🔴 Ambush · Springfield (Southern) · 11 killed, none injured") == (
        "fr · ambush · Springfield · 1 killed · none injured"
    )


def test_a_hit_shows_the_title_and_what_it_tells():
    """An item in another language than the reader's stands under its own title, with the facts below."""
    found = Found(told(), summary="", story=None, watch=None)
    lines = ["".join(span.text for span in line) for line in hit_card(found, None, "", NOW).lines]
    assert "fr · ambush · Springfield · 28 injured" in lines


def test_a_card_says_of_a_title_what_its_facts_have_not():
    """Where the headline of the card has it all, the title stands alone; where a title tells otherwise, it is said."""
    one = told("fr", title="Embuscade")
    card = render.brief(story(one))
    title = next(line for line in card.lines if any("Embuscade" in span.text for span in line))
    said = "".join(span.text for span in title)
    assert said == "“Embuscade”" or said.endswith("28 injured")
