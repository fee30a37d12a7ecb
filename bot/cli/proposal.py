"""`bluehelm learn --feedback`: what members' verdicts would change, shown and never taken by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import fail, usable
from seeds.model import Facts, Match
from seeds.watch import Watch, load_watch, read_document
from seeds.weights import swap_weights

if TYPE_CHECKING:
    from feeds.store import Store
    from seeds.learning.items import Item

_BATCH = 500
_SHOWN = 10  # examples of each kind of change
_KINDS = {
    "gained": "would be flagged that are not",
    "lost": "would no longer be flagged",
    "moved": "would have another tier",
    "recounted": "would have another toll or place",
}


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    line: str


def propose(watch: Watch, database: Path, shipped: Iterable[Item], out: Path | None) -> None:
    """Learn from the shipped items and the archive's labels, tell what that would change, and write it to `out`."""
    from feeds.store import Store, StoreError  # noqa: PLC0415
    from feeds.stories.lessons import STORY_LESSONS  # noqa: PLC0415
    from seeds.learning.teach import taught  # noqa: PLC0415

    try:
        store = Store(database, read_only=True)
    except StoreError as error:
        fail(str(error), status=1)
    with usable(database), closing(store):
        labels = store.labels.items(watch.name)
        if not labels:
            click.echo("There is nothing to learn yet: no two members have said the same of any item.")
            return
        click.echo(_heard(labels))
        texts = taught(watch, shipped, STORY_LESSONS, labels)
        _tell(_changes(watch, store, swap_weights({})))
    if out is None:
        click.echo("Nothing was written and nothing is used. With --out DIR the proposal is written there.")
        return
    _write(texts, out)
    click.echo(f"Written to {out}, and not in use: to take it, copy its files over seeds/weights and restart.")


def _heard(labels: Sequence[Item]) -> str:
    counts = Counter("wrong" if item.relevant is False else "grouped" if item.event else "right" for item in labels)
    tiers = sum(item.tier is not None for item in labels)
    parts = [f"{counts['right']} right", f"{counts['wrong']} wrong", f"{counts['grouped']} regrouped"]
    parts += [f"{tiers} with a tier"] if tiers else []
    return f"Two members or more agree on {counts.total()} items: {', '.join(parts)}."


def _changes(watch: Watch, store: Store, learned: dict[str, Any]) -> Iterator[_Change | None]:
    """What the learned weights would change, entry by entry of the archive; None where nothing is."""
    now, last = datetime.now(UTC), 0
    swap_weights(learned)
    proposed = load_watch(watch.folder)  # a watch reads the weights of relevance when it is loaded
    while batch := store.archive.entries(last, _BATCH):
        documents = [one.entry.document(one.publisher, one.seen) for one in batch]
        swap_weights({})
        before = [_read(watch, document, now) for document in documents]
        swap_weights(learned)
        after = [_read(proposed, document, now) for document in documents]
        swap_weights({})
        for document, one, two in zip(documents, before, after, strict=True):
            kind = _kind(one, two)
            yield _Change(kind, document.title) if kind else None
        last = batch[-1].id


def _read(watch: Watch, document: Any, now: datetime) -> tuple[Match, Facts]:
    reading = read_document(document)
    return watch.match(reading, now), watch.facts(reading)


def _kind(before: tuple[Match, Facts], after: tuple[Match, Facts]) -> str | None:
    (old, was), (new, told) = before, after
    if old.relevant != new.relevant:
        return "gained" if new.relevant else "lost"
    if not new.relevant:
        return None
    if old.tier != new.tier:
        return "moved"
    figures = [(facts.killed, facts.injured, facts.place) for facts in (was, told)]
    return "recounted" if figures[0] != figures[1] else None


def _tell(changes: Iterable[_Change | None]) -> None:
    """The numbers of changes, with examples of each kind."""
    lines: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    counts: Counter[str] = Counter()
    for change in changes:
        counts["read"] += 1
        if change is not None:
            counts[change.kind] += 1
            if len(lines[change.kind]) < _SHOWN:
                lines[change.kind].append(change.line)
    click.echo(f"Of {counts['read']:,} items of the archive")
    for kind, told in _KINDS.items():
        click.echo(f"  {counts[kind]:,} {told}" + (":" if lines[kind] else "."))
        for title in islice(lines[kind], _SHOWN):
            click.echo("    " + "".join(sign if sign.isprintable() else " " for sign in title))


def _write(texts: Mapping[str, str], out: Path) -> None:
    from seeds.learning.written import write_together  # noqa: PLC0415

    try:
        out.mkdir(parents=True, exist_ok=True)
        write_together({out / f"{name}.toml": text for name, text in texts.items()})
    except OSError as error:
        fail(f"{out}: cannot be used ({error})", status=1)
