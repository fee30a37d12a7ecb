"""`bluehelm check`: every mistake of the configuration at once, without connecting anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.cli.options import MISTAKE, config_option
from bot.delivery.destinations import SAME_NAME, namesake, place_of
from bot.transports import ONE_PLACE, chosen, transport_mistakes
from config.load import ConfigError, load_settings, settings_file, table_lines
from config.schema import ChannelSettings, Settings
from feeds.catalog import CatalogError
from feeds.catalog import load_catalog as load_feeds
from seeds.watch import WatchError, load_watch


@click.command()
@config_option
def check(config_file: Path | None) -> None:
    """Name every mistake in the configuration, with file and key, without connecting anywhere."""
    try:
        settings = load_settings(config_file, os.environ)
    except ConfigError as error:
        mistakes = [str(one) for one in error.mistakes]
        mistakes += _file_mistakes(error.rest) if error.rest else []
    else:
        mistakes = list(_mistakes(settings, config_file))
    for line in mistakes:
        click.echo(line, err=True)
    if mistakes:
        raise SystemExit(MISTAKE)
    click.echo(_summary(settings))


def _mistakes(settings: Settings, config_file: Path | None) -> Iterator[str]:
    yield from _file_mistakes(settings)
    yield from _watch_mistakes(settings)
    lines = table_lines(settings_file(config_file, os.environ), "channel")
    for number, channel in enumerate(settings.channel):
        texts = [*_channel_mistakes(settings, channel), *_doubles(number, settings.channel, lines)]
        yield from (f"channel[{number + 1}] ({channel.name}): {text}" for text in texts)
    yield from transport_mistakes(settings)


def _file_mistakes(settings: Settings) -> Iterator[str]:
    """What is wrong in the catalogue and in the watches' folders."""
    try:
        load_feeds(settings.feeds)
    except CatalogError as error:
        yield from error.mistakes
    for watch in settings.watch:
        try:
            load_watch(settings.watches / watch.name)
        except WatchError as error:
            yield from str(error).splitlines()


def _watch_mistakes(settings: Settings) -> Iterator[str]:
    names = [watch.name for watch in settings.watch]
    if not any(watch.enabled for watch in settings.watch):
        yield "watch: none is enabled, so nothing would ever be flagged"
    yield from (f"watch: {name}: is listed twice" for name in sorted({name for name in names if names.count(name) > 1}))


def _channel_mistakes(settings: Settings, channel: ChannelSettings) -> Iterator[str]:
    enabled = {watch.name: watch.enabled for watch in settings.watch}
    if channel.watch not in enabled:
        yield f"watch: {channel.watch} is not a listed watch"
    elif not enabled[channel.watch]:
        yield f"watch: {channel.watch} is listed but not enabled"


def _doubles(number: int, channels: Sequence[ChannelSettings], lines: Sequence[int]) -> Iterator[str]:
    """What a table repeats of those before it. Tables of one place may share a name: they are one channel."""
    channel, before = channels[number], channels[:number]
    place = place_of(channel, ONE_PLACE)
    if (other := namesake(channel, before, ONE_PLACE)) is not None:
        known = len(lines) == len(channels)
        yield f"{SAME_NAME}" + (f" (lines {lines[other]} and {lines[number]} of the file)" if known else "")
    if any(one.watch == channel.watch and place_of(one, ONE_PLACE) == place for one in before):
        yield f"watch: {channel.watch} is wanted twice in one place"


def _summary(settings: Settings) -> str:
    feeds = load_feeds(settings.feeds)
    on = sum(feed.enabled for feed in feeds)
    watches = ", ".join(watch.name for watch in settings.watch if watch.enabled)
    place = " and ".join(spec.place for spec in chosen(settings))
    return f"The configuration is fine: {on} of {len(feeds)} feeds on, watching {watches}, telling {place}."
