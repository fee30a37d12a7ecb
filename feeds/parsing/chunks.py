"""Cuts a document at its items: a big one, so that reading ten megabytes needs no more memory than reading a tenth of
one; and one of which it is remembered how its items read, so that of its next state only the new ones are read.

That must never be another result than reading the whole: only a document whose items surely do not touch each other is
remembered, under all that their reading depends on besides their own bytes.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from feeds.parsing.held import HeldBody, let_go, outer_tags, tag_pattern
from feeds.parsing.identity import Names

_WHOLE = 96_000  # up to here a document is read in one piece
_SLICE = 64_000
_ITEMS = 400
_TAG = tag_pattern(rb"<(/?)(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s/>])")

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
# Each begins with bytes that stand fast, which are found at once; one pattern for all would try every byte.
_FAR = tuple(
    re.compile(one)
    for one in (rb"xmlns", rb"base(?<=\bbase)\s*=", rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|channel|RDF)[\s/>]")
)
_STATEFUL = re.compile(rb"encoding\s*=[\s\"']*(?:iso-2022|utf-7|hz)", re.IGNORECASE)


def slices(document: HeldBody) -> Iterator[bytes]:
    """The document as one or more complete documents that hold its items in order, each item in exactly one.

    Every slice repeats what stands before the first and after the last item. A document that cannot be cut
    safely comes out whole.
    """
    spans = _items(document) if len(document) > _WHOLE else []
    if len(spans) < 2:
        yield document[:]
        return
    head, tail = document[: spans[0][0]], document[spans[-1][1] :]
    cuts = tuple(_cuts(spans, len(head) + len(tail), len(document)))
    del spans
    for start, end in cuts:
        piece = b"".join((head, document[start:end], tail))
        let_go(document)
        yield piece


def _cuts(spans: Sequence[tuple[int, int]], frame: int, whole: int) -> Iterator[tuple[int, int]]:
    """Where slices begin and end. Head and tail are read again with each: a big frame gets bigger slices, so that work
    stays linear."""
    size, most = max(_SLICE, 4 * frame), max(_ITEMS, len(spans) * frame // whole)
    start, count = spans[0][0], 0
    for (_, end), (following, _) in zip(spans, [*spans[1:], (spans[-1][1], 0)], strict=True):
        count += 1
        if end - start >= size or count >= most or following == spans[-1][1]:
            yield start, following
            start, count = following, 0


def lone_items(document: HeldBody) -> list[tuple[int, int]]:
    """Where the items stand, from the first to the last; empty when tags do not pair up or an item lies in another
    or is a single tag, for then nobody can say which bytes make one."""
    return _items(document, lone=True)


def _items(document: HeldBody, *, lone: bool = False) -> list[tuple[int, int]]:
    """Where the outermost items stand; empty when tags do not pair up, or these are not `lone`."""
    spans: list[tuple[int, int]] = []
    depth, begin = 0, 0
    for found in outer_tags(_TAG, document):
        if found is None:
            return []
        if found[1]:
            depth -= 1
            if depth < 0:
                return []
            if depth == 0:
                spans.append((begin, document.find(b">", found.end()) + 1))
        elif lone and (depth or _closes_itself(document, found.end())):
            return []
        elif not _closes_itself(document, found.end()):
            begin = begin if depth else found.start()
            depth += 1
    return spans if depth == 0 else []


def _closes_itself(document: HeldBody, place: int) -> bool:
    end = document.find(b">", place, place + 4000)
    return end > 0 and document[end - 1 : end] == b"/"


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
    if any(far.search(document, start, end) for far in _FAR) or document.find(b"<?", start) >= 0:
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
