"""A clock that was wrong for a while stops nothing, forgets nothing and is told of; health says what is not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.jobs import UNFLAGGED, keep_agenda, question_times
from bot.health import ailments
from bot.wording.notices import notice_text
from config.schema import Digest
from feeds.model import Cause, CauseKind, FeedState, Job, Pulse
from feeds.route import Draft
from feeds.store.clocks import AHEAD
from seeds.model import When
from tests.store_kit import DAY, FEED, HOUR, MINUTE, NOW, channel, plan, reading, subscribed

YEAR = 365 * DAY


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def polled(store, at, wait=15 * MINUTE, **more):
    state = replace(store.feeds.all()[0], last_checked=at, last_ok=at, next_check=at + wait, **more)
    store.feeds.save([state])
    return state


def said(store, now):
    return list(ailments(store.clocks.pulse(now), now, 15))


def test_one_round_a_year_ahead_stops_no_feed_and_no_message(store):
    """What was polled, tried and counted in it is as if it were done now; the operators are told once."""
    store.commit(plan(reading(1, seen=NOW + YEAR)), NOW + YEAR)
    polled(store, NOW + YEAR)
    (row,) = store.outbox.claim(NOW + YEAR)
    store.outbox.retry(row.id, NOW + YEAR + MINUTE, Cause(CauseKind.NO_ANSWER, {"text": "away"}))
    assert store.feeds.due(NOW) == []
    assert store.outbox.claim(NOW) == []
    told = question_times(store, NOW)
    assert told is not None
    assert "2 times lay further ahead" in notice_text(told)
    (state,) = store.feeds.due(NOW)
    assert state.last_ok == state.last_checked == NOW
    (row,) = store.outbox.claim(NOW)
    assert row.created == NOW
    assert question_times(store, NOW + MINUTE) is None


def told(store, number):
    """An item's times, its story's, and what the story says of itself."""
    item, (story,) = store.archive.entry(number), [one for one in store.stories.latest() if one.watch == "w"]
    return item.seen, story.opened, story.updated, story.account.confirmation.first


@pytest.mark.parametrize("ahead", [2 * HOUR, YEAR])
def test_what_a_wrong_clock_read_counts_as_read_now(store, ahead):
    """Items, their words, their stories and the day's counts; the alert that stands is looked at again."""
    wrong = NOW + ahead
    store.commit(plan(reading(1, seen=wrong, published=None)), wrong)
    (row,) = store.outbox.claim(wrong)
    store.alerts.drawn("alerts", store.stories.story(1), "as it was", aloud=True)
    store.outbox.sent(row.id, "7", None, wrong)
    store.commit(plan(standing=(1,)), wrong)
    polled(store, wrong)
    assert question_times(store, NOW) is not None
    assert told(store, 1) == (NOW, NOW, NOW, When(NOW.replace(hour=0), "day"))
    (words,) = store.archive.wordings(1).wordings
    assert (words.first_read, words.last_read) == (NOW, NOW)
    assert store.alerts.stale(NOW) == [("alerts", 1)]
    assert store.days.day(NOW.date()).read == 1 == store.days.total().read


def test_stories_told_before_the_wrong_hour_are_told_of_again(store):
    """What happened in it is in the brief that looks back on it, and no brief waits for next year."""
    store.commit(plan(reading(1)), NOW)
    store.commit(plan(reading(2, seen=NOW + YEAR)), NOW + YEAR)
    polled(store, NOW + YEAR)
    question_times(store, NOW + HOUR)
    found = store.briefs.between(NOW + MINUTE, NOW + HOUR)
    assert [line.story.id for line in found.lines] == [2]
    assert found.awake.read == 1


def test_a_clock_that_is_behind_takes_nothing_back(store):
    """A machine that starts in 1970 until it is told the time dates no item anew: the days of the archive speak
    against it."""
    for day in range(4):
        store.commit(plan(reading(day + 1, seen=NOW + day * DAY)), NOW + day * DAY)
    before = [store.archive.entry(number).seen for number in range(1, 5)], store.days.total()
    store.clocks.question(NOW - 50 * YEAR, thoroughly=True)
    assert ([store.archive.entry(number).seen for number in range(1, 5)], store.days.total()) == before


