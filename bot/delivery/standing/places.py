"""What stands in each place, as far as the database may not know it: read once, part by part, bounded by time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.standing.noted import known_until
from bot.delivery.standing.recognition import MEMBER, ReadSpot
from bot.delivery.transport import Held, Posted, Rejected, Retry, SendResult, Standings, Transport
from feeds.model import Channel, State
from feeds.store.db.thread import StoreThread
from feeds.store.naming.spelling import topic

LATE = timedelta(minutes=2)  # so much older than noted may be what the database knew last
READ_AGAIN_FOR = timedelta(days=1)  # what stands unknown is read again at each start, for so long

Unread = Retry | Rejected | Held


class Places:
    """The places that were read. What is older than the `oldest` news is not told as new, and not looked for."""

    def __init__(self, store: StoreThread, transports: Mapping[str, Transport], oldest: timedelta) -> None:
        self._store, self._transports, self._oldest = store, transports, oldest
        self._since: dict[str, datetime] = {}
        self._unknown: dict[ReadSpot, list[Posted]] = {}
        self._parts: dict[ReadSpot, tuple[list[Posted], datetime]] = {}  # of places of which more is to be read
        self._doors: defaultdict[ReadSpot, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._said: dict[tuple[ReadSpot, str], datetime] = {}
        self.threads: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        """The threads that are open in a channel, by transport and target."""

    async def begin(self) -> None:
        """Read how far the database knew what stood."""
        names = [name for name, one in self._transports.items() if one.capabilities.history]
        self._since = await self._store.run(partial(known_until, names=names))

    @property
    def known_since(self) -> datetime | None:
        """Until when all that stands was known to the database, everywhere; None where that was never noted."""
        return min(self._since.values(), default=None)

    def unknown(self, place: ReadSpot) -> Sequence[Posted]:
        """What stands in a place and the database does not know; nothing of a place that was not read."""
        return self._unknown.get(place, ())

    def unknown_anywhere(self, name: str) -> bool:
        """Whether something unknown stands in any place of a transport's."""
        return any(left for (where, *_), left in self._unknown.items() if where == name)

    def take(self, place: ReadSpot, one: Posted) -> None:
        """The database knows it now."""
        self._unknown[place].remove(one)

    def note_said(self, place: ReadSpot, mark: str, at: datetime) -> None:
        """A message of that mark's kind was said then."""
        kind = place, topic(mark)[0]
        self._said[kind] = max(at, self._said.get(kind, at))

    def last_said(self, place: ReadSpot, kind: str) -> datetime | None:
        """When the last message of a kind was said in a place, whether the database knows it or not."""
        unknown = (one.at for one in self.unknown(place) if topic(one.mark)[0] == kind)
        return max(filter(None, (*unknown, self._said.get((place, kind)))), default=None)

    async def read(self, place: ReadSpot, channel: Channel | None = None) -> Unread | None:
        """Read what stands in a place, once; why nobody could, else None. Of a channel that is not known by itself, its
        transport and target say enough."""
        name, target, thread = place
        transport = self._transports[name]
        if target.startswith(MEMBER):
            return await self._read(place, partial(transport.told, target.removeprefix(MEMBER)))
        where = channel or Channel("", name, target)
        return await self._read(place, lambda since: transport.posted(where, since, thread))

    async def _read(
        self, place: ReadSpot, ask: Callable[[datetime], Awaitable[Standings | SendResult]]
    ) -> Unread | None:
        """Part by part: one that was cut off begins where the last part ended."""
        async with self._doors[place]:
            while place not in self._unknown:
                found, since = self._parts.get(place, ([], self._begins(place)))
                if since is None:  # the other side has no clock
                    self._unknown[place] = []
                    return None
                part = await ask(since)
                if isinstance(part, Retry | Rejected | Held):
                    return part
                assert isinstance(part, Standings), "a look sends nothing"
                await self._add(place, found, part)
        return None

    async def _add(self, place: ReadSpot, found: Sequence[Posted], part: Standings) -> None:
        known = await self._store.run(lambda store: store.outbox.known([one.mark for one in part.posted]))
        unknown = [one for one in part.posted if known.get(one.mark) is not State.SENT and one not in found]
        self.threads[place[:2]].update(dict.fromkeys(one.message for one in part.posted if one.opened))
        for one in part.posted:
            if one not in unknown:
                self.note_said(place, one.mark, one.at)
        if part.more is None:
            self._unknown[place] = [*found, *unknown]
            self._parts.pop(place, None)
        else:
            self._parts[place] = [*found, *unknown], part.more

    def _begins(self, place: ReadSpot) -> datetime | None:
        """Since when a place is read: as far back as the database does not know it, or news is told."""
        transport, (_, target, thread) = self._transports[place[0]], place
        known, theirs = self._since.get(transport.name), transport.now()
        if theirs is None:
            return None
        since = theirs - self._oldest if known is None else max(known, theirs - self._oldest)
        return since - (LATE if thread is None and not target.startswith(MEMBER) else READ_AGAIN_FOR)
