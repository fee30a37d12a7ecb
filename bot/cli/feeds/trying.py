"""`bluehelm feeds try`: the feed at an address, or of a page, read once as `feed add` in chat does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.card import Reply
from bot.cli.feeds.group import feeds_group, listed_feeds
from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _
from config.schema import Settings
from config.sentence import apart
from feeds.catalog.addresses import bad_address
from feeds.parsing.urls import host_of


@feeds_group.command("try")
@click.argument("address", metavar=N_("ADDRESS"))
@config_option
def try_address(*, address: str, config_file: Path | None) -> None:
    """Show items of the feed at ADDRESS, or of the page there.

    With each stands what would become of it. Nothing is stored. Exit 1 when there is none that can be read.
    """
    from bot.console.paper import paper  # noqa: PLC0415 - `--help` needs no screen
    from bot.console.transport import Terminal  # noqa: PLC0415
    from bot.desk.sources.words import BAD  # noqa: PLC0415
    from feeds.worker.process import SetupError, StartError  # noqa: PLC0415

    settings = settings_or_exit(config_file)
    if bad := bad_address(address):
        fail(_(BAD[bad]))
    try:
        Terminal(paper(), Path()).reply(asyncio.run(_tried(settings, address)))
    except (SetupError, StartError) as error:
        fail(*apart(str(error)), status=1)


async def _tried(settings: Settings, address: str) -> Reply:
    from bot.app import utc_now, watch_folders  # noqa: PLC0415 - the HTTP stack, only once the arguments are right
    from bot.desk.sources import cards, words  # noqa: PLC0415
    from feeds.discovery.model import NotSeen  # noqa: PLC0415
    from feeds.discovery.scout import Scout  # noqa: PLC0415
    from feeds.web.fetch import Fetcher  # noqa: PLC0415
    from feeds.worker.jobs import Setup  # noqa: PLC0415
    from feeds.worker.pool import Pool  # noqa: PLC0415
    from feeds.worker.reader import Reader  # noqa: PLC0415

    async with Fetcher(settings.poll) as fetcher, Pool(Setup(tuple(map(str, watch_folders(settings))))) as pool:
        titles = {name: _(title) for name, title in await pool.ready()}
        seen = await Scout(fetcher, Reader(pool), utc_now).look("", address)
    if isinstance(seen, NotSeen):
        fail(words.unseen_text(seen), status=1)
    host = host_of(seen.url)
    notes = cards.notes_of(host, listed_feeds(settings))
    name = words.fit_name(seen.title, host)
    return Reply(cards=(cards.trial_card(seen, name, titles, notes, utc_now()),))
