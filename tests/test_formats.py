"""The house's wording: untrusted text made safe, lengths kept, times as people say them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import formats
from seeds.model import When

NOW = datetime(2021, 2, 10, 20, 7, tzinfo=UTC)


@given(st.text())
def test_cleaned_text_is_one_visible_line(text):
    """Nothing invisible but joiners remains, white space is single, and cleaning twice changes nothing."""
    said = formats.clean(text)
    assert "\n" not in said and "  " not in said
    assert said == said.strip()
    hidden = {one for one in said if unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs")}
    assert hidden <= {"\u200c", "\u200d"}
    assert formats.clean(said) == said


def test_escape_sequences_go_whole():
    """A colour code leaves no digits behind; a direction override leaves no trace; Persian joiners stay."""
    assert formats.clean("\x1b[1;31mred\x1b[0m \x9b2Jclear\u202e!") == "red clear!"
    assert formats.clean("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text(max_size=300), st.integers(1, 300))
def test_cut_text_never_exceeds_its_limit(text, limit):
    """At most `limit` characters; what fits is left as it is, what does not ends with an ellipsis or a sentence."""
    short = formats.cut(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short != text


def test_cutting_prefers_a_sentence_then_a_word():
    """The cut comes at the end of a sentence when one is near, else between words."""
    assert formats.cut("One whole sentence. Another that is long", 25) == "One whole sentence. …"
    assert formats.cut("several words without any stop at all", 20) == "several words…"
    assert formats.cut("Donaudampfschifffahrt", 10) == "Donaudamp…"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7800, "2 h 10 min"), (7200, "2 h"), (90000, "1 d 1 h"), (-5, "0 s")],
)
def test_spans_are_said_in_two_units(seconds, said):
    """The two largest units that say something."""
    assert formats.span(timedelta(seconds=seconds)) == said


def test_instants_name_only_what_differs_from_now():
    """Today by the hour, this year with the day, other years in full; always UTC."""
    assert formats.instant(NOW - timedelta(hours=6), NOW) == "14:07 UTC"
    assert formats.instant(NOW - timedelta(days=3), NOW) == "7 Feb 20:07 UTC"
    assert formats.instant(NOW - timedelta(days=400), NOW) == "7 Jan 2020 20:07 UTC"


def test_times_are_as_exact_as_their_source():
    """A year stays a year and a day a day; a missing time is said as nothing."""
    start = datetime(2019, 1, 20, tzinfo=UTC)
    assert formats.moment(When(start, "year"), NOW) == "2019"
    assert formats.moment(When(start, "month"), NOW) == "Jan 2019"
    assert formats.moment(When(start, "day"), NOW) == "20 Jan 2019"
    assert formats.moment(When(start, "instant"), NOW) == "20 Jan 2019 00:00 UTC"
    assert formats.moment(None, NOW) == ""


def test_ages_and_counts_read_as_people_say_them():
    """Ages, plurals, thousands and lists."""
    assert formats.ago(NOW - timedelta(seconds=20), NOW) == "just now"
    assert formats.ago(NOW - timedelta(minutes=5), NOW) == "5 min ago"
    assert formats.ago(NOW + timedelta(minutes=5), NOW) == "in 5 min"
    assert formats.ago(None, NOW) == "never"
    assert formats.count(1, "story") == "1 story"
    assert formats.count(1642, "item") == "1,642 items"
    assert formats.count(2, "story") == "2 stories"
    assert formats.listed(["A", "B", "C"], 3) == "A, B, C"
    assert formats.listed(["A", "B", "C", "D"], 3) == "A, B and 2 more"
