"""Cuts a big feed at its items, so that reading ten megabytes needs no more memory than reading a tenth of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WHOLE = 96_000  # up to here a document is read in one piece
_SLICE = 64_000
_ITEMS = 400
_TOKEN = re.compile(rb"<!\[CDATA\[|<!--|<(/?)(?:[\w.-]{1,40}:)?(item|entry)(?=[\s/>])")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where a document is cut: `head` and `tail` stand around each of the `stretches` of items, (start, end) in bytes.

    A document that is not cut is one stretch without either.
    """

    stretches: tuple[tuple[int, int], ...]
    head: bytes = b""
    tail: bytes = b""

    def around(self, items: bytes) -> bytes:
        """What was read of a stretch, as a complete document."""
        return b"".join((self.head, items, self.tail)) if self.head or self.tail else items


def slices(document: bytes) -> Iterator[bytes]:
    """The document as one or more complete documents that hold its items in order, each item in exactly one."""
    cuts = cut(document)
    return (cuts.around(document[start:end]) for start, end in cuts.stretches)


def cut(document: bytes) -> Cuts:
    """Where the document is cut so that each slice holds some of its items, in order, each item in exactly one.

    Every slice repeats what stands before the first and after the last item. A document that cannot be cut
    safely stays whole.
    """
    spans = _items(document) if len(document) > _WHOLE else []
    if len(spans) < 2:
        return Cuts(((0, len(document)),))
    head, tail = document[: spans[0][0]], document[spans[-1][1] :]
    return Cuts(tuple(_stretches(spans, len(head) + len(tail), len(document))), head, tail)


def _stretches(spans: Sequence[tuple[int, int]], frame: int, whole: int) -> Iterator[tuple[int, int]]:
    """Head and tail are read again with every slice: a big frame gets bigger slices, so that work stays linear."""
    size, most = max(_SLICE, 4 * frame), max(_ITEMS, len(spans) * frame // whole)
    start, count = spans[0][0], 0
    for (_, end), (following, _) in zip(spans, [*spans[1:], (spans[-1][1], 0)], strict=True):
        count += 1
        if end - start >= size or count >= most or following == spans[-1][1]:
            yield start, following
            start, count = following, 0


def _items(document: bytes) -> list[tuple[int, int]]:
    """Where the outermost items stand; empty when tags do not pair up."""
    spans: list[tuple[int, int]] = []
    depth, begin, place = 0, 0, 0
    while found := _TOKEN.search(document, place):
        place = found.end()
        if (end := _ENDS.get(found[0])) is not None:
            place = document.find(end, place) + len(end)
            if place < len(end):
                return []
        elif found[1]:
            depth -= 1
            if depth < 0:
                return []
            if depth == 0:
                spans.append((begin, document.find(b">", place) + 1))
        elif not _closes_itself(document, place):
            begin = begin if depth else found.start()
            depth += 1
    return spans if depth == 0 else []


def _closes_itself(document: bytes, place: int) -> bool:
    end = document.find(b">", place, place + 4000)
    return end > 0 and document[end - 1 : end] == b"/"
