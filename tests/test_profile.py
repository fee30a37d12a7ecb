"""What profiles keep of entries, and how a story's adds up."""

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from feeds.stories.profile import Days, Profile, absorb, profile
from seeds.model import NO_FACTS, Document, Facts, Fingerprint, Toll, Topic, When
from tests.story_kit import FACTS, MOMENT, TEXT, WHEN


def day(number, month=2):
    return When(datetime(2021, month, number, tzinfo=UTC), "day")


def of(title="A title", published=None, facts=NO_FACTS, marks=None, **more):
    return profile(Document(title, "", "en", published), facts, marks or Fingerprint(), "w", **more)


def test_dates_are_as_exact_as_their_source():
    """A month or a year is the whole stretch; an item without a date was told when it was seen, if we know that."""
    assert of(published=day(10)).told == Days(date(2021, 2, 10), date(2021, 2, 10))
    assert of(published=When(datetime(2021, 2, 1, tzinfo=UTC), "month")).told == Days(
        date(2021, 2, 1), date(2021, 2, 28)
    )
    assert of(published=When(datetime(2021, 1, 1, tzinfo=UTC), "year")).told.last == date(2021, 12, 31)
    assert of(seen=datetime(2021, 2, 9, 23, tzinfo=UTC)).told.first == date(2021, 2, 9)
    assert of().told is None


def test_the_event_day_is_that_of_the_harm():
    """The date of a session or a deadline, and one that lies ahead of the report, is no day of an incident."""
    hurt = Facts(injured=3, event=day(9))
    assert of(published=day(10), facts=hurt).of("event") == {"2021-02-09": 1}
    assert of(published=day(10), facts=Facts(event=day(9))).of("event") == {}
    assert of(published=day(5), facts=hurt).of("event") == {}


def test_what_is_long_past_is_looked_back_on():
    """A report of a trial names the day of the attack, which is not the report's own event."""
    verdict = of(published=day(10, 6), facts=Facts(killed=3, event=day(9)))
    assert (verdict.of("event"), verdict.of("past")) == ({}, {"2021-02-09": 1})


def test_what_is_said_is_counted_by_family():
    """Facts and marks become tallies; contingents are countries too, a place is a site."""
    facts = Facts(killed=2, place="Kerena", region="Mopti", contingents=("TG",), symbols=("S/2021/1",))
    marks = Fingerprint(
        topics=frozenset({Topic("mine", "some", "incident", means=True)}), places=frozenset({"Douentza"})
    )
    found = of(facts=facts, marks=marks)
    assert found.of("place") == {"Kerena": 1, "Douentza": 1}
    assert (found.of("site"), found.of("country"), found.of("symbol")) == ({"Kerena": 1}, {"TG": 1}, {"S/2021/1": 1})
    assert (found.of("topic:some"), found.of("kind"), found.of("means")) == ({"mine": 1}, {"incident": 1}, {"mine": 1})


def test_classes_are_kept_beside_the_total():
    """A report that counts three dead, two of them soldiers, can be known by either; attackers do not count."""
    tolls = tuple(
        Toll("killed", count, who, "") for count, who in ((2, "peacekeepers"), (1, "contractors"), (9, "attackers"))
    )
    found = of(facts=Facts(killed=3, tolls=tolls))
    assert (set(found.of("killed")), set(found.of("killed:part"))) == ({"3"}, {"1", "2"})


def test_a_story_adds_up_its_entries():
    """Counts grow, days stretch, titles are kept once each."""
    one = of("First", day(10), Facts(killed=2))
    both = absorb(one, of("Second", day(12), Facts(killed=3)))
    both = absorb(both, of("First", day(11), Facts(killed=3)))
    assert both.of("killed") == {"2": 1, "3": 2}
    assert both.told == Days(date(2021, 2, 10), date(2021, 2, 12))
    assert (both.size, [title for _, title in both.titles]) == (3, ["first", "second"])


