"""The automaton that finds many patterns in a text at once (Aho-Corasick)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

_BETWEEN = "\n"


class Automaton:
    """Finds patterns, those that overlap included. It is built when first used, and can be pickled until then.

    No pattern holds a line break.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = _BETWEEN.join(patterns)  # in one piece, which leaves no holes in memory when it goes
        self._built: AhoCorasick | None = None

    def finds(self, text: str) -> Sequence[tuple[int, int, int]]:
        """The number of each pattern found in a text, where it starts and where it ends."""
        if self._built is None:
            # It keeps what it needs of the patterns: as strings they would take as much again.
            implementation = Implementation.ContiguousNFA
            patterns = self._patterns.split(_BETWEEN) if self._patterns else []
            self._built = AhoCorasick(patterns, implementation=implementation, store_patterns=False)
            self._patterns = ""
        return self._built.find_matches_as_indexes(text, overlapping=True)
