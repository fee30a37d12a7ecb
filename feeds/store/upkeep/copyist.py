"""Makes the planned copies on a thread of their own, beside the bot, and tells the operators where one fails."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from datetime import datetime
from pathlib import Path

from feeds.model import Notice, NoticeKind
from feeds.store.db.thread import StoreThread
from feeds.store.upkeep.backups import BackupError, back_up, prune
from feeds.store.upkeep.shelf import Copy

log = logging.getLogger(__name__)


class Copyist:
    """One copy at a time; `begin` starts it and returns at once, `close` ends what is under way within a second."""

    def __init__(self, database: Path, store: StoreThread) -> None:
        self._database, self._store = database, store
        self._stopped = threading.Event()
        self._work: asyncio.Task[None] | None = None

    def begin(self, now: datetime) -> None:
        """Make a copy whose time is `now`, unless one is being made."""
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._copy(now), name="copy")

    async def close(self) -> None:
        """Give up the copy in hand, of which nothing stays."""
        self._stopped.set()
        await self.idle()

    async def idle(self) -> None:
        """Wait for the copy in hand."""
        if self._work is not None:
            await asyncio.gather(self._work, return_exceptions=True)

    async def _copy(self, now: datetime) -> None:
        try:
            made = await asyncio.to_thread(self._made, now)
            log.info("the archive was copied to %s", made.path)
            await self._store.run(lambda store: store.meta.put("checked", now.isoformat()))
        except BackupError as error:
            if error.problem != "stopped":
                await self._tell(Notice(NoticeKind.BACKUP_FAILED, {"problem": error.problem, **error.args_of}), now)
        except sqlite3.OperationalError as error:
            log.warning("that the archive was copied is not noted (%s)", error)
        except Exception:
            log.exception("the copy of the archive met a fault of ours")

    def _made(self, now: datetime) -> Copy:
        made = back_up(self._database, now, stopped=self._stopped.is_set)
        prune(self._database, now)
        return made

    async def _tell(self, failed: Notice, now: datetime) -> None:
        log.warning("%s", failed)
        try:
            await self._store.run(lambda store: store.outbox.notice(failed, now))
        except sqlite3.OperationalError as error:
            log.warning("the operators could not be told (%s)", error)
