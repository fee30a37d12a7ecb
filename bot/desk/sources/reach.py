"""What the feeds' commands reach beyond the store: the operator's list, and addresses, each read within its limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk.cooldown import Cooldown
from bot.desk.parse import Trouble
from bot.desk.question import Asker
from bot.desk.sources.trials import Trials
from bot.language import _
from feeds.discovery.model import Busy, FeedSeen, NotSeen
from feeds.discovery.scout import Scout
from feeds.model import Feed

#: So many addresses a server may have read at once, and so many seconds give back one of them.
READINGS, SECONDS_A_READING = 6, 30.0


class Reach:
    """Looks at addresses by way of `scout`; `listed` gives the feeds of the operator's file, `ticks` counts seconds."""

    def __init__(
        self, scout: Scout, listed: Callable[[], Sequence[Feed]], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._scout, self._listed = scout, listed
        self._cooldown, self._trials = Cooldown(ticks, READINGS, SECONDS_A_READING), Trials()

    def listed(self) -> Sequence[Feed]:
        """The feeds of the operator's file, as it could be read last."""
        return self._listed()

    async def look(self, asker: Asker, url: str) -> FeedSeen | NotSeen:
        """The feed at an address, read once. Raises Trouble where too much is asked at once."""
        if (wait := self._cooldown.wait(replace(asker, id=asker.server))) > 0:
            raise Trouble(
                _("Many addresses were read for this server. Ask again in {wait} seconds, please.").format(wait=wait)
            )
        try:
            return await self._scout.look(asker.server, url)
        except Busy:
            raise Trouble(_("I am reading another address for this server. Ask again when that is done.")) from None

    def keep(self, server: str, asked: str, seen: FeedSeen, now: datetime) -> str:
        """Remember what was read for a while; returns the code that stands for its address."""
        return self._trials.keep(server, asked, seen, now)

    def take(self, server: str, asked: str, now: datetime) -> FeedSeen | None:
        """What was remembered of a code or an address, once."""
        return self._trials.take(server, asked, now)
