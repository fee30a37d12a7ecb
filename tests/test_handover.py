"""Handovers by schedule: when they are due, of what they tell, and that none is told twice or lost."""

from __future__ import annotations

import itertools
from dataclasses import asdict, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.delivery.destinations import destinations
from bot.delivery.jobs import keep_agenda
from config.schedule import set_times
from config.schema import ChannelSettings, Digest, Settings
from feeds.agenda import last_time, next_time
from feeds.handover.choice import SETTLED
from feeds.model import At, Cause, CauseKind, Job
from feeds.store import Store
from seeds.model import Tier
from tests.store_kit import DAY, HOUR, MINUTE, NOW, channel, opened
from tests.test_deliver import Bench
from tests.test_deliver import channel as wall_channel
from tests.test_desk import HERE, House, house  # noqa: F401 - a fixture

MORNING = At((6 * 60,))
ZONES = ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Dakar"]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# as they are typed


@pytest.mark.parametrize(
    ("each", "text", "minutes", "zone", "weekday", "monthday"),
    [
        ("day", "06:00,18:00 Africa/Dakar", (360, 1080), "Africa/Dakar", None, None),
        ("day", " 18:30 , 6:05 ", (365, 1110), "UTC", None, None),
        ("week", "Mon 07:00 Europe/Paris", (420,), "Europe/Paris", 0, None),
        ("week", "sunday 23:59", (1439,), "UTC", 6, None),
        ("month", "28 08:00 Asia/Tokyo", (480,), "Asia/Tokyo", None, 28),
    ],
)
def test_set_times_are_read_as_they_are_typed(each, text, minutes, zone, weekday, monthday):
    """Times in any order, a zone or UTC, the day where there is one."""
    found = set_times(text, each)
    assert (found.minutes, found.zone, found.weekday, found.monthday) == (minutes, zone, weekday, monthday)


@pytest.mark.parametrize(
    ("each", "text", "said"),
    [
        ("day", "", "should be times of the day"),
        ("day", "24:00", "should be times of the day"),
        ("day", "6", "should be times of the day"),
        ("day", "06:00 Nowhere/Land", "is no time zone"),
        ("day", "06:00 UTC please", "should be times of the day"),
        ("day", ",".join(f"{hour:02d}:00" for hour in range(7)), "too many times: 6 at most"),
        ("week", "07:00", "should be a weekday"),
        ("week", "Mondag 07:00", "should be a weekday"),
        ("week", "Mon 07:00,08:00", "too many times: 1 at most"),
        ("month", "29 07:00", "should be a day from 1 to 28"),
        ("month", "٣ 07:00", "should be a day from 1 to 28"),
        ("month", "0 07:00", "should be a day from 1 to 28"),
    ],
)
def test_what_is_no_time_is_a_sentence(each, text, said):
    """It says what should stand there."""
    with pytest.raises(ValueError, match=said):
        set_times(text, each)


@given(st.text(max_size=40), st.sampled_from(["day", "week", "month"]))
def test_odd_texts_are_refused_and_never_a_fault(text, each):
    """Whatever stands there is times of the day or a ValueError."""
    try:
        found = set_times(text, each)
    except ValueError as error:
        assert str(error)
    else:
        assert all(0 <= minute < 1440 for minute in found.minutes)


def test_settings_hold_them_by_channel():
    """Three keys of a channel's table; a mistake is found when the file is read."""
    table = {"name": "a", "watch": "w", "id": 5, "brief": "06:00,18:00 Africa/Dakar", "weekly": "Mon 07:00",
             "coverage": "1 08:00"}  # fmt: skip
    settings = Settings.model_validate({"watch": [{"name": "w"}], "channel": [table]})
    ((place, _),) = destinations(settings)
    assert dict(place.handovers) == {
        "brief": At((360, 1080), "Africa/Dakar"), "weekly": At((420,), weekday=0), "coverage": At((480,), monthday=1),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="should be a weekday"):
        ChannelSettings.model_validate(table | {"weekly": "07:00"})


