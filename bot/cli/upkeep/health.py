"""`bluehelm health`: does the program on this database do its work?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.health import ailments
from feeds.store import Store, StoreError


@click.command()
@config_option
def health(config_file: Path | None) -> None:
    """Exit 0 while the bot works, 1 when it does not: that it ticks, that feeds are read, that what waits goes out."""
    settings = settings_or_exit(config_file)
    try:
        with usable(settings.database), Store(settings.database, read_only=True) as store:
            now = datetime.now(UTC)
            reasons = list(ailments(store.clocks.pulse(now), now, settings.poll.tick_seconds))
    except StoreError as error:
        fail(str(error), status=1)
    if reasons:
        fail("\n".join(reasons), status=1)
    click.echo("ok")
