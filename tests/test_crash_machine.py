"""The machine of `make crash` in its short form: a few kills, a backup put back, a torn log, and nothing is wrong."""

from __future__ import annotations

import random

import pytest

from tests.crash.machine import crash


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_few_random_kills_lose_and_double_nothing(tmp_path):
    """Other ones at each run: what it finds it says with its seed."""
    seed = random.SystemRandom().randrange(10**6)
    counts, wrong = await crash(3, seed, tmp_path, a_round=3, calms=1, said=lambda *_, **__: None)
    assert not wrong, f"python -m tests.crash --kills 3 --round 3 --seed {seed}: {wrong}"
    assert counts["kills"] == 3
