"""`python -m tests.score`: what the program reaches on items that were at hand, and on items that nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from seeds.learning.items import Item
from seeds.model import Document, Facts, Tier
from seeds.watch import Watch, load_watch, read_document
from tests.score import baselines, missions, stories
from tests.score.measures import QUIET, Judge, contingents, exact, relevance, tiers
from tests.score.sets import named, sets

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WATCH = Path(__file__).resolve().parents[2] / "seeds" / "watches" / "minusma"
Row = tuple[str, ...]


def figures(watch: Watch, items: Sequence[Item]) -> Iterator[tuple[str, float]]:
    """Every figure by name, 0..1."""
    judge = judge_of(watch)
    whole, titles = relevance(judge, items), relevance(judge, items, title=True)
    plain = [item for item in items if item.relevant and not named(item)]
    passing = [item for item in items if item.relevant and item.tier == Tier.BACKGROUND]
    yield from (("precision", whole.precision), ("recall", whole.recall))
    yield "recall without the acronym", relevance(judge, plain).recall
    yield from (("titles: precision", titles.precision), ("titles: F1", titles.f1))
    yield "passing mentions found", relevance(judge, passing).recall
    yield from _tiers(watch, items)
    yield from _facts([(item, watch.facts(read_document(item.document))) for item in items if item.relevant])


def judge_of(watch: Watch) -> Judge:
    """Whether the watch flags a document."""
    return lambda document: watch.match(read_document(document), NOW).relevant


def _tiers(watch: Watch, items: Sequence[Item]) -> Iterator[tuple[str, float]]:
    told = [(item.tier, watch.match(read_document(item.document), NOW).tier) for item in items if item.tier]
    found = [(want, got) for want, got in told if got is not None]
    yield "tier right, of what is found", sum(want == got for want, got in found) / max(len(found), 1)
    yield "tier right, of all", sum(want == got for want, got in told) / max(len(told), 1)
    for name, among in (("incident", {Tier.INCIDENT}), ("quiet", QUIET)):
        score = tiers(told, among)
        yield from ((f"{name}: precision", score.precision), (f"{name}: recall", score.recall))


def _facts(read: Sequence[tuple[Item, Facts]]) -> Iterator[tuple[str, float]]:
    for fact in ("killed", "injured", "place"):
        found = exact(read, fact)
        yield from ((f"{fact}, exact", found.share), (f"{fact}, precision", found.precision))
    yield "contingents, F1", contingents(read).f1


def reach(watch: Watch, known: Mapping[str, Sequence[Item]]) -> Iterator[Row]:
    """The figures of each set in a column of its own."""
    columns = {name: dict(figures(watch, items)) for name, items in known.items()}
    yield "", *(f"{name} ({len(items)})" for name, items in known.items())
    for figure in next(iter(columns.values())):
        yield figure, *(f"{column[figure]:.3f}" for column in columns.values())


def floors(watch: Watch, known: Mapping[str, Sequence[Item]]) -> Iterator[Row]:
    """Precision and recall beside the keyword and the bare rule."""
    judges: dict[str, Judge] = {
        "Bluehelm": judge_of(watch),
        "bare rule": baselines.bare_rule(watch),
        "keyword": baselines.keyword,
    }
    yield "", *(f"{name}: {what}" for name in known for what in ("P", "R", "title F1"))
    for name, judge in judges.items():
        cells = [(relevance(judge, items), relevance(judge, items, title=True)) for items in known.values()]
        yield name, *(f"{one:.3f}" for whole, title in cells for one in (whole.precision, whole.recall, title.f1))


def languages(watch: Watch, known: Mapping[str, Sequence[Item]]) -> Iterator[Row]:
    """Recall and tier by language: English, French, the others."""
    yield "", *(f"{name}: {what}" for name in known for what in ("recall", "tier right"))
    for name in ("en", "fr", "others"):
        cells: list[str] = []
        for items in known.values():
            mine = [item for item in items if _group(item.document) == name]
            found = dict(_tiers(watch, mine))
            cells += f"{relevance(judge_of(watch), mine).recall:.3f}", f"{found['tier right, of what is found']:.3f}"
        yield name, *cells


def _group(document: Document) -> str:
    return document.language if document.language in ("en", "fr") else "others"


def table(rows: Sequence[Row]) -> str:
    """Rows as aligned columns, the first one to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    cut = [(row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)))
           for row in rows]  # fmt: skip
    return "\n".join("  ".join(cells).rstrip() for cells in cut)


def main() -> None:
    """Print every table."""
    watch, known = load_watch(WATCH), sets()
    if "development" not in known:
        print("The development corpus is not here; only the test part of seeds/items is scored.")
    told = {
        "What is reached": reach,
        "Beside simpler ways": floors,
        "By language": languages,
    }
    for heading, make in told.items():
        print(f"\n{heading}\n{table(list(make(watch, known)))}", flush=True)
    for name, items in known.items():
        print(f"\nStories (B-cubed), {name}\n{table(stories.table(watch, items, NOW))}", flush=True)
    for half, unseen in (("development", False), ("unseen", True)):
        print(f"\nThe missions of today, {half} half\n{table(list(missions.table(unseen=unseen)))}", flush=True)


if __name__ == "__main__":
    main()
