"""Feeds that were read on trial and wait for a yes: in memory, for a quarter of an hour, a few a server."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from feeds.discovery.model import FeedSeen

_KEPT = timedelta(minutes=15)
_MOST, _MOST_OF_SERVER = 200, 5


@dataclass(frozen=True, slots=True)
class _Waiting:
    seen: FeedSeen
    until: datetime


class Trials:
    """What waits, by server and by a code that stands for the address, which a button could not hold."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[str, str], _Waiting] = OrderedDict()

    def keep(self, server: str, asked: str, seen: FeedSeen, now: datetime) -> str:
        """Remember what was read at an address; returns its code, the same for the same address."""
        code = code_of(asked)
        self._waiting.pop((server, code), None)
        own = [key for key in self._waiting if key[0] == server]
        for key in own[: max(len(own) + 1 - _MOST_OF_SERVER, 0)]:
            del self._waiting[key]
        self._waiting[server, code] = _Waiting(seen, now + _KEPT)
        if len(self._waiting) > _MOST:
            self._waiting.popitem(last=False)
        return code

    def take(self, server: str, asked: str, now: datetime) -> FeedSeen | None:
        """What waits under a code ("#k3f9a1") or an address, once; None where that is too long ago, or never was."""
        code = asked.removeprefix("#") if asked.startswith("#") else code_of(asked)
        found = self._waiting.pop((server, code.casefold()), None)
        return found.seen if found and found.until > now else None


def code_of(address: str) -> str:
    """Six signs that stand for an address in a message."""
    return blake2b(address.encode("utf-8", "replace"), digest_size=3).hexdigest()
