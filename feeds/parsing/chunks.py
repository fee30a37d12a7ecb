"""Cuts a big feed at its items, so that reading ten megabytes needs no more memory than reading a tenth of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.parsing.held import HeldBody, let_go, outer_tags, tag_pattern

_WHOLE = 96_000  # up to here a document is read in one piece
_SLICE = 64_000
_ITEMS = 400
_TAG = tag_pattern(rb"<(/?)(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s/>])")


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


def _items(document: HeldBody) -> list[tuple[int, int]]:
    """Where the outermost items stand; empty when tags do not pair up."""
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
        elif not _closes_itself(document, found.end()):
            begin = begin if depth else found.start()
            depth += 1
    return spans if depth == 0 else []


def _closes_itself(document: HeldBody, place: int) -> bool:
    end = document.find(b">", place, place + 4000)
    return end > 0 and document[end - 1 : end] == b"/"
