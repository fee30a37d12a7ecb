"""How long to wait before something that failed is tried again. Pure: chance is an argument."""

from __future__ import annotations

import math

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
LONGEST_ASKED = 3600.0
"""Seconds that the other side may have us wait, however much it asks for: then it is asked again."""


def pause(attempts: int, chance: float, after: float | None = None) -> float:
    """Seconds until the next attempt: `after` (an hour at most), else doubling from 2 s to 5 min.

    `attempts` counts those made (1 after the first); `chance` in 0..1 spreads the moment by up to a quarter.
    """
    doubled = FIRST_PAUSE * 2.0 ** min(max(attempts - 1, 0), 16)
    if after is not None and math.isfinite(after):
        return min(max(after, 0.0), LONGEST_ASKED) + chance
    return min(doubled, LONGEST_PAUSE) * (1 + chance / 4)
