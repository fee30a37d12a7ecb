"""Asks the feeds that are due and stores what they bring: one feed's life from request to commit, many at a time.

Where this file stands in the flow: a round (`Poller.tick`) takes the due feeds, `_live` leads one of them from fetch
to commit, and what brought nothing to store (unchanged or failed feeds) is written in one piece at the round's end.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Protocol

from config.schema import Poll
from feeds.cadence import failure_name, next_state, our_network, unanswered
from feeds.freshness import notices
from feeds.judge import Leading, Reader, Watching, oldest_first
from feeds.memory import give_back
from feeds.model import (
    Committed,
    Day,
    Entry,
    Feed,
    FeedState,
    Fetched,
    Outcome,
    Parsed,
    Plan,
)
from feeds.parsing.urls import host_of
from feeds.sift import Sifted, fresh, sift, suspicious
from feeds.store import Store
from feeds.store.thread import StoreThread

log = logging.getLogger(__name__)

# Feeds in hand for each exchange at once: while some wait for a busy host, others are asked.
_HANDS = 4
_FAULT = "fault"
# New or changed items of one feed that are stored at once, so that none holds up the house; the rest comes next time.
MOST_ITEMS_A_LOOK = 500


class Fetching(Protocol):
    """What asks a publisher: `feeds.web.fetch.Fetcher` in production."""

    async def fetch(self, feed: Feed, state: FeedState) -> Outcome:
        """One exchange; never raises for the weather."""
        ...


@dataclass(frozen=True, slots=True)
class Polled:
    """What became of one due feed. `outcome` is "body", "not_modified", "same_body" or "failed" (then `reason`)."""

    feed: str
    url: str
    outcome: str
    new: int
    matched: int
    next_check: datetime | None
    reason: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Failed:
    feed: Feed
    before: FeedState
    outcome: Outcome
    parsed: Parsed | None


@dataclass(slots=True)
class _Round:
    """What one round gathers until its end."""

    states: list[FeedState] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    failed: list[_Failed] = field(default_factory=list)
    polled: list[Polled] = field(default_factory=list)


class Poller:
    """Polls a catalogue into a store.

    `clock` gives the time (aware) and `chance` a number in [0, 1) that spreads the checks; `queued` is called
    whenever deliveries wait for the outbox worker. `lead` reads the page of a flagged item of which its feed gives
    less than a sentence.
    """

    def __init__(
        self,
        feeds: Iterable[Feed],
        store: StoreThread,
        fetcher: Fetching,
        watches: Sequence[Watching],
        poll: Poll,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        queued: Callable[[], None] = lambda: None,
        lead: Leading | None = None,
    ) -> None:
        self._hosts: dict[str, str] = {}
        self.poll_these(feeds)
        self._store, self._fetcher, self._poll = store, fetcher, poll
        self._reader = Reader(watches, lead)
        self._clock, self._chance, self._queued = clock, chance, queued
        self._ticked = clock()
        self._silence: dict[str, tuple[str, Outcome]] = {}  # answers since the last sign of a working network

    def poll_these(self, feeds: Iterable[Feed]) -> None:
        """From the next round on these are the feeds, but for those that are switched off."""
        self._feeds = {feed.name: feed for feed in feeds if feed.enabled}
        self._hosts |= {
            name: host_of(feed.url) for name, feed in self._feeds.items()
        }  # one in hand may be off the list
        self._enrolled = False

    async def tick(self) -> tuple[Polled, ...] | None:
        """One round over the due feeds; what came of each, in the order they ended. None without a database."""
        try:
            due = await self._store.run(self._begin)
        except sqlite3.OperationalError as error:
            log.warning("nothing is polled while the database can't be written (%s); next try at the next tick", error)
            return None
        gathered = _Round()
        queue = iter(self._interleaved(due))
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(due), self._poll.concurrency * _HANDS)):
                group.create_task(self._work(queue, gathered))
        await self._finish(gathered)
        give_back()
        return tuple(gathered.polled)

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

    async def _work(self, queue: Iterator[tuple[Feed, FeedState]], gathered: _Round) -> None:
        for feed, state in queue:
            try:
                await self._live(feed, state, gathered)
                await self._alive()
            except sqlite3.OperationalError as error:
                log.warning("%s: not stored (%s); it is asked again at the next tick", feed.name, error)
            except Exception as error:
                log.exception("%s: met a fault of ours", feed.name)
                fault = Outcome(Fetched.FAILED, url=feed.url, reason=_FAULT, detail=f"A fault of ours: {error!r}.")
                gathered.failed.append(_Failed(feed, state, fault, None))

    async def _alive(self) -> None:
        """A long round is progress too: the watchdog reads the last tick, at most once a tick's length."""
        now = self._clock()
        if (now - self._ticked).total_seconds() >= self._poll.tick_seconds:
            self._ticked = now
            await self._store.run(lambda store: store.days.tick(now))

    async def _live(self, feed: Feed, state: FeedState, gathered: _Round) -> None:
        """One feed's life: fetch, parse, judge, commit."""
        outcome = await self._fetcher.fetch(feed, state)
        parsed = None
        if outcome.kind is Fetched.BODY:
            parsed = await self._reader.parse(feed, state, outcome, self._clock())
            outcome = replace(outcome, body=b"")  # ten megabytes need not wait for the rest
        if failure_name(outcome, parsed):
            gathered.failed.append(_Failed(feed, state, outcome, parsed))
        elif parsed is None:
            self._unchanged(feed, state, outcome, gathered)
        else:
            await self._store_new(feed, state, outcome, parsed, gathered)

    def _unchanged(self, feed: Feed, state: FeedState, outcome: Outcome, gathered: _Round) -> None:
        after = self._after(feed, state, outcome, None)
        gathered.states.append(after)
        if state.announced or outcome.moved_to:
            gathered.notices += notices(feed, state, after, outcome, None)
        gathered.polled.append(_polled(feed, outcome, after))

    async def _store_new(
        self, feed: Feed, state: FeedState, outcome: Outcome, parsed: Parsed, gathered: _Round
    ) -> None:
        found = await self._store.run(lambda store: _sifted(store, feed, state, parsed))
        sifted = replace(found, new=found.new[:MOST_ITEMS_A_LOOK], changed=found.changed[:MOST_ITEMS_A_LOOK])
        now = self._clock()
        wanted = [*sifted.new, *(entry for _, entry in sifted.changed)]
        told = await self._reader.judge(feed, wanted, now, self._silence_of(state, now)) if wanted else []
        after = self._after(feed, state, outcome, parsed, new=len(sifted.new))
        after = replace(after, baseline=True, held=sifted.renamed)
        after = after if sifted == found else _unfinished(after, state)
        said = [*notices(feed, state, after, outcome, parsed, new=len(sifted.new)), *_renamed(feed, sifted, parsed)]
        new, changed = told[: len(sifted.new)], told[len(sifted.new) :]
        updated = tuple((entry, reading) for (entry, _), reading in zip(sifted.changed, changed, strict=True))
        plan = Plan(after, tuple(oldest_first(new)), updated, sifted.aliases, tuple(said))
        done = await self._store.run(lambda store: store.commit(plan, now))
        _log(said)
        gathered.polled.append(_polled(feed, outcome, after, done))
        if done.queued:
            self._queued()

    def _silence_of(self, state: FeedState, now: datetime) -> Callable[[Entry], bool]:
        """Which entries of a fetch are told to no one: on a feed's first poll all but the young ones."""
        window = timedelta(hours=self._poll.fresh_hours)
        return lambda entry: not state.baseline and not fresh(entry.published, now, window)

    def _after(
        self,
        feed: Feed,
        state: FeedState,
        outcome: Outcome,
        parsed: Parsed | None,
        *,
        new: int = 0,
        ours: bool = False,
    ) -> FeedState:
        return next_state(
            feed,
            state,
            outcome,
            parsed,
            new=new,
            now=self._clock(),
            chance=self._chance(),
            poll=self._poll,
            ours=ours,
        )

    async def _finish(self, gathered: _Round) -> None:
        """Write what brought nothing to store; only now is it known whether everyone failed, that is, we did."""
        ours = self._our_network(gathered)
        if ours and gathered.failed:
            log.warning("no publisher answers: our own network seems to be down, no feed is blamed for it")
        for one in gathered.failed:
            after = self._after(one.feed, one.before, one.outcome, one.parsed, ours=ours)
            gathered.states.append(after)
            gathered.notices += notices(one.feed, one.before, after, one.outcome, one.parsed)
            gathered.polled.append(_polled(one.feed, one.outcome, after, reason=failure_name(one.outcome, one.parsed)))
        if not gathered.states:
            return
        day = Day(polls=len(gathered.states), failures=len(gathered.failed))
        now = self._clock()
        try:
            await self._store.run(lambda store: store.record(gathered.states, gathered.notices, day, now))
            _log(gathered.notices)
        except sqlite3.OperationalError as error:
            log.warning("the round is not recorded (%s); its feeds are asked again at the next tick", error)

    def _our_network(self, gathered: _Round) -> bool:
        """Whether nobody has answered since the network last worked, over as many rounds as that takes."""
        if gathered.polled or not all(unanswered(one.outcome) for one in gathered.failed):
            self._silence.clear()
            return False
        self._silence |= {one.feed.name: (self._hosts[one.feed.name], one.outcome) for one in gathered.failed}
        return our_network(self._silence.values())


