"""Entries find their stories: deterministic, incremental, and at a cost that does not grow with the archive."""

import itertools
import random
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.stories.assign import CANDIDATES, MemoryStories, assign, keys, link_lookups, link_story, lookups
from feeds.stories.evidence.likeness import likeness
from feeds.stories.profile import profile
from seeds.model import Document, Facts, Fingerprint, Topic, When
from seeds.watch import load_watch, read_document
from tests.score.stories import Item, b_cubed
from tests.test_likeness import SHELLS, TRIAL, told

ROOT = Path(__file__).parents[1]
GROWING = tomllib.loads((ROOT / "tests/data/growing.toml").read_text(encoding="utf-8"))
WEEKS = tomllib.loads((ROOT / "tests/data/dense_weeks.toml").read_text(encoding="utf-8"))["week"]


@pytest.fixture(scope="module")
def watch():
    return load_watch(ROOT / "seeds/watches/minusma")


def read(watch, report):
    when = When(datetime.fromisoformat(report["published"]).replace(tzinfo=UTC), "day")
    document = Document(report["title"], report["summary"], report["lang"], when)
    reading = read_document(document)
    return profile(document, watch.facts(reading), watch.fingerprint(reading), "w")


@pytest.fixture(scope="module")
def pairs(watch):
    """Every two reports of one week: whether they are of one event, and the log-odds that they are."""
    found = []
    for week in WEEKS:
        reports = [(event["name"], read(watch, report)) for event in week["event"] for report in event["reports"]]
        found += [
            (week["half"], a == b, likeness(two, one)) for (a, one), (b, two) in itertools.combinations(reports, 2)
        ]
    return found


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_events_of_one_week_stay_apart(pairs, half):
    """Of two different events of one week and region at least 95 in 100 pairs are kept apart."""
    apart = [odds <= 0 for which, same, odds in pairs if which == half and not same]
    assert len(apart) >= 60
    assert sum(apart) / len(apart) >= 0.95


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_reports_of_one_event_join_across_languages(pairs, half):
    """Reports of one event in different languages are joined pair by pair, at least 95 in 100."""
    joined = [odds > 0 for which, same, odds in pairs if which == half and same]
    assert len(joined) >= 30
    assert sum(joined) / len(joined) >= 0.95


def test_dense_weeks_come_out_as_they_happened(watch):
    """All weeks in one stream: B-cubed F1 of at least 0.9."""
    items = [
        Item(f"{week['name']}: {event['name']}", read(watch, report))
        for week in WEEKS
        for event in week["event"]
        for report in event["reports"]
    ]
    memory = MemoryStories()
    assert b_cubed([(item.event, str(memory.place(item.told))) for item in items]).f1 >= 0.9


@pytest.mark.parametrize("name", GROWING)
def test_a_story_grows_as_its_toll_does(watch, name):
    """Reports in several languages, with tolls and days that move, make one story in every order of arrival."""
    entries = [read(watch, report) for report in GROWING[name]]
    for order in itertools.islice(itertools.permutations(entries), 0, None, 5):
        memory = MemoryStories()
        assert {memory.place(entry) for entry in order} == {1}


