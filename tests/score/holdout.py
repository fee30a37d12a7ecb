"""`python -m tests.score.holdout`: what is reached in languages and in years that taught nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from seeds.learning.items import ITEMS, Item, read_items
from seeds.learning.teach import taught
from seeds.watch import Watch, load_watch
from seeds.weights import swap_weights
from tests.score.__main__ import WATCH, Row, figures, table
from tests.score.sets import sets

_TOLD = ("precision", "recall", "recall without the acronym", "tier right, of what is found", "incident: precision",
         "incident: recall", "killed, exact", "injured, exact", "place, exact", "contingents, F1")  # fmt: skip
_MUCH = ("en", "fr")
_SPLIT, _CLOSED = date(2021, 1, 1), date(2024, 1, 1)
Keep = Callable[[Item], bool]


def day(item: Item) -> date | None:
    """The day of publication, where the item gives one."""
    stated = item.document.published
    return stated.start.astimezone(UTC).date() if stated else None


def _spoken(*languages: str) -> Keep:
    return lambda item: item.document.language in languages


def _since(first: date, last: date) -> Keep:
    return lambda item: first <= (day(item) or date.min) < last


#: By name which items are left out of learning, and which of these are scored.
HELD_OUT: Mapping[str, tuple[Keep, Mapping[str, Keep]]] = {
    "French": (_spoken("fr"), {"French": _spoken("fr")}),
    "English": (_spoken("en"), {"English": _spoken("en")}),
    "others": (lambda item: not _spoken(*_MUCH)(item), {"other languages": lambda item: not _spoken(*_MUCH)(item)}),
    "years": (
        lambda item: day(item) is None or _since(_SPLIT, date.max)(item),
        {"2021 to 2023": _since(_SPLIT, _CLOSED), "2024 on": _since(_CLOSED, date.max)},
    ),
}


def columns() -> Iterator[tuple[str, Mapping[str, float]]]:
    """What is reached on items that did not teach: each time all others do, but those of the test part.

    Development is scored without what restates it, where it is at hand.
    """
    for left_out, scored in HELD_OUT.values():
        with _learned_without(left_out) as watch:
            for name, keep in scored.items():
                yield _column(name, watch, [item for item in _items() if keep(item)])
    if known := sets().get("development"):
        with _learned_without(lambda item: item.id.startswith("m")) as watch:
            yield _column("development", watch, known)


@contextmanager
def _learned_without(left_out: Keep) -> Iterator[Watch]:
    """The watch as it reads when some items do not teach."""
    former = swap_weights({})
    try:
        taught(load_watch(WATCH), [item for item in _items() if not left_out(item)])
        yield load_watch(WATCH)
    finally:
        swap_weights(former)


def _column(name: str, watch: Watch, items: Sequence[Item]) -> tuple[str, Mapping[str, float]]:
    return f"{name} ({len(items)})", dict(figures(watch, items))


def _items() -> list[Item]:
    return [item for item in read_items(sorted(ITEMS.glob("*.jsonl"))) if item.relevant is not None]


def main() -> None:
    """Print a column for each set of items that taught nothing."""
    print(f"Learned without these items, on {datetime.now(UTC):%Y-%m-%d}:")
    found = dict(columns())
    rows: list[Row] = [("", *found)]
    rows += [(figure, *(f"{column[figure]:.3f}" for column in found.values())) for figure in _TOLD]
    print(table(rows))


if __name__ == "__main__":
    main()
