"""The scheduler: one tick at a time, none dropped, none cut off."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest

from feeds.ticker import Schedule

pytestmark = pytest.mark.slow


async def running(tick, seconds=0.05):
    schedule = Schedule(tick, seconds)
    schedule.start()
    return schedule


async def test_the_first_tick_comes_at_once_and_others_follow():
    """Nobody waits half an hour for the first poll."""
    ticks = []

    async def tick():
        ticks.append(time.monotonic())

    begun = time.monotonic()
    schedule = await running(tick)
    await asyncio.sleep(0.3)
    await schedule.stop()
    assert ticks[0] - begun < 0.2
    assert len(ticks) >= 3


async def test_a_clock_that_is_set_back_stops_no_ticks():
    """After one tick a year ahead the library waits for that year to pass; what is measured does not."""
    ticks = []

    async def tick():
        ticks.append(time.monotonic())

    schedule = await running(tick)
    await asyncio.sleep(0.12)
    schedule._job.modify(next_run_time=datetime.now(UTC) + timedelta(days=365))
    before = len(ticks)
    await asyncio.sleep(0.4)
    await schedule.stop()
    assert len(ticks) >= before + 3


async def test_ticks_never_overlap(caplog):
    """A slow round delays the next one."""
    busy, most, ended = 0, 0, 0

    async def tick():
        nonlocal busy, most, ended
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.15)
        busy -= 1
        ended += 1

    with caplog.at_level(logging.WARNING):
        schedule = await running(tick, 0.02)
        await asyncio.sleep(0.5)
        await schedule.stop()
    assert most == 1
    assert ended >= 2
    assert not caplog.records


async def test_a_tick_that_fails_is_logged_and_the_next_one_comes(caplog):
    """`discord.ext.tasks` would have ended here for good."""
    ticks = 0

    async def tick():
        nonlocal ticks
        ticks += 1
        raise RuntimeError("a bug of ours")

    schedule = await running(tick)
    await asyncio.sleep(0.25)
    await schedule.stop()
    assert ticks >= 2
    assert "a tick failed" in caplog.text


@pytest.mark.slow
async def test_a_busy_loop_drops_no_tick():
    """The library's default would skip a run that is a second late."""
    ticks = 0

    async def tick():
        nonlocal ticks
        ticks += 1

    schedule = Schedule(tick, 60)
    schedule.start()
    time.sleep(1.3)
    await asyncio.sleep(0.1)
    await schedule.stop()
    assert ticks == 1


async def test_stopping_waits_for_the_tick_in_hand():
    """What was begun is finished."""
    begun, ended = asyncio.Event(), False

    async def tick():
        nonlocal ended
        begun.set()
        await asyncio.sleep(0.1)
        ended = True

    schedule = await running(tick)
    await begun.wait()
    await schedule.stop()
    assert ended


async def test_stopping_does_not_wait_for_ever(caplog):
    """A hanging publisher must not keep the program from ending."""
    begun, cancelled = asyncio.Event(), False

    async def tick():
        nonlocal cancelled
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled = True
            raise

    schedule = await running(tick)
    await begun.wait()
    before = time.monotonic()
    await schedule.stop(patience=0.1)
    assert cancelled
    assert time.monotonic() - before < 1
    assert "was cut off" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("started", [True, False])
async def test_stopping_twice_or_before_the_start_is_fine(started):
    """An exit stack may unwind at any point."""

    async def tick():
        pass

    schedule = Schedule(tick, 60)
    if started:
        schedule.start()
    await schedule.stop()
    await schedule.stop()


async def test_a_slow_tick_is_told_of_once(caplog):
    """However many turns it misses."""
    with caplog.at_level(logging.INFO):
        schedule = await running(lambda: asyncio.sleep(0.4), 0.02)
        await asyncio.sleep(0.3)
        await schedule.stop()
    assert sum("takes longer" in one.message for one in caplog.records) == 1


async def test_no_tick_begins_while_the_last_one_ends(caplog):
    """A run that falls due as it is stopped begins nothing: what a tick needs is closed after that."""
    for moment in range(60):
        begun = []

        async def tick(begun=begun):
            begun.append(None)
            await asyncio.sleep(0.0015)

        schedule = Schedule(tick, 0.001)
        schedule.start()
        await asyncio.sleep(moment / 20_000)
        await schedule.stop()
        number = len(begun)
        await asyncio.sleep(0.002)
        assert len(begun) == number
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
