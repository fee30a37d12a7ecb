"""`bluehelm check`: every mistake of the configuration at once, and what will not work, without connecting anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from bot.checks import mistakes_in, warnings_in
from bot.cli.options import MISTAKE, config_option, read_here
from bot.transports import chosen
from config.load import SettingsFile
from config.mistakes import Mistake, by_line
from config.schema import Settings
from feeds.catalog import CatalogError
from feeds.catalog import load_catalog as load_feeds
from seeds.watch import watch_mistakes


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")
@config_option
def check(*, config_file: Path | None, as_json: bool) -> None:
    """Name every mistake in the configuration with file, line and key, and warn of what will not work.

    Nothing is connected to. Exit 0 when there is no mistake, warnings or not, else 2.
    """
    read = read_here(config_file)
    mistakes = [*by_line((*read.mistakes, *mistakes_in(read))), *_in_files(read)]
    spoilt = {_table(one) for one in mistakes}  # what was left out there is not missed as well
    warnings = [one for one in warnings_in(read) if _table(one) not in spoilt]
    _print(mistakes, warnings, as_json=as_json)
    if mistakes:
        raise SystemExit(MISTAKE)
    if not as_json:
        click.echo(_summary(read.usable, "can be used, with these warnings" if warnings else "is fine"))


def _print(mistakes: Iterable[Mistake], warnings: Iterable[Mistake], *, as_json: bool) -> None:
    for level, one in (*(("mistake", one) for one in mistakes), *(("warning", one) for one in warnings)):
        if as_json:
            click.echo(json.dumps({"level": level, **asdict(one)}, ensure_ascii=False))
        else:
            click.echo(f"warning: {one}" if level == "warning" else str(one), err=True)


def _table(mistake: Mistake) -> str:
    """The table of the file's top that a mistake is in."""
    return re.split(r"[.\[]", mistake.key)[0]


def _in_files(read: SettingsFile) -> Iterator[Mistake]:
    """What is wrong in the catalogue and in the watches' folders, as far as the settings say where these are."""
    if read.settings is not None and read.sound("feeds"):
        try:
            load_feeds(read.settings.feeds)
        except CatalogError as error:
            yield from error.found
    if read.settings is not None and read.sound("watches"):
        named = [watch.name for at, watch in enumerate(read.settings.watch) if read.sound(f"watch[{at + 1}].name")]
        for name in dict.fromkeys(named):
            yield from (Mistake("", "", line) for line in watch_mistakes(read.settings.watches / name))


def _summary(settings: Settings, verdict: str) -> str:
    feeds = load_feeds(settings.feeds)
    on = sum(feed.enabled for feed in feeds)
    watches = ", ".join(watch.name for watch in settings.watch if watch.enabled)
    place = " and ".join(spec.place for spec in chosen(settings))
    return f"The configuration {verdict}: {on} of {len(feeds)} feeds on, watching {watches}, telling {place}."
