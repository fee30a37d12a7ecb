"""`bluehelm doctor`: everything that can be looked at from outside, one line a finding."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from bot.checkup.archive import archive_findings
from bot.checkup.clocks import ClockReading, clock_findings
from bot.checkup.configuration import configuration
from bot.checkup.findings import Level, Remark, any_bad, bad, doubtful, well
from bot.checkup.watching import feed_findings, running
from bot.cli.options import config_option, read_here
from bot.health import ailment
from bot.language import ENGLISH, N_, _, speaking, spoken, translated
from bot.transports import chosen, destinations_of
from config.load import SettingsFile
from config.schema import NO_BACKUP, Settings
from feeds import catalog
from feeds.model import Channel, Feed, FeedState
from feeds.store import Store, StoreError
from feeds.store.upkeep.condition import condition_of
from feeds.watching.kept import kept_changes, settings_now
from feeds.web.fetch import Fetcher
from feeds.web.hints import header_time

_ASKED = 2  # publishers who are asked for the time
_MOST_FEEDS = 60.0  # seconds that they have


@click.command()
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a line on standard output."))
@click.option("--offline", is_flag=True, help=_("Ask nobody: neither Discord nor publishers."))
@config_option
def doctor(*, as_json: bool, offline: bool, config_file: Path | None) -> None:
    """Look at settings, archive, copies, disk, clock, feeds, token, intents and each channel's permissions, and change
    nothing. Also while the bot runs.

    Exit 1 when something must be mended, else 0, warnings or not.
    """
    with speaking(ENGLISH if as_json else spoken()):
        found = []
        for one in _looked(read_here(config_file), offline=offline):
            found.append(one)
            _print(one, as_json=as_json)
    raise SystemExit(1 if any_bad(found) else 0)


def _print(one: Remark, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(one), ensure_ascii=False))
    else:
        click.echo(f"{_(_LEVELS[one.level])}: {translated(one.text)}")


_LEVELS = {Level.OK: N_("ok"), Level.WARNING: N_("warning"), Level.ERROR: N_("error")}


def _looked(read: SettingsFile, *, offline: bool) -> Iterator[Remark]:
    yield from _settings(read)
    if read.settings is None:
        return
    settings, now = settings_now(read.settings, kept_changes(read.settings.database)), datetime.now(UTC)
    state = condition_of(settings.database)
    yield from archive_findings(state, now, planned=settings.backup != NO_BACKUP)
    kept = _Kept(settings)
    yield running(state.holder, ailment(kept.last_tick, now, settings.poll.tick_seconds), kept.last_ok, now)
    yield from feed_findings(kept.states, now)
    discord, readings = ([], []) if offline else asyncio.run(_asked(settings, kept))
    yield from clock_findings(readings, state.newest, now) if not offline or state.newest else ()
    yield from discord


def _settings(read: SettingsFile) -> Iterator[Remark]:
    mistakes, warnings = configuration(read)
    yield from (bad("settings", translated(str(one))) for one in mistakes)
    yield from (doubtful("settings", translated(str(one))) for one in warnings)
    if not mistakes:
        yield well("settings", _("The settings hold no mistake."))


class _Kept:
    """What the archive tells of feeds and channels; of one that can't be read, what the settings say."""

    def __init__(self, settings: Settings) -> None:
        wanted = destinations_of(settings)
        self.channels: list[Channel] = list({one.name: one for one, _wish in wanted}.values())
        self.roles: dict[str, list[str]] = {}
        self.states: list[FeedState] = []
        self.last_tick: datetime | None = None
        wishes = [wish for _place, wish in wanted]
        try:
            with Store(settings.database, read_only=True) as store:
                self.states, self.last_tick = store.feeds.all(), store.days.last_tick()
                known = {one.name: one for one in store.channels.all()}
                self.channels = list({**{one.name: one for one in self.channels}, **known}.values())
                wishes = [wish for one in self.channels for wish in store.subscriptions.of_channel(one.name)] or wishes
        except (StoreError, sqlite3.Error):
            pass  # the archive's own findings say why
        for wish in wishes:
            if wish.role:
                self.roles.setdefault(wish.channel, []).append(wish.role)

    @property
    def last_ok(self) -> datetime | None:
        """When a feed was last read."""
        return max((one.last_ok for one in self.states if one.last_ok), default=None)


async def _asked(settings: Settings, kept: _Kept) -> tuple[list[Remark], list[ClockReading]]:
    """What transports say of the bot and its channels, and the time by their clocks and by publishers'."""
    found: list[Remark] = []
    readings: list[ClockReading] = []
    for spec in chosen(settings):
        channels = [one for one in kept.channels if one.transport == spec.name]
        said, shown = await spec.survey(settings, channels, kept.roles)
        found += said
        readings += shown
    return found, readings + await _publishers_clocks(settings)


async def _publishers_clocks(settings: Settings) -> list[ClockReading]:
    try:
        feeds = [one for one in catalog.load_catalog(settings.feeds) if one.enabled]
    except catalog.CatalogError:
        return []
    hosts = {urlsplit(one.url).netloc: one for one in reversed(feeds)}
    some = list(reversed(hosts.values()))[:_ASKED]
    async with Fetcher(settings.poll, [one.url for one in some]) as fetcher:
        read = [asyncio.wait_for(_clock_of(fetcher, one), _MOST_FEEDS) for one in some]
        answers = await asyncio.gather(*read, return_exceptions=True)
    return [one for one in answers if isinstance(one, ClockReading)]


async def _clock_of(fetcher: Fetcher, feed: Feed) -> ClockReading | None:
    outcome = await fetcher.fetch(feed, FeedState(feed.name, feed.url))
    now, theirs = datetime.now(UTC), header_time(dict(outcome.headers).get("date"))
    outcome.without_body()
    return None if theirs is None else ClockReading(feed.name, theirs, now)
