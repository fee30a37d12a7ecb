"""`bluehelm poll --once`: one round over the due feeds, for cron jobs and for measuring from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import click

from bot.cli.options import config_option, fail, settings_or_exit, usable
from config.schema import Settings
from feeds import catalog
from feeds.intake import Polled
from feeds.model import Feed
from feeds.store import StoreError
from feeds.store.db.lock import LockedError
from feeds.worker.process import SetupError


@click.command()
@click.option("--once", is_flag=True, help="One round, then end (`bluehelm run` keeps polling).")
@click.option("--feeds", type=click.Path(dir_okay=False, path_type=Path), help="The catalogue (TOML) to poll.")
@click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help="The database to fill.")
@click.option("--deliver", is_flag=True, help="Also send what waits, to Discord or to this terminal (standard error).")
@config_option
def poll(*, once: bool, feeds: Path | None, db: Path | None, deliver: bool, config_file: Path | None) -> None:
    """Look at every due feed once, store and queue; print one JSON object a feed.

    Exit 0 even when feeds fail, 2 for a mistake in the configuration, 1 when the database can't be used.
    """
    if not once:
        fail("say --once for one round; `bluehelm run` keeps polling")
    chosen = {name: value for name, value in (("feeds", feeds), ("database", db)) if value is not None}
    settings = settings_or_exit(config_file).model_copy(update=chosen)
    try:
        listed = catalog.load_catalog(settings.feeds)
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    try:
        with usable(settings.database):
            polled = asyncio.run(_round(settings, listed, deliver=deliver))
    except SetupError as error:
        fail(*str(error).splitlines())
    except (LockedError, StoreError) as error:
        fail(str(error), status=1)
    if polled is None:
        fail(f"{settings.database}: cannot be written; nothing was polled", status=1)


async def _round(settings: Settings, feeds: Sequence[Feed], *, deliver: bool) -> tuple[Polled, ...] | None:
    from bot.app import utc_now, watch_folders  # noqa: PLC0415 - once the arguments are right
    from bot.delivery.destinations import destinations  # noqa: PLC0415
    from feeds.poll import Poller  # noqa: PLC0415
    from feeds.store import Store  # noqa: PLC0415
    from feeds.store.db.lock import lock  # noqa: PLC0415
    from feeds.store.thread import StoreThread  # noqa: PLC0415
    from feeds.web.article import Articles  # noqa: PLC0415
    from feeds.web.fetch import Fetcher  # noqa: PLC0415
    from feeds.worker.jobs import Setup  # noqa: PLC0415
    from feeds.worker.pool import Pool  # noqa: PLC0415
    from feeds.worker.reader import Reader, RemoteWatch  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(Pool(Setup(tuple(map(str, watch_folders(settings))))))
        titles = await pool.ready()
        stack.enter_context(lock(settings.database))
        store = await stack.enter_async_context(StoreThread(lambda: Store(settings.database)))
        await store.run(lambda opened: opened.subscriptions.configure(destinations(settings), utc_now()))
        async with Fetcher(settings.poll, [feed.url for feed in feeds]) as fetcher:
            reader = Reader(pool, Articles(fetcher) if settings.poll.read_articles else None)
            polled = await Poller(feeds, store, fetcher, reader, settings.poll, clock=utc_now).tick()
        order = {feed.name: number for number, feed in enumerate(feeds)}
        for one in sorted(polled or (), key=lambda one: order[one.feed]):
            click.echo(json.dumps(_row(one), ensure_ascii=False))
        if deliver:
            from bot.once import deliver_once  # noqa: PLC0415

            watches = [RemoteWatch(name, title, reader) for name, title in titles]
            await deliver_once(settings, store, watches, utc_now)
    return polled


def _row(one: Polled) -> dict[str, object]:
    return {
        "name": one.feed,
        "url": one.url,
        "outcome": one.outcome,
        "new": one.new,
        "matched": one.matched,
        "next_check": one.next_check.isoformat(timespec="seconds") if one.next_check else None,
        "reason": one.reason,
    }
