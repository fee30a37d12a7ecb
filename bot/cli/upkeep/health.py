"""`bluehelm health`: is the scheduler of the program on this database alive?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.health import ailment
from feeds.store import Store, StoreError


@click.command()
@config_option
def health(config_file: Path | None) -> None:
    """Exit 0 while the scheduler ticks, 1 when it does not: reads the age of the last tick from the database."""
    settings = settings_or_exit(config_file)
    try:
        with usable(settings.database), Store(settings.database, read_only=True) as store:
            reason = ailment(store.days.last_tick(), datetime.now(UTC), settings.poll.tick_seconds)
    except StoreError as error:
        fail(str(error), status=1)
    if reason:
        fail(reason, status=1)
    click.echo("ok")
