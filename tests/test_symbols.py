"""UN document symbols in canonical form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.facts.symbols import SymbolReader
from seeds.lexicon.load import shared

READER = SymbolReader(shared().table("symbols"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S/RES/2690 (2023)", ["S/RES/2690 (2023)"]),
        ("see s/res/2690(2023).", ["S/RES/2690 (2023)"]),
        ("S/RES/2100", ["S/RES/2100"]),
        ("the report S/2023/402 of 1 June", ["S/2023/402"]),
        ("S/2023/402/Add.1", ["S/2023/402/Add.1"]),
        ("S/PRST/2014/2", ["S/PRST/2014/2"]),
        ("S/PV.9350", ["S/PV.9350"]),
        ("A/RES/77/308 and A/77/720", ["A/RES/77/308", "A/77/720"]),
        ("Press release SC/15341, SG/SM/21828", ["SC/15341", "SG/SM/21828"]),
        ("PEACE/693", ["PEACE/693"]),
        ("resolution 2690 (2023)", ["S/RES/2690 (2023)"]),
        ("Resolutions 2100", ["S/RES/2100"]),
        ("la résolution 2640", ["S/RES/2640"]),
        ("la résolution n° 2640 (2022)", ["S/RES/2640 (2022)"]),
        ("la resolución 2584 (2021)", ["S/RES/2584 (2021)"]),
        ("a resolução 2531", ["S/RES/2531"]),
        ("la risoluzione 2480", ["S/RES/2480"]),
        ("die Resolution 2423", ["S/RES/2423"]),
        ("резолюция 2690", ["S/RES/2690"]),
        ("резолюции 2690 (2023)", ["S/RES/2690 (2023)"]),
        ("القرار 2100", ["S/RES/2100"]),
        ("第2690号决议", ["S/RES/2690"]),
        ("第2690(2023)号决议", ["S/RES/2690 (2023)"]),
        ("決議2690", ["S/RES/2690"]),
        ("안보리 결의 2690호", ["S/RES/2690"]),
        ("resolution 2690 ... S/RES/2690 (2023)", ["S/RES/2690 (2023)"]),
        ("a New Year's resolution", []),
        ("resolution of 12 points", []),
        ("screen resolution 1920x1080", []),
        ("BBS/2023/402", []),
        ("S/2023/402x", []),
    ],
)
def test_symbols_are_read_and_made_canonical(text, expected):
    """Symbols and resolutions named in words give one canonical form each; a dated one replaces the undated."""
    assert list(READER.read(text)) == expected


@given(st.text(max_size=120))
def test_reading_twice_changes_nothing(text):
    """The symbols of a list of symbols are that list."""
    found = READER.read(text)
    assert READER.read(" ; ".join(found)) == found
