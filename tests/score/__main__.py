"""`python -m tests.score`: print what the program reaches on the development corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from seeds.model import Facts
from seeds.text.reading import Reading
from seeds.watch import Watch, load_watch
from tests.score import corpus, facts, recognition, stories

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Reader:
    """A watch as what reads facts."""

    watch: Watch

    def read(self, reading: Reading) -> Facts:
        return self.watch.facts(reading)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, the first one to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(_cells(row, widths)).rstrip() for row in rows)


def _cells(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    yield row[0].ljust(widths[0])
    for cell, width in zip(row[1:], widths[1:], strict=True):
        yield cell.rjust(width)


def main() -> None:
    """Print every table: recognition, then facts, then stories."""
    items = corpus.load()
    if not items:
        print(f"The development corpus is not here ({corpus.FOLDER}); nothing to score.")
        return
    for heading, rows in recognition.report(items):
        print(f"\n{heading}\n{table(rows)}", flush=True)
    watch = load_watch(recognition.FOLDER)
    print("\nFacts", *facts.report(_Reader(watch)), sep="\n", flush=True)
    rows = list(stories.read(corpus.FOLDER / name for name in corpus.FILES))
    print(f"\nStories (B-cubed)\n{table(stories.table(watch, rows, NOW))}")


if __name__ == "__main__":
    main()
