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
from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.console.prompt import talk
from bot.console.transport import Terminal
from bot.desk import Asker
from config.schema import Settings
from feeds import catalog
from feeds.model import Feed
from feeds.store import StoreError
from feeds.store.db.lock import LockedError
from feeds.worker.memory import one_heap
from feeds.worker.process import SetupError

_HERE = Asker("terminal", "you", manager=True, transport="terminal", target="terminal")


@click.command()
@config_option
def run(config_file: Path | None) -> None:
    """Watch the feeds and post: to Discord when a token is configured, else to this terminal."""
    settings = settings_or_exit(config_file)
    logs.configure(settings.log_level)
    try:
        feeds = catalog.load_catalog(settings.feeds)
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    one_heap()
    try:
        with usable(settings.database):
            asyncio.run(_serve(settings, feeds))
    except SetupError as error:
        fail(*str(error).splitlines())
    except (LockedError, StoreError, ValueError) as error:
        fail(str(error), status=1)
    except OSError as error:
        fail(f"cannot start: {error}", status=1)


async def _serve(settings: Settings, feeds: Sequence[Feed]) -> None:
    terminal = None if settings.discord.token else Terminal()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    click.echo(_greeting(settings, terminal), err=True)
    async with App(settings, feeds, watch_folders(settings), terminal=terminal) as app:
        talking = None
        if terminal is not None:
            talking = asyncio.create_task(_talk(app, terminal, stop))
        await stop.wait()
        if talking is not None:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)


def _greeting(settings: Settings, terminal: Terminal | None) -> str:
    if terminal is None:
        told = len({one.id for one in settings.channel if one.transport == "discord"})
        where = f"{told} configured channel(s)" if told else "no channel yet: a manager subscribes one with !subscribe"
        return f"Posting to Discord, {where}."
    return "No Discord token: alerts appear in this terminal. Ask with !latest, !search <words>, !help; !quit ends."


async def _talk(app: App, terminal: Terminal, stop: asyncio.Event) -> None:
    """The prompt beside the alerts; the program ends with it, unless there was nobody at it from the start."""
    with contextlib.suppress(asyncio.CancelledError):
        if await talk(app.desk, terminal, _HERE, app.settings.discord.prefix):
            stop.set()
