"""Finding phrases in folded words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.text.matcher import BREAK, PhraseMatcher, split_phrase


def found(phrases, text):
    matcher = PhraseMatcher((split_phrase(phrase), phrase) for phrase in phrases)
    return sorted((place, look_up.value) for place, _, look_up in matcher.finds(text))


@pytest.mark.parametrize(
    ("phrase", "text", "place"),
    [
        ("killed", " two killed here ", 5),
        ("kill*", " two killed here ", 5),
        ("*soldaten", " alle bundeswehrsoldaten hier ", 6),
        ("lost their lives", " they lost their lives ", 6),
        ("in ? years", " in ten years ", 1),
        ("since #", " since 2013 ", 1),
        ("pull * out", " they pull troops out ", 6),
        ("war* crim*", " wars criminal ", 1),
        ("Ménaka", " in menaka ", 4),
    ],
)
def test_phrases_are_found_at_their_first_letter(phrase, text, place):
    """Words, stems, endings, any word and digits are found wherever they stand."""
    assert found([phrase], text) == [(place, phrase)]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("kill", " killed "),
        ("in ? years", " in years "),
        ("in ? years", f" in {BREAK} years "),
        ("since #", " since then "),
        ("lost lives", f" lost {BREAK} lives "),
        ("...", " anything "),
    ],
)
def test_what_only_looks_alike_is_not_found(phrase, text):
    """Whole words, their order and the breaks between them count; a phrase without a letter is none."""
    assert found([phrase], text) == []


def test_no_phrase_begins_with_any_word():
    """A phrase must say where to look."""
    with pytest.raises(ValueError, match="begins with any word"):
        found(["? years"], "")


def fits(piece, word):
    bare = piece.strip("*")
    if piece == "?":
        return True
    if piece.endswith("*"):
        return word.startswith(bare)
    return word.endswith(bare) if piece.startswith("*") else word == bare


@given(
    st.lists(st.lists(st.sampled_from(["a", "ab", "a*", "*b", "ba*", "?", "b"]), min_size=1, max_size=3), max_size=5),
    st.lists(st.sampled_from(["a", "b", "ab", "ba", "abb", "c"]), max_size=8),
)
def test_everything_that_fits_is_found_and_nothing_else(phrases, words):
    """The automaton finds what comparing every phrase with every place would."""
    texts = sorted({" ".join(pieces) for pieces in phrases if pieces[0] != "?"})
    text = f" {' '.join(words)} " if words else " "
    expected, place = [], 1
    for index, word in enumerate(words):
        for phrase in texts:
            pieces = phrase.split()
            there = words[index : index + len(pieces)]
            if len(there) == len(pieces) and all(map(fits, pieces, there)):
                expected.append((place, phrase))
        place += len(word) + 1
    assert found(texts, text) == sorted(expected)


@pytest.mark.parametrize(
    ("phrase", "opening"),
    [("lost their lives", "lost"), ("kill*", "kill*"), ("war* crim*", "war*"), ("*mann", "*mann")],
)
def test_the_opening_of_a_phrase_is_its_first_word(phrase, opening):
    """Where a language writes words together, the first word of a phrase is looked up alone."""
    assert split_phrase(phrase).opening == split_phrase(opening)
