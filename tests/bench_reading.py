"""What reading costs, by kind of text: `python -m tests.bench_reading`.

* CPU an item, through all that `bluehelm classify` does with one: titles with leads, a mix of which nine in ten concern
  nobody, and texts as long as a feed's item may be.
* Growth: the CPU of a text four times as long (4 is linear).
* Two watches over one: the CPU of judging the mix for both, as the running bot does.
With a path to JSON Lines (title, summary, lang, published) those items take the place of the made ones.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.classify import Classifier
from bot.cli.jsonlines import as_document, dumped
from feeds.judge import judge_entry
from feeds.model import Entry, Feed
from seeds.model import Document
from seeds.watch import Watch, load_watch
from tests.bench_match import news
from tests.match_cases import CASES

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "watches"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 3
LONG = 8_000
WATCHES_GOAL = 1.3


def leads() -> list[dict[str, Any]]:
    """Titles with leads that concern the mission, from the named cases."""
    return [{"title": one[3], "summary": one[4], "lang": one[1]} for one in CASES if one[2] and one[4]]


def mixed(flagged: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items and nine times as many of ordinary news."""
    others = [{"title": one.title, "summary": one.summary, "lang": one.language} for one in news(9 * len(flagged))]
    items = [*flagged, *others]
    random.Random(3).shuffle(items)
    return items


def long(items: Sequence[dict[str, Any]], size: int = LONG, count: int = 20) -> list[dict[str, Any]]:
    """Texts of so many characters, each made of many items' leads."""
    chance = random.Random(4)
    made = []
    for _ in range(count):
        pieces = " ".join(chance.choice(items)["summary"] for _ in range(size // 50))
        made.append({"title": chance.choice(items)["title"], "summary": pieces[:size], "lang": "en"})
    return made


def seconds(work: Callable[[], object]) -> float:
    """The least CPU time of a few rounds, after one that warms up."""
    work()
    return min(_timed(work) for _ in range(ROUNDS))


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def classified(watch: Watch, items: Sequence[dict[str, Any]]) -> float:
    """CPU seconds an item of `bluehelm classify`."""
    lines = [json.dumps(item) for item in items]

    def work() -> None:
        judge = Classifier(watch)
        for number, line in enumerate(lines):
            dumped(judge.line(line, number))

    return seconds(work) / len(items)


def judged(watches: Sequence[Watch], items: Sequence[dict[str, Any]]) -> float:
    """CPU seconds an item of judging for these watches."""
    feed = Feed("f", "http://f.example/feed", "en")
    entries = [entry(as_document(item)) for item in items]
    return seconds(lambda: [judge_entry(one, feed, watches, NOW) for one in entries]) / len(items)


def entry(document: Document) -> Entry:
    """A document as a feed's entry."""
    return Entry("f", ("k",), document.title, document.summary, None, document.language, None, None, "h")


def main() -> None:
    """Print the figures."""
    watches = [load_watch(SEEDS / name) for name in ("minusma", "monusco")]
    given = [json.loads(line) for path in sys.argv[1:2] for line in Path(path).read_text("utf-8").splitlines()]
    kinds = {"titles with leads": given or leads(), "nine in ten for nobody": mixed((given or leads())[:200])}
    kinds["long texts"] = long(given or leads())
    for name, items in kinds.items():
        print(f"{name:24} {1000 * classified(watches[0], items):8.3f} ms an item")
    short = long(given or leads(), LONG // 4)
    growth = classified(watches[0], kinds["long texts"]) / classified(watches[0], short)
    print(f"growth, {LONG // 4:,} to {LONG:,}   {growth:8.2f}    (4 is linear)")
    mix = kinds["nine in ten for nobody"]
    both = judged(watches, mix) / judged(watches[:1], mix)
    print(f"two watches over one     {both:8.2f}    (goal {WATCHES_GOAL})")


if __name__ == "__main__":
    main()
