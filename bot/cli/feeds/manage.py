"""`bluehelm feeds list|add|pause|resume|remove`: what is polled, changed beside a running bot.

The bot looks at the same database at its next tick, so nothing has to be told to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from bot.cli.feeds.group import feeds_group, listed_feeds, read_file
from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.language import N_, _, in_context
from bot.wording import formats
from config.schema import Settings
from feeds import catalog
from feeds.catalog.changes import (
    Editor,
    FeedRefusal,
    NotListed,
    add_to_list,
    pause_listed,
    refused_addition,
    remove_listed,
    resume_listed,
)
from feeds.catalog.roster import Listed, meant, seen_rows
from feeds.model import Feed, Standing
from feeds.parsing.urls import host_of
from feeds.store import Store, StoreError
from feeds.web.credentials import without_secrets

_OPERATOR = N_("the operator")
_ME = Editor(_OPERATOR, everything=True)  # as it is kept
_SOON = N_("a running bot follows at its next tick")


@feeds_group.command("list")
@click.option("--json", "as_json", is_flag=True, help=N_("One JSON object a line instead of text."))
@config_option
def list_feeds(*, as_json: bool, config_file: Path | None) -> None:
    """Every feed that there is: on, off or paused, and by whom."""
    now = datetime.now(UTC)
    for row in listed_feeds(settings_or_exit(config_file)):
        click.echo(_as_json(row) if as_json else _as_text(row, now))


@feeds_group.command("add")
@click.argument("address", metavar=N_("ADDRESS"))
@click.option("--name", help=N_("What to call it (default: its host)."))
@click.option("--language", default="mul", show_default=True, help=N_("ISO 639-1; mul where it has several."))
@click.option("--section", help=N_("The heading that it stands under."))
@click.option("--standing", type=click.Choice(get_args(Standing)), help=N_("What weight its word has."))
@click.option("--interval", type=int, help=N_("Minutes between two looks."))
@click.option("--publisher", help=N_("Who publishes it, where the name does not say so."))
@config_option
def add_feed(*, address: str, name: str | None, config_file: Path | None, **options: Any) -> None:
    """Poll the feed at ADDRESS beside those of the catalogue file."""
    settings = settings_or_exit(config_file)
    file, rows = read_file(settings.feeds), listed_feeds(settings)
    feed = _checked(name or host_of(address)[:100] or address[:100], address, options)
    if name is None:
        feed = next(iter(catalog.unknown_feeds([feed], [row.feed for row in rows])), feed)
    if refused := refused_addition(feed, seen_rows(rows, ""), _ME):
        fail(_refusal(feed, refused))  # before a database is made for it
    with _open(settings) as store:
        done = add_to_list(store, file, feed, _ME, datetime.now(UTC))
    if isinstance(done, NotListed):
        fail(_refusal(feed, done))
    click.echo(
        _("added  {name}  {address}; {soon}.").format(name=feed.name, address=without_secrets(feed.url), soon=_(_SOON))
    )


def _checked(name: str, address: str, options: Mapping[str, Any]) -> Feed:
    try:
        return catalog.new_feed(name=name, url=address, **options)
    except catalog.CatalogError as error:
        fail(*error.mistakes)


def _refusal(feed: Feed, refused: NotListed) -> str:
    """Why a feed is not added, in a line."""
    if refused.why is FeedRefusal.PRIVATE:
        return _("{address}: is not on the public internet; only the catalogue file may name such an address").format(
            address=without_secrets(feed.url)
        )
    if refused.other is None:
        return _("{name}: was added by somebody else just now").format(name=feed.name)
    other = refused.other.feed
    same = _("address") if other.name.casefold() != feed.name.casefold() else _("name")
    return _("{name}: its {same} is that of {other} ({address})").format(
        name=feed.name, same=same, other=other.name, address=without_secrets(other.url)
    )


@feeds_group.command("pause")
@click.argument("name", metavar=N_("NAME..."), nargs=-1, required=True)
@config_option
def pause_feed(*, name: tuple[str, ...], config_file: Path | None) -> None:
    """Don't ask the feed called NAME until it is resumed. What it brought stays."""
    _changed(N_("paused"), pause_listed, settings_or_exit(config_file), name)


