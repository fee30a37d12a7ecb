"""One feed's life in one round: fetched, read, sifted, judged, committed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Protocol, TypeVar

from config.schema import Poll
from feeds.cadence import failure_name, next_state
from feeds.freshness import notices
from feeds.model import (
    Cause,
    CauseKind,
    Committed,
    Entry,
    Feed,
    FeedState,
    Fetched,
    Fetching,
    Known,
    Notice,
    NoticeKind,
    Outcome,
    Parsed,
    Plan,
    Unreadable,
)  # fmt: skip
from feeds.pieces import plan_of, plan_pieces, renamed, unfinished
from feeds.sift import Sifted, a_look, fresh, interesting, sift, slim, stale, stands, suspicious
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.web.credentials import without_secrets
from feeds.web.guard import names_loopback
from feeds.web.inflate import plain_hash
from feeds.worker.bounds import LIMITS
from feeds.worker.reader import Read, Verdicts

log = logging.getLogger(__name__)
T = TypeVar("T")

# New or changed items of one feed that are stored at once, so that none holds up the house; the rest comes next time.
MOST_ITEMS_A_LOOK = 500
# Characters of their texts after which the rest waits too: fifty articles in full.
_MOST_CHARACTERS = 400_000
_KNOWN = Known(0)  # of most entries only that they are known matters
# Said of every feed in every round.
_shown = lru_cache(maxsize=1024)(without_secrets)


class EntryReader(Protocol):
    """What reads what a publisher sent: `feeds.worker.reader.Reader` in production."""

    async def parse(
        self, feed: Feed, state: FeedState, outcome: Outcome, now: datetime, memo: bytes | None = None
    ) -> Read | Unreadable:
        """What the body of an outcome holds, or why that can't be read; `memo` is what reading an earlier one left."""
        ...

    async def judge(
        self, feed: Feed, entries: Sequence[Entry], now: datetime, silent: Callable[[Entry], bool]
    ) -> Verdicts:
        """Each entry as the watches see it; `silent` says which ones are told to no one."""
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
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A feed that could not be read; whether it is to blame is known when the round is over.

    `said` is for the operators.
    """

    feed: Feed
    before: FeedState
    outcome: Outcome
    parsed: Parsed | None = None
    said: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A feed that brought nothing to store but its own state; `said` is for the operators."""

    state: FeedState
    polled: Polled
    said: tuple[Notice, ...] = ()


