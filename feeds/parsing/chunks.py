"""Cuts a big feed at its items, so that reading ten megabytes needs no more memory than reading a tenth of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WHOLE = 96_000  # up to here a document is read in one piece
_SLICE = 64_000
_ITEMS = 400
_TOKEN = re.compile(rb"<!\[CDATA\[|<!--|<(/?)(?:[\w.-]{1,40}:)?(item|entry)(?=[\s/>])")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}


def slices(document: bytes) -> Iterator[bytes]:
    """The document as one or more complete documents that hold its items in order, each item in exactly one.

    Every slice repeats what stands before the first and after the last item. A document that cannot be cut
    safely comes out whole.
    """
    spans = _items(document) if len(document) > _WHOLE else []
    if len(spans) < 2:
        yield document
        return
    head, tail = document[: spans[0][0]], document[spans[-1][1] :]
    # Head and tail are read again with every slice: a big frame gets bigger slices, so that work stays linear.
    frame = len(head) + len(tail)
    size, most = max(_SLICE, 4 * frame), max(_ITEMS, len(spans) * frame // len(document))
    start, count = spans[0][0], 0
    for (_, end), (following, _) in zip(spans, [*spans[1:], (spans[-1][1], 0)], strict=True):
        count += 1
        if end - start >= size or count >= most or following == spans[-1][1]:
            yield b"".join((head, memoryview(document)[start:following], tail))
            start, count = following, 0


def lone_items(document: bytes) -> list[tuple[int, int]]:
    """Where the items stand, from the first to the last; empty when tags do not pair up or an item lies in another or
    is a single tag, for then nobody can say which bytes make one."""
    return _items(document, lone=True)


def _items(document: bytes, *, lone: bool = False) -> list[tuple[int, int]]:
    """Where the outermost items stand; empty when tags do not pair up, or these are not `lone`."""
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
        elif lone and (depth or _closes_itself(document, place)):
            return []
        elif not _closes_itself(document, place):
            begin = begin if depth else found.start()
            depth += 1
    return spans if depth == 0 else []


def _closes_itself(document: bytes, place: int) -> bool:
    end = document.find(b">", place, place + 4000)
    return end > 0 and document[end - 1 : end] == b"/"
