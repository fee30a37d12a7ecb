"""What stands of ours on the other side and the database does not know: after a power cut it has lost its last rows,
and one that was put back from a backup knows nothing of the hours since.

The database notes every minute what the other side's clock shows, and is put on the disk then, so what it does not know
is younger than that. Before the first word in a place after a start, all that stands there since is read, for a
database that is new all of a day. What is to be said and stands there is taken for said, and corrected where it is more
than a line. An alert of which nothing stands waits, as long as unknown ones do, until all feeds were read once: then
its story has all its sources, by which it is known again. How far all was known is kept as it is until every place was
looked at, and for a day longer where something unknown stands.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

from bot.delivery.attempt import Subject
from bot.delivery.transport import Held, Posted, Rejected, Retry, Transport
from feeds.model import Cause, CauseKind, Channel, Delivery, State
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.store.naming.spelling import about_in_mark, item_name, topic

log = logging.getLogger(__name__)

LATE = timedelta(minutes=2)  # so much older than noted may be what the database knew last
READ_AGAIN_FOR = timedelta(days=1)  # what stands unknown is read again at each start, for so long
LINES_FOR = 3600.0  # seconds after a start in which anything but an alert may be what stands already
CATCHES_UP_WITHIN = 120.0  # … in which an alert waits for its story's other sources
WAITS = Retry(Cause(CauseKind.CATCHING_UP), after=1.0)
NOTE_SECONDS, _AGAIN = 60.0, 2.0
_KNOWN, _BEHIND = "known_until:", "behind_since:"  # and the transport's name

_Spot = tuple[str, str, str | None]
Looked = Retry | Rejected | Held | None


class Unknowns:
    """What stands unknown, by place. `monotonic` is in seconds and never set back."""

    def __init__(
        self,
        store: StoreThread,
        transports: Mapping[str, Transport],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._transports, self._monotonic = store, transports, monotonic
        self._since: dict[str, datetime] = {}
        self._places: dict[_Spot, list[Posted]] = {}
        self._doors: defaultdict[_Spot, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._begun: float | None = None
        self._caught_up = False
        self._taken: dict[str, tuple[_Spot, Posted]] = {}  # by the delivery that is not settled yet

    async def begin(self) -> None:
        """Read how far the database knew what stood."""
        names = [name for name, one in self._transports.items() if one.capabilities.find]
        self._since = await self._store.run(partial(_known_until, names=names))
        self._begun = self._monotonic()

    async def match(self, delivery: Delivery, subject: Subject, channel: Channel) -> Posted | Looked:
        """What stands already of a delivery, which is then nobody else's; None when nothing does, else why nobody could
        look."""
        looks = self._begun is not None and self._transports[channel.transport].capabilities.find
        if not looks or delivery.kind == "edit" or delivery.again:
            return None
        threads = {None, delivery.thread or delivery.message} if delivery.kind in ("note", "escalation") else {None}
        for thread in threads:
            place = (channel.transport, channel.target, thread)
            failed = await self._look(place, channel)
            if failed is not None:
                return failed
            if (found := self._take(delivery, subject, place)) is not None:
                return found
        return WAITS if self._may_be_known(delivery, self._places[channel.transport, channel.target, None]) else None

    def caught_up(self) -> None:
        """All feeds were read once since the start."""
        self._caught_up = True

    def _may_be_known(self, delivery: Delivery, stands: Sequence[Posted]) -> bool:
        """Whether a story that is still without some of its sources may be one of those that stand unknown."""
        if self._caught_up or delivery.kind != "alert" or self._age() > CATCHES_UP_WITHIN:
            return False
        return any(topic(one.mark)[0] == topic(delivery.id)[0] for one in stands)

    def _age(self) -> float:
        return self._monotonic() - (self._begun or 0.0)

    def _take(self, delivery: Delivery, subject: Subject, place: _Spot) -> Posted | None:
        taken = [one for of, (where, one) in self._taken.items() if where == place and of != delivery.id]
        stands = [one for one in self._places[place] if one not in taken]
        found = standing_twin(delivery, subject, stands, lines=self._age() < LINES_FOR) if stands else None
        if found is not None:
            self._taken[delivery.id] = place, found
            log.info("%s %s stands already as %s", delivery.kind, delivery.id, found.message)
        return found

    def settled(self, delivery: str, *, sent: bool) -> None:
        """What was taken for a delivery's is known now, or, if it was not `sent`, still unknown."""
        place, found = self._taken.pop(delivery, (None, None))
        if sent and place is not None and found is not None:
            self._places[place].remove(found)

    async def watch(self) -> None:
        """Look at every place, then note every minute how far all is known, for as long as the task lives."""
        while True:
            try:
                pause = NOTE_SECONDS if await self.look_around() else _AGAIN
            except Exception as error:
                log.warning("what stands could not be looked at (%s: %s)", type(error).__name__, error)
                pause = NOTE_SECONDS
            await asyncio.sleep(pause)

    async def look_around(self) -> bool:
        """Look at each place that was not looked at yet; whether all were, and how far all is known is noted then."""
        channels, done = await self._store.run(lambda store: store.channels.all()), self._begun is not None
        for name, transport in self._transports.items():
            theirs = transport.now() if transport.capabilities.find and transport.connected else None
            if theirs is None or self._begun is None:
                done = done and not transport.capabilities.find
            elif await self._looked_at(name, channels):
                unknown = any(left for (where, *_), left in self._places.items() if where == name)
                await self._store.run(partial(_note, name=name, theirs=theirs, unknown=unknown))
            else:
                done = False
        return done

    async def _looked_at(self, name: str, channels: Iterable[Channel]) -> bool:
        looks = [
            await self._look((name, one.target, None), one)
            for one in channels
            if one.transport == name and one.held is None
        ]
        return not any(isinstance(one, Retry) for one in looks)

    async def _look(self, place: _Spot, channel: Channel) -> Looked:
        """Read what stands in a place, once; why nobody could, else None."""
        async with self._doors[place]:
            if place in self._places:
                return None
            transport, thread = self._transports[place[0]], place[-1]
            since = self._known_until(transport)
            if since is None:  # the other side has no clock
                self._places[place] = []
                return None
            found = await transport.posted(channel, since - (LATE if thread is None else READ_AGAIN_FOR), thread)
            if isinstance(found, Retry | Rejected | Held):
                return found
            assert isinstance(found, Sequence), "a look sends nothing"
            known = await self._store.run(lambda store: store.outbox.known([one.mark for one in found]))
            self._places[place] = [one for one in found if known.get(one.mark) is not State.SENT]
            return None

    def _known_until(self, transport: Transport) -> datetime | None:
        """As the database noted it; a new one knows nothing, and what is older than a day it does not tell as new."""
        theirs = transport.now()
        return self._since.get(transport.name) or (theirs and theirs - READ_AGAIN_FOR)


