"""What stands of ours on the other side and the database does not know: after a power cut it has lost its last rows,
and one that was put back from a backup knows nothing of the hours since.

The database notes every minute what the other side's clock shows, and is put on the disk then, so what it does not know
is younger than that. Before the first word in a place after a start, all that stands there since is read, for a
database that is new all of a day. What is to be said and stands there is taken for said, and corrected where it is more
than a line. An alert of which nothing stands waits, as long as unknown ones do, until all feeds were read once: then
its story has all its sources, by which it is known again. Where one of them fails that did not before, an alert waits
for an hour whose place an unknown one names. How far all was known is kept as it is until every place was looked at,
and for a day longer where something unknown stands. Where followers are told is looked at when they are told next.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

from bot.delivery.attempt import Subject
from bot.delivery.ledger import subject_of
from bot.delivery.transport import Held, Posted, Rejected, Retry, SendResult, Standings, Transport
from feeds.model import Cause, CauseKind, Channel, Delivery, FollowMessage, State, Story
from feeds.store import Store
from feeds.store.db import rows
from feeds.store.db.thread import StoreThread
from feeds.store.naming.spelling import about_in_mark, item_name, topic

log = logging.getLogger(__name__)

LATE = timedelta(minutes=2)  # so much older than noted may be what the database knew last
READ_AGAIN_FOR = timedelta(days=1)  # what stands unknown is read again at each start, for so long
LINES_FOR = 86400.0  # seconds after a start in which anything but an alert may be what stands already
LATE_SOURCES_FOR = 3600.0  # … in which an alert waits for a feed that fails, if one that stands names its place
CATCHES_UP_WITHIN = 120.0  # … in which an alert waits for its story's other sources
WAITS = Retry(Cause(CauseKind.CATCHING_UP), after=1.0)
NOTE_SECONDS, _AGAIN = 60.0, 2.0
_KNOWN = "known_until:"  # and the transport's name

_MEMBER = "@"  # before a member's id, the place where they are told alone

_Spot = tuple[str, str, str | None]
Looked = Retry | Rejected | Held | None


class Unknowns:
    """What stands unknown, by place. What is older than the `oldest` news is not told as new, and not looked for.
    `monotonic` is in seconds and never set back."""

    def __init__(
        self,
        store: StoreThread,
        transports: Mapping[str, Transport],
        *,
        oldest: timedelta = READ_AGAIN_FOR,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._transports, self._oldest, self._monotonic = store, transports, oldest, monotonic
        self._since: dict[str, datetime] = {}
        self._places: dict[_Spot, list[Posted]] = {}
        self._parts: dict[_Spot, tuple[list[Posted], datetime]] = {}  # of places of which more is to be read
        self._ready = asyncio.Event()
        self._doors: defaultdict[_Spot, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._begun: float | None = None
        self._caught_up = False
        self._taken: dict[str, tuple[_Spot, Posted]] = {}  # by the delivery that is not settled yet

    async def begin(self) -> None:
        """Read how far the database knew what stood."""
        names = [name for name, one in self._transports.items() if one.capabilities.find]
        self._since = await self._store.run(partial(_known_until, names=names))
        self._begun = self._monotonic()
        self._ready.set()

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
            caught_up, subject = self._caught_up, await self._newest(delivery, subject, place)
            if (found := self._take(delivery, subject, place)) is not None:
                return found
        stands = self._places[channel.transport, channel.target, None]
        may_be_known = delivery.kind == "alert" and await self._may_be_known(delivery, subject, stands, caught_up)
        return WAITS if may_be_known else None

    async def _newest(self, delivery: Delivery, subject: Subject, place: _Spot) -> Subject:
        """What an alert is about by now, where one that stands may be its: sources come while a place is looked at."""
        if delivery.kind != "alert" or not _of_kind(delivery.id, self._places[place]):
            return subject
        return await self._store.run(partial(subject_of, delivery=delivery))

    async def told(self, telling: FollowMessage, stories: Sequence[Story]) -> Mapping[int, str] | Looked:
        """The stories of which a follower was told already, each with the message that did; else why nobody could look.
        For a day after a start: a question or two for each follower who is to be told something."""
        await self._ready.wait()
        name, stands = telling.follower.transport, list[Posted]()
        if not self._transports[name].capabilities.find or self._age() > LINES_FOR:
            return {}
        for place in _where_told(telling):
            if (failed := await self._look_there(place)) is not None:
                return failed
            stands += self._places[place]
        told = already_told(telling, stories, stands)
        waits = len(told) < len(stories) and not self._caught_up and self._age() <= CATCHES_UP_WITHIN
        return WAITS if waits and _of_kind(telling.id, stands) else told

    async def _look_there(self, place: _Spot) -> Looked:
        name, target, thread = place
        transport, channel = self._transports[name], Channel("", name, target)
        if target.startswith(_MEMBER):
            return await self._read(place, partial(transport.told, target.removeprefix(_MEMBER)))
        return await self._look((name, target, thread), channel)

    def caught_up(self) -> None:
        """All feeds were read once since the start."""
        self._caught_up = True

    async def _may_be_known(
        self, delivery: Delivery, subject: Subject, stands: Sequence[Posted], caught_up: bool
    ) -> bool:
        """Whether a story that is still without some of its sources may be one of those that stand unknown; `caught_up`
        tells whether all feeds had been read when it was looked up."""
        alike = _of_kind(delivery.id, stands)
        if not alike or self._age() > LATE_SOURCES_FOR:
            return False
        if not caught_up and self._age() <= CATCHES_UP_WITHIN:
            return True
        places = {one.account.location.place for one in subject.stories if one.account.location}
        named = any(name in one.text for name in places if name for one in alike)
        since = min(self._since.values(), default=None)
        return named and await self._store.run(lambda store: store.feeds.failing_since(since))

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
                if not self._keeps_looking(name):
                    await self._store.run(partial(_note, name=name, theirs=theirs))
            else:
                done = False
        return done

    def _keeps_looking(self, name: str) -> bool:
        """Whether something unknown stands that the next start is to find too: for a day from each start, since an
        archive that was put back may have been behind when it was copied."""
        unknown = any(left for (where, *_), left in self._places.items() if where == name)
        return unknown and self._age() < READ_AGAIN_FOR.total_seconds()

    async def _looked_at(self, name: str, channels: Iterable[Channel]) -> bool:
        looks = [
            await self._look((name, one.target, None), one)
            for one in channels
            if one.transport == name and one.held is None
        ]
        return not any(isinstance(one, Retry) for one in looks)

    async def _look(self, place: _Spot, channel: Channel) -> Looked:
        """Read what stands in a place, once; why nobody could, else None."""
        transport, thread = self._transports[place[0]], place[-1]
        return await self._read(place, lambda since: transport.posted(channel, since, thread))

    async def _read(self, place: _Spot, ask: Callable[[datetime], Awaitable[Standings | SendResult]]) -> Looked:
        """Part by part: one that was cut off begins where the last part ended."""
        async with self._doors[place]:
            while place not in self._places:
                found, since = self._parts.get(place, ([], self._begins(place)))
                if since is None:  # the other side has no clock
                    self._places[place] = []
                    return None
                part = await ask(since)
                if isinstance(part, Retry | Rejected | Held):
                    return part
                assert isinstance(part, Standings), "a look sends nothing"
                await self._add(place, found, part)
        return None

    async def _add(self, place: _Spot, found: Sequence[Posted], part: Standings) -> None:
        known = await self._store.run(lambda store: store.outbox.known([one.mark for one in part.posted]))
        unknown = [one for one in part.posted if known.get(one.mark) is not State.SENT and one not in found]
        if part.more is None:
            self._places[place] = [*found, *unknown]
            self._parts.pop(place, None)
        else:
            self._parts[place] = [*found, *unknown], part.more

    def _begins(self, place: _Spot) -> datetime | None:
        """Since when a place is read: as far back as the database does not know it, or news is told."""
        transport, (_, target, thread) = self._transports[place[0]], place
        known, theirs = self._since.get(transport.name), transport.now()
        if theirs is None:
            return None
        since = theirs - self._oldest if known is None else max(known, theirs - self._oldest)
        return since - (LATE if thread is None and not target.startswith(_MEMBER) else READ_AGAIN_FOR)


def standing_twin(delivery: Delivery, subject: Subject, stands: Sequence[Posted], *, lines: bool) -> Posted | None:
    """Which of the messages that stand is the delivery's: the one of its own mark, or one of its kind and watch that is
    about the same or, as an alert, shows one of the story's items. Other than alerts only if `lines`."""
    own = next((one for one in stands if one.mark == delivery.id), None)
    if own is not None or not (lines or delivery.kind == "alert"):
        return own
    about = topic(delivery.id)[1]
    sources = subject.stories[0].sources if delivery.kind == "alert" and subject.stories else ()
    abouts = {about, *(about_in_mark(item_name(one.url, one.content_hash)) for one in sources)}
    links = {unquote(one.url) for one in sources if one.url}
    alike = _of_kind(delivery.id, stands)
    return next((one for one in alike if topic(one.mark)[1] in abouts or links & set(map(unquote, one.links))), None)


