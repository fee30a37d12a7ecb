"""The desk over the archive as it stands, without the bot around it: what the commands of a shell ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.app import utc_now, watch_folders
from bot.desk import Desk
from config.schema import Settings
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.watching.kept import kept_changes
from feeds.watching.live import LiveWatches, watches_setup
from feeds.worker.pool import Pool
from feeds.worker.reader import Reader


@asynccontextmanager
async def reading(settings: Settings, *, writing: bool = False) -> AsyncIterator[tuple[Desk, StoreThread]]:
    """The desk and the archive as it stands, also while the bot runs: it answers and changes nothing, unless it is for
    `writing`; then the archive must be there and of this version all the same.

    Raises StoreError when there is no archive, or none that can be read, and SetupError when a watch can't be used.
    """
    async with AsyncExitStack() as stack:
        listed, kept = watch_folders(settings), kept_changes(settings.database)
        pool = await stack.enter_async_context(Pool(watches_setup(listed, settings.watches, kept)))
        if writing:
            Store(settings.database, read_only=True).close()  # neither made nor upgraded from here
        store = await stack.enter_async_context(StoreThread(lambda: Store(settings.database, read_only=not writing)))
        watching = LiveWatches(listed, settings.watches, kept, pool, Reader(pool), store)
        await watching.begin()
        yield Desk(store, watching.watches, settings, utc_now, watching=watching), store