# when they are due


@pytest.mark.parametrize(
    ("times", "now", "due"),
    [
        (At((360, 1080)), "2021-02-10T06:00", "2021-02-10T18:00"),
        (At((360, 1080), "Asia/Tokyo"), "2021-02-10T12:00", "2021-02-10T21:00"),
        (At((390,)), "2021-02-10T06:29", "2021-02-10T06:30"),
        (At((420,), weekday=0), "2021-02-10T12:00", "2021-02-15T07:00"),
        (At((420,), weekday=2), "2021-02-10T06:59", "2021-02-10T07:00"),
        (At((420,), weekday=2), "2021-02-10T07:00", "2021-02-17T07:00"),
        (At((480,), monthday=1), "2021-02-10T12:00", "2021-03-01T08:00"),
        (At((480,), monthday=28), "2021-01-28T08:00", "2021-02-28T08:00"),
        # the clocks skip from two to three: half past two falls an hour later
        (At((150,), "Europe/Paris"), "2021-03-28T00:00", "2021-03-28T01:30"),
        (At((150,), "Europe/Paris"), "2021-03-28T01:30", "2021-03-29T00:30"),
        # they repeat the hour from two to three: it is taken the first time, once
        (At((150,), "Europe/Paris"), "2021-10-31T00:00", "2021-10-31T00:30"),
        (At((150,), "Europe/Paris"), "2021-10-31T00:30", "2021-11-01T01:30"),
        (At((420,), "Europe/Paris", weekday=6), "2021-03-21T06:00", "2021-03-28T05:00"),
    ],
)
def test_the_next_time_is_the_first_after_now(times, now, due):
    """As the zone's clocks show it, also on the days on which they are changed."""
    assert next_time(times, utc(now)) == utc(due)
    assert last_time(times, utc(due) + MINUTE) == utc(due)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
TIMES = st.builds(
    At,
    st.lists(st.integers(0, 1439), min_size=1, max_size=6, unique=True).map(lambda found: tuple(sorted(found))),
    st.sampled_from(ZONES),
)


@given(MOMENTS, TIMES)
def test_a_day_has_each_of_its_times_once_whatever_the_clocks_do(now, times):
    """As many in two weeks as there are times in fourteen days, in order, none of them twice."""
    met, at = [], now
    while (at := next_time(times, at)) <= now + 14 * DAY:
        met.append(at)
    assert met == sorted(set(met))
    days = len(times.minutes) * 14
    merged = 1 if len(times.minutes) > 1 else 0  # in spring one may fall on another's minute
    assert days - len(times.minutes) - merged <= len(met) <= days + len(times.minutes)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 6), st.integers(0, 1439))
def test_a_week_lasts_a_week(now, zone, weekday, minute):
    """Seven days pass from one to the next, an hour more or less where summer time begins or ends."""
    times = At((minute,), zone, weekday=weekday)
    first = next_time(times, now)
    second = next_time(times, first)
    assert abs(second - first - 7 * DAY) <= HOUR
    assert first.astimezone(ZoneInfo(zone)).weekday() == weekday
    assert last_time(times, second) == first


@given(MOMENTS, st.sampled_from(ZONES), st.integers(1, 28), st.integers(0, 1439))
def test_every_month_has_one(now, zone, day, minute):
    """Twelve in a year, each on its day."""
    times, met, at = At((minute,), zone, monthday=day), [], now
    for _ in range(12):
        at = next_time(times, at)
        met.append(at.astimezone(ZoneInfo(zone)))
    assert {one.day for one in met} == {day}
    assert {one.month for one in met} == set(range(1, 13))


# in the outbox


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        yield fresh


def scheduled(name="alerts", **handovers):
    place, wish = channel(name)
    return replace(place, handovers=tuple((handovers or {"brief": MORNING}).items())), wish


