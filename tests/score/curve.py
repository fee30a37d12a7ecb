"""`python -m tests.score.curve`: what a watch made of so many documents recognises, and of which other missions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from seeds.byhand import BY_HAND
from seeds.learning.documents import Sample, read_folder
from seeds.learning.items import Item, read_items
from seeds.learning.study import guess_language
from seeds.lexicon.load import shared
from seeds.making.folder import make_folder
from seeds.making.make import draft
from seeds.text.fold import fold
from seeds.watch import Watch, load_watch, read_document
from tests.score.measures import Score, relevance
from tests.score.sets import sets

ROOT = Path(__file__).resolve().parents[2]
WATCHES = ROOT / "seeds" / "watches"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SIZES = (0, 1, 2, 3, 5)
#: Other missions, with the file of items on each and its neighbours.
OTHERS = {"monusco": "monusco_unaided", "unifil": "unifil"}
_HAND = (BY_HAND, "near_misses")


def recognised(watch: Watch | None, items: Sequence[Item], key: str) -> tuple[Score, Score]:
    """The score on all items, and on the relevant ones that do not give the acronym of the mission `key`.

    Without a watch nothing is recognised.
    """
    acronyms = [form.folded.strip() for form in shared().missions[key].acronyms]
    texts = ((item, fold(f"{item.document.title} {item.document.summary}")) for item in items if item.relevant)
    plain = [item for item, text in texts if not any(acronym in text for acronym in acronyms)]
    scores = [
        relevance(lambda one: watch is not None and watch.match(read_document(one), NOW).relevant, some)
        for some in (items, plain)
    ]
    return scores[0], scores[1]


def made(samples: Sequence[Sample], target: Path, hand: Path | None = None) -> Watch:
    """A watch made of these documents, with what was added by hand in the folder `hand` or without."""
    target.mkdir(parents=True)
    if hand is not None:
        shutil.copy(hand / BY_HAND, target / BY_HAND)
        shutil.copytree(hand / "near_misses", target / "near_misses")
    make_folder(draft(samples), samples, target)
    return load_watch(target)


def subsets(samples: Sequence[Sample], size: int) -> list[list[Sample]]:
    """Some choices of so many documents, each document in equally many."""
    if size in (0, len(samples)):
        return [list(samples[:size])]
    return [[*samples[start:], *samples[:start]][:size] for start in range(len(samples))]


def curve(place: Path) -> Iterator[tuple[str, ...]]:
    """A row for each number of documents, without and with what was added by hand."""
    folder = WATCHES / "minusma"
    samples = read_folder(folder / "documents", guess_language)
    for hand in (None, folder):
        for size in SIZES:
            targets = [place / f"{size}-{number}-{hand is None}" / "minusma" for number in range(len(samples))]
            pairs = zip(subsets(samples, size), targets, strict=False)
            watches = [made(some, target, hand) if some else None for some, target in pairs]
            told = [_mean([recognised(watch, items, "MINUSMA") for watch in watches]) for items in sets().values()]
            yield str(size), "yes" if hand else "no", *told


def _mean(scores: Sequence[tuple[Score, Score]]) -> str:
    if not any(all_.found for all_, _ in scores):
        return "nothing"
    shares = [(all_.precision, all_.recall, plain.recall) for all_, plain in scores]
    return " / ".join(f"{mean(part):.3f}" for part in zip(*shares, strict=True))


def other_items(name: str) -> list[Item]:
    """The items on another mission, or its neighbours."""
    return list(read_items([ROOT / "tests" / "data" / f"{OTHERS[name]}.jsonl"]))


def few(name: str) -> list[Sample]:
    """At most five of a watch's documents: all, or every other."""
    samples = read_folder(WATCHES / name / "documents", guess_language)
    return list(samples if len(samples) <= 5 else samples[::2])


def others(place: Path) -> Iterator[tuple[str, ...]]:
    """A row for each other mission."""
    for name in OTHERS:
        samples, items = few(name), other_items(name)
        whole, plain = recognised(made(samples, place / name), items, name.upper())
        figures = (whole.precision, whole.recall, plain.recall, whole.f1)
        yield name.upper(), str(len(samples)), str(len(items)), *(f"{one:.3f}" for one in figures)


def main() -> None:
    """Print the learning curve, then the other missions, as tables."""
    with tempfile.TemporaryDirectory() as place:
        _show(("documents", "by hand", *(f"{name}: P / R / R unnamed" for name in sets())), curve(Path(place)))
        _show(("mission", "documents", "items", "P", "R", "R unnamed", "F1"), others(Path(place)))


def _show(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
