"""`bluehelm feeds import|export`: lists of feeds as OPML."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from bot.cli.feeds.group import catalogue_option, feeds_group, listed_feeds
from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _, plural, plural_forms, translated
from config.sentence import reason_of
from feeds import catalog


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
@click.option("--dry-run", is_flag=True, help=N_("Only say what would be added."))
@catalogue_option
@config_option
def import_(
    *,
    file: IO[bytes],
    language: str,
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
        added = catalog.unknown_feeds(catalog.from_opml(file.read(), language), [row.feed for row in known])
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    done = _("would add") if dry_run else _("added")
    for feed in added:
        click.echo(f"{done}  {feed.name}  {feed.url}")
    if added and not dry_run:
        try:
            with path.open("a", encoding="utf-8") as target:
                target.write(("\n" if known else "") + catalog.dumps(added))
        except OSError as error:
            why = translated(reason_of(error))
            fail(_("{path}: cannot be written ({error})").format(path=path, error=why), status=1)
    forms = plural_forms("{n} new feed, {known} listed before.", "{n} new feeds, {known} listed before.")
    click.echo(plural(*forms, len(added), known=len(known)))