def _sifted(store: Store, feed: Feed, state: FeedState, parsed: Parsed) -> Sifted:
    known = store.archive.known(parsed.entries)
    titles = store.archive.titles(feed.name) if state.baseline and suspicious(known) else []
    return sift(feed.name, parsed.entries, known, titles)


def _unfinished(after: FeedState, before: FeedState) -> FeedState:
    """The state of a feed of which only a part was taken: the same answer is read again at the next look."""
    return replace(after, etag=None, modified=None, body_hash=None, baseline=before.baseline)


def _log(said: Iterable[str]) -> None:
    """What operators are told stands in the log as well; not everyone has a channel for it."""
    for text in said:
        log.info(text)


def _renamed(feed: Feed, sifted: Sifted, parsed: Parsed) -> tuple[str, ...]:
    if not sifted.renamed:
        return ()
    return (
        f"{feed.name}: {sifted.renamed} of its {len(parsed.entries)} items came back under new names. "
        "They are held to be the ones already stored and were not posted.",
    )


def _polled(
    feed: Feed, outcome: Outcome, after: FeedState, done: Committed | None = None, reason: str | None = None
) -> Polled:
    new, matched = (done.new, done.matched) if done else (0, 0)
    kind = Fetched.FAILED if reason else outcome.kind
    return Polled(feed.name, feed.url, str(kind), new, matched, after.next_check, reason, outcome.detail)
