"""What a new watch learns of who serves, and what is said when it cannot be made as asked."""

from __future__ import annotations

import pytest

from seeds.learning.documents import Sample
from seeds.lexicon.files import LexiconError
from seeds.lexicon.load import shared
from seeds.making.heard import mission_named
from seeds.making.make import draft, unnamed
from seeds.model import Document
from seeds.relevance.patterns import PatternSet
from seeds.watch import read_document, watch_of

GOLAN = Sample(
    "golan", "UNDOF: 45 freed", "UNDOF said that 45 Fijian peacekeepers met Israeli soldiers on the Golan.", "en"
)


def test_who_serves_is_learned_where_the_lexicon_does_not_know(tmp_path):
    """A people right beside peacekeepers is a contingent, its neighbours' soldiers are not; reading uses it."""
    made = draft([GOLAN])
    assert made.contingents == {"FJ": ("golan",)}
    watch = watch_of(tmp_path, made.settings(), made.places, PatternSet())
    found = watch.contributors(read_document(Document(GOLAN.title, GOLAN.text, "en")))
    assert "serves" in next(one for one in found if one.code == "FJ").features


def test_a_mission_is_found_in_any_letters():
    """Small letters will do; a slip is answered with what is like it."""
    assert mission_named("monusco", shared()).key == "MONUSCO"
    with pytest.raises(LexiconError, match="did you mean UNIFIL"):
        mission_named("UNIFL", shared())


def test_documents_that_do_not_name_the_mission_are_told():
    """A mission that is asked for is taken, but not without a word."""
    missions = shared().missions
    assert unnamed([GOLAN], missions["UNIFIL"]) and not unnamed([GOLAN], missions["UNDOF"])
