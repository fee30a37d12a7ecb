"""A row of small bars for a few numbers, with the numbers themselves beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.language import _, numeral
from bot.wording import formats

_BARS = "▁▂▃▄▅▆▇█"
_UNSEEN = "·"


def sparkline(counts: Sequence[int | None]) -> str:
    """A bar for each count: none is the lowest one, the most the highest; None, which nobody counted, is a dot."""
    most = max((count for count in counts if count), default=0)
    return "".join(_UNSEEN if count is None else _bar(count, most) for count in counts)


def days_told(days: Sequence[tuple[date, int | None]]) -> str:
    """ "▁█▂▁·▁▁ 0 7 1 0 – 0 0, Mon 22 Feb to Sun 28 Feb" for the new stories of some days, with what a dash means."""
    counts = [count for _, count in days]
    numbers = " ".join("–" if count is None else numeral(count) for count in counts)
    first, last = (formats.weekday(at) for at in (days[0][0], days[-1][0]))
    form = _("{bars} {numbers}, {first} to {last}")
    if None in counts:
        form = _("{bars} {numbers}, {first} to {last}; –: nobody looked")
    return form.format(bars=sparkline(counts), numbers=numbers, first=first, last=last)


def _bar(count: int, most: int) -> str:
    """Of what there was at all, more than the lowest bar."""
    return _BARS[0] if not count else _BARS[max(1, count * (len(_BARS) - 1) // most)]
