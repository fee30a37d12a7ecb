"""`bluehelm check`: every mistake of the configuration at once, and what will not work, without connecting anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from bot.channels.overruled import notes_in
from bot.checkup.configuration import configuration
from bot.cli.options import MISTAKE, config_option, read_here
from bot.language import ENGLISH, N_, _, speaking, spoken, translated
from bot.transports import chosen
from bot.wording.formats import enumerated
from config.load import SettingsFile
from config.mistakes import Mistake
from config.schema import Settings
from feeds.catalog import load_catalog as load_feeds
from feeds.watching.kept import kept_changes, settings_now


@click.command()
@click.option("--json", "as_json", is_flag=True, help=N_("One JSON object a line on standard output."))
@config_option
def check(*, config_file: Path | None, as_json: bool) -> None:
    """Name every mistake in the configuration with file, line and key, warn of what will not work, and note where what
    was set in chat wins.

    Nothing is connected to. Exit 0 when there is no mistake, warnings or not, else 2.
    """
    with speaking(ENGLISH if as_json else spoken()):
        _look(read_here(config_file), as_json=as_json)


def _look(read: SettingsFile, *, as_json: bool) -> None:
    mistakes, warnings = configuration(read)
    notes = () if mistakes else notes_in(read)
    _print({"mistake": mistakes, "warning": warnings, "note": notes}, as_json=as_json)
    if mistakes:
        raise SystemExit(MISTAKE)
    if not as_json:
        now = settings_now(read.usable, kept_changes(read.usable.database))
        click.echo(_summary(now, _(_WARNED if warnings else _FINE)))


def _print(found: Mapping[str, Iterable[Mistake]], *, as_json: bool) -> None:
    for level, one in ((level, one) for level, some in found.items() for one in some):
        if as_json:
            click.echo(json.dumps({"level": level, **asdict(one)}, ensure_ascii=False))
        else:
            click.echo(_(_LEVELS[level]).format(mistake=translated(str(one))), err=level != "note")


_LEVELS = {"mistake": "{mistake}", "warning": N_("warning: {mistake}"), "note": N_("note: {mistake}")}
_FINE = N_("The configuration is fine: {on} of {feeds} feeds on, watching {watches}, telling {place}.")
_WARNED = N_(
    "The configuration can be used, with these warnings: {on} of {feeds} feeds on, watching {watches}, telling {place}."
)


def _summary(settings: Settings, verdict: str) -> str:
    feeds = load_feeds(settings.feeds)
    on = sum(feed.enabled for feed in feeds)
    watches = ", ".join(watch.name for watch in settings.watch if watch.enabled)
    place = enumerated([_(spec.place) for spec in chosen(settings)])
    return verdict.format(on=on, feeds=len(feeds), watches=watches, place=place)
