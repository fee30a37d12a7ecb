"""The targets of `make fuzz` in short: what they begin from, a little growth from it, and anything at all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import run as fuzz
from tests.fuzz import targets
from tests.proofs import examples

pytestmark = pytest.mark.slow

PIECES = st.lists(st.sampled_from(targets.WORDS) | st.binary(max_size=12), max_size=12).map(b"".join)


@pytest.mark.parametrize("name", targets.SEEDS)
def test_nothing_that_is_grown_breaks_a_target(name):
    """A few dozen inputs, each grown from one that reached new lines."""
    _, seeds = targets.SEEDS[name]
    assert fuzz.by_ourselves(name, 20, seeds, targets.run, random.Random(1), most=examples(160)) == 0


@pytest.mark.parametrize("name", targets.SEEDS)
def test_nothing_at_all_breaks_a_target(name):
    """Pieces of formats, and bytes of any kind, within a document that begins well."""
    _, seeds = targets.SEEDS[name]

    @settings(max_examples=examples(100), deadline=None)
    @given(PIECES, st.sampled_from(seeds), st.floats(0, 1))
    def holds(piece, seed, where):
        at = int(len(seed) * where)
        targets.run(name, seed[:at] + piece + seed[at:])

    holds()


def test_a_broken_target_is_found(tmp_path, monkeypatch, capsys):
    """The loop reaches a line behind a word that it has to find, and keeps the input that broke it."""
    monkeypatch.setattr(fuzz, "PLACE", tmp_path)

    def run(_, body):
        if b"MINUSMA" in body:
            raise ValueError("found")

    assert fuzz.by_ourselves("none", 10, [b"seed"], run, random.Random(3), most=400) == 1
    assert any(b"MINUSMA" in one.read_bytes() for one in (tmp_path / "none").iterdir())
    capsys.readouterr()
