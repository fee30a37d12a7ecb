"""Tells members of what they follow: looks at what changed, beside polling and alerts, and sends what comes of it.

Every step is a row before it is done: a story that changed waits until it was held against every follow, what a follow
found waits until a message tells it, and a message is marked before it is sent and settled when the other side has
answered. What was left half-sent is looked for first.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.delivery.backoff import pause
from bot.delivery.standing.unknowns import Unknowns
from bot.delivery.tongue import language_at
from bot.delivery.transport import Held, Rejected, Retry, SendResult, Sent, Transport
from bot.language import speaking
from bot.wording.causes import cause_logged
from feeds.model import Cause, CauseKind, Follower, FollowMessage, Story
from feeds.query.known import KnownNames
from feeds.store import Store
from feeds.store.db.thread import StoreThread, TooLong, TooMany
from feeds.store.follows.news import FollowNews, FollowWish

if TYPE_CHECKING:
    from bot.follows.compiled import Compiled

log = logging.getLogger(__name__)

_IDLE = 5.0  # seconds between two looks
_AT_ONCE = 400  # queries that one reading holds against a story
_SENDERS = 4
_ATTEMPT_SECONDS = 45.0


class Teller:
    """Tells followers until closed. `known` gives the names that queries may have; `chance` in 0..1 spreads retries.
    `standing` knows what they were told that the database does not know."""

    def __init__(
        self,
        store: StoreThread,
        transports: Mapping[str, Transport],
        clock: Callable[[], datetime],
        known: Callable[[Store], KnownNames],
        *,
        standing: Unknowns | None = None,
        chance: Callable[[], float] = random.random,
        idle: float = _IDLE,
    ) -> None:
        self._store, self._transports, self._clock = store, transports, clock
        self._known, self._chance, self._idle, self._standing = known, chance, idle, standing
        self._compiled: Compiled | None = None
        self._turn = asyncio.Lock()
        self._closing, self._awake = asyncio.Event(), asyncio.Event()
        self._half_sent: Sequence[FollowMessage] | None = None

    async def run(self) -> None:
        """Tell until `close`."""
        while not self._closing.is_set():
            try:
                await self.round()
            except (sqlite3.OperationalError, TooLong, TooMany) as error:
                log.warning("follows wait for the database (%s: %s)", type(error).__name__, error)
            except Exception:
                log.exception("follows met a fault of ours")
            await self._rest()

    def wake(self) -> None:
        """Look at once."""
        self._awake.set()

    async def close(self) -> None:
        """Ask `run` to end."""
        self._closing.set()
        self._awake.set()

    async def round(self) -> None:
        """Look at everything that changed and tell what may be told now.

        Raises sqlite3.OperationalError, TooLong and TooMany: then what is left comes with the next round.
        """
        async with self._turn:
            await self._look()
            while not self._closing.is_set() and (told := await self._take()):
                await self._send(told)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._idle):
                await self._awake.wait()
        except TimeoutError:
            pass
        self._awake.clear()

    # what follows find

    async def _look(self) -> None:
        """What is to be looked at is asked of the writer, so that no reader is opened where nobody follows anything."""
        while news := await self._store.run(lambda store: store.follow_news.waiting()):
            wishes = await self._store.read(lambda store: store.follow_news.wishes())
            for one in news:
                if self._closing.is_set():
                    return
                await self._hold_against(one, wishes)

    async def _hold_against(self, news: FollowNews, wishes: Sequence[FollowWish]) -> None:
        now, found = self._clock(), list[int]()
        for at in range(0, len(wishes), _AT_ONCE):
            part = wishes[at : at + _AT_ONCE]
            matching, misread = await self._store.read(partial(self._matching, wishes=part, story=news.now, now=now))
            found += matching
            if misread:
                cause = Cause(CauseKind.MISREAD)
                await self._store.run(partial(_pause, follows=misread, cause=cause))
        await self._store.run(lambda store: store.follow_news.found(news, found))

    def _matching(
        self, store: Store, wishes: Sequence[FollowWish], story: int, now: datetime
    ) -> tuple[list[int], tuple[int, ...]]:
        """The follows that find a story, and those whose query is not understood any more; on a reader's thread."""
        from bot.follows.compiled import Compiled  # noqa: PLC0415 - the parser is for houses where somebody follows

        self._compiled = self._compiled or Compiled(self._known)
        queries, misread = self._compiled.queries(store, wishes, now)
        meets = store.queries.which(list(queries.values()), story)
        return [one for wish, hit in zip(queries, meets, strict=True) if hit for one in wish.follows], misread

    # what is told

    async def _take(self) -> Sequence[FollowMessage]:
        now, ready = self._clock(), [name for name, one in self._transports.items() if one.connected]
        if self._half_sent is None:
            self._half_sent = await self._store.run(lambda store: store.tellings.half_sent())
        left = [one for one in self._half_sent if one.follower.transport in ready]
        if left:
            self._half_sent = [one for one in self._half_sent if one not in left]
            return left
        return await self._store.run(lambda store: store.tellings.claim(now, ready))

    async def _send(self, told: Sequence[FollowMessage]) -> None:
        """One message to a follower after the other, a few followers at a time."""
        lanes: dict[Follower, list[FollowMessage]] = defaultdict(list)
        for one in told:
            lanes[one.follower].append(one)
        door = asyncio.Semaphore(_SENDERS)
        await asyncio.gather(*(self._walk(lane, door) for lane in lanes.values()))

    async def _walk(self, lane: Sequence[FollowMessage], door: asyncio.Semaphore) -> None:
        for one in lane:
            async with door:
                result = await self._attempt(one)
                await self._settle(one, result)

    async def _attempt(self, telling: FollowMessage) -> SendResult:
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                return await self._shown(telling)
        except TimeoutError:
            return Retry(Cause(CauseKind.SLOW, {"seconds": round(_ATTEMPT_SECONDS)}))
        except Exception:
            log.exception("the follow's message %s met a fault of ours", telling.id)
            return Retry(Cause(CauseKind.FAULT))

    async def _shown(self, telling: FollowMessage) -> SendResult:
        stories, language = await self._store.run(partial(_told_of, telling=telling))
        if not stories:
            return Rejected(Cause(CauseKind.WITHDRAWN if telling.hits else CauseKind.UNWANTED))
        told = await self._standing.told(telling, stories) if self._standing else {}
        if not isinstance(told, Mapping):
            return told or Retry(Cause(CauseKind.FAULT))
        if len(told) == len(stories):
            last = max(told.values(), key=lambda one: one.at)
            return Sent(last.message, at=last.at)
        telling = replace(telling, hits=tuple(one for one in telling.hits if one.story not in told))
        with speaking(language):
            left = [one for one in stories if one.id not in told]
            return await self._transports[telling.follower.transport].tell(telling, left)

    async def _settle(self, telling: FollowMessage, result: SendResult) -> None:
        now, wait = self._clock(), pause(telling.attempts + 1, self._chance(), getattr(result, "after", None))
        failures = 0
        while True:
            try:
                return await self._store.run(partial(_settled, telling=telling, result=result, now=now, wait=wait))
            except sqlite3.OperationalError as error:
                failures += 1
                log.error("what became of a follow's message cannot be kept (%s); trying again", error)
                if self._closing.is_set():
                    return None
                await asyncio.sleep(pause(failures, self._chance()))


def _pause(store: Store, follows: Sequence[int], cause: Cause) -> None:
    store.follows.pause(follows, cause)


def _told_of(store: Store, telling: FollowMessage) -> tuple[list[Story], str]:
    """The stories of a message that anybody still tells, and the language of the follower's server."""
    language = language_at(store, telling.follower.transport, telling.follower.server)
    found = store.stories.several([hit.story for hit in telling.hits])
    return [story for story in found if story.sources and not story.withdrawn], language


def _settled(store: Store, telling: FollowMessage, result: SendResult, now: datetime, wait: float) -> None:
    """Write down what became of a message."""
    match result:
        case Sent(message, at=at):
            store.tellings.sent(telling.id, message, at or now)
        case Retry(reason):
            store.tellings.retry(telling.id, now + timedelta(seconds=wait), reason)
        case Rejected(reason) if reason.kind in (CauseKind.WITHDRAWN, CauseKind.UNWANTED):
            store.tellings.drop(telling.id, reason, now)
        case Rejected(reason) | Held(reason):
            paused = store.tellings.refuse(telling.id, reason, now)
            log.info("follow's message %s was refused%s: %s", telling.id, " for good" * paused, cause_logged(reason))
