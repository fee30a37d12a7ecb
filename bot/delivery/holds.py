"""Channels that cannot be sent to: held with a word to the operators, probed, and taken up again by themselves."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.delivery.transport import Held, Transport
from bot.wording.notices import notice_logged
from feeds.model import Action, Cause, Channel, Notice, NoticeKind
from feeds.store import Store
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

PROBE_SECONDS = 60.0
LOOKS_A_PROBE = 20  # what is new is looked at so much more often: until its transport has come up
_TOLD = "trouble_told:"
TRY_ANYWAY = 30  # probes; what a place says of itself may be wrong


class Holds:
    """Holds and releases channels. A trouble is announced once, until something was posted to the channel again."""

    def __init__(self, store: StoreThread, transports: Mapping[str, Transport], clock: Callable[[], datetime]) -> None:
        self._store, self._transports, self._clock = store, transports, clock
        self._announced: set[str] = set()
        self._looked_at: set[str] = set()
        self._doubtful: set[str] = set()
        self._refused: Counter[str] = Counter()
        self._stirred: dict[str, int] = {}
        self._logged: set[str] = set()

    async def hold(self, name: str, reason: Cause) -> None:
        """Send nothing to the channel until it is mended. Its configuration and its outbox stay as they are."""
        now = self._clock()
        tell = name not in self._announced
        notice = Notice(NoticeKind.CHANNEL_HELD, {"channel": name}, reason)
        told = await self._store.run(lambda store: _hold(store, name, reason, notice if tell else None, now))
        self._announced.add(name)
        if told:
            log.warning(notice_logged(notice))

    async def mended(self, name: str) -> None:
        """Something was posted to the channel: say so when it had been held."""
        self._refused.pop(name, None)
        if name in self._announced:
            self._announced.discard(name)
            await self._store.run(lambda store: store.meta.put(_TOLD + name, ""))
            await self._tell(Notice(NoticeKind.CHANNEL_MENDED, {"channel": name}), name)

    async def watch(self) -> None:
        """Probe every minute for as long as the task lives; sooner what could not be looked at yet."""
        for looks in itertools.count():
            try:
                await self.probe(new_only=looks % LOOKS_A_PROBE > 0)
            except Exception as error:
                log.warning("the channels could not be probed (%s: %s)", type(error).__name__, error)
            await asyncio.sleep(PROBE_SECONDS / LOOKS_A_PROBE)

    async def probe(self, *, new_only: bool = False) -> None:
        """Release the held channels that can be sent to; look at each other one once, better now than in an alarm, and
        again at those of which something is to be mended."""
        channels = await self._store.run(lambda store: store.channels.all())
        self._forget_looks(channels)
        for channel in channels:
            transport = self._transports.get(channel.transport)
            if transport is None or not transport.connected or channel.gone:
                continue  # a server is released when we are in it again
            if channel.held is not None:
                if not new_only:
                    await self._try_release(channel, transport)
            elif channel.name not in self._looked_at | self._announced or (
                channel.name in self._doubtful and not new_only
            ):
                await self._look_at(channel, transport)

    def _forget_looks(self, channels: Iterable[Channel]) -> None:
        """Look anew where a transport heard that rights may have changed."""
        stirred = {name for name, one in self._transports.items() if one.stirred != self._stirred.get(name, 0)}
        self._stirred |= {name: self._transports[name].stirred for name in stirred}
        self._looked_at -= {one.name for one in channels if one.transport in stirred}

    async def _try_release(self, channel: Channel, transport: Transport) -> None:
        name = channel.name
        self._announced.add(name)
        self._refused[name] += 1
        if await transport.probe(channel) is None or self._refused[name] % TRY_ANYWAY == 0:
            await self._store.run(lambda store: store.channels.release(name))

    async def _look_at(self, channel: Channel, transport: Transport) -> None:
        """Say what would not work, each thing once; a log that begins has it again."""
        name, found = channel.name, await self._found(channel, transport)
        if found is None:
            return
        known = await self._store.run(lambda store: store.channels.doubts(name))
        if any(kind is NoticeKind.CHANNEL_DOUBTFUL for kind, _ in found):
            self._announced.add(name)
        elif name not in self._announced:
            await self._store.run(lambda store: store.meta.put(_TOLD + name, ""))
        for kind, why in found:
            notice, grave = Notice(kind, {"channel": name}, why), kind is NoticeKind.CHANNEL_DOUBTFUL
            told = await self._tell(notice, name, once=grave) if grave or why not in known else False
            if not told and name not in self._logged:
                log.warning(notice_logged(notice))
        doubts = [why for _, why in found]
        if tuple(doubts) != known:
            await self._store.run(lambda store: store.channels.doubt(name, doubts))
        self._looked_at.add(name)
        self._logged.add(name)
        (self._doubtful.add if doubts else self._doubtful.discard)(name)

    async def _found(self, channel: Channel, transport: Transport) -> list[tuple[NoticeKind, Cause]] | None:
        """What would not work in a channel; None when that cannot be told now."""
        answer = await transport.probe(channel)
        if isinstance(answer, Held):
            return [(NoticeKind.CHANNEL_DOUBTFUL, answer.reason)]
        wishes = await self._store.run(lambda store: store.subscriptions.of_channel(channel.name))
        if not wishes and answer is None:  # the operators' lines need no more
            return []
        roles = dict.fromkeys(one.role for one in wishes if one.role and Action.PING in dict(one.actions).values())
        lesser = await transport.examine(channel, list(roles)) if answer is None else None
        return None if lesser is None else [(NoticeKind.CHANNEL_LACKS, why) for why in lesser]

    async def _tell(self, notice: Notice, name: str, *, once: bool = False) -> bool:
        """Log it and tell the operators, elsewhere than in the channel that it is about; at most `once` a trouble.
        Whether they were told."""
        now = self._clock()
        told = await self._store.run(lambda store: _told_now(store, notice, name, now, once=once))
        if told:
            log.warning(notice_logged(notice))
        return told


def _hold(store: Store, name: str, reason: Cause, notice: Notice | None, now: datetime) -> bool:
    """Hold the channel; queue the notice unless it was held already or its trouble told. True when it was queued."""
    channel = store.channels.named(name)
    known = channel is None or channel.held is not None
    store.channels.hold(name, reason)
    return notice is not None and not known and _told_now(store, notice, name, now, once=True)


def _told_now(store: Store, notice: Notice, name: str, now: datetime, *, once: bool) -> bool:
    """Queue a notice; of a trouble that is told `once` not again, whoever met it first, a look or a delivery."""
    if once and store.meta.get(_TOLD + name):
        return False
    if once:
        store.meta.put(_TOLD + name, "1")
    store.outbox.notice(notice, now, about=name)
    return True
