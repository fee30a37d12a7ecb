"""What is done once a day, and only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.jobs import keep_agenda
from bot.wording.notices import notice_text
from config.schema import Digest
from feeds.model import Day
from feeds.store import Store

MORNING = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "x.db") as opened:
        yield opened


def chores(store, now):
    """Keep the agenda of a house without channels; whether the day's chores were done."""
    return [job.kind for job in keep_agenda(store, now, Digest())] == ["daily"]


def test_the_first_call_only_plans(store):
    """A fresh database has no day behind it to tell of."""
    assert not chores(store, MORNING)
    assert store.outbox.notices() == []


def test_the_proof_of_silence_comes_once_a_day_at_the_digests_hour(store):
    """However often the scheduler asks, one line a day is told, from the set hour on."""
    chores(store, MORNING)

    done = [chores(store, MORNING + timedelta(minutes=10 * step)) for step in range(1, 300)]

    assert sum(done) == 2 == len(store.outbox.notices())
    assert "0 items read, none flagged" in notice_text(store.outbox.notices()[0].notice)


def test_a_stop_over_the_hour_only_delays_it(store):
    """The next time is kept in the database: after a stop the line comes late, not never, and not twice."""
    chores(store, MORNING)

    assert chores(store, MORNING + 3 * DAY)
    assert not chores(store, MORNING + 3 * DAY + timedelta(minutes=1))


def test_the_line_tells_of_the_day_before_it(store):
    """The first one counts the day on which the program was started, also when it comes late."""
    chores(store, MORNING)
    store.days.count(MORNING, Day(polls=3, read=40, matched=2))

    assert chores(store, MORNING + DAY + timedelta(hours=14))
    assert "40 items read, 2 flagged" in notice_text(store.outbox.notices()[0].notice)
