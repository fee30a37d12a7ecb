"""Which words tell reports of one event: those that few events have, as labelled items show.

The counts are in `seeds/weights/words.toml`; what is not in it stands in fewer events than are listed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from seeds.weights import read_weights

#: Where the counts say how many events they were counted in.
EVENTS = "*"
_LEAST = 3  # events that must have a word before it is counted; what is not in the table is rarer
_COMMON = 0.05  # words of more than this share of events tell no two apart
_MOST = 24  # words of one entry that are compared


def word_counts(told: Iterable[tuple[str, Iterable[str]]]) -> dict[str, float]:
    """In how many events each word stands, from pairs of an event and the words of one of its reports."""
    held: dict[str, set[str]] = {}
    for event, words in told:
        held.setdefault(event, set()).update(words)
    counts = Counter(word for words in held.values() for word in words)
    return {EVENTS: float(len(held)), **{word: float(count) for word, count in counts.items() if count >= _LEAST}}


def telling_words(words: Iterable[str]) -> list[str]:
    """The words that tell most, the rarest first; none that stand in many events."""
    counts = read_weights("words")
    most = _COMMON * counts.get(EVENTS, 0.0)
    known = sorted((counts.get(word, 0.0), word) for word in words)
    return [word for count, word in known if count <= most][:_MOST]


def rarity(word: str, taught: int = 0) -> float:
    """How rare a word is, 0 for what all events have to about 2; in events other than the `taught` ones, which are
    known to have it and were counted."""
    counts = read_weights("words")
    others = max(0.0, counts.get(word, 0.0) - taught)
    return math.log((counts.get(EVENTS, 0.0) + 1) / (others + 1)) / 4