def test_a_vague_date_does_not_stretch_known_days():
    """A month that is all one source says makes no story of days a month long."""
    month = of(published=When(datetime(2021, 2, 1, tzinfo=UTC), "month"))
    assert (
        absorb(of(published=day(10)), month).told
        == absorb(month, of(published=day(10))).told
        == of(published=day(10)).told
    )


profiles = st.builds(
    lambda title, when, facts, seen: profile(Document(title, "", "en", when), facts, scope="w", seen=seen),
    TEXT, WHEN, FACTS, st.none() | MOMENT,
)  # fmt: skip


@given(profiles, profiles)
def test_profiles_outlive_the_database(one, other):
    """What is written as JSON reads back as the same profile, of entries and of stories."""
    story = absorb(one, other)
    for each in (one, story):
        assert Profile.from_json(json.loads(json.dumps(each.to_json()))) == each


@given(profiles, profiles)
def test_absorbing_never_loses_size_or_scope(one, other):
    """A story has as many entries as were put in, of one watch."""
    story = absorb(one, other)
    assert (story.size, story.scope) == (one.size + other.size, "w")


def test_a_files_profile_stays_small():
    """Hundreds of reports of one event leave a profile that still fits a database row."""
    story = of("Report 0", day(10))
    for number in range(500):
        marks = Fingerprint(names=frozenset({f"name{number}"}), figures=frozenset({1000 + number}))
        story = absorb(story, of(f"Report {number} " + "word " * 20, day(10), Facts(killed=number + 1), marks))
    assert len(json.dumps(story.to_json())) < 6000


def hurt_at(place, count, side="TD", **more):
    return of(facts=Facts(injured=count, place=place, contingents=(side,)), **more)


def test_a_story_of_several_places_knows_what_was_told_of_each():
    """Tolls and contingents stay with their place; what names no place belongs to each."""
    placeless = of(facts=Facts(injured=3, contingents=("TD",)))
    story = absorb(absorb(hurt_at("Gao", 3), hurt_at("Kidal", 9, "TG")), placeless)
    assert {site: (part.of("injured"), part.size) for site, part in story.parts.items()} == {
        "Gao": ({"3": 2}, 2),
        "Kidal": ({"9": 1, "3": 1}, 2),
    }
    assert story.part_for(hurt_at("Kidal", 3)).of("contingent") == {"TG": 1, "TD": 1}
    assert story.size == 3


def test_a_story_of_one_place_is_compared_as_a_whole():
    """Most are: they cost nothing more."""
    story = absorb(hurt_at("Gao", 3), of(facts=Facts(injured=4)))
    assert not story.parts
    assert story.part_for(hurt_at("Kidal", 3)) is story


def test_a_report_from_elsewhere_meets_the_part_that_is_most_like_it():
    """Of the places told of, that whose toll and contingent are the report's."""
    story = absorb(hurt_at("Gao", 3), hurt_at("Kidal", 9, "TG"))
    assert story.part_for(hurt_at("Menaka", 9, "TG")) == story.parts["Kidal"]
    assert story.part_for(of(facts=Facts(injured=3))) == story.parts["Gao"]


def test_parts_add_up_in_any_grouping_and_are_few():
    """Two stories merged tell what their reports tell; of very many places only the most told are kept apart."""
    reports = [hurt_at(place, count) for place, count in (("Gao", 1), ("Kidal", 2), ("Gao", 3), ("Ber", 4))]
    left, right = absorb(reports[0], reports[1]), absorb(reports[2], reports[3])
    one_by_one = absorb(absorb(left, reports[2]), reports[3])
    both, other = absorb(left, right), absorb(right, left)
    assert {site: part.size for site, part in one_by_one.parts.items()} == {"Gao": 2, "Kidal": 1, "Ber": 1}
    assert all({site: part.tallies for site, part in one.parts.items()} == {
        site: part.tallies for site, part in one_by_one.parts.items()} for one in (both, other))  # fmt: skip
    for number in range(30):
        both = absorb(both, hurt_at(f"Town {number}", 1))
    assert len(both.parts) == 8
    assert Profile.from_json(json.loads(json.dumps(both.to_json()))) == both
