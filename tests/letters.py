"""The table of `feeds.web.keylike`, from the words of the labelled items: `python -m tests.letters` prints it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import log2
from pathlib import Path
from string import ascii_lowercase

ITEMS = Path(__file__).resolve().parents[1] / "seeds" / "items"
_WORD = re.compile(r"[a-z]+")


def words() -> set[str]:
    """Each form once, in whatever language it is, small and without accents, as addresses spell it."""
    return {word for text in _texts() for word in re.findall(r"[^\W\d_]+", text) if _WORD.fullmatch(word)}


def _texts() -> Iterator[str]:
    for path in sorted(ITEMS.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            item = json.loads(line)
            text = unicodedata.normalize("NFKD", f"{item['title']} {item.get('summary') or ''}".lower())
            yield "".join(sign for sign in text if not unicodedata.combining(sign))


def table() -> tuple[str, ...]:
    """For each letter a row: of each letter behind it, how many times likelier it is there in words than by chance, in
    bits, whole and counted from -9 on; half a time is added to what was seen."""
    pairs = Counter(pair for word in words() for pair in pairwise(word))
    firsts = Counter(first for (first, _), count in pairs.items() for _ in range(count))

    def bits(first: str, second: str) -> float:
        return log2((pairs[first, second] + 0.5) / (firsts[first] + 13) * 26)

    return tuple("".join(f"{max(round(bits(a, b)) + 9, 0):x}" for b in ascii_lowercase) for a in ascii_lowercase)


if __name__ == "__main__":
    for row in table():
        print(f'    "{row}",')
