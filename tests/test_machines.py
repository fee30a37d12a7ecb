"""The long machines in short: the whole bot between outlets that fail and a Discord that does."""

from __future__ import annotations

import pytest

from tests import flood, soak
from tests.machine_kit import machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def test_a_soaked_bot_loses_nothing_doubles_nothing_and_grows_nowhere(tmp_path):
    """An hour of outlets, members and faults: all is in the archive, nothing came twice, everybody was answered,
    and no queue, nor the database's log, grew without bounds."""
    async with machine(tmp_path, 10) as running:
        await running.settle()
        await soak.soak(running, soak.Course(days=1 / 24, spoilt=60.0, trouble=0.5), say=lambda _: None)
        assert running.outlets.told[3] and sum(running.faults.values())
        assert await soak.wrong(running) == []


async def test_a_flood_is_metered_and_starves_no_one(tmp_path):
    """Sixty relevant items in one poll: every channel gets the pings and posts that it asked for, once, and members are
    answered meanwhile."""
    async with machine(tmp_path, 6) as running:
        await running.settle()
        await flood.flood(running, flood.Wave(6, 10), say=lambda _: None)
        assert running.answers
        assert await flood.wrong(running, slowest=20.0) == []
        posted = (await flood.told(running))["alerts"]
        assert posted["alert ping sent"] <= flood.PINGS * 2 and posted["alert post sent"] <= flood.POSTS["alerts"]