def keep(store, now):
    return [(job.kind, job.subject) for job in keep_agenda(store, now, Digest()) if job.kind in ("brief", "weekly")]


def queued(store, kind="brief"):
    """Since when, until when and in which state each of a kind is."""
    sql = """SELECT json_extract(notice, '$.args.since'), json_extract(notice, '$.args.until'), state
        FROM deliveries WHERE kind = ? ORDER BY n"""
    return [
        (datetime.fromisoformat(since), datetime.fromisoformat(until), state)
        for since, until, state in store._db.execute(sql, [kind])
    ]


SIX = NOW + 18 * HOUR  # the next six o'clock


def test_a_channels_wishes_are_kept(store):
    """They come back as they were said; of two tables of one place both count."""
    store.subscriptions.configure([scheduled(brief=MORNING, weekly=At((420,), "Africa/Dakar", weekday=0))], NOW)
    kept = dict(store.channels.named("alerts").handovers)
    assert kept == {"brief": MORNING, "weekly": At((420,), "Africa/Dakar", weekday=0)}
    place, wish = scheduled(coverage=At((1,), monthday=1))
    store.subscriptions.configure([scheduled(), (place, replace(wish, watch="sea"))], NOW)
    assert dict(store.channels.named("alerts").handovers) == {"brief": MORNING, "coverage": At((1,), monthday=1)}


def test_each_brief_begins_where_the_last_one_ended(store):
    """The first tells of the day before it; none leaves a gap, none tells twice."""
    store.subscriptions.configure([scheduled()], NOW)
    assert keep(store, NOW) == []
    for day in range(3):
        assert keep(store, SIX + day * DAY) == [("brief", "alerts")]
        (one,) = store.outbox.claim(SIX + day * DAY)
        store.outbox.sent(one.id, f"m{day}", None, SIX + day * DAY)
    stretches = [(since, until) for since, until, _ in queued(store)]
    assert stretches[0] == (SIX - DAY, SIX - SETTLED)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(stretches))


def test_a_time_that_was_missed_is_made_up_once(store):
    """Down for three days over the hour: one brief comes, of all of it."""
    store.subscriptions.configure([scheduled()], NOW)
    keep(store, NOW)
    keep(store, SIX)
    (one,) = store.outbox.claim(SIX)
    store.outbox.sent(one.id, "m", None, SIX)
    assert keep(store, SIX + 3 * DAY + HOUR) == [("brief", "alerts")]
    assert keep(store, SIX + 3 * DAY + 2 * HOUR) == []
    assert queued(store)[-1][:2] == (SIX - SETTLED, SIX + 3 * DAY + HOUR - SETTLED)


def test_one_that_waits_tells_of_the_longer_stretch(store):
    """A channel that is muted for days gets one brief when it is open again, not one for each day."""
    store.subscriptions.configure([scheduled()], NOW)
    keep(store, NOW)
    store.channels.mute("alerts", SIX + 3 * DAY + HOUR)
    for day in range(4):
        keep(store, SIX + day * DAY)
    assert store.outbox.claim(SIX + 3 * DAY) == []
    assert queued(store) == [(SIX - DAY, SIX + 3 * DAY - SETTLED, "pending")]


def test_what_was_refused_is_told_by_the_next_one(store):
    """Its stretch is not lost."""
    store.subscriptions.configure([scheduled()], NOW)
    keep(store, NOW)
    keep(store, SIX)
    (one,) = store.outbox.claim(SIX)
    store.outbox.reject(one.id, Cause(CauseKind.ANSWERED, {"status": 400}), SIX)
    keep(store, SIX + DAY)
    assert queued(store)[-1][0] <= SIX - SETTLED


