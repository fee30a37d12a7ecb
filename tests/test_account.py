"""What a story says: one rule for place, day, figures, contingents and confirmation, kept in columns."""

import json
import sqlite3
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import NO_ACCOUNT, Location, Rung
from feeds.store.db.rows import stamp
from feeds.store.db.story_rows import account_of, account_row
from feeds.stories.account import account
from seeds.model import Facts, Tier, Toll, When
from tests.proofs import examples
from tests.store_kit import NOW as SEEN
from tests.store_kit import plan, reading, subscribed
from tests.story_kit import DAY, HOUR, NOW, SOURCE, source


def day(text, precision="day"):
    return When(datetime.fromisoformat(text).replace(tzinfo=UTC), precision)


def test_nothing_is_said_without_sources():
    """A merged story says nothing."""
    assert account([]) == NO_ACCOUNT


def test_the_place_comes_with_its_region_and_coordinates():
    """Most sources decide; what one of them leaves out another fills in."""
    bare = Facts(place="Kerena")
    full = Facts(place="Kerena", region="Mopti", coordinates=(15.0, -2.65))
    other = Facts(place="Douentza", region="Mopti", coordinates=(15.0, -2.9))
    said = account([source(1, "A", facts=other), source(2, "B", facts=bare), source(3, "C", facts=full)])
    assert said.location == Location("Kerena", "Mopti", (15.0, -2.65))


def test_of_two_places_the_headlines_is_told():
    """Two sources, two places: the UN's stands, because its title names the story."""
    wire, un = source(1, "Wire", place="Douentza"), source(2, "UN", NOW, place="Kerena", standing="official")
    assert account([wire, un]).location.place == "Kerena"


def test_only_the_region_is_known_while_nobody_names_the_town():
    """Who says "the Gao region" and who says "Gao" mean one name; the second knows more."""
    region, town = Facts(place="Gao", region="Gao", region_only=True), Facts(place="Gao", region="Gao")
    assert account([source(1, facts=region)]).location.region_only
    assert not account([source(1, facts=region), source(2, "B", facts=town)]).location.region_only


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([DAY, day("2021-02-11"), day("2021-02-11")], day("2021-02-11")),
        ([DAY, day("2021-02-11")], DAY),
        ([When(NOW, "instant")], DAY),
        (
            [day("2021-02-01", "month"), day("2021-01-01", "year"), day("2021-02-01", "month")],
            day("2021-02-01", "month"),
        ),
        ([day("2019-01-01", "year")], day("2019-01-01", "year")),
        ([day("2021-02-01", "month"), day("2021-02-01", "month"), DAY], DAY),
        ([None], None),
    ],
)
def test_the_day_is_as_exact_as_anyone_knows_it(events, told):
    """A day beats a month, a month a year; of one precision most sources decide, of equals the first."""
    assert account([source(n, f"P{n}", event=event) for n, event in enumerate(events)]).day == told


def test_figures_are_told_in_total_and_by_class():
    """Total first, then each class of victims that somebody counts, with its range."""
    tolls = (Toll("killed", 4, "peacekeepers", "q"), Toll("killed", 1, "civilians", "q"))
    said = account([source(1, "A", facts=Facts(killed=5, tolls=tolls)), source(2, "B", killed=6)])
    assert [(one.harm, one.victims) for one in said.figures] == [
        ("killed", None), ("killed", "peacekeepers"), ("killed", "civilians"),
    ]  # fmt: skip
    assert said.toll("killed").range == (5, 6)
    assert (said.believed("killed", "civilians"), said.believed("injured")) == (1, None)


def test_an_attack_of_a_kind_says_more_than_an_attack():
    """The headline's kind, else the first; "attack" where nobody knows more."""
    plain, mine = Facts(attack="attack", actor="JNIM"), Facts(attack="mine")
    assert account([source(1, facts=plain), source(2, "B", facts=mine)]).attack == "mine"
    assert account([source(1, facts=plain)]).attack == "attack"
    assert account([source(1, facts=mine), source(2, "B", facts=plain)]).actor == "JNIM"


def test_contingents_and_symbols_are_gathered():
    """The contingent that most sources name first; each document once."""
    one, two = Facts(contingents=("GN", "TD"), symbols=("S/1",)), Facts(contingents=("TD",), symbols=("S/2", "S/1"))
    said = account([source(1, facts=one), source(2, "B", facts=two)])
    assert (said.contingents, said.symbols) == (("TD", "GN"), ("S/1", "S/2"))


def test_a_story_of_hundreds_is_told_at_once():
    """Six hundred sources with leads of 400 letters take less than a second of CPU."""
    leads = [
        f"In the town of letter {n} {'the patrol was hit by a mine and ' * 12} said desk {n * n}." for n in range(600)
    ]
    sources = [source(n, f"Paper {n}", quotes=(lead,), killed=n % 7) for n, lead in enumerate(leads)]
    began = time.process_time()
    account(sources)
    assert time.process_time() - began < 2


SOURCES = st.lists(SOURCE, min_size=1, max_size=8, unique_by=lambda one: one.entry)


@given(SOURCES)
@settings(deadline=None, max_examples=examples(50))
def test_what_is_kept_is_what_was_said(sources):
    """An account comes back from its columns as it was worked out."""
    said = account(sources)
    assert account_of(json.loads(json.dumps(account_row(said)))) == said


