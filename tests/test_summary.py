"""Sentences quoted from the source, never paraphrased."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.lexicon.load import shared
from seeds.model import NO_FACTS, Document, Match, Reason, Tier
from seeds.quotes import quotes
from seeds.text.fold import fold
from tests.fact_kit import facts

BOILERPLATE = tuple(fold(phrase) for phrase in shared().table("boilerplate")["forms"])
TITLE = "Four peacekeepers killed near Aguelhok"
TEXT = (
    "The mission condemned the attack in a note. It was a windy day in the north of the country. "
    "Nineteen soldiers from Chad were wounded in Friday's assault. The group JNIM claimed it. "
    "Read more on our website."
)


def match(*quoted):
    return Match("watch", True, 1.0, Tier.INCIDENT, tuple(Reason("role", "x", 1.0, quote, "x") for quote in quoted))


def test_what_carries_the_facts_is_quoted_in_its_order():
    """The lead and the sentences with the toll and the actor are quoted, the weather and the boilerplate are not."""
    document = Document(TITLE, TEXT, "en")
    assert quotes(document, match(), facts(TITLE, TEXT), BOILERPLATE) == (
        "The mission condemned the attack in a note.",
        "Nineteen soldiers from Chad were wounded in Friday's assault.",
        "The group JNIM claimed it.",
    )


def test_what_carries_the_match_is_quoted():
    """A sentence that is a reason of the match outweighs one that is only early."""
    document = Document(
        "News", "It rained all day long here. Nobody said a word of it. The UN base stayed closed.", "en"
    )
    assert "The UN base stayed closed." in quotes(document, match("The UN base stayed closed."), NO_FACTS)


def test_without_a_text_the_title_is_quoted():
    """A feed that gives only titles is quoted by them."""
    assert quotes(Document(TITLE), match(), NO_FACTS) == (TITLE,)
    assert quotes(Document(TITLE, "Read more …", "en"), match(), NO_FACTS, BOILERPLATE) == (TITLE,)


def test_a_text_that_repeats_the_title_is_not_quoted_twice():
    """A lead that is the title again gives way to what follows."""
    found = quotes(Document(TITLE, f"{TITLE}\nThe camp was attacked at dawn on Friday.", "en"), match(), NO_FACTS)
    assert TITLE not in found


def test_nothing_is_quoted_from_nothing():
    """An item without words has no quotes."""
    assert quotes(Document("", " "), match(), NO_FACTS) == ()


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh", "xx", None])
@given(title=st.text(max_size=60), summary=st.text(max_size=400))
def test_every_quote_stands_in_the_source(language, title, summary):
    """At most three quotes; each is a stretch of title or text, white space apart."""
    document = Document(title, summary, language)
    found = quotes(document, match(), NO_FACTS)
    sources = [" ".join(text.split()) for text in (title, summary)]
    assert len(found) <= 3
    assert all(any(quote in source for source in sources) for quote in found)
    positions = [sources[1].find(quote) for quote in found]
    assert positions == sorted(positions)


@given(st.lists(st.text("abc ", min_size=30, max_size=300), min_size=1, max_size=12))
def test_quotes_stay_short(sentences):
    """Beyond the first, quotes end where seven hundred characters are reached."""
    found = quotes(Document("T", ". ".join(sentences) + ".", "en"), match(), NO_FACTS)
    assert len(found) <= 1 or sum(len(quote) for quote in found) <= 700