def already_told(telling: FollowMessage, stories: Sequence[Story], stands: Sequence[Posted]) -> dict[int, str]:
    """The stories of which messages that stand told a follower, by their marks or by the sources that they show."""
    alike, told = _of_kind(telling.id, stands), dict[int, str]()
    for story in stories:
        sources = [(item_name(one.url, one.content_hash), unquote(one.url or "")) for one in story.sources]
        abouts = {about_in_mark(telling.follower.member, name) for name, _ in sources} | {topic(telling.id)[1]}
        links = {link for _, link in sources if link}
        for one in alike:
            if topic(one.mark)[1] in abouts or links & set(map(unquote, one.links)):
                told[story.id] = one.message
    return told


def _of_kind(mark: str, stands: Iterable[Posted]) -> list[Posted]:
    kind = topic(mark)[0]
    return [one for one in stands if kind and topic(one.mark)[0] == kind]


def _where_told(telling: FollowMessage) -> Iterable[_Spot]:
    """Where a follower may have been told: alone, or in the threads of the newest story's alerts."""
    name, alerts = telling.follower.transport, telling.alerts.get(telling.hits[-1].story, ()) if telling.hits else ()
    yield name, _MEMBER + telling.follower.member, None
    for one in alerts if telling.way == "thread" else ():
        yield name, one.target, one.thread or one.message


def _known_until(store: Store, names: Iterable[str]) -> dict[str, datetime]:
    store.keep_safe()
    noted = ((name, store.meta.get(_KNOWN + name)) for name in names)
    return {name: rows.time_in(at) for name, at in noted if at}


def _note(store: Store, name: str, theirs: datetime) -> None:
    store.keep_safe()
    store.meta.put(_KNOWN + name, theirs.isoformat())
