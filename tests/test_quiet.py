"""Quiet hours: how they are written, when they hold, and what a channel is told in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.destinations import quiet_of
from config.quiet import TIER_NAMES, QuietHours, quiet_hours
from config.schema import Tiers
from feeds.agenda import next_time, quiet_until
from feeds.model import Action, At, Quiet
from feeds.route import Draft, Load, News, Told, route
from seeds.model import Tier
from tests.store_kit import FEED, HOUR, NOW, notice, opened, place, plan, reading, wish
from tests.test_route import STORY

PARIS = "Europe/Paris"
NIGHT = Quiet(22 * 60, 6 * 60, PARIS, (Tier.INCIDENT,))


def at(text, zone=PARIS, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


# how they are written


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-06:00 Europe/Paris but incident", QuietHours(1320, 360, PARIS, ("incident",))),
        ("22:00–6:00", QuietHours(1320, 360)),
        (" 22:00 - 06:00  BUT follow-up, incident ", QuietHours(1320, 360, "UTC", ("incident", "follow_up"))),
        ("13:00-14:30 Africa/Dakar", QuietHours(780, 870, "Africa/Dakar")),
        ("22:00-06:00 but incident and decision", QuietHours(1320, 360, "UTC", ("incident", "decision"))),
    ],
)
def test_hours_are_read_as_they_are_typed(text, hours):
    """With a zone and excepted tiers or without."""
    assert quiet_hours(text) == hours
    assert quiet_of(text) == Quiet(hours.start, hours.end, hours.zone, tuple(map(Tier, hours.but)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at night", "such as 22:00-06:00"),
        ("22:00-25:00", "such as 22:00-06:00"),
        ("22-6", "such as 22:00-06:00"),
        ("22:00-22:00", "begins and ends at the same time"),
        ("22:00-06:00 Mars/Base", "time zone"),
        ("22:00-06:00 UTC but ../../etc", "should be one of: incident"),
        ("22:00-06:00 but", "such as 22:00-06:00"),
        ("22:00-06:00 UTC but incident, storms", "'storms'"),
        ("9" * 50_000, "such as 22:00-06:00"),
        ("22:00-06:00 " + "x " * 50_000, "such as 22:00-06:00"),
    ],
)
def test_what_is_no_quiet_hours_is_refused_in_a_sentence(text, said):
    """That says what should stand there."""
    with pytest.raises(ValueError, match=r"^(should|begins|names|is no)\b") as refused:
        quiet_hours(text)
    assert said in str(refused.value) and len(str(refused.value)) < 300


def test_the_tiers_are_those_of_the_settings():
    """Written once more, because the settings' file is read without what reads texts."""
    assert TIER_NAMES == tuple(Tier) == tuple(Tiers.model_fields)


def test_a_zone_is_lent_where_none_is_named():
    """The caller's."""
    assert quiet_hours("22:00-06:00", PARIS).zone == PARIS


# when they hold


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("2026-01-10 21:59:59", None),
        ("2026-01-10 22:00", "2026-01-11 06:00"),
        ("2026-01-11 05:59:59", "2026-01-11 06:00"),
        ("2026-01-11 06:00", None),
        ("2026-03-29 01:00", "2026-03-29 06:00"),  # an hour shorter
        ("2026-10-25 02:30", "2026-10-25 06:00"),  # an hour longer
    ],
)
def test_a_night_is_quiet_from_its_first_minute_to_its_last(when, until):
    """By the clocks of the zone, also where these are changed in it."""
    assert quiet_until(NIGHT, at(when)) == (until and at(until))


def test_nights_in_which_clocks_change_are_shorter_and_longer():
    """Seven hours in spring, nine in autumn."""
    for day, hours in (("2026-03-28", 7), ("2026-10-24", 9), ("2026-07-01", 8)):
        begins = at(f"{day} 22:00")
        assert quiet_until(NIGHT, begins) - begins == timedelta(hours=hours)


def test_quiet_hours_that_end_when_clocks_repeat_end_the_first_time():
    """At 02:30 in autumn; the second 02:15 is not quiet again. In spring 02:30 does not come: they end at 03:30."""
    late = Quiet(22 * 60, 150, PARIS)
    assert quiet_until(late, at("2026-10-25 02:15")) == at("2026-10-25 02:30")
    assert quiet_until(late, at("2026-10-25 02:15", fold=1)) is None
    assert quiet_until(late, at("2026-03-29 01:00")) == at("2026-03-29 03:30")


def test_without_quiet_hours_it_is_never_quiet():
    """Nor when they are over."""
    assert quiet_until(None, NOW) is None


ZONES = st.sampled_from(
    ["UTC", PARIS, "Africa/Casablanca", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
     "America/Santiago", "Africa/Cairo", "Antarctica/Troll"]
)  # fmt: skip
MINUTES = st.integers(0, 1439)
QUIETS = st.builds(Quiet, MINUTES, MINUTES, ZONES).filter(lambda one: one.start != one.end)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(QUIETS, MOMENTS)
def test_quiet_hours_end_at_a_time_to_come_and_are_over_then(quiet, now):
    """Within a day and the largest change of clocks; a moment before it is still quiet, and until the same end."""
    until = quiet_until(quiet, now)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert quiet_until(quiet, until) is None
        assert quiet_until(quiet, until - timedelta(microseconds=1)) == until
        assert quiet_until(quiet, now + (until - now) / 2) == until


