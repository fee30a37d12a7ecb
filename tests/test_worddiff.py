"""The word diff: what is gone, what is new, and a bound on what it costs."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.worddiff import MOST_WORDS, diff_line, word_diff
from bot.wording.formats import clean
from tests.story_kit import TEXT

MARKS = {"": "", "gone": "~~", "new": "**"}
WORD = st.sampled_from(["a", "b", "c", "d", "e", "f"])
PLAIN = st.lists(WORD, max_size=40).map(" ".join)


def marked(old, new):
    """The line as Discord would write it."""
    spans = diff_line(old, new)
    return "".join(f"{MARKS[one.edit]}{one.text}{MARKS[one.edit]}" for one in spans)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "Attaque : une vingtaine de blessés",
            "Attaque : 28 blessés",
            "Attaque : ~~une vingtaine de~~ → **28** blessés",
        ),
        ("Four killed", "Four killed in Kerena", "Four killed **in Kerena**"),
        ("Four killed in Kerena", "Four killed", "Four killed ~~in Kerena~~"),
        ("Old words", "New text", "~~Old words~~ → **New text**"),
        ("", "New", "**New**"),
        ("Same", "Same", ""),
        ("Same  \n spaces", "Same spaces", ""),
        ("20 人受伤 了", "28 人受伤 了", "~~20~~ → **28** 人受伤 了"),
        ("维和人员二十人受伤", "维和人员三十人受伤", "维和人员 ~~二~~ → **三** 十人受伤"),
    ],
)
def test_what_changed_is_marked_in_its_place(old, new, shown):
    """Struck out what is gone, bold what is new, an arrow between; scripts without spaces sign by sign."""
    assert marked(old, new).strip() == shown


def test_a_phrase_is_not_torn_to_letters():
    """One or two words that stay between two changes belong to the change."""
    assert (
        marked("three men of Togo hurt", "four women of Chad hurt")
        == "~~three men of Togo~~ → **four women of Chad** hurt"
    )


def test_of_many_kept_words_only_those_beside_a_change_are_shown():
    """A corrected figure in a long lead is found at once."""
    words = [f"w{n}" for n in range(60)]
    shown = marked(" ".join([*words[:30], "20", *words[30:]]), " ".join([*words[:30], "28", *words[30:]]))
    assert shown.startswith("… w22") and shown.strip().endswith("w37 …")
    assert "~~20~~ → **28**" in shown


@given(old=PLAIN | TEXT, new=PLAIN | TEXT)
def test_both_texts_can_be_read_back(old, new):
    """The stretches put together are the old words and the new ones; kept ones are the same in both."""
    stretches = word_diff(old, new)
    for side, text in (("old", old), ("new", new)):
        assert "".join(getattr(one, side) for one in stretches).split() == clean(text).split()[:MOST_WORDS] or (
            len(clean(text)) > MOST_WORDS
        )
    assert all(one.old.split() == one.new.split() for one in stretches if not one.changed)
    assert any(one.changed for one in stretches) == (clean(old) != clean(new))


@pytest.mark.parametrize("alphabet", [2, 50, 5000])
def test_the_longest_texts_are_compared_in_time_and_shown_in_short(alphabet):
    """Ten thousand words on either side, of few or many kinds: less than a second of CPU, few thousand characters."""
    chance = random.Random(1)
    old, new = (" ".join(f"w{chance.randrange(alphabet)}" for _ in range(10_000)) for _ in range(2))
    began = time.process_time()
    spans = diff_line(old, new)
    assert time.process_time() - began < 1
    assert sum(len(one.text) for one in spans) < 40_000


def test_a_line_tells_how_many_changes_it_leaves_out():
    """Where every fifth word differs, thirty changes are shown and the others counted."""
    old = [f"w{n}" for n in range(500)]
    new = [word if n % 5 else f"x{n}" for n, word in enumerate(old)]
    assert marked(" ".join(old), " ".join(new)).endswith("… and 70 more changes")
