"""`bluehelm feeds`: try the catalogue's feeds without touching any state, and exchange lists as OPML."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import click

from bot.cli.options import MISTAKE, config_option, fail, settings_or_exit
from config.schema import Poll
from feeds import catalog, trial
from feeds.model import Feed

_catalogue = click.option(
    "--feeds", "catalogue", type=click.Path(dir_okay=False, path_type=Path), help="The catalogue file (TOML)."
)


@click.group()
def feeds() -> None:
    """Try, import or export the catalogue of feeds."""


@feeds.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Also the feeds that are switched off.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
@_catalogue
@config_option
def check(
    *, names: tuple[str, ...], everything: bool, as_json: bool, catalogue: Path | None, config_file: Path | None
) -> None:
    """Ask every feed once and say what it answers; nothing is stored.

    NAMES choose feeds by words of their names. Exit 1 when a feed fails.
    """
    settings = settings_or_exit(config_file)
    listed = _load(catalogue or settings.feeds)
    wanted = [feed for feed in listed if _chosen(feed, names, everything=everything)]
    if not wanted:
        fail("no feed of the catalogue is meant" + (f" by {' '.join(names)}" if names else ""))
    tried = asyncio.run(_try_all(wanted, listed, settings.poll, _as_json if as_json else _as_text))
    bad = sum(one.failure is not None for one in tried)
    if not as_json:
        click.echo(f"{len(tried)} feeds asked, {len(tried) - bad} can be read, {bad} fail.")
    raise SystemExit(1 if bad else 0)


def _chosen(feed: Feed, names: Sequence[str], *, everything: bool) -> bool:
    if names:
        return any(re.search(rf"\b{re.escape(name)}", feed.name, re.IGNORECASE) for name in names)
    return everything or feed.enabled


async def _try_all(
    wanted: Sequence[Feed], listed: Sequence[Feed], poll: Poll, said: Callable[[trial.Trial], str]
) -> list[trial.Trial]:
    from feeds.web.fetch import Fetcher  # noqa: PLC0415 - the HTTP stack, only once the arguments are right

    tried = []
    async with Fetcher(poll, [feed.url for feed in listed]) as fetcher:
        for asked in asyncio.as_completed([trial.try_feed(fetcher, feed, datetime.now(UTC)) for feed in wanted]):
            tried.append(await asked)
            click.echo(said(tried[-1]))
    return tried


def _as_text(one: trial.Trial) -> str:
    if one.failure:
        first = f"fail  {one.feed.name}: {one.failure}. {one.detail}"
    else:
        newest = f", the newest {_age(one.newest)}" if one.newest is not None else ""
        first = f"ok    {one.feed.name}: {one.status} {one.kind}, {one.items} items{newest}"
    return "\n".join([first.rstrip(), *(f"      {problem}" for problem in one.problems)])


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} hours old" if hours < 48 else f"{hours / 24:.0f} days old"


def _as_json(one: trial.Trial) -> str:
    row = {
        "name": one.feed.name,
        "url": one.feed.url,
        "status": one.status,
        "type": one.kind or None,
        "items": one.items,
        "newest_hours": None if one.newest is None else round(one.newest.total_seconds() / 3600, 1),
        "failure": one.failure,
        "detail": one.detail or None,
        "problems": one.problems,
    }
    return json.dumps(row, ensure_ascii=False)


@feeds.command("export")
@click.argument("file", type=click.File("wb"), default="-")
@_catalogue
@config_option
def export(*, file: IO[bytes], catalogue: Path | None, config_file: Path | None) -> None:
    """Write the catalogue as OPML 2.0 to FILE, or to standard output."""
    listed = _load(catalogue or settings_or_exit(config_file).feeds)
    file.write(catalog.to_opml(listed))


@feeds.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--language", default="mul", show_default=True, help="For feeds that do not tell theirs (ISO 639-1).")
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
@_catalogue
@config_option
def import_(
    *,
    file: IO[bytes],
    language: str,
    dry_run: bool,
    catalogue: Path | None,
    config_file: Path | None,
) -> None:
    """Add the feeds of an OPML FILE ("-" for standard input) to the end of the catalogue; known ones are left alone."""
    path = catalogue or settings_or_exit(config_file).feeds
    known = _load(path) if path.exists() else ()
    try:
        added = catalog.unknown_feeds(catalog.from_opml(file.read(), language), known)
    except catalog.CatalogError as error:
        fail(*error.mistakes)
    for feed in added:
        click.echo(f"{'would add' if dry_run else 'added'}  {feed.name}  {feed.url}")
    if added and not dry_run:
        try:
            with path.open("a", encoding="utf-8") as target:
                target.write(("\n" if known else "") + catalog.dumps(added))
        except OSError as error:
            fail(f"{path}: cannot be written ({error.strerror})", status=1)
    click.echo(f"{len(added)} new feeds, {len(known)} listed before.")


def _load(path: Path) -> tuple[Feed, ...]:
    try:
        return catalog.load_catalog(path)
    except catalog.CatalogError as error:
        fail(*error.mistakes, status=MISTAKE)
