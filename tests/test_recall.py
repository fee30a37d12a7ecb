"""The archive as evidence: what never names the mission, but tells an event that the archive knows as the mission's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.judge import judge_entry
from seeds.watch import load_watch
from tests.store_kit import FEED, entry, opened, plan

WATCH = load_watch(Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma")
DAY = datetime(2016, 2, 12, 15, tzinfo=UTC)
KNOWN = (
    "Two peacekeepers from Guinea killed in Kidal",
    "Mortar shells hit the UN base in Kidal on Friday; 30 were hurt.",
)


def judged(number, title, summary="", language="en", at=DAY):
    said = entry(number, title, summary=summary, language=language, published=at)
    return judge_entry(said, FEED, [WATCH], at)


@pytest.fixture
def store(tmp_path):
    """A store that knows of the attack."""
    store = opened(tmp_path / "recall.db")
    store.feeds.enrol([FEED])
    store.commit(plan(judged(1, *KNOWN)), DAY)
    yield store
    store.close()


def flagged(store, reading, at=DAY):
    store.commit(plan(reading), at)
    return [source.title for source in store.stories.latest()[0].sources]


def test_an_event_that_the_archive_knows_is_recognised(store):
    """Place, day and toll are those of a story: the item joins it, with that as its reason."""
    later = judged(2, "Attack on camp in Kidal leaves two dead and 30 wounded", at=DAY + timedelta(hours=5))
    assert not later.findings
    assert len(later.leads) == 1
    assert later.entry.title in flagged(store, later)
    assert len(store.stories.latest()) == 1
    found = store.archive.entry(2).findings[0][1]
    assert found.match.relevant
    assert found.match.reasons[0].kind == "story"
    assert found.match.reasons[0].pattern.startswith("#1")


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("Attack on camp in Gao leaves two dead and 30 wounded", 0),
        ("Attack on camp in Kidal leaves nine dead and four wounded", 0),
        ("Attack on camp in Kidal leaves two dead and 30 wounded", 30),
        ("Malian soldiers attacked at camp in Kidal, two dead and 30 wounded", 0),
        ("Barkhane says two dead and 30 wounded in attack on camp in Kidal", 0),
    ],
    ids=["place", "toll", "day", "home", "force"],
)
def test_another_event_is_not(store, title, days):
    """Another place, toll or day, or somebody else whose harm it is: nothing is recalled."""
    at = DAY + timedelta(days=days)
    assert title not in flagged(store, judged(2, title, at=at), at)


def test_without_the_archive_it_is_not_relevant():
    """The watch alone does not flag what names nobody of the mission, nor recalls what tells of no harm at a place."""
    assert not judged(2, "Attack on camp in Kidal leaves two dead and 30 wounded").findings
    assert not judged(3, "Market reopens in Kidal").leads
