"""The group itself, and what its commands share: which feeds there are, in the file and in the database."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import fail, usable
from bot.language import N_
from config.schema import Settings
from feeds import catalog
from feeds.catalog.roster import Listed, roster
from feeds.model import Feed
from feeds.store import Store, StoreError

catalogue_option = click.option(
    "--feeds",
    "catalogue",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Another catalogue file (TOML); what was added beside the usual one is left out then."),
)


@click.group()
def feeds_group() -> None:
    """List, add, pause, try, import or export the feeds."""


def read_file(path: Path) -> tuple[Feed, ...]:
    """The feeds of a catalogue file; its mistakes end the program."""
    try:
        return catalog.load_catalog(path)
    except catalog.CatalogError as error:
        fail(*error.mistakes)


def listed_feeds(settings: Settings, catalogue: Path | None = None) -> tuple[Listed, ...]:
    """The feeds of a given file, or those of the usual one and of the database."""
    file = read_file(catalogue or settings.feeds)
    if catalogue is not None or not settings.database.exists():
        return roster(file, (), ())
    try:
        with usable(settings.database), Store(settings.database, read_only=True) as store:
            return roster(file, store.feeds.added(), store.feeds.pauses())
    except StoreError as error:
        fail(str(error), status=1)
