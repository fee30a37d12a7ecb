"""The one fitter: any cards, within any transport's limits, measured as that transport writes them."""

from __future__ import annotations

import time
from dataclasses import fields, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.card import Attachment, Card, Field, Span
from bot.fit import PLAIN, Fitter, Limits, Spelling, admitted, shorten, utf16_length
from bot.wording.formats import cut
from tests.proofs import examples

TEXT = st.text(st.sampled_from("ab *_😀é.\n"), max_size=200) | st.sampled_from(
    ["", "word " * 300, "😀" * 900, "*" * 900]
)
SPAN = st.builds(Span, TEXT, st.none() | st.just("https://example.org/" + "a" * 60), st.booleans())
LINE = st.lists(SPAN, max_size=3).map(tuple)
FIELD = st.builds(Field, TEXT, st.lists(LINE, max_size=6).map(tuple), st.booleans())
CARD = st.builds(
    Card,
    title=TEXT,
    lines=st.lists(LINE, max_size=5).map(tuple),
    quotes=st.lists(TEXT, max_size=4).map(tuple),
    language=st.none() | st.just("fr"),
    fields=st.lists(FIELD, max_size=5).map(tuple),
    footer=TEXT,
    continued=st.sampled_from(["", "", "continued"]),
)
LIMITS = st.builds(
    Limits,
    unit=st.sampled_from(["code points", "utf-16"]),
    message=st.integers(300, 6000),
    card=st.integers(200, 4000),
    title=st.integers(1, 256),
    body=st.integers(50, 4000),
    footer=st.integers(10, 500),
    field_name=st.integers(5, 256),
    field=st.integers(40, 1024),
    fields=st.integers(1, 25),
    cards=st.integers(1, 10),
)
# Some write more than they were given: every star is escaped.
ESCAPED = Spelling(
    lambda text: text.replace("*", "\\*"), lambda line: "".join(s.text.replace("*", "\\*") for s in line)
)


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(CARD, min_size=1, max_size=6), LIMITS, st.sampled_from([PLAIN, ESCAPED]))
def test_any_cards_fit_any_limits(cards, limits, spelling):
    """Each part, each card, all together and their number are within the limits, as they will be written."""
    fitter = Fitter(limits, spelling)

    def size(text):
        return fitter.length(spelling.text(text))

    shown = fitter.message(cards)
    assert 1 <= len(shown) <= limits.cards
    assert sum(map(fitter.weight, shown)) <= limits.message
    for card in shown:
        assert fitter.weight(card) <= limits.card
        assert size(card.title) <= limits.title
        assert size(card.footer) <= max(limits.footer, 20)
        assert len(card.fields) <= limits.fields
        for field in card.fields:
            written = [fitter.length(spelling.line(line)) for line in field.lines]
            assert size(field.name) <= limits.field_name
            assert sum(written) + len(written) - 1 <= limits.field
            assert any(spelling.line(line).strip() for line in field.lines)


@settings(max_examples=examples(40), deadline=None)
@given(CARD)
def test_what_fits_stays_as_it_is(card):
    """A card with room enough loses nothing but what was empty."""
    roomy = Limits(**{one.name: 10**6 for one in fields(Limits) if one.type == "int"})
    kept = Fitter(roomy).card(replace(card, title="T", footer="F", fields=()))
    assert kept.lines == card.lines
    assume(all(card.quotes))
    assert kept.quotes == card.quotes


def test_a_list_goes_on_and_what_is_left_out_is_counted():
    """Fields go on in fields, cards in cards; of what the message cannot hold the last footer tells how much it is."""
    lines = tuple((Span(f"entry {n} of the day"),) for n in range(100))
    listed = Card("List", fields=(Field("Day", lines),), continued="List, continued")
    shown = Fitter(Limits(field=200, card=600, message=5000)).message([listed])
    assert [card.title for card in shown] == ["List"] + ["List, continued"] * (len(shown) - 1)
    assert {field.name for card in shown for field in card.fields} == {"Day", "Day, continued"}
    assert [line for card in shown for field in card.fields for line in field.lines] == list(lines)
    short = Fitter(Limits(field=200, card=600, message=1200)).message([listed])
    kept = sum(len(field.lines) for card in short for field in card.fields)
    assert 0 < kept < 100
    assert short[-1].footer == f"and {100 - kept} more"


def test_a_small_message_still_says_something():
    """A transport whose messages are shorter than a good card gets the title at least."""
    (shown,) = Fitter(Limits(message=120, card=120)).message([Card("A convoy was hit", lines=((Span("word " * 99),),))])
    assert shown.title == "A convoy was hit"


def test_a_link_is_whole_or_gone():
    """A line with an address is never cut."""
    line = (Span("source", "https://example.org/" + "a" * 300),)
    assert Fitter(Limits()).lines([line], 200) == ()
    assert Fitter(Limits()).lines([(Span("x" * 300),)], 200) == ((Span(cut("x" * 300, 199)),),)


@settings(deadline=None)
@given(LINE, st.integers(0, 300))
def test_a_shortened_line_has_no_more_characters(line, length):
    """Over all its spans, and none of them is empty."""
    short = shorten(line, length)
    assert sum(len(span.text) for span in short) <= length
    assert all(span.text for span in short)


PICTURE = Attachment("map.png", "image/png", b"x" * 2_500_000, "A map of the day.")


def test_a_file_that_cannot_be_sent_is_told_in_its_place():
    """Too large, too many, or none at all: a sentence with its words stands on the card."""
    for limits, said in (
        (Limits(file_bytes=2_000_000), "map.png (2.4 MB) is too large to be sent here: A map of the day."),
        (Limits(files=0), "map.png cannot be sent here: A map of the day."),
    ):
        (card,) = Fitter(limits).message([Card("T", files=(PICTURE,))])
        assert (card.lines, card.files) == (((Span(said),),), ())
    small = [replace(PICTURE, name=f"{n}.png", content=b"x", alt="") for n in range(3)]
    fit, refused = admitted(small, Limits(files=2))
    assert [one.name for one in fit] == ["0.png", "1.png"]
    assert refused == ("2.png cannot be sent here.",)
    (card,) = Fitter(Limits()).message([Card("T", files=(PICTURE,))])
    assert card.files == (PICTURE,)


@pytest.mark.parametrize("text", ["*" * 200_000, "😀" * 200_000, "a " * 200_000, "x" * 400_000, ". " * 200_000])
def test_long_texts_are_cut_at_once(text):
    """However long a text, fitting it costs next to nothing."""
    fitter = Fitter(Limits(unit="utf-16"), ESCAPED)
    card = Card(text, lines=((Span(text),),), quotes=(text,), fields=(Field(text, ((Span(text),),)),), footer=text)
    began = time.process_time()
    fitter.message([card])
    assert time.process_time() - began < 2


@settings(deadline=None)
@given(st.text(max_size=50))
def test_utf16_units_are_never_fewer_than_characters(text):
    """Except for halves of surrogate pairs, which are never sent."""
    assert utf16_length(text) >= len([one for one in text if not "\ud800" <= one <= "\udfff"])
