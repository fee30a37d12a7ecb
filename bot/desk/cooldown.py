"""How often one member is answered: many questions at once are fine, a stream of them waits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import Final

from bot.desk.question import Asker

#: So many questions a member may ask at once, and so many seconds give back one of them.
AT_ONCE, SECONDS_EACH = 10, 3.0
_MOST_MEMBERS = 2000
UNLIMITED: Final = frozenset({"terminal"})  # whoever runs the bot waits for nobody


class Cooldown:
    """What each member has left; `now` counts seconds. Only so many members are remembered, those who asked last.

    `at_once` may be asked at once, and `seconds_each` give back one of them.
    """

    def __init__(self, now: Callable[[], float], at_once: int = AT_ONCE, seconds_each: float = SECONDS_EACH) -> None:
        self._now, self._at_once, self._seconds_each = now, at_once, seconds_each
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, asker: Asker) -> int:
        """The seconds until the member may ask again; 0 where the question may be asked, which counts as asked."""
        if asker.transport in UNLIMITED:
            return 0
        now = self._now()
        full_at = max(self._full_at.get(asker.id, now), now) + self._seconds_each
        over = full_at - now - self._at_once * self._seconds_each
        if over > 0:
            return ceil(over)
        self._full_at[asker.id] = full_at
        self._full_at.move_to_end(asker.id)
        if len(self._full_at) > _MOST_MEMBERS:
            self._full_at.popitem(last=False)
        return 0
