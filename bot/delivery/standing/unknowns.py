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
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.delivery.attempt import Subject
from bot.delivery.ledger import subject_of
from bot.delivery.standing.noted import claim_digests, claim_left, note_known
from bot.delivery.standing.places import READ_AGAIN_FOR, Places
from bot.delivery.standing.recognition import ReadSpot, already_told, of_kind, standing_twin, where_told
from bot.delivery.standing.words import AlertWords, Reads
from bot.delivery.transport import LONG_AGO, Held, Posted, Rejected, Retry, Transport
from feeds.model import Cause, CauseKind, Channel, Delivery, FollowMessage, Story
from feeds.store.db.thread import StoreThread
from feeds.store.naming.notices import contrary_kind

log = logging.getLogger(__name__)

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
        self._store, self._transports, self._monotonic = store, transports, monotonic
        self._places, self._words = Places(store, transports, oldest), AlertWords(store, reads)
        self._ready, self._news = asyncio.Event(), asyncio.Event()
        self._begun: float | None = None
        self._caught_up = self._claimed = False
        self._taken: dict[str, tuple[ReadSpot, Posted]] = {}  # by the delivery that is not settled yet

    async def begin(self) -> None:
        """Read how far the database knew what stood."""
        await self._places.begin()
        self._begun = self._monotonic()
        self._ready.set()

    async def match(self, delivery: Delivery, subject: Subject, channel: Channel) -> Posted | Looked:
        """What stands already of a delivery, which is then nobody else's; None when nothing does, else why nobody could
        look."""
        looks = self._begun is not None and self._transports[channel.transport].capabilities.history
        if not looks or delivery.kind == "edit" or delivery.again:
            return None
        place: ReadSpot = (channel.transport, channel.target, None)
        if (found := await self._standing(delivery, subject, place, channel)) is not None:
            return found
        if delivery.kind in ("note", "escalation") and (thread := delivery.thread or delivery.message):
            return await self._standing(delivery, subject, (*place[:2], thread), channel)
        if delivery.notice is not None:  # it is said now, after all that stands
            self._places.note_said(place, delivery.id, _LAST)
        return None

    async def _standing(
        self, delivery: Delivery, subject: Subject, place: ReadSpot, channel: Channel
    ) -> Posted | Looked:
        """What stands of a delivery in one place."""
        if (failed := await self._places.read(place, channel)) is not None:
            return failed
        caught_up, subject = self._caught_up, await self._newest(delivery, subject, place)
        if (found := self._take(delivery, subject, place)) is not None:
            return found
        return await self._alike(delivery, subject, place, caught_up) if delivery.kind == "alert" else None

    async def _newest(self, delivery: Delivery, subject: Subject, place: ReadSpot) -> Subject:
        """What an alert is about by now, where one that stands may be its: sources come while a place is looked at."""
        if delivery.kind != "alert" or not of_kind(delivery.id, self._places.unknown(place)):
            return subject
        return await self._store.run(partial(subject_of, delivery=delivery))

    async def told(self, telling: FollowMessage, stories: Sequence[Story]) -> Mapping[int, Posted] | Looked:
        """The stories of which a follower was told already, each with the message that did; else why nobody could look.
        For a day after a start: a question or two for each follower who is to be told something."""
        await self._ready.wait()
        name, stands = telling.follower.transport, list[Posted]()
        if not self._transports[name].capabilities.history or self._age() > LINES_FOR:
            return {}
        for place in where_told(telling, self._places.threads):
            if isinstance(failed := await self._places.read(place), Retry):
                return failed
            stands += self._places.unknown(place)  # of what may not be read nothing is known
        told = already_told(telling, stories, stands)
        left = [one.id for one in stories if one.id not in told]
        return WAITS if left and of_kind(telling.id, stands) and await self._may_be_told(left) else told

    async def _may_be_told(self, stories: Sequence[int]) -> bool:
        """Whether stories may still get sources, or alerts that stand, by which it is known who was told of them."""
        if self._age() > CATCHES_UP_WITHIN:
            return False
        return not self._caught_up or await self._store.run(lambda store: store.alerts.waiting(stories))

    @property
    def catching_up(self) -> bool:
        """Whether feeds are still to be read by which it is known again what stands, or what is left of that is still
        without its story, where anybody can look for it; for two minutes at most."""
        looks = any(one.capabilities.history for one in self._transports.values())
        begun = self._begun is not None and self._age() > CATCHES_UP_WITHIN
        return looks and not (self._caught_up and self._claimed) and not begun

    def caught_up(self) -> None:
        """All feeds were read once since the start."""
        if not self._caught_up:
            self._caught_up = True
            self._news.set()

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
        since = self._places.known_since
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
        left = [one for one in self._places.unknown(place) if one not in taken]
        return [one for one in left if one.at >= over or one.mark == delivery.id]

    def _over(self, delivery: Delivery, place: ReadSpot) -> datetime | None:
        """When the contrary of a line was last said."""
        kind = contrary_kind(delivery.notice) if delivery.notice is not None else None
        return None if kind is None else self._places.last_said(place, kind)

    def _took(self, delivery: Delivery, place: ReadSpot, found: Posted) -> Posted:
        self._taken[delivery.id] = place, found
        self._places.note_said(place, delivery.id, found.at)
        log.info("%s %s stands already as %s", delivery.kind, delivery.id, found.message)
        return found

    def settled(self, delivery: str, *, sent: bool) -> None:
        """What was taken for a delivery's is known now, or, if it was not `sent`, still unknown."""
        place, found = self._taken.pop(delivery, (None, None))
        if sent and place is not None and found is not None:
            self._places.take(place, found)

    async def watch(self) -> None:
        """Look at every place, then note every minute how far all is known, for as long as the task lives."""
        while True:
            self._news.clear()
            try:
                pause = NOTE_SECONDS if await self.look_around() else _AGAIN
            except Exception as error:
                log.warning("what stands could not be looked at (%s: %s)", type(error).__name__, error)
                pause = NOTE_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), pause)

    async def look_around(self) -> bool:
        """Look at each place that was not looked at yet; whether all were, and how far all is known is noted then."""
        caught_up, channels = self._caught_up, await self._store.run(lambda store: store.channels.all())
        done = self._begun is not None
        for name, transport in self._transports.items():
            theirs = transport.now() if transport.capabilities.history and transport.connected else None
            if theirs is None or self._begun is None:
                done = done and not transport.capabilities.history
            elif await self._looked_at(name, channels):
                if caught_up:
                    await self._claim_left(name, channels, theirs)
                if not self._keeps_looking(name):
                    await self._store.run(partial(note_known, name=name, theirs=theirs))
            else:
                done = False
        self._claimed = self._claimed or (done and caught_up)
        return done

    async def _claim_left(self, name: str, channels: Iterable[Channel], theirs: datetime) -> None:
        """Once feeds were read, what is left of alerts goes to stories that have none and ask for none, and for a day
        digests to those that wait for one."""
        for channel in channels:
            place: ReadSpot = name, channel.target, None
            if channel.transport == name and (left := self._left(place)):
                await self._store.run(partial(claim_left, channel=channel, left=left, now=theirs))
                if self._age() < LINES_FOR:
                    await self._claim_digests(place, channel, left, theirs)

    async def _claim_digests(self, place: ReadSpot, channel: Channel, left: Sequence[Posted], theirs: datetime) -> None:
        for one in await self._store.run(partial(claim_digests, channel=channel, left=left, now=theirs)):
            if one in self._left(place):  # none took it meanwhile
                self._places.take(place, one)

    def _left(self, place: ReadSpot) -> list[Posted]:
        taken = [one for _, one in self._taken.values()]
        return [one for one in self._places.unknown(place) if one not in taken]

    def _keeps_looking(self, name: str) -> bool:
        """Whether something unknown stands that the next start is to find too: for a day from each start, since an
        archive that was put back may have been behind when it was copied."""
        return self._places.unknown_anywhere(name) and self._age() < READ_AGAIN_FOR.total_seconds()

    async def _looked_at(self, name: str, channels: Iterable[Channel]) -> bool:
        looks = [
            await self._places.read((name, one.target, None), one)
            for one in channels
            if one.transport == name and one.held is None
        ]
        return not any(isinstance(one, Retry) for one in looks)
