"""When a source told it: the order of sources, the first of them, and what is said of it, never more than is known."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render
from bot.wording import facts
from feeds.model import Confirmation
from feeds.store import Store
from feeds.stories.account import account
from feeds.stories.told import first_said, first_told, told_at, told_order, told_when
from seeds.model import When
from tests.store_kit import opened, plan, reading
from tests.story_kit import HOUR, NOW, source, story

MICROSECOND = timedelta(microseconds=1)
DAYS = timedelta(days=1)


def worded(line):
    return "".join(span.text for span in line)


def midnight(at):
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def told_on(day, number=1, publisher="Wire", *, seen=NOW, **more):
    """A source that states the day only, read at `seen`."""
    return source(number, publisher, published=When(midnight(day), "day"), seen=seen, **more)


def begun(at, precision):
    """The year, month or day that an instant lies in, or the instant."""
    first = {"year": {"month": 1, "day": 1}, "month": {"day": 1}}.get(precision, {})
    return When(at if precision == "instant" else midnight(at).replace(**first), precision)


# Sources with the moment at which each really told it: what they state is true, and they were read later. Few days, so
# that what they state meets.
MOMENTS = st.integers(0, 60 * 24 * 10).map(
    lambda minutes: datetime(2021, 1, 28, tzinfo=UTC) + timedelta(0, minutes * 60)
)
TRUE = st.builds(
    lambda at, precision, delay: (
        at,
        None if precision is None else begun(at, precision),
        at + timedelta(minutes=delay),
    ),
    MOMENTS,
    st.sampled_from([None, "year", "month", "day", "instant"]),
    st.sampled_from([0, 5, 600, 60 * 24 * 3, 60 * 24 * 400]),
)


def sources_of(drawn):
    """Sources and when each really told it; undated ones, of which nothing is known, on the day on which they were
    read."""
    told = [(at if when else max(at, midnight(seen)), when, seen) for at, when, seen in drawn]
    found = [source(n, f"P{n}", published=when, seen=seen) for n, (_, when, seen) in enumerate(told, 1)]
    return found, [at for at, _, _ in told]


SEVERAL = st.lists(TRUE, min_size=1, max_size=6).map(sources_of)


@given(SEVERAL, st.randoms(use_true_random=False))
def test_the_order_is_total(drawn, random):
    """Whatever order the sources come in, they are sorted alike."""
    found, _ = drawn
    shuffled = [*found]
    random.shuffle(shuffled)
    assert sorted(shuffled, key=told_order) == sorted(found, key=told_order)


@given(SEVERAL)
def test_stated_times_that_do_not_overlap_are_never_turned_round(drawn):
    """Two exact times stay in order, and so does an earlier day before a later one, whenever they were read."""
    found, _ = drawn
    dated = [one for one in found if one.published is not None]
    for one in dated:
        for other in dated:
            if one.published.end < other.published.start:
                assert told_order(one) < told_order(other)


@given(SEVERAL)
def test_the_order_goes_by_the_latest_moment_possible(drawn):
    """Each source told it before that moment and not after we read it; a day that is over counts as a whole day."""
    found, real = drawn
    for one, at in zip(found, real, strict=True):
        assert at <= told_at(one) <= one.seen
        assert told_when(one).start <= at <= told_when(one).end
        if one.published is not None and one.seen > one.published.end:
            assert told_at(one) == one.published.end


@given(SEVERAL)
def test_the_first_telling_is_as_exact_as_is_known(drawn):
    """The first of the real moments lies within what is said of it; said to the instant, it is that."""
    found, real = drawn
    first = first_told(found)
    assert first.start <= min(real) <= first.end


@given(SEVERAL, st.integers(1, 6))
def test_a_delay_is_said_only_when_it_is_true(drawn, officials):
    """From the first real report to the first real statement of the UN, or nothing."""
    found, real = drawn
    found = [replace(one, standing="official") if one.entry >= officials else one for one in found]
    delay = account(found).confirmation.delay
    spoken = [at for at, one in zip(real, found, strict=True) if one.standing == "official"]
    assert delay is None or delay == min(spoken) - min(real)


def test_the_day_of_the_reading_counts_as_the_reading():
    """What states today can't be of later than now; a day that is over may have been told at its end."""
    assert told_at(told_on(NOW, seen=NOW)) == NOW
    assert told_at(told_on(NOW - DAYS, seen=NOW)) == midnight(NOW) - MICROSECOND
    assert told_at(replace(told_on(NOW), published=None, seen=NOW)) == NOW


