"""`bluehelm check`: every mistake of the configuration at once, and what will not work, without connecting anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from bot.channels.overruled import notes_in
from bot.checks import mistakes_in, warnings_in
from bot.cli.options import MISTAKE, config_option, read_here
from bot.language import ENGLISH, N_, _, speaking, spoken, translated
from bot.transports import chosen
from bot.wording.formats import enumerated
from config.load import SettingsFile
from config.mistakes import Mistake, by_line
from config.schema import Settings
from feeds.catalog import CatalogError
from feeds.catalog import load_catalog as load_feeds
from feeds.watching.kept import kept_changes, settings_now
from seeds.watchcheck import watch_mistakes
from seeds.weights import weights_mistakes


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
    in_settings = by_line((*read.mistakes, *mistakes_in(read)))
    mistakes = [*in_settings, *_in_files(read)]
    warnings = _independent(warnings_in(read), in_settings)
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


def _independent(warnings: Iterable[Mistake], mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The warnings that neither say again nor follow from what is wrong: in the same value or the same entry of a list,
    or, where a watch is said to be told nowhere, in where a channel tells which watch."""
    keys = {one.key for one in mistakes}
    entries = {_entry(key) for key in keys}
    lost = any(re.fullmatch(r"channel(\[\d+\](\.(watch|transport))?)?", key) for key in keys)
    found = (one for one in warnings if not (lost and re.fullmatch(r"channel|watch\[\d+\]", one.key)))
    return [one for one in found if _entry(one.key) not in entries and re.split(r"[.\[]", one.key)[0] not in keys]


def _entry(key: str) -> str:
    """The entry of a list that a key is in, else the key itself."""
    listed = re.match(r"\w+\[\d+\]", key)
    return listed[0] if listed else key


def _in_files(read: SettingsFile) -> Iterator[Mistake]:
    """What is wrong in the catalogue, in the watches' folders, as far as the settings say where these are, and in how
    items are read."""
    if read.settings is not None and read.sound("feeds") and _is_there(read, "feeds", read.settings.feeds):
        try:
            load_feeds(read.settings.feeds)
        except CatalogError as error:
            yield from error.found
    found: list[str] = []
    if read.settings is not None and read.sound("watches") and _is_there(read, "watches", read.settings.watches):
        now = settings_now(read.settings, kept_changes(read.settings.database))
        named = [watch.name for at, watch in enumerate(now.watch) if read.sound(f"watch[{at + 1}].name")]
        found += [told for name in dict.fromkeys(named) for told in watch_mistakes(read.settings.watches / name)]
    once = dict.fromkeys((*found, *weights_mistakes()))
    yield from (_placed(translated(one)) for one in once)  # a watch meets some of these itself


def _is_there(read: SettingsFile, key: str, path: Path) -> bool:
    """Whether a path may be missed: not where the line that names another may be the one that cannot be read."""
    return read.stated((key,)) or path.exists()


def _placed(told: str) -> Mistake:
    """What a watch's files tell as a line, with file and line as fields."""
    found = re.match(r"(.+?\.\w+):(?:(\d+):)? ", told)
    if found is None:
        return Mistake("", "", told)
    return Mistake(found[1], "", told[found.end() :], int(found[2]) if found[2] else None)


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
