"""How well the shipped watches know their missions, and how seldom they take another's for their own.

The items in `tests/data/missions` lie in one file a mission; half of them are of events that nobody looked at while the
watches were made. A cross-alarm is a watch's flag on an item that, as two readers say, is not of its mission or is of
another one's; what names the watch's own mission as well is no such item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from seeds.learning.items import ITEMS, Item, lot, read_items
from seeds.lexicon.load import shared
from seeds.lexicon.world import MISSION, world
from seeds.model import Document
from seeds.watch import Watch, load_watch, read_document
from seeds.watchfolder import watch_names
from tests.score.measures import Score, relevance

ROOT = Path(__file__).resolve().parents[2]
FOLDER, WATCHES = ROOT / "tests" / "data" / "missions", ROOT / "seeds" / "watches"
FIRST = "minusma"  # whose items are those of `seeds/items`
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_HALF = 5  # of the ten lots that an event may draw


class CrossAlarms(NamedTuple):
    """How many items that are not of its mission a watch has met, and the ids of those that it flags."""

    met: int
    flagged: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share that is flagged, 0..1."""
        return len(self.flagged) / self.met if self.met else 0.0


def missions() -> tuple[str, ...]:
    """The watches whose missions have items here."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.jsonl")))


@cache
def items_of(name: str, *, unseen: bool) -> tuple[Item, ...]:
    """The items written for a mission: the half that nobody looked at, or the other, with all that its briefs tell of.

    Those of the first watch are what it learned from; all of them were looked at.
    """
    if name == FIRST:
        known = read_items(sorted(ITEMS.glob("*.jsonl")))
        return () if unseen else tuple(item for item in known if item.part != "test")
    known = read_items([FOLDER / f"{name}.jsonl"])
    return tuple(item for item in known if unseen == (not item.only_teaches and lot(item.event) >= _HALF))


def later_items(name: str) -> tuple[Item, ...]:
    """The items written after the watches were made, by one reader: they teach, and are no part of either half."""
    path = FOLDER / "later" / f"{name}.jsonl"
    return tuple(read_items([path])) if path.exists() else ()


def later_score(name: str) -> Score:
    """What a watch reaches on those."""
    return relevance(lambda document: name in flagged(document), later_items(name))


def score(name: str, *, unseen: bool) -> Score:
    """What a watch reaches on the items written for its mission."""
    return relevance(lambda document: name in flagged(document), items_of(name, unseen=unseen))


def cross_alarms(name: str, *, unseen: bool) -> CrossAlarms:
    """What a watch makes of the items that are not its mission's, and of those that are other missions'."""
    theirs = ((other, item) for other in (*missions(), FIRST) if other != name for item in _items(other, unseen))
    wrong = [(other, item.document) for other, item in theirs if item.relevant and not _names(name, item.document)]
    if name != FIRST:
        wrong += [("", item.document) for item in _items(name, unseen) if item.relevant is False]
    return CrossAlarms(len(wrong), tuple(one.title for other, one in wrong if name in flagged(one, of=other)))


def _items(name: str, unseen: bool) -> tuple[Item, ...]:
    return items_of(name, unseen=unseen)


@cache
def flagged(document: Document, of: str = "") -> frozenset[str]:
    """The names of the shipped watches that flag a document. Of an item of the first watch, which has very many, that
    watch itself is not asked (`of`): only others can take it wrongly, and no more is read of what nobody flags."""
    if of != FIRST:
        return _flagged(document)
    reading = read_document(document)
    return frozenset(watch.name for watch in watches() if watch.name != FIRST and watch.match(reading, NOW).relevant)


@cache
def _flagged(document: Document) -> frozenset[str]:
    reading = read_document(document)
    return frozenset(watch.name for watch in watches() if watch.match(reading, NOW).relevant)


@cache
def watches() -> Sequence[Watch]:
    """All shipped watches."""
    return [load_watch(WATCHES / name) for name in watch_names(WATCHES)]


def _names(name: str, document: Document) -> bool:
    """Whether a document names the mission of a watch."""
    return next(watch.mission.key for watch in watches() if watch.name == name) in _named(document)


@cache
def _named(document: Document) -> frozenset[str]:
    finds = read_document(document).once(world(shared()).finds)
    return frozenset(find.entry.concept for find in finds if find.entry.kind == MISSION)


def table(*, unseen: bool) -> Iterator[tuple[str, ...]]:
    """A row for each mission: how many items, precision, recall, F1, and cross-alarms of how many."""
    yield "", "items", "P", "R", "F1", "cross-alarms"
    for name in (*missions(), FIRST):
        alarms = cross_alarms(name, unseen=unseen)
        told = f"{len(alarms.flagged)} of {alarms.met}"
        items = items_of(name, unseen=unseen)
        if name == FIRST:
            yield name.upper(), "", "", "", "", told
        else:
            found = score(name, unseen=unseen)
            figures = (f"{one:.3f}" for one in (found.precision, found.recall, found.f1))
            yield name.upper(), str(len(items)), *figures, told
