"""The agenda: when things are due, that a missed time is made up once, and that one fault stops nothing else."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.console.paper import paper
from bot.console.transport import Terminal
from bot.delivery import jobs
from bot.delivery.jobs import keep_agenda
from config.schema import ChannelSettings, Digest, Health, Poll, Settings
from feeds.agenda import advanced, next_time, reconciled
from feeds.model import Channel, Daily, Every, Job
from seeds.model import Tier
from tests.discord_kit import Clock
from tests.store_kit import DAY, FEED, HOUR, MINUTE, NOW, channel, notice, opened, operators, plan, reading, wish

SEVEN = Daily((7,))


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        ("2021-02-10T06:59", "UTC", "2021-02-10T07:00"),
        ("2021-02-10T07:00", "UTC", "2021-02-11T07:00"),
        ("2021-02-10T12:00", "Asia/Tokyo", "2021-02-10T22:00"),
        ("2021-06-10T04:59", "Europe/Paris", "2021-06-10T05:00"),
        ("2021-12-31T23:00", "UTC", "2022-01-01T07:00"),
    ],
)
def test_the_digest_is_due_at_its_hour_in_its_zone(now, zone, due):
    """The first seven o'clock after now, as the zone's clocks show it."""
    assert next_time(Daily((7,), zone), utc(now)) == utc(due)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 23),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]),
)
def test_a_digest_is_due_once_a_day_whatever_the_clocks_do(now, hour, zone):
    """Between 22 and 26 hours pass from one to the next, also where summer time begins or ends."""
    first = next_time(Daily((hour,), zone), now)
    second = next_time(Daily((hour,), zone), first)
    assert now < first <= now + timedelta(hours=26)
    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)
    assert first.astimezone(ZoneInfo(zone)).hour in (hour, hour + 1)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.lists(st.integers(0, 23), min_size=1, max_size=5),
)
def test_of_several_hours_the_next_one_counts(now, hours):
    """A brief in the morning and one in the evening: the nearest of them that is still to come."""
    assert next_time(Daily(tuple(hours)), now) == min(next_time(Daily((hour,)), now) for hour in hours)


def test_what_comes_every_so_often_comes_after_the_last_time():
    """Every six hours, say, whatever the hour is."""
    assert next_time(Every(360), NOW) == NOW + 6 * HOUR


def test_however_many_times_were_missed_the_next_lies_ahead():
    """A clock that jumps a year ahead finds one thing to do, not 365."""
    job = Job("digest", SEVEN, NOW, "alerts")
    then = advanced(job, NOW + 365 * DAY)
    assert (then.done, then.next) == (NOW + 365 * DAY, next_time(SEVEN, NOW + 365 * DAY))


def wanted(recurrence=SEVEN, now=NOW):
    return Job("digest", recurrence, next_time(recurrence, now), "alerts")


def test_a_known_job_keeps_its_time():
    """Planning again changes nothing."""
    assert reconciled(wanted(), None, NOW) == wanted()
    kept = replace(wanted(), done=NOW - HOUR)
    assert reconciled(wanted(now=NOW + HOUR), kept, NOW + HOUR) == kept


def test_a_new_hour_counts_from_now_on():
    """The operator moved the digest to the evening: it comes this evening."""
    kept = replace(wanted(), done=NOW - HOUR)
    assert reconciled(wanted(Daily((18,))), kept, NOW) == replace(wanted(Daily((18,))), done=NOW - HOUR)


def test_a_missed_time_is_made_up_though_the_hours_have_changed():
    """The program was down at seven and comes up at noon with another hour: what was due is not left out."""
    missed = replace(wanted(), next=NOW - 5 * HOUR)
    assert reconciled(wanted(Daily((18,))), missed, NOW) == replace(missed, recurrence=Daily((18,)))


def test_a_time_planned_by_a_wrong_clock_is_planned_anew():
    """The machine's clock was years ahead when the digest last went out; it is not silent for years."""
    strayed = replace(wanted(), next=NOW + 900 * DAY, done=NOW + 899 * DAY)
    assert reconciled(wanted(), strayed, NOW).next == wanted().next


# over the store


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        fresh.feeds.enrol([FEED])
        yield fresh


def digests(store):
    """The digests that wait or went out, as (channel, stories)."""
    found = store._db.execute("SELECT channel, stories FROM deliveries WHERE kind = 'digest' ORDER BY n").fetchall()
    return [(name, stories) for name, stories in found]


def keep(store, now, kinds=("digest",)):
    """What of these kinds was done."""
    return [(job.kind, job.subject) for job in keep_agenda(store, now, Digest()) if job.kind in kinds]


