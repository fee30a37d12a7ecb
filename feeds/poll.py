"""Asks the feeds that are due: rounds of many feeds at a time, each of which `feeds.intake` leads from fetch to commit.

What brought nothing to store (unchanged or failed feeds) is written in one piece at the round's end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from config.schema import Poll
from feeds.cadence import failure_name, our_network, unanswered
from feeds.freshness import notices
from feeds.intake import EntryReader, Failed, Intake, Polled, Unchanged, log_notices, polled_feed
from feeds.model import Cause, CauseKind, Day, Feed, FeedState, Fetched, Fetching, Notice, Outcome
from feeds.parsing.urls import host_of
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.worker.memory import give_back

log = logging.getLogger(__name__)

# Feeds in hand for each exchange at once: while some wait for a busy host, others are asked.
_HANDS = 4
_FAULT = "fault"


@dataclass(slots=True)
class _Round:
    """What one round gathers until its end."""

    states: list[FeedState] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    polled: list[Polled] = field(default_factory=list)
    unstored: int = 0


class Poller:
    """Polls a catalogue into a store.

    `clock` gives the time (aware) and `chance` a number in [0, 1) that spreads the checks; `queued` is called
    whenever deliveries wait for the outbox worker. `unstored` is of how many feeds the last round could store nothing.
    """

    def __init__(
        self,
        feeds: Iterable[Feed],
        store: StoreThread,
        fetcher: Fetching,
        reader: EntryReader,
        poll: Poll,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        queued: Callable[[], None] = lambda: None,
    ) -> None:
        self._hosts: dict[str, str] = {}
        self.poll_these(feeds)
        self._store, self._poll, self._clock, self._queued = store, poll, clock, queued
        self._intake = Intake(store, fetcher, reader, poll, clock=clock, chance=chance)
        self._ticked = clock()
        self._silence: dict[str, tuple[str, Outcome]] = {}  # answers since the last sign of a working network
        self._round, self.unstored = _Round(), 0
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._ended = asyncio.Event()
        self._closed = False
        self.caught_up = False  # whether a round has ended with every due feed read, slow ones among them

    def poll_these(self, feeds: Iterable[Feed]) -> None:
        """From the next round on these are the feeds, but for those that are switched off."""
        self._feeds = {feed.name: feed for feed in feeds if feed.enabled}
        self._hosts |= {
            name: host_of(feed.url) for name, feed in self._feeds.items()
        }  # one in hand may be off the list
        self._enrolled = False

    async def tick(self, patience: float | None = None) -> tuple[Polled, ...] | None:
        """One round over the due feeds; what came of each, in the order they ended. None without a database.

        With `patience` (seconds) the round ends so long after its last feed was asked: what is still in hand goes on
        beside the next rounds and belongs to the one in which it ends.
        """
        try:
            due = await self._store.run(self._begin)
        except sqlite3.OperationalError as error:
            log.warning("nothing is polled while the database can't be written (%s); next try at the next tick", error)
            return None
        await self._ask([state for state in due if state.name not in self._in_hand], patience)
        gathered, self._round = self._round, _Round()
        await self._finish(gathered)
        self.unstored = gathered.unstored
        give_back()
        return tuple(gathered.polled)

    async def close(self) -> None:
        """Give up what is still in hand and take nothing more; it is asked again after the next start."""
        self._closed = True
        await self._give_up()

    async def _give_up(self) -> None:
        for task in (left := [*self._in_hand.values()]):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _ask(self, due: Sequence[FeedState], patience: float | None) -> None:
        """Take the due feeds and wait for them. With `patience` slow ones, however many, hold up nobody: the round ends
        so many seconds after it took its last feed, or after no hand has become free for so long."""
        waiting = deque(self._interleaved(due))
        try:
            while waiting and not self._closed:
                while waiting and len(self._in_hand) < self._poll.concurrency * _HANDS:
                    self._take(*waiting.popleft())
                if waiting and not await self._one_ends(patience):
                    return  # the others are still due at the next round
            if self._in_hand:
                await asyncio.wait([*self._in_hand.values()], timeout=patience)
            self.caught_up = self.caught_up or not (waiting or self._in_hand)
        except asyncio.CancelledError:
            await self._give_up()
            raise

    async def _one_ends(self, patience: float | None) -> bool:
        self._ended.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._ended.wait()
        return self._ended.is_set()

    def _take(self, feed: Feed, state: FeedState) -> None:
        task = self._in_hand[feed.name] = asyncio.create_task(self._work(feed, state), name=f"feed {feed.name}")
        task.add_done_callback(lambda _: self._end(feed.name))

    def _end(self, name: str) -> None:
        del self._in_hand[name]
        self._ended.set()

    def _begin(self, store: Store) -> list[FeedState]:
        if not self._enrolled:
            store.feeds.enrol(self._feeds.values())
            self._enrolled = True
        now = self._ticked = self._clock()
        store.days.tick(now)
        return store.feeds.due(now)

    def _interleaved(self, due: Sequence[FeedState]) -> list[tuple[Feed, FeedState]]:
        """The due feeds, the first of every host before the second of any, so that no host holds up the others."""
        hosts: dict[str, list[FeedState]] = {}
        for state in due:
            hosts.setdefault(self._hosts[state.name], []).append(state)
        turns = (state for turn in zip_longest(*hosts.values()) for state in turn if state is not None)
        return [(self._feeds[state.name], state) for state in turns]

    async def _work(self, feed: Feed, state: FeedState) -> None:
        try:
            self._file(await self._intake.live(feed, state))
        except sqlite3.OperationalError as error:
            log.warning("%s: not stored (%s); it is asked again at the next tick", feed.name, error)
            self._round.unstored += 1
        except Exception as error:
            log.exception("%s: met a fault of ours", feed.name)
            cause = Cause(CauseKind.POLL_FAULT, {"error": repr(error)})
            fault = Outcome(Fetched.FAILED, url=feed.url, reason=_FAULT, cause=cause)
            self._file(Failed(feed, state, fault))
        await self._alive()

    def _file(self, what: tuple[Polled, int] | Unchanged | Failed) -> None:
        """Note what became of a feed in the round that is under way."""
        match what:
            case Failed():
                self._round.failed.append(what)
                self._round.notices += what.said
            case Unchanged(state, polled, said):
                self._round.states.append(state)
                self._round.notices += said
                self._round.polled.append(polled)
            case polled, queued:
                self._round.polled.append(polled)
                if queued:
                    self._queued()

    async def _alive(self) -> None:
        """A long round is progress too: the watchdog reads the last tick, at most once a tick's length."""
        now = self._clock()
        if (now - self._ticked).total_seconds() >= self._poll.tick_seconds:
            self._ticked = now
            with contextlib.suppress(sqlite3.OperationalError):  # the end of the round says what is not written
                await self._store.run(lambda store: store.days.tick(now))

    async def _finish(self, gathered: _Round) -> None:
        """Write what brought nothing to store; only now is it known whether everyone failed, that is, we did."""
        ours = self._our_network(gathered)
        if ours and gathered.failed:
            log.warning("no publisher answers: our own network seems to be down, no feed is blamed for it")
        for one in gathered.failed:
            after = self._intake.after(one.feed, one.before, one.outcome, one.parsed, ours=ours)
            gathered.states.append(after)
            gathered.notices += notices(one.feed, one.before, after, one.outcome, one.parsed)
            gathered.polled.append(
                polled_feed(one.feed, one.outcome, after, reason=failure_name(one.outcome, one.parsed))
            )
        if not gathered.states:
            return
        day = Day(polls=len(gathered.states), failures=len(gathered.failed))
        now = self._clock()
        try:
            await self._store.run(lambda store: store.record(gathered.states, gathered.notices, day, now))
            log_notices(gathered.notices)
        except sqlite3.OperationalError as error:
            log.warning("the round is not recorded (%s); its feeds are asked again at the next tick", error)
            gathered.unstored += len(gathered.states)

    def _our_network(self, gathered: _Round) -> bool:
        """Whether nobody has answered since the network last worked, over as many rounds as that takes."""
        if gathered.polled or not all(unanswered(one.outcome) for one in gathered.failed):
            self._silence.clear()
            return False
        self._silence |= {one.feed.name: (self._hosts[one.feed.name], one.outcome) for one in gathered.failed}
        return our_network(self._silence.values())