def test_a_restart_between_any_two_steps_tells_each_stretch_once(tmp_path):
    """Opened anew after each step: planned, due, claimed, sent, due again."""
    path = tmp_path / "archive.db"
    opened(path).close()
    steps = [
        lambda store: store.subscriptions.configure([scheduled()], NOW),
        lambda store: keep(store, NOW),
        lambda store: keep(store, SIX),
        lambda store: keep(store, SIX),
        lambda store: store.outbox.claim(SIX),
        lambda store: store.outbox.sent(store.outbox.half_sent()[0].id, "m", None, SIX),
        lambda store: keep(store, SIX + MINUTE),
        lambda store: store.subscriptions.configure([scheduled()], SIX + HOUR),
        lambda store: keep(store, SIX + DAY),
    ]
    for step in steps:
        with Store(path) as store:
            step(store)
    with Store(path) as store:
        assert [state for *_, state in queued(store)] == ["sent", "pending"]
        assert queued(store)[0][1] == queued(store)[1][0]


def test_a_wish_that_is_gone_is_struck_out(store):
    """The file names no brief any more: none is planned, and what was told stays."""
    store.subscriptions.configure([scheduled()], NOW)
    keep(store, NOW)
    store.subscriptions.configure([channel()], NOW + HOUR)
    keep(store, NOW + HOUR)
    assert [job.kind for job in store.agenda.all()] == ["daily", "digest"]
    assert keep(store, SIX) == []


def test_a_channel_that_wants_nothing_any_more_gets_no_brief(store):
    """What waits for it is given up with the rest."""
    store.subscriptions.configure([scheduled()], NOW)
    keep(store, NOW)
    keep(store, SIX)
    store.subscriptions.end("alerts", SIX)
    assert [state for *_, state in queued(store)] == ["rejected"]


def test_the_agenda_keeps_set_times_as_they_are(store):
    """What is read back is what was planned, beside the older kinds of times."""
    jobs = [Job("brief", At((360, 1080), "Africa/Dakar"), NOW, "a"), Job("weekly", At((1,), weekday=3), NOW, "a")]
    store.agenda.plan(jobs, NOW - DAY)
    assert store.agenda.all() == jobs
    assert asdict(jobs[0])["recurrence"]["minutes"] == (360, 1080)


# over the courier


async def test_a_brief_goes_out_as_a_message_of_its_own(tmp_path):
    """Its title is the bottom line, and a message that may have arrived is not sent twice."""
    place, wish = wall_channel()
    async with Bench(tmp_path / "db", (replace(place, handovers=(("brief", MORNING),)), wish)) as bench:
        await bench.happen(1, tier=Tier.DECISION)
        await bench.store.run(lambda store: keep(store, NOW))
        bench.clock.move(hours=18)
        async with bench.running():
            assert await bench.store.run(lambda store: keep(store, bench.clock())) == [("brief", "alerts")]
            await bench.until(lambda: _told(bench, "1 new story"))
            bench.wall.plan = [_lost]
            bench.clock.move(hours=24)
            await bench.store.run(lambda store: keep(store, bench.clock()))
            await bench.until(lambda: _told(bench, "Nothing new, as far as anyone looked"), tick=5)
            await bench.until(lambda: _settled(bench), tick=5)
        assert [said for _, name, said in bench.wall.messages if name == "alerts" and "🔵" not in said] == [
            "1 new story", "Nothing new, as far as anyone looked"
        ]  # fmt: skip


async def _lost(write):
    """It arrives, and its answer does not."""
    write()
    raise TimeoutError


async def _told(bench, words):
    return any(words in said for *_, said in bench.wall.messages)


async def _settled(bench):
    return await bench.store.run(lambda store: store.outbox.waiting() == 0)


async def test_status_says_when_a_channel_is_told_next(house: House):  # noqa: F811
    """Each kind with its next time, so that a wish in the file can be checked at once."""
    here = replace(HERE[0], handovers=(("brief", At((360, 1080))), ("weekly", At((420,), weekday=0))))
    await house.store.run(lambda store: store.subscriptions.configure([(here, HERE[1])], NOW))
    assert "alerts: open · brief 18:00 UTC · weekly 15 Feb 07:00 UTC" in await house.say("status")