@given(QUIETS, MOMENTS)
def test_they_end_when_what_is_planned_for_that_time_is_due(quiet, now):
    """So a digest or a brief at the end of a night is not held up by it."""
    until = quiet_until(quiet, now)
    if until is not None:
        due = next_time(At((quiet.end,), quiet.zone), now)
        assert due == until
        assert quiet_until(quiet, due) is None


@given(QUIETS, MOMENTS)
def test_on_days_without_a_change_of_clocks_they_are_what_the_clock_shows(quiet, now):
    """Compared with a reading of the wall clock alone."""
    here = now.astimezone(ZoneInfo(quiet.zone))
    around = {(now + timedelta(hours=hours)).astimezone(here.tzinfo).utcoffset() for hours in (-50, 50)}
    if around == {here.utcoffset()}:
        shown = here.hour * 60 + here.minute
        inside = (
            quiet.start <= shown < quiet.end if quiet.start < quiet.end else shown >= quiet.start or shown < quiet.end
        )
        assert (quiet_until(quiet, now) is not None) == inside


@given(st.dates(date(2005, 1, 1), date(2035, 1, 1)), ZONES)
def test_a_night_and_its_day_make_up_all_of_the_time(day, zone):
    """What is not quiet by night is by day, whatever clocks do."""
    night, waking = Quiet(22 * 60, 6 * 60, zone), Quiet(6 * 60, 22 * 60, zone)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    for minutes in range(0, 36 * 60, 41):
        now = noon + timedelta(minutes=minutes)
        assert (quiet_until(night, now) is None) != (quiet_until(waking, now) is None)


# what a channel is told in them


def told(tier, when, *, quiet=NIGHT):
    story = replace(STORY, tier=tier)
    return route(News(None, story, tier), place(quiet=quiet), [wish(role="1")], Told(), Load(), now=when)


def test_what_is_excepted_rings_at_night_and_the_rest_goes_to_the_digest():
    """The rest of the day everything is as loud as it is wanted."""
    night, day = at("2026-01-11 03:00"), at("2026-01-11 12:00")
    rings = (Draft("alert", Action.PING, roles=("1",)),)
    assert told(Tier.INCIDENT, night) == told(Tier.INCIDENT, day) == rings
    assert told(Tier.DECISION, night) == (Draft("digest", Action.DIGEST),)
    assert told(Tier.DECISION, day) == (Draft("alert", Action.POST),)
    assert told(Tier.INCIDENT, night, quiet=Quiet(22 * 60, 6 * 60, PARIS)) == (Draft("digest", Action.DIGEST),)


NOW_QUIET = Quiet(NOW.hour * 60 - 60, NOW.hour * 60 + 60, "UTC")  # the tests' noon is a night


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.configure([(place(), wish(role="1"))], NOW)
        yield fresh


def sent(store, now=NOW):
    """What may be sent now, and is."""
    kinds = []
    for one in store.outbox.claim(now):
        store.outbox.sent(one.id, f"m{one.id}", None, now)
        kinds.append((one.kind, one.action))
    return kinds


def test_what_waited_for_the_other_side_waits_for_the_morning(store):
    """An alert that was queued before the night, and digests, lines for the operators: none comes in it."""
    store.commit(plan(reading(1), reading(2, tier=Tier.BACKGROUND)), NOW)
    store.outbox.queue_digest("alerts", NOW)
    store.outbox.notice(notice("line"), NOW, otherwise="alerts")
    store.choices.change("alerts", {"quiet": NOW_QUIET})
    assert sent(store) == [] and store.outbox.idle(NOW)
    assert {kind for kind, _ in sent(store, NOW + HOUR)} == {"alert", "digest", "notice"}


def test_excepted_tiers_pass_and_nothing_else_does(store):
    """A story's alert; no digest, though it has no tier."""
    store.choices.change("alerts", {"quiet": replace(NOW_QUIET, but=(Tier.INCIDENT,))})
    store.commit(plan(reading(1), reading(2, tier=Tier.DECISION)), NOW)
    store.outbox.queue_digest("alerts", NOW)
    assert sent(store) == [("alert", Action.PING)]
    assert sent(store, NOW + HOUR) == [("digest", Action.DIGEST)]


def test_alerts_that_are_out_are_edited_all_night_and_their_threads_wait(store):
    """Nobody is rung up by an edit. What would be told aloud is a line of the digest."""
    event = {"place": "Town 1", "contingents": ("C1",)}
    store.commit(plan(reading(1, title="Event", facts=event)), NOW - HOUR)
    assert sent(store, NOW - HOUR) == [("alert", Action.PING)]
    store.choices.change("alerts", {"quiet": NOW_QUIET})
    store.commit(plan(reading(2, title="Event", publisher="Agency", facts={**event, "killed": 3})), NOW)
    assert [kind for kind, _ in sent(store, NOW + HOUR / 2)] == ["edit"]
    assert store.digests.waiting("alerts") == [1]
    assert "note" in [kind for kind, _ in sent(store, NOW + HOUR)]


def test_quiet_hours_of_the_file_may_be_ended_in_chat(store):
    """That there are none is a choice too."""
    store.subscriptions.configure([(place(quiet=NOW_QUIET), wish(role="1"))], NOW)
    store.commit(plan(reading(1)), NOW)
    assert sent(store) == [] and store.digests.waiting("alerts") == [1]
    store.choices.change("alerts", {"quiet": None})
    store.commit(plan(reading(2)), NOW)
    assert sent(store) == [("alert", Action.PING)]
