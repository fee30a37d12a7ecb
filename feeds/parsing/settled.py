"""What is known of a body when the whole of it was read; apart from the parser, which the house need not load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from feeds.model import Entry, Parsed


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known when the whole body was read: `parsed` without its entries, and the keys of each entry that was
    found, in order (None for a repetition of an earlier one)."""

    parsed: Parsed
    keys: Iterable[tuple[str, ...] | None] = ()

    def keyed(self, found: Iterable[Entry]) -> Iterator[Entry]:
        """The entries that were found, in order, with their keys; repetitions left out."""
        return (replace(entry, keys=keys) for entry, keys in zip(found, self.keys, strict=True) if keys)