def standing_twin(delivery: Delivery, subject: Subject, stands: Sequence[Posted], *, lines: bool) -> Posted | None:
    """Which of the messages that stand is the delivery's: the one of its own mark, or one of its kind and watch that is
    about the same or, as an alert, shows one of the story's items. Other than alerts only if `lines`."""
    own = next((one for one in stands if one.mark == delivery.id), None)
    if own is not None or not (lines or delivery.kind == "alert"):
        return own
    kind, about = topic(delivery.id)
    sources = subject.stories[0].sources if delivery.kind == "alert" and subject.stories else ()
    abouts = {about, *(about_in_mark(item_name(one.url, one.content_hash)) for one in sources)}
    links = {unquote(one.url) for one in sources if one.url}
    alike = (one for one in stands if kind and topic(one.mark)[0] == kind)
    return next((one for one in alike if topic(one.mark)[1] in abouts or links & set(map(unquote, one.links))), None)


def _known_until(store: Store, names: Iterable[str]) -> dict[str, datetime]:
    store.keep_safe()
    noted = ((name, store.meta.get(_KNOWN + name)) for name in names)
    return {name: datetime.fromisoformat(at) for name, at in noted if at}


def _note(store: Store, name: str, theirs: datetime, *, unknown: bool) -> None:
    """Note that all up to `theirs` is known; not while something unknown stands, for a day."""
    store.keep_safe()
    behind = store.meta.get(_BEHIND + name) or ""
    if unknown and not behind:
        store.meta.put(_BEHIND + name, theirs.isoformat())
    if unknown and (not behind or theirs - datetime.fromisoformat(behind) < READ_AGAIN_FOR):
        return
    if behind and not unknown:
        store.meta.put(_BEHIND + name, "")
    store.meta.put(_KNOWN + name, theirs.isoformat())
