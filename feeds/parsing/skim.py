"""Remembers what reading each item of a document came to, so that of its next state only the new ones are read.

That must never be another result than reading the whole: only a document whose items surely do not touch each other is
remembered, under all that their reading depends on besides their own bytes.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from feeds.parsing.chunks import lone_items
from feeds.parsing.identity import Names

# Counted up whenever an item is read otherwise than before: then what was remembered is worth nothing.
RULES = 1
MOST_REMEMBERED = 2_000  # of a feed that is remembered; ten times what most show
# Bytes of new items that are read inside the frame in one piece, as much as of a whole document.
_MOST_NEW = 96_000
# Says nothing of how items read, and changes with every answer: when the feed was made, and comments.
_PASSING = re.compile(
    rb"<((?:[a-z]{1,9}:)?(?:lastBuildDate|pubDate|updated|date))>[\w\s:+,.-]{0,60}</\1>|<!--[^<>]{0,400}-->"
)
# What feedparser does not forget when an item ends: other namespaces, another base of addresses, a feed in a feed.
_FAR = re.compile(rb"xmlns|\bbase\s*=|<(?:[\w.-]{1,40}:)?(?:rss|feed|channel|RDF)[\s/>]")
_STATEFUL = re.compile(rb"encoding\s*=[\s\"']*(?:iso-2022|utf-7|hz)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadItem:
    """What reading an item came to: its names (None for one that says nothing) and the hash of what it says.

    `undated` is its stamp that could not be read, "" for one without any; None for a dated item.
    """

    names: Names | None
    told: str = ""
    undated: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A document at its items: what stands before and after them, each item's bytes, and a hash of these.

    `frame` is a hash of what the reading of any item depends on besides its own bytes.
    """

    head: bytes
    tail: bytes
    items: Sequence[memoryview]
    digests: Sequence[str]
    frame: str

    def without(self, known: Mapping[str, ReadItem]) -> tuple[bytes, int] | None:
        """The document with the unknown items alone, and how many these are; None when that is hardly less."""
        new = [item for item, digest in zip(self.items, self.digests, strict=True) if digest not in known]
        if len(new) * 2 > len(self.items) or sum(map(len, new)) > _MOST_NEW:
            return None
        return b"".join((self.head, *new, self.tail)), len(new)


def cut_items(document: bytes, context: Sequence[str | None]) -> Cut | None:
    """The document at its items, as it is read in that context (the feed, the headers); None for one in which an item
    may change how another reads: with a DTD or instructions, namespaces declared in items, anything between items."""
    spans = lone_items(document)
    if not 0 < len(spans) <= MOST_REMEMBERED:
        return None
    start, end = spans[0][0], spans[-1][1]
    head, tail = document[:start], document[end:]
    between = [document[one[1] : other[0]] for one, other in pairwise(spans)]
    if b"".join(between).strip() or b"<!DOCTYPE" in head or b"<!ENTITY" in head or _STATEFUL.search(head):
        return None
    if _FAR.search(document, start, end) or document.find(b"<?", start) >= 0:
        return None
    items = [memoryview(document)[begin:stop] for begin, stop in spans]
    said = json.dumps([RULES, *context]).encode()
    frame = _digest(b"\0".join((said, _PASSING.sub(b"", head), _PASSING.sub(b"", tail))))
    return Cut(head, tail, items, [_digest(item) for item in items], frame)


def memo_of(found: Cut, items: Sequence[ReadItem]) -> bytes | None:
    """What is to be remembered of a document when its items were read; None when these are not those that were cut."""
    if len(items) != len(found.digests):
        return None
    told = [
        (digest, item.names and _told(item.names), item.told, item.undated)
        for digest, item in zip(found.digests, items, strict=True)
    ]
    return zlib.compress(json.dumps([found.frame, told], separators=(",", ":")).encode(), 6)


def remembered(memo: bytes | None, found: Cut) -> dict[str, ReadItem]:
    """The items that are remembered, by the hash of their bytes; none of a document in another frame."""
    if not memo:
        return {}
    try:
        frame, told = json.loads(zlib.decompress(memo))
        if frame != found.frame:
            return {}
        return {digest: ReadItem(names and _names(*names), said, undated) for digest, names, said, undated in told}
    except (zlib.error, ValueError, TypeError):
        return {}


def _told(one: Names) -> tuple[object, ...]:
    return one.guid, one.link, one.special, one.title, one.page, one.part, one.shown


def _names(guid: str | None, link: str | None, special: Sequence[str], *rest: object) -> Names:
    return Names(guid, link, tuple(special), *rest)  # type: ignore[arg-type]


def _digest(data: bytes | memoryview) -> str:
    return blake2b(data, digest_size=16).hexdigest()