def test_a_rewritten_source_tells_its_new_words_when_they_were_read():
    """And was the first to tell of it when it first did."""
    first = source(1, at=NOW - 5 * HOUR, standing="official")
    rewritten = replace(told_on(NOW - 3 * DAYS, seen=NOW - 2 * DAYS), reworded=NOW - HOUR, wording=2, rewritten=True)
    assert told_at(rewritten) == NOW - HOUR and told_when(rewritten) == When(NOW - HOUR, "instant")
    assert sorted([rewritten, first], key=told_order) == [first, rewritten]
    assert first_told([rewritten, first]) == told_on(NOW - 3 * DAYS).published
    assert first_said([rewritten, first]) == first.published
    assert account([rewritten, first]).confirmation.delay is None


@pytest.mark.parametrize(
    ("when", "end"),
    [
        (When(datetime(2021, 1, 1, tzinfo=UTC), "year"), datetime(2022, 1, 1, tzinfo=UTC)),
        (When(datetime(2020, 2, 1, tzinfo=UTC), "month"), datetime(2020, 3, 1, tzinfo=UTC)),
        (When(datetime(2020, 12, 1, tzinfo=UTC), "month"), datetime(2021, 1, 1, tzinfo=UTC)),
        (When(datetime(2021, 2, 28, tzinfo=UTC), "day"), datetime(2021, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_stated_time_ends_before_the_next(when, end):
    """A year, a month or a day ends in its last microsecond."""
    assert when.end + MICROSECOND == end


def test_the_uns_later_word_is_believed_however_late_both_were_read():
    """Two statements that give a day each, read together weeks later: the count of the later day stands."""
    early = told_on(NOW - 26 * DAYS, 1, "UN Wire", standing="official", killed=3)
    late = told_on(NOW - 25 * DAYS, 2, "UN Newsroom", standing="official", killed=4)
    paper = source(3, "Matin", at=midnight(NOW) - 25 * DAYS + 10 * HOUR, killed=4)
    for order in ((early, late, paper), (late, paper, early), (paper, replace(late, entry=1), replace(early, entry=2))):
        told = story(*order)
        assert [(one.count, one.early) for one in told.account.toll("killed").stated] == [(4, False), (3, True)]
        assert told.headline.publisher == "UN Newsroom"
        assert told.account.confirmation.delay is None


def test_a_day_that_may_be_within_the_last_half_day_still_votes():
    """Without the UN's word: what may have been said shortly before the newest report is not too old to count."""
    morning = [source(n, f"P{n}", at=midnight(NOW) - DAYS + 9 * HOUR, killed=2, quotes=()) for n in (1, 2)]
    assert story(*morning, told_on(NOW - DAYS, 9, "Daily", killed=5)).account.believed("killed") == 2
    assert story(*morning, told_on(NOW, 9, "Daily", killed=5)).account.believed("killed") == 5


def test_a_statement_without_an_hour_has_no_delay():
    """It is a statement of the UN; how long it took is not known. Where the UN alone was first, that is said."""
    report = source(1, at=NOW - 9 * HOUR)
    daily = told_on(NOW, 2, "UN News", standing="official")
    exact = source(3, "UN News", at=NOW - 5 * HOUR, standing="official")
    own = ("UN News",)
    assert facts.confirmed(story(report, daily).account.confirmation, own) == "UN statement · 1 independent publisher"
    assert "UN statement, 4 h after the first report" in facts.confirmed(story(report, exact).account.confirmation)
    assert facts.confirmed(story(exact).account.confirmation, own) == "UN statement, the first report"
    assert facts.confirmed(story(daily).account.confirmation, own) == "UN statement"
    assert Confirmation().delay is None


def test_times_are_shown_as_exactly_as_they_are():
    """An instant with its hour, a day as a day though it was read at an hour; of an undated item, when it was read."""
    assert worded(render.told_line(source(1, at=NOW - HOUR), NOW)) == "19:07 UTC"
    assert worded(render.told_line(told_on(NOW), NOW)) == "10 Feb 2021"
    assert worded(render.told_line(replace(told_on(NOW), published=None), NOW)) == "read 20:07 UTC"
    assert render.exact_time(told_on(NOW)) is None


def test_a_list_gives_a_moment_only_where_one_is_known():
    """A story's entry in a list is dated by its newest report, where that states an instant."""
    assert render.brief(story(source(1, at=NOW - HOUR))).at == NOW - HOUR
    assert render.brief(story(source(1, at=NOW - DAYS), told_on(NOW))).at is None


# in the database


def test_stories_and_hits_stand_in_the_same_order(tmp_path):
    """The newest stories and the hits of a search come by when they were told, not by when they were read."""
    yesterday, before = midnight(NOW) - DAYS, midnight(NOW) - 2 * DAYS
    with opened(tmp_path / "a.db") as store:
        read_late = dated(reading(1, seen=NOW), When(before, "day"))
        exact = dated(reading(2, seen=NOW - DAYS), When(yesterday + HOUR, "instant"))
        store.commit(plan(exact), NOW - DAYS)
        store.commit(plan(read_late), NOW)
        assert [one.sources[0].title for one in store.stories.latest()] == ["Item 2", "Item 1"]
        assert [hit.source.title for hit in store.archive.search("item").items] == ["Item 2", "Item 1"]


def test_a_rewrite_is_as_new_as_its_reading(tmp_path):
    """In the list of stories and among the hits of a search."""
    with opened(tmp_path / "a.db") as store:
        for number in (1, 2):
            store.commit(plan(dated(reading(number), When(NOW - 2 * DAYS + number * HOUR, "instant"))), NOW)
        assert [one.id for one in store.stories.latest()] == [2, 1]
        again = reading(1, title="Item 1, rewritten", content_hash="another", seen=NOW, facts={"killed": 4})
        store.commit(plan(updated=((1, again),)), NOW)
        assert [one.id for one in store.stories.latest()] == [1, 2]
        assert [hit.source.entry for hit in store.archive.search("item").items] == [1, 2]


def dated(one, when):
    return replace(one, entry=replace(one.entry, published=when))


def test_an_older_archive_is_put_in_order(tmp_path):
    """What stands in the columns that sort, for each precision, becomes what a new archive has; accounts follow."""
    path = tmp_path / "a.db"
    whens = [
        *(begun(NOW - 40 * DAYS, precision) for precision in ("year", "month", "day", "instant")),
        begun(NOW, "day"),
    ]
    with opened(path) as store:
        many = [dated(reading(n, seen=NOW), when) for n, when in enumerate((*whens, None), 1)]
        store.commit(plan(*many), NOW)
        stated = [one.account for one in store.stories.latest(50)]
    kept = columns(path)
    with sqlite3.connect(path) as db:
        back_to_before(db)
    with Store(path) as store:
        assert [one.account for one in store.stories.latest(50)] == stated
    assert columns(path) == kept


def columns(path):
    with sqlite3.connect(path) as db:
        order = "SELECT id, told FROM entries UNION ALL SELECT id, newest FROM stories ORDER BY 1, 2"
        facts = "SELECT story, first_at, first_precision, un_at, un_precision FROM story_facts ORDER BY story"
        return [db.execute(order).fetchall(), db.execute(facts).fetchall()]


def back_to_before(db):
    """As an earlier version left it: ordered by the start of what was stated, nothing said of how exact it is."""
    for view in ("story_facts", "story_figures", "story_contingents"):
        db.execute(f"DROP VIEW {view}")
    for name in ("first_precision", "un_precision"):
        db.execute(f"ALTER TABLE story_accounts DROP COLUMN {name}")
    db.execute("UPDATE entries SET told = min(coalesce(published, seen), seen)")
    db.execute("UPDATE stories SET newest = '2001-01-01T00:00:00.000000+00:00'")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm120_precision'")


def test_a_rewrite_moves_no_source():
    """Sources stand in the order in which they first told it, each with that time and that of its rewrite."""
    first = source(1, "Meridian", at=NOW - 5 * HOUR, reworded=NOW - HOUR, wording=2, rewritten=True)
    second = source(2, "Matin", at=NOW - 3 * HOUR)
    (field,) = render.alert(story(second, first)).fields
    lines = ["".join(span.text for span in line) for line in field.lines]
    assert [line.split()[0] for line in lines] == ["Meridian", "Matin"]
    assert "15:07 UTC, rewritten" in lines[0] and "19:07 UTC" in lines[0] and "17:07 UTC" in lines[1]
