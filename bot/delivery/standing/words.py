"""What an alert that stands says, read as the report that it is: by that it is known again where a story comes back
with none of the sources that it shows, since the feeds of these are away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from bot.delivery.transport import Posted
from feeds.model import Finding, Judged, Story
from feeds.model.teams import owned_name
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.stories.assign import assign, lookups, profile

Reads = Callable[[str, str, datetime], Awaitable[Judged | None]]
"""Gives what the watches find in a title and a text that were told at an instant; None where nobody can read them."""


class AlertWords:
    """Reads alerts with `reads` and asks the archive which story they would join; each is read once."""

    def __init__(self, store: StoreThread, reads: Reads | None) -> None:
        self._store, self._reads = store, reads
        self._read: dict[str, Judged] = {}

    async def tells(self, one: Posted, story: Story) -> bool | None:
        """Whether a report in the words of an alert of the story's watch would be put into that story and no other;
        None where nobody can tell."""
        judged = await self._judged(one)
        finding = None if judged is None else _finding(judged, story.watch)
        if judged is None or finding is None:
            return None
        return await self._store.run(partial(_home, judged=judged, finding=finding, server=story.server)) == story.id

    async def _judged(self, one: Posted) -> Judged | None:
        if one.message not in self._read and self._reads is not None:
            title, _, text = one.text.partition("\n")
            judged = await self._reads(title, text, one.at)
            if judged is not None:
                self._read[one.message] = judged
        return self._read.get(one.message)


def _finding(judged: Judged, watch: str) -> Finding | None:
    return next((one for one in (*judged.findings, *judged.leads) if one.match.watch == watch), None)


def _home(store: Store, judged: Judged, finding: Finding, server: str) -> int | None:
    """The story that it would join if it were an item read now."""
    document, scope = judged.entry.document(judged.publisher, judged.seen), owned_name(finding.match.watch, server)
    told = profile(document, finding.facts, finding.marks, scope, judged.seen, tier=finding.match.tier)
    return assign(told, store.stories.candidates(lookups(told)))
