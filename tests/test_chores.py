"""What is done once a day, and only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.chores import chores
from feeds.store import Store

MORNING = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "x.db", salt="test") as opened:
        yield opened


def test_the_first_call_only_plans(store):
    """A fresh database has no day behind it to tell of."""
    assert not chores(store, MORNING, 7, "UTC")
    assert store.notices() == []


def test_the_proof_of_silence_comes_once_a_day_at_the_digests_hour(store):
    """However often the scheduler asks, one line a day is told, from the set hour on."""
    chores(store, MORNING, 7, "UTC")

    done = [chores(store, MORNING + timedelta(minutes=10 * step), 7, "UTC") for step in range(1, 300)]

    assert sum(done) == 3 == len(store.notices())
    assert "0 items read, 0 matches" in store.notices()[0].text


def test_a_stop_over_the_hour_only_delays_it(store):
    """The next time is kept in the database: after a stop the line comes late, not never, and not twice."""
    chores(store, MORNING, 7, "UTC")

    assert chores(store, MORNING + 3 * DAY, 7, "UTC")
    assert not chores(store, MORNING + 3 * DAY + timedelta(minutes=1), 7, "UTC")
