"""`bluehelm poll --once`: one round over the due feeds, for cron jobs and for measuring from outside."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import config_option, end_damaged, fail, file_or_exit, transports_or_exit, usable
from bot.delivery.transport import Transport
from bot.language import N_, _, plural, plural_forms
from config.schema import Settings
from config.sentence import apart
from feeds import catalog
from feeds.intake import Polled
from feeds.model import Feed
from feeds.store import StoreError
from feeds.store.db.lock import LockedError
from feeds.store.db.thread import TooLong, TooMany
from feeds.worker.process import SetupError, StartError

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 20.0
_MOST_SECONDS = 300.0
_LOOK_SECONDS = 0.1


@click.command()
@click.option("--once", is_flag=True, help=N_("One round, then end (`bluehelm run` keeps polling)."))
@click.option("--feeds", type=click.Path(dir_okay=False, path_type=Path), help=N_("The catalogue (TOML) to poll."))
@click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help=N_("The database to fill."))
@click.option(
    "--deliver", is_flag=True, help=N_("Also send what waits, to Discord or to this terminal (standard error).")
)
@config_option
def poll(*, once: bool, feeds: Path | None, db: Path | None, deliver: bool, config_file: Path | None) -> None:
    """Look at every due feed once, store and queue; print one JSON object a feed.

    Exit 0 even when feeds fail, 2 for a mistake in the configuration, 1 when the database can't be used, or what a feed
    brought can't be stored.
    """
    if not once:
        fail(_("say --once for one round; `bluehelm run` keeps polling"))
    chosen = {name: value for name, value in (("feeds", feeds), ("database", db)) if value is not None}
    read = file_or_exit(config_file)
    settings = read.usable.model_copy(update=chosen)
    try:
        transports_or_exit(read)
        listed = catalog.load_catalog(settings.feeds)
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    try:
        with usable(settings.database):
            polled = asyncio.run(_round(settings, listed, deliver=deliver))
    except SetupError as error:
        fail(*apart(str(error)))
    except (LockedError, StartError, StoreError) as error:
        fail(str(error), status=1)
    if polled.damaged:
        end_damaged(settings.database)
    if polled.feeds is None:
        fail(_("{database}: cannot be written; nothing was polled").format(database=settings.database), status=1)
    if polled.unstored:
        forms = plural_forms(
            "{database}: what {n} feed brought could not be stored; it is asked again the next time",
            "{database}: what {n} feeds brought could not be stored; they are asked again the next time",
        )
        fail(plural(*forms, polled.unstored, database=settings.database), status=1)


@dataclass(frozen=True, slots=True)
class _Round:
    """What came of a round: the feeds that were asked, None without a database, and of how many nothing was stored."""

    feeds: tuple[Polled, ...] | None
    unstored: int
    damaged: bool


async def _round(settings: Settings, feeds: Sequence[Feed], *, deliver: bool) -> _Round:
    from bot.app import App, watch_folders  # noqa: PLC0415 - the whole bot: only once the arguments are right

    async with App(settings, feeds, watch_folders(settings), transports=_transports(deliver), once=True) as app:
        await app.catalog.refresh()
        polled = await app.poller.tick()
        order = {feed.name: number for number, feed in enumerate(feeds)}
        for one in sorted(polled or (), key=lambda one: order.get(one.feed, len(order))):
            click.echo(json.dumps(_row(one), ensure_ascii=False))
        if deliver:
            await deliver_once(app)
        await app.copyist.idle()
    return _Round(polled, app.poller.unstored, app.store.damaged.is_set())


def _transports(deliver: bool) -> Sequence[Transport]:
    """This terminal's standard error stands for the terminal: standard output holds the JSON."""
    from bot.console.paper import paper  # noqa: PLC0415
    from bot.console.transport import Terminal  # noqa: PLC0415

    return [Terminal(paper(sys.stderr))] if deliver else []


async def deliver_once(app: App) -> None:
    """Do what the agenda has for now and send everything that is due, within five minutes; what has to wait longer
    waits in the outbox."""
    await app.keep_agenda()
    app.connect()
    await _connected(app)
    work = asyncio.create_task(app.courier.run(), name="courier")
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            while not await app.store.run(lambda opened: opened.outbox.idle(app.clock())):  # noqa: ASYNC110 - a table has no event
                await asyncio.sleep(_LOOK_SECONDS)
            await _tell(app)
    except TimeoutError:
        log.warning("some deliveries could not be sent within %g s; they wait for the next time", _MOST_SECONDS)
    finally:
        await app.courier.close()
        await work


async def _tell(app: App) -> None:
    """Tell members of what they follow, behind the alerts."""
    try:
        await app.teller.round()
    except (sqlite3.OperationalError, TooLong, TooMany) as error:
        log.warning("follows wait for the next time (%s)", error)


async def _connected(app: App) -> None:
    """Wait for the transports to come up, but not for ever."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            while not all(one.connected for one in app.transports.values()):  # noqa: ASYNC110 - each has its own sign
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        late = ", ".join(name for name, one in app.transports.items() if not one.connected)
        log.warning("no answer within %g s: %s", _CONNECT_SECONDS, late)


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