@pytest.mark.parametrize("ahead", [2 * HOUR, 20 * DAY, YEAR])
def test_a_mute_of_a_wrong_hour_lasts_as_long_as_it_was_asked_for(store, ahead):
    """From now; one that was set at a right time stays, and so does all of them when times are questioned again."""
    store.subscriptions.add(*channel("other"))

    def mute(name, at, hours):
        until = at + hours * HOUR
        store.channels.mute(name, until)
        store.audit.note("", "someone", "mute", name, "", f"{until:%Y-%m-%d %H:%M} UTC", at)

    mute("other", NOW - HOUR, 720)
    mute("alerts", NOW + ahead, 8)
    for later in (NOW, NOW + HOUR):
        store.clocks.question(later, thoroughly=True)
        assert store.channels.named("alerts").muted_until == NOW + 8 * HOUR
        assert store.channels.named("other").muted_until == NOW + 719 * HOUR


def test_limits_are_not_used_up_by_what_a_wrong_clock_counted(store):
    """A post of next year would count against every hour until then, and hold up every edit."""
    store.commit(plan(reading(1)), NOW + YEAR)
    (row,) = store.outbox.claim(NOW + YEAR)
    store.outbox.sent(row.id, "7", None, NOW + YEAR)
    assert store.outbox.load("alerts", NOW + HOUR).posts == 1
    store.clocks.question(NOW, thoroughly=True)
    assert store.outbox.load("alerts", NOW + DAY + HOUR).posts == 0
    store.outbox.queue("alerts", 1, [Draft("edit")], NOW + HOUR)
    assert [one.kind for one in store.outbox.claim(NOW + HOUR)] == ["edit"]


@pytest.mark.parametrize("wait", [15 * MINUTE, DAY])
def test_what_a_rule_puts_ahead_is_left_there(store, wait):
    """A publisher may ask for a day; a clock may be five minutes off."""
    before = polled(store, NOW + AHEAD, wait)
    assert question_times(store, NOW) is None
    assert store.feeds.all() == [before]
    assert store.outbox.notices() == []


def test_a_day_a_year_ahead_makes_two_days_worth_be_forgotten_not_a_years(store):
    """Retention goes on from where it was, however far the clock has come."""
    for day in range(5):
        store.commit(plan(reading(day + 1, relevant=False, seen=NOW + day * DAY)), NOW + day * DAY)
    keep_agenda(store, NOW + UNFLAGGED, Digest())
    job = store.agenda.all()[0]
    store.agenda.plan([Job("daily", job.recurrence, NOW + UNFLAGGED)], NOW + UNFLAGGED)
    store._db.execute("UPDATE agenda SET next = ?, done = NULL", [(NOW + UNFLAGGED).isoformat(timespec="microseconds")])
    store._db.conn.commit()
    keep_agenda(store, NOW + YEAR, Digest())
    left = [store.archive.entry(n + 1) is not None for n in range(5)]
    assert sum(left) >= 2


def test_health_says_which_outcome_is_missing(store):
    """A scheduler that ticks is not enough: feeds must be read, and what waits must go out."""
    store.days.tick(NOW)
    polled(store, NOW)
    assert said(store, NOW) == []
    late = NOW + 3 * HOUR
    store.days.tick(late)
    assert said(store, late) == ["no feed could be read for 180 min"]
    polled(store, late)
    store.commit(plan(reading(1, seen=NOW)), NOW)
    assert said(store, late) == ["1 message waits, for 180 min"]
    (row,) = store.outbox.claim(late)
    assert said(store, late) == ["1 message waits, for 180 min"]
    store.outbox.sent(row.id, "7", None, late)
    assert said(store, late) == []


def test_health_names_a_clock_that_was_ahead():
    """A tick of next year is no sign of life."""
    (line,) = ailments(Pulse(ticked=NOW + YEAR), NOW, 15)
    assert "ahead" in line


def test_what_waits_for_a_person_or_an_hour_is_no_ailment(store):
    """A held or muted channel is somebody's to mend or wish; a feed that is asked daily is not late after two hours."""
    store.days.tick(NOW + 2 * HOUR)
    polled(store, NOW, DAY)
    store.commit(plan(reading(1, seen=NOW)), NOW)
    store.channels.mute("alerts", NOW + DAY)
    assert said(store, NOW + 2 * HOUR) == []
    store.channels.mute("alerts", None)
    store.channels.hold("alerts", Cause(CauseKind.NOT_SEEN))
    assert said(store, NOW + 2 * HOUR) == []


def test_feeds_that_were_never_read_are_told_of(store):
    """Since when they fail."""
    store.days.tick(NOW + 2 * HOUR)
    store.feeds.save([replace(FeedState(FEED.name, FEED.url, home=FEED.url), failures=3, failing_since=NOW)])
    assert said(store, NOW + 2 * HOUR) == ["no feed could be read for 120 min"]
    assert said(store, NOW + timedelta(minutes=20))[-1:] != ["no feed could be read for 20 min"]
