"""`bluehelm replay PATTERNS`: what another pattern set would gain and lose, before anyone is told by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from bot.cli.classify import watch_or_exit
from bot.cli.jsonlines import as_document, dumped, loaded
from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.language import N_, _, decimal, numeral
from seeds.model import Document, Match, When
from seeds.watch import Watch, assemble, read_document, read_patterns
from seeds.watchfolder import WatchError

_BATCH = 500
_SIGNS = {"gained": "+", "lost": "-", "moved": "~"}


@dataclass(frozen=True, slots=True)
class Judgeable:
    """One thing to judge again: its number or id, and the document as the matcher reads it."""

    id: str
    document: Document


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that the other patterns judge otherwise: "gained", "lost", or "moved" to another tier."""

    kind: str
    item: Judgeable
    before: Match
    after: Match


@click.command()
@click.argument("file", metavar=N_("PATTERNS"), type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--items", type=click.File(encoding="utf-8-sig"), help=N_("JSON Lines to judge instead of the archive."))
@click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help=N_("The archive (default: as configured)."))
@click.option("--watch", "watch_name", help=N_("The watch whose patterns these are (default: the first enabled one)."))
@click.option("--json", "as_json", is_flag=True, help=N_("One JSON object a line instead of a table."))
@config_option
def replay(
    *,
    file: Path,
    items: TextIO | None,
    db: Path | None,
    watch_name: str | None,
    as_json: bool,
    config_file: Path | None,
) -> None:
    """Judge everything stored with the watch's patterns and with PATTERNS, and list what would change."""
    current = watch_or_exit(watch_name, config_file)
    other = _with_patterns(current, file, config_file)
    material = _from_lines(items) if items else _from_archive(db or settings_or_exit(config_file).database)
    counts: Counter[str] = Counter()
    for change in compare(material, current, other, datetime.now(UTC)):
        counts["read"] += 1
        if change:
            counts[change.kind] += 1
            click.echo(dumped(_row(change)) if as_json else _line(change))
    if not as_json:
        click.echo(_summary(counts, current, other))


def compare(items: Iterable[Judgeable], current: Watch, other: Watch, now: datetime) -> Iterator[Difference | None]:
    """For every item what changes when `other` judges instead of `current`; None when nothing does."""
    for item in items:
        reading = read_document(item.document)
        before, after = current.match(reading, now), other.match(reading, now)
        kind = _kind(before, after)
        yield Difference(kind, item, before, after) if kind else None


def _kind(before: Match, after: Match) -> str | None:
    if before.relevant != after.relevant:
        return "gained" if after.relevant else "lost"
    return "moved" if before.tier != after.tier else None


def _with_patterns(current: Watch, file: Path, config_file: Path | None) -> Watch:
    try:
        return assemble(settings_or_exit(config_file).watches / current.name, read_patterns(file))
    except WatchError as error:
        fail(str(error))


def _from_lines(lines: TextIO) -> Iterator[Judgeable]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = loaded(line)
            document = as_document(item)
        except ValueError as error:
            fail(f"{lines.name}:{number}: {error}", status=1)
        yield Judgeable(str(item.get("id") or number), document)


def _from_archive(path: Path) -> Iterator[Judgeable]:
    from feeds.store import Store, StoreError  # noqa: PLC0415 - not needed for JSON Lines

    try:
        store = Store(path, read_only=True)
    except StoreError as error:
        fail(str(error), status=1)
    with usable(path), closing(store):
        last = 0
        while batch := store.archive.entries(last, _BATCH):
            for archived in batch:
                yield Judgeable(str(archived.id), archived.entry.document(archived.publisher, archived.seen))
            last = batch[-1].id


def _row(change: Difference) -> dict[str, object]:
    document = change.item.document
    return {
        "change": change.kind,
        "id": change.item.id,
        "title": document.title,
        "url": document.url,
        "published": _day(document.published),
        "before": {"relevant": change.before.relevant, "score": change.before.score, "tier": change.before.tier},
        "after": {"relevant": change.after.relevant, "score": change.after.score, "tier": change.after.tier},
        "reasons": [reason.pattern for reason in change.after.reasons[:3]],
    }


def _line(change: Difference) -> str:
    document = change.item.document
    title = "".join(character if character.isprintable() else " " for character in document.title)
    tiers = f" {change.before.tier} → {change.after.tier}" if change.kind == "moved" else ""
    scores = " → ".join(decimal(one.score, ".2f") for one in (change.before, change.after))
    return f"{_SIGNS[change.kind]} {scores}{tiers}  {_day(document.published) or _('undated')}  {title}"


def _day(when: When | None) -> str | None:
    return when.start.date().isoformat() if when else None


def _summary(counts: Counter[str], current: Watch, other: Watch) -> str:
    told = _("{read} items read, patterns {old} → {new}: {gained} gained, {lost} lost, {moved} moved.")
    numbers = {name: numeral(counts[name]) for name in ("read", *_SIGNS)}
    return told.format(old=current.version or _("none"), new=other.version, **numbers)
