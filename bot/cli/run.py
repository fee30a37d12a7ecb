"""`bluehelm run`: production."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from pathlib import Path

import click

from bot import logs
from bot.app import App, watch_folders
from bot.checks import doubts
from bot.cli.options import config_option, end_damaged, fail, file_or_exit, transports_or_exit, usable
from bot.console.prompt import at_terminal, talk
from bot.console.transport import Terminal
from bot.language import _, translated
from bot.transports import chosen
from config.schema import Settings
from config.sentence import apart
from feeds import catalog
from feeds.model import Feed
from feeds.store import StoreError
from feeds.store.db.lock import LockedError
from feeds.worker.memory import one_heap
from feeds.worker.process import SetupError, StartError


@click.command()
@config_option
def run(config_file: Path | None) -> None:
    """Watch the feeds and post: to Discord when a token is configured, else to this terminal."""
    read = file_or_exit(config_file)
    settings = read.usable
    logs.configure(settings.log_level)
    transports_or_exit(read)
    try:
        feeds = catalog.load_catalog(settings.feeds)
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    for doubt in doubts(read):
        click.echo(_("warning: {mistake}").format(mistake=translated(str(doubt))), err=True)
    one_heap()
    try:
        with usable(settings.database):
            damaged = asyncio.run(_serve(settings, feeds))
            if damaged:
                end_damaged(settings.database)
    except SetupError as error:
        fail(*apart(str(error)))
    except (LockedError, StartError, StoreError, ValueError) as error:
        fail(str(error), status=1)
    except OSError as error:
        fail(_("cannot start: {error}").format(error=error), status=1)


async def _serve(settings: Settings, feeds: Sequence[Feed]) -> bool:
    """Run until somebody stops it, or the database proves damaged: then True."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for spec in chosen(settings):
        click.echo(spec.greeting(settings), err=True)
    async with App(settings, feeds, watch_folders(settings)) as app:
        terminal = app.transports.get(Terminal.name)
        talking = asyncio.create_task(_talk(app, terminal, stop)) if isinstance(terminal, Terminal) else None
        await _first_of(stop, app.store.damaged)
        if talking is not None:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
    return app.store.damaged.is_set()


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(one.wait()) for one in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


async def _talk(app: App, terminal: Terminal, stop: asyncio.Event) -> None:
    """The prompt beside the alerts; the program ends with it, unless there was nobody at it from the start."""
    with contextlib.suppress(asyncio.CancelledError):
        if await talk(app.desk, terminal, at_terminal(app.settings)):
            stop.set()