@feeds_group.command("resume")
@click.argument("name", metavar=N_("NAME..."), nargs=-1, required=True)
@config_option
def resume_feed(*, name: tuple[str, ...], config_file: Path | None) -> None:
    """Ask the paused feed called NAME again."""
    _changed(N_("resumed"), resume_listed, settings_or_exit(config_file), name)


@feeds_group.command("remove")
@click.argument("name", metavar=N_("NAME..."), nargs=-1, required=True)
@config_option
def remove_feed(*, name: tuple[str, ...], config_file: Path | None) -> None:
    """Forget the added feed called NAME; what it brought stays. A feed of the catalogue file is taken out there."""
    _changed(N_("removed"), remove_listed, settings_or_exit(config_file), name)


_Change = Callable[[Store, Listed, Editor, datetime], FeedRefusal | None]
_REFUSED: Mapping[FeedRefusal, str] = {
    FeedRefusal.SWITCHED_OFF: N_("is switched off in the catalogue file"),
    FeedRefusal.IDLE: N_("is not paused; it is switched off in the catalogue file"),
    FeedRefusal.PAUSED: N_("is paused already"),
    FeedRefusal.RUNNING: N_("is not paused"),
    FeedRefusal.LATE: N_("was removed by somebody else just now"),
}


def _changed(done: str, change: _Change, settings: Settings, name: Sequence[str]) -> None:
    """Do it to the feed that is meant, or end with the reason against it."""
    row = _one(listed_feeds(settings), " ".join(name))
    if change is remove_listed and row.added is None:
        fail(
            _("{name}: is listed in {feeds}; take it out there, or pause it").format(
                name=row.feed.name, feeds=settings.feeds
            )
        )
    with _open(settings) as store:
        refused = change(store, row, _ME, datetime.now(UTC))
    if refused is not None:
        fail(f"{row.feed.name}{formats.colon()}{_(_REFUSED[refused])}")
    click.echo(_("{done}  {name}; {soon}.").format(done=_(done), name=row.feed.name, soon=_(_SOON)))


def _one(rows: Sequence[Listed], name: str) -> Listed:
    """The one feed that is meant; none or several end the program."""
    found = meant(rows, name)
    if not found:
        fail(_("{name}: is no feed; `bluehelm feeds list` names them").format(name=name))
    if len(found) > 1:
        fail(_("{name}: may be {names}; say which").format(name=name, names=", ".join(row.feed.name for row in found)))
    return found[0]


@contextmanager
def _open(settings: Settings) -> Iterator[Store]:
    try:
        with usable(settings.database), Store(settings.database) as store:
            yield store
    except StoreError as error:
        fail(str(error), status=1)


def _as_text(row: Listed, now: datetime) -> str:
    words = _states()
    said = [f"{words[_state(row)]:<{max(map(len, words.values()))}}", row.feed.name, without_secrets(row.feed.url)]
    if row.added:
        said.append(_("added by {by} {ago}").format(by=_by(row.added.by), ago=formats.ago(row.added.at, now)))
    if row.paused:
        said.append(_("paused by {by} {ago}").format(by=_by(row.paused.by), ago=formats.ago(row.paused.at, now)))
    return "  ".join(said)


def _as_json(row: Listed) -> str:
    added, paused = row.added, row.paused
    found = {
        "name": row.feed.name,
        "url": without_secrets(row.feed.url),
        "language": row.feed.language,
        "state": _state(row),
        "added_by": added.by if added else None,
        "added_at": added.at.isoformat(timespec="seconds") if added else None,
        "paused_by": paused.by if paused else None,
        "paused_at": paused.at.isoformat(timespec="seconds") if paused else None,
    }
    return json.dumps(found, ensure_ascii=False)


def _states() -> dict[str, str]:
    """The states of a feed, as they are said of it."""
    return {"on": in_context("feed", "on"), "off": in_context("feed", "off"), "paused": in_context("feed", "paused")}


def _by(name: str) -> str:
    return _(name) if name == _OPERATOR else name


def _state(row: Listed) -> str:
    return "paused" if row.paused else "on" if row.feed.enabled else "off"