def test_each_channel_has_its_digest_at_its_own_hour(store):
    """Its own hour and zone where the file names one, the house's otherwise; each names what its channel waits for."""
    evening = Channel("evening", "terminal", "evening", digest=Daily((18,), "Asia/Tokyo")), wish("evening")
    store.subscriptions.configure([channel(), evening, operators()], NOW)
    assert keep(store, NOW) == []
    store.commit(plan(reading(1, tier=Tier.BACKGROUND)), NOW)
    nine, seven = NOW + 21 * HOUR, NOW + 19 * HOUR  # 18 o'clock in Tokyo is nine in the morning UTC
    assert keep(store, seven - MINUTE) == []
    assert keep(store, seven) == [("digest", "alerts")]
    assert keep(store, nine) == [("digest", "evening")]
    assert digests(store) == [("alerts", "[1]"), ("evening", "[1]")]


def test_a_digest_missed_is_sent_once(store):
    """The program was down for three days over the digest's hour: one digest comes, late, and the next as ever."""
    store.subscriptions.configure([channel()], NOW)
    keep(store, NOW)
    store.commit(plan(reading(1, tier=Tier.BACKGROUND)), NOW)
    assert keep(store, NOW + 3 * DAY) == [("digest", "alerts")]
    assert keep(store, NOW + 3 * DAY + MINUTE) == []
    assert digests(store) == [("alerts", "[1]")]
    store.commit(plan(reading(2, tier=Tier.BACKGROUND)), NOW + 3 * DAY)
    assert keep(store, NOW + 3 * DAY + 19 * HOUR) == [("digest", "alerts")]


def test_a_channel_that_is_gone_has_no_digest(store):
    """Its line is struck out; a new one's is added as it comes."""
    store.subscriptions.configure([channel()], NOW)
    keep(store, NOW)
    store.subscriptions.end("alerts", NOW)
    store.subscriptions.add(*channel("other"))
    keep(store, NOW)
    assert [(job.kind, job.subject) for job in store.agenda.all()] == [("daily", ""), ("digest", "other")]


def test_a_fault_in_one_job_stops_no_other(store, monkeypatch, caplog):
    """It is logged with what it was about and waits for its next time; the others are done."""
    store.subscriptions.configure([channel(), channel("other")], NOW)
    keep(store, NOW)
    store.commit(plan(reading(1, tier=Tier.BACKGROUND)), NOW)
    monkeypatch.setitem(jobs._WORK, "daily", lambda *_: 1 / 0)
    assert keep(store, NOW + 2 * DAY, ("daily", "digest")) == [("daily", ""), ("digest", "alerts"), ("digest", "other")]
    assert len(digests(store)) == 2
    assert "daily" in caplog.text and "ZeroDivisionError" in caplog.text
    assert keep(store, NOW + 2 * DAY + MINUTE, ("daily", "digest")) == []


def test_a_job_and_its_next_time_are_one_transaction(store):
    """What fails on the way has not happened, and is still due."""
    store.subscriptions.configure([channel()], NOW)
    keep(store, NOW)
    (job,) = [one for one in store.agenda.all() if one.kind == "digest"]

    def half():
        store.outbox.notice(notice("half"), NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.agenda.carry_out(job, half, NOW)
    assert store.outbox.notices() == []
    assert job in store.agenda.all()


def test_planning_what_is_planned_writes_nothing(store):
    """It is asked at every tick."""
    store.subscriptions.configure([channel()], NOW)
    keep(store, NOW)
    before = store._db.conn.total_changes
    keep(store, NOW + MINUTE)
    assert store._db.conn.total_changes == before


# in the running bot


async def test_the_running_bot_keeps_its_agenda_at_each_tick(tmp_path):
    """A quiet story waits for the digest's hour; then the terminal shows the digest, and the operators their line."""
    clock, out = Clock(), io.StringIO()
    table = ChannelSettings(name="room", watch="w", transport="terminal", digest=Digest(hour=15))
    settings = Settings(database=tmp_path / "db", poll=Poll(tick_seconds=0.05), health=Health(port=0), channel=(table,))
    async with App(settings, [], [], transports=[Terminal(paper(out))], clock=clock) as app:
        await app.store.run(lambda store: store.commit(plan(reading(1, tier=Tier.BACKGROUND)), clock()))
        await _until(lambda: app.store.run(lambda store: store.agenda.all()))
        assert "DIGEST" not in out.getvalue()
        clock.move(hours=3)
        await _until(lambda: _shown(out, "DIGEST · 15:00 UTC · room"))
        assert "Item 1" in out.getvalue() and "1 item read" not in out.getvalue()
        clock.move(hours=16)
        await _until(lambda: _shown(out, "1 item read, 1 flagged"))
    assert out.getvalue().count("DIGEST") == 1


async def _shown(out, text):
    return text in out.getvalue()


async def _until(condition):
    async with asyncio.timeout(5):
        while not await condition():
            await asyncio.sleep(0.01)
