"""What recognition costs, as ratios that hold on any machine: `python -m tests.bench_match`.

* The gate: judging 10,000 items that do not concern the mission, over folding their text alone (goal: at most 1.8).
* Scale: the same with 5,000 learned patterns over 200 (goal: within 15 per cent).
Each figure is the median of alternating rounds of process time, so that a busy machine disturbs both sides alike.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from seeds.learning.documents import read_folder
from seeds.model import Document
from seeds.relevance.patterns import Pattern, PatternSet
from seeds.text.fold import fold
from seeds.watch import Watch, assemble, load_watch, read_document

FOLDER = Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ITEMS = 10_000
ROUNDS = 5
GATE_GOAL = 1.8
SCALE_GOAL = 1.15
# Ordinary news in five languages; none of it passes the gate.
_NEWS = (
    "The council voted on Tuesday to widen the harbour road, although residents had asked for trees and a cycle path.",
    "Shares of the carmaker fell by four per cent after it cut its forecast for the second time this year.",
    "Le maire inaugure la médiathèque samedi ; les travaux ont coûté douze millions d'euros, bien plus que prévu.",
    "La sélection s'impose en prolongation et retrouvera l'Argentine en demi-finale, mercredi soir à Doha.",
    "El Gobierno presenta un plan de vivienda para jóvenes y la oposición lo tacha de insuficiente.",
    "Die Bahn kündigt neue Sperrungen an; Reisende sollen im Sommer auf Busse ausweichen, heißt es aus Berlin.",
    "أعلنت وزارة التعليم مواعيد الامتحانات النهائية، وقالت إن النتائج ستنشر في تموز.",
    "Scientists have found traces of water in the dust that the probe brought back from the asteroid last autumn.",
)


def news(count: int = ITEMS) -> list[Document]:
    """Items of ordinary news, all different, 300 to 500 characters each; the same ones every time."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        sentences = chance.sample(_NEWS, 4)
        made.append(Document(f"{sentences[0][:70]} ({number})", " ".join(sentences[1:]), chance.choice(("en", "fr"))))
    return made


def seconds(work: Callable[[], object]) -> float:
    """The process time of a piece of work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(work: Callable[[], object], base: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median over alternating rounds of how many times the base's time the work takes."""
    return statistics.median(seconds(work) / seconds(base) for _ in range(rounds))


def gate(watch: Watch, items: Sequence[Document], rounds: int = ROUNDS) -> float:
    """Judging the items over folding their text alone."""

    def judge() -> None:
        for item in items:
            watch.match(read_document(item), NOW)

    def fold_all() -> None:
        for item in items:
            fold(f"{item.title}\n{item.summary}")

    judge()
    return ratio(judge, fold_all, rounds)


def with_patterns(count: int) -> Watch:
    """The watch with that many learned patterns: phrases of the near misses' own words."""
    words = sorted({word for sample in read_folder(FOLDER / "near_misses", str) for word in fold(sample.text).split()})
    chance = random.Random(count)
    texts: set[str] = set()
    while len(texts) < count:
        texts.add(" ".join(chance.sample(words, chance.choice((1, 2, 2, 3)))))
    known = tuple(Pattern(text, "context", "en", 1.0, 5.0, 2, ("seed",)) for text in sorted(texts))
    return assemble(FOLDER, PatternSet(known, load_watch(FOLDER).vocabulary.patterns.weights))


def scale(items: Sequence[Document], rounds: int = ROUNDS) -> float:
    """Judging with 5,000 patterns over judging with 200."""
    few, many = with_patterns(200), with_patterns(5_000)

    def judge(watch: Watch) -> Callable[[], None]:
        def work() -> None:
            for item in items:
                watch.match(read_document(item), NOW)

        work()
        return work

    return ratio(judge(many), judge(few), rounds)


def main() -> None:
    """Print the figures beside their goals."""
    items = news()
    print(f"gate: judging {ITEMS:,} items / folding them   {gate(load_watch(FOLDER), items):.2f}   (goal {GATE_GOAL})")
    print(f"scale: 5,000 patterns / 200                  {scale(items):.2f}   (goal {SCALE_GOAL})")


if __name__ == "__main__":
    main()
