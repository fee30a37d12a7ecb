"""Sentences cut into words with their punctuation, and vocabularies that tag them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.facts.tags import TagTable, WordRow, forms_of, tagged
from seeds.text.fold import fold, origins
from seeds.text.words import COMMA, NOTHING, STOP, split_words


def words(text):
    return split_words(text, fold(text), origins(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10,000 soldiers", ["10000", "soldiers"]),
        ("12.000 uomini", ["12000", "uomini"]),
        ("1 200 soldats", ["1200", "soldats"]),
        ("15,200 and 1,234,567", ["15200", "and", "1234567"]),
        ("6h45", ["6h45"]),
        ("120mm", ["120mm"]),
        ("2명이", ["2", "명이"]),
        ("৪জন", ["4", "জন"]),
        ("死者9人", ["死", "者", "9", "人"]),
        ("d'Aguelhok", ["d", "aguelhok"]),
        ("U.N. troops", ["u", "n", "troops"]),
        ("vingt-trois", ["vingt", "trois"]),
        ("٤ جنود", ["4", "جنود"]),
        ("in 2013, 100 soldiers", ["in", "2013", "100", "soldiers"]),
        ("", []),
    ],
)
def test_words_are_folded_and_numbers_whole(text, expected):
    """Thousands separators join digits, counters leave them, words are folded as everywhere."""
    assert [word.text for word in words(text)] == expected


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("two killed", NOTHING),
        ("two-killed", NOTHING),
        ("U.N. killed", NOTHING),
        ("« two » killed", NOTHING),
        ("two, killed", COMMA),
        ("two (killed", COMMA),
        ("two – killed", COMMA),
        ("two - killed", COMMA),
        ("二、killed", COMMA),
        ("two; killed", STOP),
        ("two: killed", STOP),
        ("two! killed", STOP),
    ],
)
def test_punctuation_between_words_is_kept_by_strength(text, gap):
    """Commas and brackets end phrases, semicolons and colons clauses, hyphens and abbreviations nothing."""
    assert words(text)[-1].gap == gap


def test_decimals_count_nobody():
    """Both halves of a number with a decimal part are marked."""
    assert [word.decimal for word in words("4.5 km")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "counting"),
    [
        ("3/1/2021 killed 19", ["19"]),
        ("on 03.01.2021 19 died", ["19"]),
        ("19 died 2021-01-03", ["19"]),
        ("3-1-2021: 19 died", ["19"]),
        ("at 07:30 100 fled", ["100"]),
        ("on 03.01.21 100 fled", ["100"]),
        ("two or 2-3 of 1,200", ["2", "3", "1200"]),
        ("19 3/1 20", ["19", "20"]),
    ],
)
def test_parts_of_dates_and_times_count_nobody(text, counting):
    """What signs join to a date or a time is no number; a hyphen without a year joins two numbers."""
    assert [word.text for word in words(text) if word.text.isdecimal() and not word.decimal] == counting


@given(st.text(max_size=80))
def test_words_lie_where_they_stand(text):
    """Each word's place in the text is within bounds, in order, and holds something."""
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(one.start <= two.start for one, two in pairwise(found))


VOCABULARY = TagTable(
    [
        ("kill", ("harm", "object")),
        ("killed", ("harm", "either")),
        ("kill*", ("harm", "any")),
        ("lost their lives", ("harm", "subject")),
        ("lost", ("harm", "lost")),
        ("*soldaten", ("noun", "")),
        ("in ? years", ("running", "")),
        ("since #", ("since", "")),
        ("Ménaka", ("place", "")),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they killed two", [("killed", {"either", "any"})]),
        ("killing", [("killing", {"any"})]),
        ("lost their lives", [("lost their lives", {"subject"})]),
        ("lost their way", [("lost", {"lost"})]),
        ("lost: their lives", [("lost", {"lost"})]),
        ("Bundeswehrsoldaten", [("bundeswehrsoldaten", {""})]),
        ("in ten years", [("in ten years", {""})]),
        ("in years", []),
        ("since 2013", [("since 2013", {""})]),
        ("since then", []),
        ("menaka", [("menaka", {""})]),
    ],
)
def test_forms_are_found(text, expected):
    """The longest form wins; exact words and stems of one length add up; ? is any word, # one of digits."""
    row = words(text)
    found = [
        (" ".join(word.text for word in row[span.start : span.end]), {value for _, value in span.tags})
        for span in VOCABULARY.spans(WordRow(row))
    ]
    assert found == expected


def test_what_is_written_together_is_cut_off():
    """Arabic writes "and" and "with" before the word; they part only where the rest is known."""
    arabic = TagTable([("إصابة", ("harm", "")), ("و", ("join", ""))], ["وال", "و", "ب", "ال"])
    row = arabic.separated(words("وإصابة و17 وزير"))
    assert [word.text for word in row] == ["و", "اصابه", "و", "17", "وزير"]


def test_nested_tables_become_tags():
    """`killed.object` in a table gives forms the tag ("killed", "object")."""
    table = {"killed": {"object": "kills, slays"}, "join": "and"}
    assert list(tagged(table)) == [
        ("kills", ("killed", "object")),
        ("slays", ("killed", "object")),
        ("and", ("join", "")),
    ]
    assert forms_of(" a , b,,c ") == ["a", "b", "c"]