class Intake:
    """Leads feeds from request to commit. The arguments are those of `feeds.poll.Poller`."""

    def __init__(
        self,
        store: StoreThread,
        fetcher: Fetching,
        reader: EntryReader,
        poll: Poll,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._store, self._fetcher, self._reader, self._poll = store, fetcher, reader, poll
        self._clock, self._chance = clock, chance
        self._turn = asyncio.Lock()

    async def _stored(self, work: Callable[[Store], T]) -> T:
        """Do `work` with the store when no other feed's waits there: deliveries and answers wait for one at most, not
        for all that are in hand."""
        async with self._turn:
            return await self._store.run(work)

    async def live(self, feed: Feed, state: FeedState) -> tuple[Polled, int] | Unchanged | Failed:
        """One feed's life; what was stored is reported with how many deliveries that queued.

        Raises sqlite3.OperationalError when nothing could be stored; then nothing has changed.
        """
        outcome = await self._fetcher.fetch(feed, state)
        if outcome.kind is not Fetched.BODY:
            return (
                Failed(feed, state, outcome) if failure_name(outcome, None) else self._unchanged(feed, state, outcome)
            )
        sifted: tuple[Sifted, bool] | None = None
        try:
            read = await self._read(feed, state, outcome)
            if isinstance(read, Read) and read.parsed.failure is None:
                sifted = await self._sifted(feed, state, read)
                if sifted is None:  # what was left out is not as it is stored
                    read = await self._read(feed, state, outcome, whole=True)
        finally:
            outcome = outcome.without_body()
        if isinstance(read, Failed):
            return replace(read, outcome=outcome)
        if failure_name(outcome, read.parsed):
            return Failed(feed, state, outcome, read.parsed)
        sifted = sifted or await self._sifted(feed, state, read)
        assert sifted is not None, "nothing is left out of a whole one"
        return await self._store_new(feed, state, outcome, read, sifted)

    async def _read(self, feed: Feed, state: FeedState, outcome: Outcome, *, whole: bool = False) -> Read | Failed:
        """What the body holds. One that exceeded the limits is not tried again within the same."""
        digest, now = plain_hash(outcome.body_hash or ""), self._clock()
        why, memo = await self._stored(partial(_remembered, feed.name, digest, now))
        said: tuple[Notice, ...] = ()
        if why is None:
            read = await self._reader.parse(feed, state, outcome, now, None if whole else memo)
            if isinstance(read, Read):
                return read
            why = read.cause
            if why.kind is CauseKind.NO_WORKER:  # the body has nothing to do with it
                return Failed(feed, state, outcome, Parsed(failure="no_worker", problems=(why,)))
            if await self._stored(lambda store: store.unreadable.refuse(feed.name, digest, read.cause, now, LIMITS)):
                said = (Notice(NoticeKind.BODY_UNREADABLE, {"feed": feed.name}, why),)
        return Failed(feed, state, outcome, Parsed(failure="unreadable", problems=(why,)), said)

    def _unchanged(self, feed: Feed, state: FeedState, outcome: Outcome) -> Unchanged:
        after = self.after(feed, state, outcome, None)
        worth = state.announced or outcome.moved_to
        said = notices(feed, state, after, outcome, None) if worth else ()
        return Unchanged(after, polled_feed(feed, outcome, after), said)

    async def _store_new(
        self, feed: Feed, state: FeedState, outcome: Outcome, read: Read, told_apart: tuple[Sifted, bool]
    ) -> tuple[Polled, int]:
        found, whole = told_apart
        new, changed = a_look(found.new, MOST_ITEMS_A_LOOK), a_look(found.changed, MOST_ITEMS_A_LOOK)
        sifted = replace(found, new=new, changed=changed)
        now = self._clock()
        wanted = [*sifted.new, *(entry for _, entry in sifted.changed)]
        told = await self._judged(_at_home(feed, outcome), state, wanted, now) if wanted else Verdicts(())
        after = self._after_news(feed, state, outcome, read.parsed, sifted)
        if not whole or sifted != found or len(told.judged) < len(wanted):
            after = unfinished(after, state)
        said = notices(feed, state, after, outcome, read.parsed, new=len(sifted.new))
        plan = plan_of(after, sifted, told.judged, (*said, *renamed(feed, sifted, read.parsed), *told.said))
        did = [await self._stored(partial(_commit, one, read.memo, now)) for one in plan_pieces(plan, state)]
        log_notices(plan.notices)
        done = Committed(sum(one.new for one in did), sum(one.matched for one in did))
        return polled_feed(feed, outcome, plan.state, done), sum(one.queued for one in did)

    async def _sifted(self, feed: Feed, state: FeedState, read: Read) -> tuple[Sifted, bool] | None:
        """What of a fetch is new or changed, of very many such items a look's worth, and whether that is all.

        None when an item was left out whose words are wanted.
        """
        pairs: list[tuple[Entry, Known | None]] = []
        known: list[Known | None] = []
        standing: list[int] = []
        whole, characters, now = True, 0, self._clock()
        for stretch in read.stretches():
            some = await self._stored(partial(_known, stretch))
            seen = list(zip(stretch, some, strict=True))
            known += (one and _KNOWN for one in some)
            standing += (old.entry for one, old in seen if old and stands(feed.name, one, old, now))
            told = [pair for pair in seen if interesting(feed.name, *pair)]
            if read.skimmed and not all(one.title or one.summary for one, _ in told):
                return None
            whole = len(pairs) < 2 * MOST_ITEMS_A_LOOK and characters < _MOST_CHARACTERS
            characters += sum(len(one.summary) for one, _ in told)
            if whole:
                pairs += told
            elif state.baseline:
                pairs += ((slim(one), old) for one, old in told)
        renaming = state.baseline and suspicious(known)
        titles = await self._stored(lambda store: store.archive.titles(feed.name)) if renaming else []
        found = sift(feed.name, [one for one, _ in pairs], [old for _, old in pairs], titles, len(known))
        return replace(found, standing=tuple(standing[:MOST_ITEMS_A_LOOK])), whole

    async def _judged(self, feed: Feed, state: FeedState, wanted: Sequence[Entry], now: datetime) -> Verdicts:
        """What the watches say of entries, and how loudly these may be told: of a feed's first poll only the fresh ones
        to anyone, later the stale ones in a digest at most."""
        window = timedelta(hours=self._poll.fresh_hours)
        told = await self._reader.judge(
            feed, wanted, now, lambda entry: not state.baseline and not fresh(entry.published, now, window)
        )
        return replace(told, judged=tuple(replace(one, stale=stale(one, window)) for one in told.judged))

    def _after_news(self, feed: Feed, state: FeedState, outcome: Outcome, parsed: Parsed, sifted: Sifted) -> FeedState:
        after = self.after(feed, state, outcome, parsed, new=len(sifted.new))
        return replace(after, baseline=True, held=sifted.renamed)

    def after(
        self,
        feed: Feed,
        state: FeedState,
        outcome: Outcome,
        parsed: Parsed | None,
        *,
        new: int = 0,
        ours: bool = False,
    ) -> FeedState:
        """What is remembered of a feed after an exchange, now; see `feeds.cadence.next_state`."""
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


def _at_home(feed: Feed, outcome: Outcome) -> Feed:
    """The feed as what it links to is read: only one that answered from this machine may have its pages there."""
    return replace(feed, local=feed.local and names_loopback(outcome.url))


def _commit(plan: Plan, memo: bytes | None, now: datetime, store: Store) -> Committed:
    with store.together():
        if plan.state.body_hash:  # it was stored in full
            store.feeds.remember(plan.state.name, memo)
        return store.commit(plan, now)


def _remembered(feed: str, digest: str, now: datetime, store: Store) -> tuple[Cause | None, bytes | None]:
    """Why a body is not to be read, and what is remembered of the feed's last."""
    return store.unreadable.body(feed, digest, now, LIMITS), store.feeds.remembered(feed)


def _known(entries: Sequence[Entry], store: Store) -> list[Known | None]:
    return store.archive.known(entries)


def log_notices(said: Iterable[Notice]) -> None:
    """What operators are told stands in the log as well; not everyone has a channel for it."""
    for notice in said:
        log.info("%s", notice)


def polled_feed(
    feed: Feed, outcome: Outcome, after: FeedState, done: Committed | None = None, reason: str | None = None
) -> Polled:
    """The report on a feed that was asked; `reason` is why it failed, `done` what was stored."""
    new, matched = (done.new, done.matched) if done else (0, 0)
    kind = Fetched.FAILED if reason else outcome.kind
    return Polled(feed.name, _shown(feed.url), str(kind), new, matched, after.next_check, reason, outcome.cause)
