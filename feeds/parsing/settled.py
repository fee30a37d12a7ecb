"""What is known of a body when the whole of it was read; apart from the parser, which the house need not load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from feeds.model import Entry, Parsed
from feeds.parsing.identity import names_part
from feeds.parsing.urls import part_of


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known when the whole body was read: `parsed` without its entries, and the keys of each entry that was
    found, in order (None for a repetition of an earlier one).

    `memo` is what to remember of it, so that its next state is read with less work. Of one that was `skimmed`, entries
    that were remembered have no words, only keys and hash: they are as they were, and not yet known to be stored.
    """

    parsed: Parsed
    keys: Iterable[tuple[str, ...] | None] = ()
    memo: bytes | None = None
    skimmed: bool = False

    def keyed(self, found: Iterable[Entry]) -> Iterator[Entry]:
        """The entries that were found, in order, with their keys; repetitions left out. A link keeps its fragment where
        that names the entry."""
        for entry, keys in zip(found, self.keys, strict=True):
            if keys:
                link = entry.link
                yield replace(entry, keys=keys, link=link if not link or names_part(keys) else part_of(link)[0])
