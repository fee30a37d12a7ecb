"""`bluehelm poll --once`: one round over the due feeds, for cron jobs and for measuring from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.options import config_option, fail, settings_or_exit, usable
from config.schema import Settings
from feeds import catalog
from feeds.model import Feed
from feeds.poll import Polled
from feeds.store import StoreError
from feeds.store.db.lock import LockedError
from seeds.watch import Watch, WatchError


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
        from bot.app import load_watches  # noqa: PLC0415 - the whole bot: only once the arguments are right

        listed, watches = catalog.load_catalog(settings.feeds), load_watches(settings)
    except (catalog.CatalogError, WatchError) as error:
        fail(*str(error).splitlines())
    try:
        with usable(settings.database):
            polled = asyncio.run(_round(settings, listed, watches, deliver=deliver))
    except (LockedError, StoreError) as error:
        fail(str(error), status=1)
    if polled is None:
        fail(f"{settings.database}: cannot be written; nothing was polled", status=1)


async def _round(
    settings: Settings, feeds: Sequence[Feed], watches: Sequence[Watch], *, deliver: bool
) -> tuple[Polled, ...] | None:
    from bot.app import utc_now  # noqa: PLC0415
    from bot.delivery.destinations import destinations  # noqa: PLC0415
    from feeds.poll import Poller  # noqa: PLC0415
    from feeds.store import Store  # noqa: PLC0415
    from feeds.store.db.lock import lock  # noqa: PLC0415
    from feeds.store.thread import StoreThread  # noqa: PLC0415
    from feeds.web.article import Articles  # noqa: PLC0415
    from feeds.web.fetch import Fetcher  # noqa: PLC0415

    with lock(settings.database):
        async with StoreThread(lambda: Store(settings.database)) as store:
            await store.run(lambda opened: opened.subscriptions.configure(destinations(settings), utc_now()))
            async with Fetcher(settings.poll, [feed.url for feed in feeds]) as fetcher:
                lead = Articles(fetcher) if settings.poll.read_articles else None
                poller = Poller(feeds, store, fetcher, watches, settings.poll, clock=utc_now, lead=lead)
                polled = await poller.tick()
            order = {feed.name: number for number, feed in enumerate(feeds)}
            for one in sorted(polled or (), key=lambda one: order[one.feed]):
                click.echo(json.dumps(_row(one), ensure_ascii=False))
            if deliver:
                from bot.once import deliver_once  # noqa: PLC0415

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
