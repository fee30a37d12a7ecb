"""What stands of ours on the other side and the database does not know: after a power cut it has lost its last rows,
and one that was put back from a backup knows nothing of the hours since.

The database notes every minute what the other side's clock shows, and is put on the disk then, so what it does not know
is younger than that. Before the first word in a place after a start, all that stands there since is read, for a
database that is new all of a day. What is to be said and stands there is taken for said, and corrected where it is more
than a line. An alert of which nothing stands waits, as long as unknown ones do, until all feeds were read once: then
its story has all its sources, by which it is known again; and if these are away, by the words of the one that stands,
which are read as a report is (`bot.delivery.standing.words`). Only where nobody can read them, and a feed fails that
did not before, does an alert wait for an hour whose place an unknown one names. How far all was known is kept as it is
until every place was looked at, and for a day longer where something unknown stands. Where followers are told is looked
at when they are told next.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.delivery.attempt import Subject
from bot.delivery.ledger import subject_of
from bot.delivery.standing.noted import claim_left, known_until, note_known
from bot.delivery.standing.twins import MEMBER, ReadSpot, already_told, of_kind, standing_twin, where_told
from bot.delivery.standing.words import AlertWords, Reads
from bot.delivery.transport import LONG_AGO, Held, Posted, Rejected, Retry, SendResult, Standings, Transport
from feeds.model import Cause, CauseKind, Channel, Delivery, FollowMessage, State, Story
from feeds.store.db.thread import StoreThread
from feeds.store.naming.notices import contrary_kind
from feeds.store.naming.spelling import topic

log = logging.getLogger(__name__)

LATE = timedelta(minutes=2)  # so much older than noted may be what the database knew last
READ_AGAIN_FOR = timedelta(days=1)  # what stands unknown is read again at each start, for so long
LINES_FOR = 86400.0  # seconds after a start in which anything but an alert may be what stands already
LATE_SOURCES_FOR = 3600.0  # … in which an alert waits for a feed that fails, if one that stands names its place
CATCHES_UP_WITHIN = 120.0  # … in which an alert waits for its story's other sources
WAITS = Retry(Cause(CauseKind.CATCHING_UP), after=1.0)
NOTE_SECONDS, _AGAIN = 60.0, 2.0
_LAST = datetime.max.replace(tzinfo=UTC)

Looked = Retry | Rejected | Held | None


class Unknowns:
    """What stands unknown, by place. What is older than the `oldest` news is not told as new, and not looked for.
    `reads` reads what alerts say; `monotonic` is in seconds and never set back."""

    def __init__(
        self,
        store: StoreThread,
        transports: Mapping[str, Transport],
        *,
        oldest: timedelta = READ_AGAIN_FOR,
        reads: Reads | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._transports, self._oldest, self._monotonic = store, transports, oldest, monotonic
        self._words = AlertWords(store, reads)
        self._since: dict[str, datetime] = {}
        self._places: dict[ReadSpot, list[Posted]] = {}
        self._parts: dict[ReadSpot, tuple[list[Posted], datetime]] = {}  # of places of which more is to be read
        self._ready = asyncio.Event()
        self._doors: defaultdict[ReadSpot, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._begun: float | None = None
        self._caught_up = False
        self._said: dict[tuple[ReadSpot, str], datetime] = {}  # when the last known one of a kind was
        self._threads: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)  # read of, by channel
        self._taken: dict[str, tuple[ReadSpot, Posted]] = {}  # by the delivery that is not settled yet

    async def begin(self) -> None:
        """Read how far the database knew what stood."""
        names = [name for name, one in self._transports.items() if one.capabilities.find]
        self._since = await self._store.run(partial(known_until, names=names))
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
        if delivery.notice is not None:  # it is said now, after all that stands
            self._said[place, topic(delivery.id)[0]] = _LAST
        return await self._alike(delivery, subject, place, caught_up) if delivery.kind == "alert" else None

    async def _newest(self, delivery: Delivery, subject: Subject, place: ReadSpot) -> Subject:
        """What an alert is about by now, where one that stands may be its: sources come while a place is looked at."""
        if delivery.kind != "alert" or not of_kind(delivery.id, self._places[place]):
            return subject
        return await self._store.run(partial(subject_of, delivery=delivery))

    async def told(self, telling: FollowMessage, stories: Sequence[Story]) -> Mapping[int, Posted] | Looked:
        """The stories of which a follower was told already, each with the message that did; else why nobody could look.
        For a day after a start: a question or two for each follower who is to be told something."""
        await self._ready.wait()
        name, stands = telling.follower.transport, list[Posted]()
        if not self._transports[name].capabilities.find or self._age() > LINES_FOR:
            return {}
        for place in where_told(telling, self._threads):
            if isinstance(failed := await self._look_there(place), Retry):
                return failed
            stands += self._places.get(place, ())  # of what may not be read nothing is known
        told = already_told(telling, stories, stands)
        left = [one.id for one in stories if one.id not in told]
        return WAITS if left and of_kind(telling.id, stands) and await self._may_be_told(left) else told

    async def _may_be_told(self, stories: Sequence[int]) -> bool:
        """Whether stories may still get sources, or alerts that stand, by which it is known who was told of them."""
        if self._age() > CATCHES_UP_WITHIN:
            return False
        return not self._caught_up or await self._store.run(lambda store: store.alerts.waiting(stories))

    async def _look_there(self, place: ReadSpot) -> Looked:
        name, target, thread = place
        transport, channel = self._transports[name], Channel("", name, target)
        if target.startswith(MEMBER):
            return await self._read(place, partial(transport.told, target.removeprefix(MEMBER)))
        return await self._look((name, target, thread), channel)

    @property
    def catching_up(self) -> bool:
        """Whether feeds are still to be read by which it is known again what stands, where anybody can look for that;
        for two minutes at most."""
        looks = any(one.capabilities.find for one in self._transports.values())
        begun = self._begun is not None and self._age() > CATCHES_UP_WITHIN
        return looks and not self._caught_up and not begun

    def caught_up(self) -> None:
        """All feeds were read once since the start."""
        self._caught_up = True

    async def _alike(self, delivery: Delivery, subject: Subject, place: ReadSpot, caught_up: bool) -> Posted | Looked:
        """The alert whose words tell the story, when that is without its sources; `caught_up` tells whether all feeds
        had been read when it was looked up."""
        stands = of_kind(delivery.id, self._free(delivery, place)) if subject.stories else []
        if stands and not caught_up and self._age() <= CATCHES_UP_WITHIN:
            return WAITS
        unread = []
        for one in stands:
            tells = await self._words.tells(one, subject.stories[0])
            if tells and one in self._free(delivery, place):
                return self._took(delivery, place, one)
            unread += [one] if tells is None else []
        return WAITS if await self._may_be_known(subject, unread) else None

    async def _may_be_known(self, subject: Subject, unread: Sequence[Posted]) -> bool:
        """Whether a story that may be without its sources may be one of those that stand and that nobody can read."""
        if not unread or self._age() > LATE_SOURCES_FOR:
            return False
        places = {one.account.location.place for one in subject.stories if one.account.location}
        named = any(name in one.text for name in places if name for one in unread)
        since = min(self._since.values(), default=None)
        return named and await self._store.run(lambda store: store.feeds.failing_since(since))

    def _age(self) -> float:
        return self._monotonic() - (self._begun or 0.0)

    def _take(self, delivery: Delivery, subject: Subject, place: ReadSpot) -> Posted | None:
        stands = self._free(delivery, place)
        found = standing_twin(delivery, subject, stands, lines=self._age() < LINES_FOR) if stands else None
        return None if found is None else self._took(delivery, place, found)

    def _free(self, delivery: Delivery, place: ReadSpot) -> list[Posted]:
        """What stands unknown in a place and may be a delivery's: of lines, nothing that another has taken back."""
        taken = [one for of, (where, one) in self._taken.items() if where == place and of != delivery.id]
        over = self._over(delivery, place) or LONG_AGO
        left = [one for one in self._places[place] if one not in taken]
        return [one for one in left if one.at >= over or one.mark == delivery.id]

    def _over(self, delivery: Delivery, place: ReadSpot) -> datetime | None:
        """When the contrary of a line was last said."""
        kind = contrary_kind(delivery.notice) if delivery.notice is not None else None
        if kind is None:
            return None
        unknown = [one.at for one in self._places[place] if topic(one.mark)[0] == kind]
        return max(filter(None, (*unknown, self._said.get((place, kind)))), default=None)

    def _took(self, delivery: Delivery, place: ReadSpot, found: Posted) -> Posted:
        self._taken[delivery.id] = place, found
        kind = place, topic(delivery.id)[0]
        self._said[kind] = max(found.at, self._said.get(kind, found.at))
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
                await self._claim_left(name, channels, theirs)
                if not self._keeps_looking(name):
                    await self._store.run(partial(note_known, name=name, theirs=theirs))
            else:
                done = False
        return done

    async def _claim_left(self, name: str, channels: Iterable[Channel], theirs: datetime) -> None:
        """Once feeds were read, what is left of alerts goes to stories that have none and ask for none."""
        for channel in channels if self._caught_up else ():
            place, taken = (name, channel.target, None), [one for _, one in self._taken.values()]
            known = self._places.get(place, ()) if channel.transport == name else ()
            left = [one for one in known if one not in taken]
            if left:
                await self._store.run(partial(claim_left, channel=channel, left=left, now=theirs))

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

    async def _look(self, place: ReadSpot, channel: Channel) -> Looked:
        """Read what stands in a place, once; why nobody could, else None."""
        transport, thread = self._transports[place[0]], place[-1]
        return await self._read(place, lambda since: transport.posted(channel, since, thread))

    async def _read(self, place: ReadSpot, ask: Callable[[datetime], Awaitable[Standings | SendResult]]) -> Looked:
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

    async def _add(self, place: ReadSpot, found: Sequence[Posted], part: Standings) -> None:
        known = await self._store.run(lambda store: store.outbox.known([one.mark for one in part.posted]))
        unknown = [one for one in part.posted if known.get(one.mark) is not State.SENT and one not in found]
        opened = (one.message for one in part.posted if one.opened)
        self._threads[place[:2]].update(dict.fromkeys(opened))
        self._said |= {(place, topic(one.mark)[0]): one.at for one in part.posted if one not in unknown}
        if part.more is None:
            self._places[place] = [*found, *unknown]
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
