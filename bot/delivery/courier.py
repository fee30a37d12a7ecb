"""The outbox worker: takes due deliveries, shows them through their channel's transport, records what came of it.

A row is marked before it is tried and settled only when the other side has answered. So a row that was left
half-sent, or whose last attempt failed, may already have arrived: its mark is looked for before it is sent again. What
the database may have lost is looked for as well (`bot.delivery.standing`).
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.delivery.attempt import Subject, show, show_again
from bot.delivery.backoff import pause
from bot.delivery.holds import Holds
from bot.delivery.ledger import EDIT_PACE, UNKNOWN_FOR, keep_true, note_adopting, note_result, note_trying, subject_of
from bot.delivery.outages import Outages
from bot.delivery.standing.places import READ_AGAIN_FOR
from bot.delivery.standing.recognition import said_whole
from bot.delivery.standing.unknowns import Unknowns
from bot.delivery.standing.words import Reads
from bot.delivery.transport import Held, Posted, Rejected, Retry, SendResult, Sent, Transport
from bot.wording.causes import cause_logged
from feeds.model import Cause, CauseKind, Channel, Delivery
from feeds.store import Store
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 50  # deliveries that are taken at once
ATTEMPT_SECONDS = 90.0
GRACE_SECONDS = 2.0
STOPPED = Retry(Cause(CauseKind.STOPPED), after=0.0)


class Courier:
    """Delivers until closed. `transports` by name; `chance` in 0..1 spreads retries; `idle` is seconds between looks;
    what stands is looked for as far back as the `oldest` news is told, and `reads` reads what it says.

    Deliveries of one channel go one after the other, in the order in which they were claimed; channels do not wait
    for each other.
    """

    def __init__(
        self,
        store: StoreThread,
        transports: Mapping[str, Transport],
        clock: Callable[[], datetime],
        *,
        chance: Callable[[], float] = random.random,
        idle: float = 1.0,
        oldest: timedelta = READ_AGAIN_FOR,
        reads: Reads | None = None,
    ) -> None:
        self._store, self._transports, self._clock = store, transports, clock
        self._chance, self._idle = chance, idle
        self._holds = Holds(store, transports, clock)
        self._outages = Outages(store, transports, clock, self.wake)
        self.standing = Unknowns(store, transports, oldest=oldest, reads=reads)
        self._closing, self._awake = asyncio.Event(), asyncio.Event()
        self._lanes: dict[str, deque[Delivery]] = {}
        self._walkers: dict[str, asyncio.Task[None]] = {}
        self._doubtful: set[str] = set()

    async def run(self) -> None:
        """Deliver until `close`; then give back what was not begun and wait a moment for what was."""
        await self._persist(self.standing.begin)
        await self._persist(self._recover)
        beside = (self._holds.watch(), self._outages.watch(), self.standing.watch())
        aside = (*beside, self._persist(self._keep_true))
        watching = [asyncio.create_task(one, name="beside the outbox") for one in aside]
        try:
            while not self._closing.is_set():
                await self._persist(self.deliver_due)
                await self._rest()
        finally:
            for task in watching:
                task.cancel()
            await self._drain()

    def caught_up(self) -> None:
        """All feeds were read once since the start."""
        self.standing.caught_up()

    def wake(self) -> None:
        """Look at once: something was just queued, or a transport has come up."""
        self._awake.set()

    async def close(self) -> None:
        """Ask `run` to end; it returns within a few seconds."""
        self._closing.set()
        self._awake.set()

    async def deliver_due(self) -> None:
        """Take what is due now into the channels' lanes; none for a channel that has not got through its last ones."""
        now, busy = self._clock(), [name for name, lane in self._lanes.items() if lane]
        for delivery in await self._store.run(lambda store: store.outbox.claim(now, BATCH, busy)):
            self._line_up(delivery)

    async def settled(self) -> None:
        """Wait until everything taken so far has been tried."""
        while self._walkers:
            await asyncio.wait(self._walkers.values())

    async def _recover(self) -> None:
        for delivery in await self._store.run(lambda store: store.outbox.half_sent()):
            log.info("delivery %s was left half-sent; looking whether it arrived", delivery.id)
            self._doubtful.add(delivery.id)
            self._line_up(delivery)

    async def _keep_true(self) -> None:
        """Compare the alerts whose story has changed with what they should show, and queue the edits, well apart."""
        now, edits = self._clock(), 0
        for channel, story in await self._store.run(lambda store: store.alerts.stale(now - UNKNOWN_FOR)):
            if self._closing.is_set():
                return
            later = edits * EDIT_PACE
            edits += await self._store.run(partial(keep_true, channel=channel, story=story, now=now, later=later))
        if edits:
            log.info("%d alerts did not show what they should; editing them", edits)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._idle):
                await self._awake.wait()
        except TimeoutError:
            pass
        self._awake.clear()

    async def _drain(self) -> None:
        """Let what was begun end; what is cut off stays marked, and the next start looks for it."""
        waiting = [delivery for lane in self._lanes.values() for delivery in lane]
        if self._walkers:
            await asyncio.wait(self._walkers.values(), timeout=GRACE_SECONDS)
        left = list(self._walkers.values())
        for walker in left:
            walker.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._persist(lambda: self._store.run(lambda store: _give_back(store, waiting, self._clock())))

    # a channel's lane

    def _line_up(self, delivery: Delivery) -> None:
        name = delivery.channel
        self._lanes.setdefault(name, deque()).append(delivery)
        if name not in self._walkers:
            self._walkers[name] = asyncio.create_task(self._walk(name), name=f"deliver to {name}")

    async def _walk(self, name: str) -> None:
        lane = self._lanes[name]
        try:
            while lane and not self._closing.is_set():
                await self._deliver(lane.popleft())
        finally:
            del self._walkers[name]

    async def _deliver(self, delivery: Delivery) -> None:
        result: SendResult
        transport: str | None = None
        try:
            subject = await self._when_connected(delivery)
            transport = subject.channel.transport if subject.channel else None
            async with asyncio.timeout(ATTEMPT_SECONDS):
                result = STOPPED if self._closing.is_set() else await self._attempt(delivery, subject)
        except TimeoutError:
            result = Retry(Cause(CauseKind.SLOW, {"seconds": round(ATTEMPT_SECONDS)}))
        except Exception:
            log.exception("delivery %s to %s met a fault of ours", delivery.id, delivery.channel)
            result = Retry(Cause(CauseKind.FAULT))
        await self._settle(delivery, result)
        await self._persist(lambda: self._learn(transport, delivery.id, result))

    async def _when_connected(self, delivery: Delivery) -> Subject:
        """What the delivery is about, as it is once its transport is connected (or we close)."""
        while True:
            subject = await self._store.run(lambda store: subject_of(store, delivery))
            transport = self._transports.get(subject.channel.transport) if subject.channel else None
            if transport is None or transport.connected or self._closing.is_set():
                return subject
            await asyncio.sleep(self._idle)

    # one attempt

    async def _attempt(self, delivery: Delivery, subject: Subject) -> SendResult:
        channel = subject.channel
        if channel is None:
            return Rejected(Cause(CauseKind.CHANNEL_UNKNOWN))
        if channel.held:
            return Held(channel.held)
        transport = self._transports.get(channel.transport)
        if transport is None:
            return Retry(Cause(CauseKind.NOT_RUNNING, {"transport": channel.transport}), 60.0)
        if delivery.kind in ("edit", "note", "escalation"):
            if subject.alert is None:
                return Rejected(Cause(CauseKind.ALERT_MISSING))
            message = delivery.message if delivery.again else subject.alert.message
            delivery = replace(delivery, message=message, thread=delivery.thread or subject.alert.thread)
        found = await self._found(transport, delivery, subject, channel)
        if found is not None:
            return found
        at = transport.now() or self._clock()
        await self._persist(lambda: self._store.run(lambda store: note_trying(store, delivery, subject, at)))
        return await show(transport, delivery, subject, channel, self._clock())

    async def _found(
        self, transport: Transport, delivery: Delivery, subject: Subject, channel: Channel
    ) -> SendResult | None:
        """What has come already, by an earlier try or one that the database knows nothing of."""
        stands = await self.standing.match(delivery, subject, channel)
        if isinstance(stands, Posted):
            return await self._adopt(transport, delivery, subject, channel, stands)
        if stands is None and self._may_have_arrived(delivery) and transport.capabilities.find:
            return await transport.find(delivery, channel)
        return stands

    async def _adopt(
        self, transport: Transport, delivery: Delivery, subject: Subject, channel: Channel, stands: Posted
    ) -> SendResult | None:
        """Take a message that stands for a delivery's; more than a line is brought up to date, an alert by an edit that
        is a row. None where it cannot be any more, so that it is sent."""
        if said_whole(delivery, subject, stands):
            return Sent(stands.message, stands.thread, stands.at)
        if delivery.kind == "alert" and subject.stories:
            await self._persist(lambda: self._store.run(lambda store: note_adopting(store, delivery, subject)))
            return Sent(stands.message, stands.thread, stands.at)
        there = replace(delivery, message=stands.message, thread=stands.thread)
        at = transport.now() or self._clock()
        await self._persist(lambda: self._store.run(lambda store: note_trying(store, delivery, subject, at)))
        result = await show_again(transport, there, subject, channel, self._clock())
        return None if isinstance(result, Rejected) else result

    def _may_have_arrived(self, delivery: Delivery) -> bool:
        tried = delivery.id in self._doubtful or delivery.reason is not None
        return tried and delivery.kind != "edit" and not delivery.again  # repeating an edit changes nothing

    # what came of it

    async def _settle(self, delivery: Delivery, result: SendResult) -> None:
        log.info("%s %s to %s: %s", delivery.kind, delivery.id, delivery.channel, _said(result))
        chance, now = self._chance(), self._clock()
        if isinstance(result, Held):
            await self._persist(lambda: self._holds.hold(delivery.channel, result.reason))
        await self._persist(lambda: self._store.run(lambda store: note_result(store, delivery, result, now, chance)))
        self._doubtful.discard(delivery.id)
        self.standing.settled(delivery.id, sent=isinstance(result, Sent))
        if isinstance(result, Sent):
            await self._persist(lambda: self._holds.mended(delivery.channel))
        if delivery.kind in ("edit", "note", "escalation"):
            self.wake()  # the next one of its thread, or what the edit held back, need not wait for the next look

    async def _learn(self, transport: str | None, delivery: str, result: SendResult) -> None:
        """Whether a transport is away, from how an attempt ended."""
        if transport is None:
            return
        if isinstance(result, Retry) and result.reason.outage:
            self._outages.failed(transport, delivery)
        elif isinstance(result, Sent):
            await self._outages.worked(transport, delivery)

    async def _persist(self, act: Callable[[], Awaitable[T]]) -> T | None:
        """Do what needs the database, again and again while that is locked or its disk is full; None when we close."""
        failures = 0
        while True:
            try:
                return await act()
            except sqlite3.OperationalError as error:
                failures += 1
                log.error("the outbox cannot be kept (%s); trying again", error)
                if self._closing.is_set():
                    return None
                await asyncio.sleep(pause(failures, self._chance()))
            except Exception:
                log.exception("the outbox met a fault of ours")
                return None


def _give_back(store: Store, waiting: Sequence[Delivery], now: datetime) -> None:
    for delivery in waiting:
        store.outbox.retry(delivery.id, now, STOPPED.reason)


def _said(result: SendResult) -> str:
    match result:
        case Sent(message):
            return f"sent as {message}"
        case Retry(reason):
            return f"to be tried again: {cause_logged(reason)}"
        case Held(reason):
            return f"held: {cause_logged(reason)}"
        case Rejected(reason):
            return f"given up: {cause_logged(reason)}"
