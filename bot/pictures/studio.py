"""The house's end of drawing: one short process at a time, pictures kept for minutes, members held to a pace."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

import bot
from bot.pictures.model import Picture, as_values

log = logging.getLogger(__name__)

_ROOT = Path(bot.__file__).parents[1]
# What a process needs of the environment; secrets are not among it.
_NEEDED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "HOME", "SYSTEMROOT")
# Seconds that a process may take, and the bytes of a picture and of what is asked for.
PATIENCE_SECONDS, MOST_PNG_BYTES, MOST_ASKED_BYTES = 20.0, 4_000_000, 500_000
_KEPT_FOR, _KEPT = timedelta(minutes=10), 12
# Pictures that may be waited for at once, by everybody.
_QUEUE = 4
# A member may have so many drawn within a while: a map and a chart, say.
_BURST, PACE_SECONDS = 2, 20.0
_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class Undrawn:
    """There is no picture: "cooling" says that the member asks again too soon, for which to wait so many `seconds`;
    "busy" that too many wait; "failed" that it took or was too much."""

    why: str
    seconds: int = 0


class Studio:
    """Draws pictures with `draw`, which gives a PNG or None. `seconds` counts those that pass for members, whatever the
    time is said to be: a demo's stands still."""

    def __init__(
        self,
        draw: Callable[[bytes], Awaitable[bytes | None]] | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._draw, self._seconds = draw or draw_apart, seconds
        self._lane = asyncio.Semaphore(1)
        self._waiting = 0
        self._made: OrderedDict[bytes, tuple[datetime, bytes]] = OrderedDict()
        self._asked: OrderedDict[str, list[float]] = OrderedDict()

    async def png(self, picture: Picture, member: str, now: datetime) -> bytes | Undrawn:
        """The picture as a PNG; one that was drawn in the last ten minutes costs nothing, and does not count."""
        asked = json.dumps(as_values(picture)).encode()
        key = hashlib.sha256(asked).digest()
        if kept := self._kept(key, now):
            return kept
        if wait := self._pause(member):
            return Undrawn("cooling", wait)
        if self._waiting >= _QUEUE:
            return Undrawn("busy")
        self._asked.setdefault(member, []).append(self._seconds())
        return await self._turn(asked, key, now)

    async def _turn(self, asked: bytes, key: bytes, now: datetime) -> bytes | Undrawn:
        self._waiting += 1
        try:
            async with self._lane:
                drawn = self._kept(key, now) or (await self._draw(asked) if len(asked) <= MOST_ASKED_BYTES else None)
        finally:
            self._waiting -= 1
        if drawn is None:
            return Undrawn("failed")
        self._keep(key, drawn, now)
        return drawn

    def _kept(self, key: bytes, now: datetime) -> bytes | None:
        at, png = self._made.get(key, (now, None))
        return png if abs(now - at) < _KEPT_FOR else None

    def _keep(self, key: bytes, png: bytes, now: datetime) -> None:
        self._made[key] = (now, png)
        for old in [one for one, (at, _) in self._made.items() if abs(now - at) >= _KEPT_FOR]:
            del self._made[old]
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)

    def _pause(self, member: str) -> int:
        """The seconds until a member may ask for another; 0 for now."""
        now = self._seconds()
        recent = [at for at in self._asked.pop(member, []) if now - at < PACE_SECONDS][-_BURST:]
        self._asked[member] = recent
        while len(self._asked) > _MEMBERS:
            self._asked.popitem(last=False)
        return max(1, ceil(PACE_SECONDS - (now - recent[0]))) if len(recent) == _BURST else 0


async def draw_apart(asked: bytes) -> bytes | None:
    """Draw in a process of its own, which is ended when it takes too long; None when it gives no picture."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "bot.pictures",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: os.environ[name] for name in _NEEDED if name in os.environ} | {"PYTHONPATH": str(_ROOT)},
    )
    try:
        png, said = await asyncio.wait_for(process.communicate(asked), PATIENCE_SECONDS)
    except TimeoutError:
        log.warning("a picture took more than %.0f s", PATIENCE_SECONDS)
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode or not 0 < len(png) <= MOST_PNG_BYTES:
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        log.warning("a picture failed (status %s, %d bytes): %s", process.returncode, len(png), "".join(last))
        return None
    return png
