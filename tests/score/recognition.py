"""The tables of recognition: reach beside the baselines, misses, ablations, and other designs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seeds.learning.documents import read_folder
from seeds.learning.study import guess_language, near_misses, study
from seeds.model import Document
from seeds.moments import read_when
from seeds.watch import Watch, assemble, load_watch
from tests.match_cases import CASES
from tests.score import baselines, designs
from tests.score.corpus import Item
from tests.score.measures import Judge, false_alarms, misses_by_language, score

FOLDER = Path(__file__).resolve().parents[2] / "seeds" / "watches" / "minusma"
_LARGE = 4  # relevant items from which a language gets a column of its own
Row = tuple[str, ...]


def report(items: Sequence[Item]) -> Iterator[tuple[str, list[Row]]]:
    """The tables, each with its heading; the first row of a table names its columns."""
    watch = load_watch(FOLDER)
    judges = {"Bluehelm": designs.ours(watch), **baselines.ALL}
    yield (
        "Reach (development figures; the second half only told which kinds of knowledge were missing)",
        [*_reach(judges, items)],
    )
    yield "False alarms by category", [*_alarms(judges, items)]
    yield "Misses by language", [*_languages(judges, items)]
    yield "Ablation", [*_ablation(items)]
    yield "Other designs over the same evidence, learned from the same windows", [*_designs(watch, items)]


def _reach(judges: dict[str, Judge], items: Sequence[Item]) -> Iterator[Row]:
    yield "", "F1", "precision", "recall", "… no acronym", "F1 1st half", "F1 2nd half", "title F1", "title precision"
    plain = [item for item in items if item.relevant and not item.acronym]
    halves = [[item for item in items if item.developed is half] for half in (True, False)]
    for name, judge in judges.items():
        whole, title = score(judge, items), score(judge, items, title=True)
        figures = [whole.f1, whole.precision, whole.recall, score(judge, plain).recall]
        figures += [score(judge, half).f1 for half in halves]
        yield name, *(f"{figure:.3f}" for figure in (*figures, title.f1, title.precision))


def _alarms(judges: dict[str, Judge], items: Sequence[Item]) -> Iterator[Row]:
    counted = {name: false_alarms(judge, items) for name, judge in judges.items()}
    yield "", *next(iter(counted.values()))
    for name, row in counted.items():
        yield name, *map(str, row.values())


def _languages(judges: dict[str, Judge], items: Sequence[Item]) -> Iterator[Row]:
    counted = {name: misses_by_language(judge, items) for name, judge in judges.items()}
    sizes = {language: size for language, (_, size) in next(iter(counted.values())).items()}
    large = [language for language, size in sizes.items() if size >= _LARGE]
    yield "missed of", *(f"{language} {sizes[language]}" for language in large), f"others {_rest(sizes, large)}"
    for name, row in counted.items():
        missed = {language: count for language, (count, _) in row.items()}
        yield name, *(str(missed[language]) for language in large), str(_rest(missed, large))


def _rest(counts: dict[str, int], large: Sequence[str]) -> int:
    return sum(count for language, count in counts.items() if language not in large)


def _ablation(items: Sequence[Item]) -> Iterator[Row]:
    yield "", "F1", "F1 en+fr", "recall, no acronym", "title F1", "hard cases wrong"
    watches = {
        "learned + lexicon": load_watch(FOLDER),
        "lexicon only, prior weights": load_watch(FOLDER, learned=False),
        "learned only": load_watch(FOLDER, lexicon=False),
    }
    yield "lexicon only, ties by a rule", *_figures(designs.tied(load_watch(FOLDER, learned=False)), items)
    for name, watch in {**watches, **dict(_without_each_seed())}.items():
        yield name, *_figures(designs.ours(watch), items)


def _without_each_seed() -> Iterator[tuple[str, Watch]]:
    seeds, near = read_folder(FOLDER / "documents", guess_language), near_misses(FOLDER)
    for left_out in seeds:
        known = study(FOLDER, [seed for seed in seeds if seed is not left_out], near)
        yield f"without {left_out.id}", assemble(FOLDER, known)
        yield f"… learned only, without {left_out.id}", assemble(FOLDER, known, lexicon=False)


def _designs(watch: Watch, items: Sequence[Item]) -> Iterator[Row]:
    yield "", "F1", "F1 en+fr", "recall, no acronym", "title F1", "hard cases wrong"
    yield "gate, ties, logistic (in use)", *_figures(designs.ours(watch), items)
    examples = designs.training(watch)
    for name, design in designs.ALL.items():
        yield name, *_figures(design(watch, examples), items)


def _figures(judge: Judge, items: Sequence[Item]) -> Iterator[str]:
    yield f"{score(judge, items).f1:.3f}"
    yield f"{score(judge, [item for item in items if item.language in ('en', 'fr')]).f1:.3f}"
    yield f"{score(judge, [item for item in items if item.relevant and not item.acronym]).recall:.3f}"
    yield f"{score(judge, items, title=True).f1:.3f}"
    yield f"{_hard(judge)} of {len(CASES)}"


def _hard(judge: Judge) -> int:
    return sum(judge(_document(case)) is not case[2] for case in CASES)


def _document(case: tuple[Any, ...]) -> Document:
    year = str(case[5]) if len(case) > 5 else ""
    return Document(case[3], case[4], case[1], read_when(year))