@pytest.mark.slow
@given(SOURCES)
@settings(deadline=None, max_examples=examples(50))
def test_an_account_says_nothing_that_no_source_says(sources):
    """Place, day, counts, contingents and voices all come from a source."""
    said, facts = account(sources), [one.facts for one in sources]
    assert said.headline in {one.entry for one in sources}
    assert (said.location and said.location.place) in {one.place or None for one in facts}
    assert said.day is None or said.day.start.year in {one.event.start.year for one in facts if one.event}
    for told in said.figures:
        assert told.range[0] <= told.current.count <= told.range[1]
    assert said.believed("killed") in {one.killed for one in facts}
    assert set(said.contingents) == {code for one in facts for code in one.contingents}
    assert set(said.confirmation.voices) <= {one.publisher for one in sources}
    assert (said.confirmation.rung is Rung.OFFICIAL) == any(one.standing == "official" for one in sources)


# in the database


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def facts_of(tmp_path, columns, where="1"):
    with sqlite3.connect(tmp_path / "archive.db") as db:
        return db.execute(f"SELECT {columns} FROM story_facts WHERE {where} ORDER BY story").fetchall()


ATTACK = {"place": "Kerena", "region": "Mopti", "coordinates": (15.0, -2.65), "contingents": ("TG",), "event": DAY}


def report(number, publisher="Wire", killed=None, **more):
    tolls = (Toll("killed", killed, "peacekeepers", "q"),) if killed else ()
    return reading(number, title="Base attacked in Kerena", publisher=publisher,
                   facts=ATTACK | {"killed": killed, "tolls": tolls}, **more)  # fmt: skip


def test_what_a_story_says_is_stored_with_each_step(store, tmp_path):
    """Joined, revised, merged, split: in one transaction the columns say what the sources say."""
    store.commit(plan(report(1)), NOW)
    store.commit(plan(report(2, "Radio", 3)), NOW + HOUR)
    assert facts_of(tmp_path, "place, killed, rung, publishers, sources") == [("Kerena", 3, "several", 2, 2)]
    store.commit(plan(updated=((2, report(2, "Radio", 4, content_hash="new")),)), NOW + HOUR)
    assert facts_of(tmp_path, "killed") == [(4,)]
    (opened,) = store.regroup.split(2, "me", NOW + 2 * HOUR)
    assert facts_of(tmp_path, "story, killed, rung") == [(1, None, "single"), (opened, 4, "single")]
    store.regroup.merge(1, opened, "me", NOW + 3 * HOUR)
    assert facts_of(tmp_path, "story, killed, rung") == [(1, 4, "several")]
    for story in store.stories.latest():
        assert story.account == account(story.sources)


def test_a_step_that_fails_changes_nothing_that_is_said(store, tmp_path, monkeypatch):
    """The account is written in the transaction of its step, or not at all."""
    store.commit(plan(report(1)), NOW)
    before = facts_of(tmp_path, "*")
    monkeypatch.setattr(store.days, "count", broken)
    with pytest.raises(RuntimeError):
        store.commit(plan(report(2, "Radio", 3)), NOW + HOUR)
    assert facts_of(tmp_path, "*") == before


def broken(*_):
    raise RuntimeError


def test_an_outsider_can_ask_for_facts_in_sql(store, tmp_path):
    """Views with one row a story, a figure, a contingent; columns are numbers and ISO dates, not texts."""
    store.commit(plan(report(1, "UN", 4, standing="official")), NOW)
    assert facts_of(tmp_path, "title, tier, latitude, day, day_precision, killed_low, killed_high, un_at") == [
        ("Base attacked in Kerena", "incident", 15.0, "2021-02-10", "day", 4, 4, stamp(SEEN))
    ]
    with sqlite3.connect(tmp_path / "archive.db") as db:
        figures = db.execute("SELECT harm, victims, rank, count, official FROM story_figures").fetchall()
        countries = db.execute("SELECT story, country FROM story_contingents").fetchall()
    assert figures == [("killed", None, 0, 4, 1), ("killed", "peacekeepers", 0, 4, 1)]
    assert countries == [(1, "TG")]


@pytest.mark.parametrize(
    "where", ["place = 'Kerena'", "place = 'Kerena' AND day >= '2021-02-01'", "day = '2021-02-10'", "killed >= 3",
              "tier = 'incident'"],
)  # fmt: skip
def test_filters_find_their_index(store, tmp_path, where):
    """Place, day, deaths and tier are looked up, not scanned for."""
    with sqlite3.connect(tmp_path / "archive.db") as db:
        steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN SELECT story FROM story_facts WHERE {where}")]
    assert any("USING" in step and "INDEX" in step and "SEARCH" in step for step in steps[:1]), steps


def test_no_sentence_is_kept(store, tmp_path):
    """Changes and notes are kinds and values; nothing that members read stands in their rows."""
    store.commit(plan(report(1)), NOW)
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "m", None, NOW)
    store.commit(plan(report(2, "Radio", 3)), NOW + HOUR)
    with sqlite3.connect(tmp_path / "archive.db") as db:
        assert db.execute("SELECT kind, old, new, material FROM story_changes").fetchall() == [
            ("killed", None, 3, 1), ("second_publisher", None, "Radio", 0),
        ]  # fmt: skip
        notes = db.execute("SELECT change FROM deliveries WHERE kind = 'note'").fetchall()
    assert [json.loads(note)["kind"] for (note,) in notes] == ["killed"]


def test_tier_and_place_changes_hold_values(store):
    """A tier's change names both tiers, a place's the place."""
    store.commit(plan(reading(1, tier=Tier.FOLLOW_UP, title="Base attacked in Kerena",
                              facts=ATTACK | {"place": None, "region": None})), NOW)  # fmt: skip
    store.commit(plan(report(2)), NOW + HOUR)
    (story,) = store.stories.latest()
    assert {(one.kind, one.old, one.new) for one in story.changes} >= {
        ("tier", "follow_up", "incident"), ("place", None, "Kerena"),
    }  # fmt: skip
