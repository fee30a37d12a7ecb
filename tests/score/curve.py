"""`python -m tests.score.curve`: what a watch made of so many documents recognises, and of which other missions."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from seeds.byhand import BY_HAND
from seeds.learning.documents import Sample, read_folder
from seeds.learning.items import FOLDER as ITEMS
from seeds.learning.items import Item, read_items
from seeds.learning.study import guess_language
from seeds.lexicon.load import shared
from seeds.lexicon.world import MISSION, world
from seeds.making.folder import make_folder
from seeds.making.make import draft
from seeds.model import Document
from seeds.watch import Watch, load_watch, read_document
from tests.shared import SHARED

ROOT = Path(__file__).resolve().parents[2]
WATCHES = ROOT / "seeds" / "watches"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (0, 1, 2, 3, 5)
#: Other missions, with the file of items on each and its neighbours.
OTHERS = {"monusco": "monusco_unaided", "unifil": "unifil"}
_HAND = (BY_HAND, "near_misses")


@dataclass(frozen=True)
class Score:
    """Precision, recall, and recall of the items that do not name the mission; shares of one."""

    precision: float
    recall: float
    unnamed: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the first two."""
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1)


def score(watch: Watch | None, items: Iterable[tuple[Document, bool]]) -> Score:
    """What a watch reaches on documents that are, or are not, on its mission; no watch recognises nothing."""
    counts: Counter[tuple[bool, bool]] = Counter()
    unnamed: Counter[bool] = Counter()
    for document, relevant in items:
        reading = read_document(document)
        flagged = watch is not None and watch.match(reading, NOW).relevant
        counts[flagged, relevant] += 1
        if relevant and watch is not None:
            names = {find.entry.concept for find in world(shared()).finds(reading) if find.entry.kind == MISSION}
            unnamed[flagged] += 1 if watch.mission.key not in names else 0
    hits = counts[True, True]
    return Score(
        hits / ((hits + counts[True, False]) or 1),
        hits / ((hits + counts[False, True]) or 1),
        unnamed[True] / (unnamed.total() or 1),
    )


def made(samples: Sequence[Sample], target: Path, hand: Path | None = None) -> Watch:
    """A watch made of these documents, with what was added by hand in the folder `hand` or without."""
    target.mkdir(parents=True)
    for name in _HAND if hand else ():
        source = hand / name if hand else target
        if source.is_dir():
            shutil.copytree(source, target / name)
        elif source.is_file():
            shutil.copy(source, target / name)
    make_folder(draft(samples), samples, target)
    return load_watch(target)


def subsets(samples: Sequence[Sample], size: int) -> list[list[Sample]]:
    """So many runs of that many documents, each document in equally many."""
    if size in (0, len(samples)):
        return [list(samples[:size])]
    turned = [[*samples[start:], *samples[:start]] for start in range(len(samples))]
    return [one[:size] for one in turned]


def curve(place: Path) -> Iterator[tuple[int, bool, list[list[Score]]]]:
    """Per number of documents, without and with what was added by hand: the scores of each subset on each corpus."""
    folder = WATCHES / "minusma"
    samples = read_folder(folder / "documents", guess_language)
    for hand in (False, True):
        for size in SIZES:
            scores = []
            for number, some in enumerate(subsets(samples, size)):
                watch = (
                    made(some, place / f"{size}-{number}-{hand}" / "minusma", folder if hand else None)
                    if some
                    else None
                )
                scores.append([score(watch, items) for items in corpora()])
            yield size, hand, scores


def corpora() -> list[list[tuple[Document, bool]]]:
    """The development corpus, and our own items of the test part."""
    seen = list(read_items([SHARED / "corpus" / "labelled.jsonl"]))
    unseen = [item for item in read_items(sorted(ITEMS.glob("*.jsonl"))) if item.part == "test"]
    return [list(_told(seen)), list(_told(unseen))]


def _told(items: Iterable[Item]) -> Iterator[tuple[Document, bool]]:
    return ((item.document, item.relevant) for item in items if item.relevant is not None)


def other_items(name: str) -> list[tuple[Document, bool]]:
    """The items on another mission, or its neighbours."""
    path = ROOT / "tests" / "data" / f"{OTHERS[name]}.jsonl"
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(Document(row["title"], row["summary"], row["lang"]), row["relevant"]) for row in rows]


def few(name: str) -> list[Sample]:
    """At most five of a watch's documents."""
    samples = read_folder(WATCHES / name / "documents", guess_language)
    return list(samples if len(samples) <= 5 else samples[::2])


def main() -> None:
    """Print the learning curve and the other missions' scores as tables."""
    print("| documents | by hand | development P / R / R unnamed | test P / R / R unnamed |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for size, hand, scores in curve(Path(place)):
            told = " | ".join(_mean(one) for one in zip(*scores, strict=True))
            print(f"| {size} | {'yes' if hand else 'no'} | {told} |", flush=True)
        print("\n| mission | documents | items | P | R | R unnamed | F1 |\n|---|---|---|---|---|---|---|")
        for name in OTHERS:
            samples, items = few(name), other_items(name)
            told = score(made(samples, Path(place) / name), items)
            figures = (told.precision, told.recall, told.unnamed, told.f1)
            print(f"| {name.upper()} | {len(samples)} | {len(items)} | {' | '.join(f'{one:.3f}' for one in figures)} |")


def _mean(scores: Sequence[Score]) -> str:
    parts = ([one.precision for one in scores], [one.recall for one in scores], [one.unnamed for one in scores])
    return " / ".join(f"{mean(part):.3f}" for part in parts)


if __name__ == "__main__":
    main()