def stream(count, seed=1):
    """Entries of many attacks, a few reports each, over years."""
    chance, start = random.Random(seed), datetime(2014, 1, 1, tzinfo=UTC)
    places, sides = [f"Town {n}" for n in range(60)], ["TD", "EG", "NE", "SN", "TG", "BD", "GN", "BF"]
    for number in range(count):
        event = start + timedelta(days=number // 3)
        facts = Facts(killed=chance.randint(1, 9), place=chance.choice(places), contingents=(chance.choice(sides),))
        for report in range(chance.randint(1, 3)):
            when = When(event + timedelta(days=report), "day")
            marks = Fingerprint(topics=frozenset({Topic("attack", "little", "incident")}))
            yield profile(Document(f"Attack {number} report {report}", "", "en", when), facts, marks, "w")


def test_the_same_order_gives_the_same_stories():
    """Nothing is left to chance: two runs agree on every entry."""
    one, other = MemoryStories(), MemoryStories()
    entries = list(stream(200))
    assert [one.place(entry) for entry in entries] == [other.place(entry) for entry in entries]


def test_decisions_are_never_taken_back():
    """What was placed stays: later entries change no earlier answer."""
    entries = list(stream(100))
    for cut in (30, 90):
        short, long = MemoryStories(), MemoryStories()
        first = [short.place(entry) for entry in entries[:cut]]
        assert [long.place(entry) for entry in entries][:cut] == first


@pytest.mark.parametrize("dated", [True, False])
def test_the_cost_of_an_entry_is_bounded(dated):
    """However many stories there are, only so many are compared with: the newest of each key."""
    memory = MemoryStories()
    for number in range(1500):
        memory.open(told(1 + number % 28, place=f"P{number % 3}", killed=5, dated=dated))
    entry = told(3, place="P1", killed=5, dated=dated)
    found = memory.candidates(lookups(entry))
    assert 0 < len(found) <= 2 * CANDIDATES
    assert min(found) > 900 or not dated


def test_entries_find_stories_by_day_or_by_content():
    """A dated entry looks near its day, an undated one by what it says, and both find undated stories."""
    dated, undated = told(10, place="Kerena", killed=2), told(place="Kerena", killed=2, dated=False)
    for story, entry in itertools.product((dated, undated), repeat=2):
        assert set(keys(story)) & set(lookups(entry))
    assert not set(keys(told(10, 6))) & set(lookups(told(10)))


def test_of_equal_stories_the_elder_is_joined():
    """A tie goes to the lower id, and no story above even odds means a new one."""
    story = told(killed=4, place="Aguelhok", contingents=("TD",))
    assert assign(story, {7: story, 3: story}) == 3
    assert assign(story, {5: told(10, 9, killed=1, place="Gao", contingents=("EG",))}) is None


def test_a_verdict_links_to_its_attack():
    """A trial opens its own story, which points to the incident of that place and toll, not to another one there."""
    memory = MemoryStories()
    attack = memory.place(told(10, 1, killed=3, place="Siby", contingents=("GN",)))
    other = memory.place(told(20, 3, topics=(SHELLS,), killed=1, place="Siby", contingents=("TD",)))
    verdict = memory.place(told(10, 11, topics=(TRIAL,), killed=3, place="Siby", contingents=("GN",)))
    assert len({attack, other, verdict}) == 3
    assert memory.link(verdict) == attack
    assert memory.link(other) is None


def test_a_link_needs_more_than_the_place():
    """An anniversary in a town where much happened links to nothing unless toll, contingent or day is told."""
    story = told(10, 11, topics=(TRIAL,), place="Gao")
    attack = told(10, 1, killed=3, place="Gao", contingents=("GN",))
    assert set(link_lookups(story)) & set(keys(attack))
    assert link_story(story, {1: attack}) is None


def test_b_cubed_by_hand():
    """Two of three reports together: precision 1, recall 5/9; strangers glued in cost precision alone."""
    score = b_cubed([("a", "s1"), ("a", "s1"), ("a", "s2")])
    assert (score.precision, score.recall) == (1.0, pytest.approx(5 / 9))
    glued = b_cubed([("a", "s1"), ("a", "s1"), (None, "s1"), (None, "s2")])
    assert (glued.precision, glued.recall) == (pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4), 1.0)


@pytest.mark.parametrize("of", [{"place": "Kerena"}, {"contingents": ("TG",)}])
def test_in_a_busy_week_the_story_of_its_first_day_is_found(of):
    """Ten stories a day are more than one key gives: those that name the same place or contingent are looked up too."""
    memory = MemoryStories()
    first = memory.open(told(1, killed=2, **of))
    for number in range(100):
        memory.open(told(1 + number // 10, place=f"P{number}", killed=5, contingents=("TD",)))
    assert first in memory.candidates(lookups(told(8, **of)))
