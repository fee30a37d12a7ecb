"""What one feed brings at once, and what that may cost those who wait for the store."""

import time
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from feeds.model import FeedState, Rung
from feeds.pieces import MOST_FINDS, plan_pieces
from feeds.stories.voices import voices
from seeds.model import When
from tests.store_kit import FEED, NOW, opened, plan, reading
from tests.story_kit import source

BEFORE = FeedState(FEED.name, FEED.url, etag="old")


@given(flagged=st.lists(st.booleans(), max_size=120), updated=st.lists(st.booleans(), max_size=60))
def test_the_pieces_are_the_plan(flagged, updated):
    """Together they hold everything once and in order, none more than is found in one transaction, and only the last
    says that the feed was taken whole."""
    readings = tuple(reading(number, relevant=one) for number, one in enumerate(flagged))
    changed = tuple((number, reading(number, relevant=one)) for number, one in enumerate(updated))
    whole = replace(plan(*readings), updated=changed, aliases=(("k", 1),))
    pieces = plan_pieces(whole, BEFORE)
    assert tuple(one for piece in pieces for one in piece.readings) == readings
    assert tuple(one for piece in pieces for one in piece.updated) == changed
    found = [[*piece.readings, *(one for _, one in piece.updated)] for piece in pieces]
    assert all(sum(len(one.findings) for one in piece) <= MOST_FINDS for piece in found)
    assert sum(piece.polls for piece in pieces) == 1
    assert (pieces[-1].state, pieces[-1].aliases) == (whole.state, whole.aliases)
    assert all(piece.state.etag is None and piece.state.body_hash is None for piece in pieces[:-1])


def test_hundreds_of_reports_by_one_publisher():
    """They are one voice, whatever they say; to compare them all with each other took a commit more than a minute."""
    said = [
        source(n, "Wire", title=f"{n} peacekeepers hurt near Kidal in Mali, the mission says") for n in range(1, 400)
    ]
    before = time.process_time()
    assert len(voices(said)) == 1
    assert time.process_time() - before < 0.2


def test_of_a_story_without_end_both_ends_are_read(tmp_path, monkeypatch):
    """It stays one story, and a step costs no more the more there are; what the UN said is read."""
    monkeypatch.setattr("feeds.store.db.accounts.MOST_FROM_AN_END", 2)
    with opened(tmp_path / "archive.db") as store:
        same = {"place": "Kidal", "contingents": ("TD",), "attack": "mine", "event": When(NOW, "day")}
        readings = [reading(n, title=f"Blue helmets of Chad killed near Kidal, {n}", facts=same) for n in range(1, 13)]
        readings[5] = replace(readings[5], standing="official")
        store.commit(plan(*readings), NOW)
        (story,) = store.stories.latest(20)
        assert [source.entry for source in story.sources] == [1, 6, 11, 12]
        assert story.account.confirmation.rung is Rung.OFFICIAL
