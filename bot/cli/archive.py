"""`bluehelm search` and `bluehelm latest`: the archive from a shell, also while the bot is running."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.citation.reference import exactly, wording_name
from bot.cli.options import config_option, fail, read_here, settings_or_exit, usable
from bot.language import N_, _
from bot.wording.formats import clean, colon, in_a_row, quoted
from bot.wording.headline import headline
from config.schema import Settings
from seeds.moments import iso

if TYPE_CHECKING:
    from bot.card import Reply
    from feeds.model import Found, Opinion, Page, Source, Story, Unreadable
    from feeds.store import Store
    from seeds.model import Document

_db = click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help=N_("The database to look into."))
_json = click.option("--json", "as_json", is_flag=True, help=N_("A JSON array instead of lines."))

JsonRow = dict[str, object]


@click.command("search", context_settings={"ignore_unknown_options": True})  # "-word" is no option of ours
@click.argument("words", metavar=N_("WORDS..."), nargs=-1, required=True, type=click.UNPROCESSED)
@_db
@_json
@click.option("--page", type=click.IntRange(1), default=1, help=N_("The page of stories, where there are several."))
@click.option(
    "--limit", type=click.IntRange(1, 10_000), help=N_("Items instead of stories, at most so many (of JSON 100).")
)
@click.option("--all", "everything", is_flag=True, help=N_("Items, also what no watch flagged."))
@config_option
def search_items(
    *,
    words: tuple[str, ...],
    db: Path | None,
    as_json: bool,
    page: int,
    limit: int | None,
    everything: bool,
    config_file: Path | None,
) -> None:
    """Find stories by words and facts (kind:mine place:gao since:2021), as in chat, newest first.

    With --json, --limit or --all come items. Behind those that hold all the words come those that held them before a
    rewrite; what is no query is looked for as words.
    """
    with _opened(db, config_file) as store:
        if not (as_json or everything or limit):
            _print_stories(db, config_file, " ".join(words), page)
            return
        page_of_items = _found(store, " ".join(words), limit or 100, config_file, everything=everything)
        found_items = page_of_items.items
        rows = [_row(found.source, found.story) for found in found_items]
        told = [] if as_json else [_told(store, row, found) for row, found in zip(rows, found_items, strict=True)]
        _show(rows, told, as_json)


@click.command("latest")
@click.argument("n", metavar=N_("[N]"), type=click.IntRange(1, 10_000), default=10)
@_db
@_json
@config_option
def latest_stories(*, n: int, db: Path | None, as_json: bool, config_file: Path | None) -> None:
    """The newest N stored stories, each by its leading source."""
    with _opened(db, config_file) as store:
        stories = [story for story in store.stories.latest(n) if story.sources]
        rows = [_row(story.headline, story.id) | {"sources": len(story.sources)} for story in stories]
        _show(rows, [_lines(row, story) for row, story in zip(rows, stories, strict=True)], as_json)


@dataclass(frozen=True, slots=True)
class _Named:
    """A watch of which no more than its name is asked."""

    name: str
    title: str

    async def explain(self, document: Document, now: datetime) -> Opinion | Unreadable:
        raise NotImplementedError


def _print_stories(db: Path | None, config_file: Path | None, text: str, page: int) -> None:
    """The desk's own answer, as the terminal shows it. What a member would be told privately ends the program."""
    from bot.console.paper import paper  # noqa: PLC0415
    from bot.console.transport import Terminal  # noqa: PLC0415

    read = read_here(config_file)
    settings = Settings() if read.mistakes else read.usable
    path = db or settings.database
    reply = asyncio.run(_asked(settings, path, text, page))
    if reply.private:
        fail(reply.text, status=1)
    if not reply.cards:
        _show([], [], as_json=False)
        return
    further = _("--page {page} for the next").format(page=reply.page + 1)
    more = f" · {further}" if reply.page < reply.pages else ""
    Terminal(paper(), Path()).reply(reply, more)


async def _asked(settings: Settings, path: Path, text: str, page: int) -> Reply:
    from bot.desk import SHELL, Asker, Desk  # noqa: PLC0415
    from feeds.store import Store  # noqa: PLC0415
    from feeds.store.db.thread import StoreThread  # noqa: PLC0415

    watches = {one.name: _Named(one.name, one.name) for one in settings.watch if one.enabled}
    async with StoreThread(lambda: Store(path, read_only=True)) as store:
        desk = Desk(store, watches, settings, lambda: datetime.now(UTC))
        return await desk.answer(
            "search", {"words": text}, page=page, asker=Asker(SHELL, "shell", transport="terminal")
        )


def _found(store: Store, text: str, limit: int, config_file: Path | None, *, everything: bool) -> Page:
    from bot.desk.names import lore, with_archive  # noqa: PLC0415
    from bot.wording.query import misread_text  # noqa: PLC0415
    from feeds.query import Misread, parse_query  # noqa: PLC0415

    read = read_here(config_file)  # whose mistakes matter to nobody who names the database
    settings = Settings() if read.mistakes else read.usable
    titles = {watch.name: watch.name for watch in settings.watch}
    query = parse_query(text, with_archive(lore(titles, settings.watches), store), datetime.now(UTC))
    if not isinstance(query, Misread):
        return store.archive.items(query, limit, everything=everything)
    if query.kind != "empty":
        click.echo(in_a_row(misread_text(query), _("Looking for the words themselves.")), err=True)
    return store.archive.search(text, limit, everything=everything)


@contextmanager
def _opened(db: Path | None, config_file: Path | None) -> Iterator[Store]:
    from feeds.store import Store, StoreError  # noqa: PLC0415

    path = db or settings_or_exit(config_file).database
    try:
        with usable(path), Store(path, read_only=True) as store:
            yield store
    except StoreError as error:
        fail(str(error), status=1)


def _row(source: Source, story: int | None) -> JsonRow:
    return {
        "id": source.entry,
        "title": source.title,
        "url": source.url,
        "source": source.publisher,
        "published": iso(source.published) if source.published else None,
        "story": story,
        "tier": source.tier,
        "language": source.language or "und",
    }


def _show(rows: list[JsonRow], told: list[list[str]], as_json: bool) -> None:
    """The rows as JSON, or what is told of each: a line, and what belongs to it indented below."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not told:
        click.echo(_("Nothing found."), err=True)
    for lines in told:
        click.echo("\n    ".join(lines))


def _told(store: Store, row: JsonRow, found: Found) -> list[str]:
    """A hit; where only an earlier wording had the words, which and when it was read."""
    story, earlier = store.stories.resolve(found.story) if found.story is not None else None, found.earlier
    if earlier is None:
        return _lines(row, story)
    where = _("in an earlier wording, {name}, read {when}").format(
        name=wording_name(found.source.entry, earlier.number), when=exactly(earlier.read)
    )
    return [*_lines(row, story), f"{where}{colon()}{quoted(clean(earlier.passage))}"]


def _lines(row: JsonRow, story: Story | None) -> list[str]:
    """The story's line of facts, if it has one, then the outlet's title in quotes and its address."""
    outlet = f"{row['published'] or _('undated')}  {row['source']}{colon()}{quoted(str(row['title']))}"
    address = str(row["url"] or "-")
    if story is None or not story.sources:
        return [f"{outlet}  [{_('not flagged')}]", address]
    return [f"{headline(story)}  [{_('story {id}').format(id=story.id)}]", outlet, address]
