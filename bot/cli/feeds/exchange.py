"""`bluehelm feeds import|export`: lists of feeds as OPML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

import click

from bot.cli.feeds.group import catalogue_option, feeds_group, listed_feeds
from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _, plural, plural_forms, translated
from config.sentence import reason_of
from feeds import catalog
from feeds.catalog.addresses import shown_address
from feeds.model import Feed
from feeds.web.credentials import without_secrets
from feeds.web.guard import names_private


@feeds_group.command("export")
@click.argument("file", metavar=N_("[FILE]"), type=click.File("wb"), default="-")
@catalogue_option
@config_option
def export(*, file: IO[bytes], catalogue: Path | None, config_file: Path | None) -> None:
    """Write the catalogue as OPML 2.0 to FILE, or to standard output."""
    rows = listed_feeds(settings_or_exit(config_file), catalogue)
    file.write(catalog.to_opml([row.feed for row in rows]))


@feeds_group.command("import")
@click.argument("file", metavar=N_("FILE"), type=click.File("rb"))
@click.option("--language", default="mul", show_default=True, help=N_("For feeds that do not tell theirs (ISO 639-1)."))
@click.option("--local", is_flag=True, help=N_("Also addresses of this machine: the list is your own."))
@click.option("--dry-run", is_flag=True, help=N_("Only say what would be added."))
@catalogue_option
@config_option
def import_(
    *,
    file: IO[bytes],
    language: str,
    local: bool,
    dry_run: bool,
    catalogue: Path | None,
    config_file: Path | None,
) -> None:
    """Add the feeds of an OPML FILE to the end of the catalogue.

    "-" is standard input. Feeds that are known are left alone.
    """
    settings = settings_or_exit(config_file)
    path = catalogue or settings.feeds
    known = listed_feeds(settings, catalogue) if path.exists() else ()
    try:
        found = catalog.from_opml(file.read(), language)
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    wanted = catalog.unknown_feeds(found, [row.feed for row in known])
    added = wanted if local else _public(wanted)
    done = _("would add") if dry_run else _("added")
    for feed in added:
        click.echo(f"{done}  {feed.name}  {without_secrets(feed.url)}")
    if added and not dry_run:
        try:
            with path.open("a", encoding="utf-8") as target:
                target.write(("\n" if known else "") + catalog.dumps(added))
        except OSError as error:
            why = translated(reason_of(error))
            fail(_("{path}: cannot be written ({error})").format(path=path, error=why), status=1)
    forms = plural_forms("{n} new feed, {known} listed before.", "{n} new feeds, {known} listed before.")
    click.echo(plural(*forms, len(added), known=len(known)))


def _public(found: Sequence[Feed]) -> list[Feed]:
    """Those on the public internet: what stands in the file may be on this machine, and a list is a stranger's."""
    for feed in found:
        if names_private(feed.url):
            form = _("{address}: is not on the public internet; only the catalogue file may name such an address")
            click.echo(form.format(address=shown_address(feed.url)), err=True)
    return [feed for feed in found if not names_private(feed.url)]
