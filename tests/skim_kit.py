"""Reads a body twice, whole and with what an earlier one left, and says whether anything comes out otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from feeds.model import Entry, Feed, Fetched, Outcome
from feeds.parsing.chunks import lone_items
from feeds.parsing.parse import parse_steps
from feeds.parsing.settled import Settled
from tests.store_kit import NOW

FEED = Feed("wire", "http://wire.example/feed", "mul", publisher="The Wire")
_HEADERS = {"content-type": "application/xml"}


def read(raw, memo=None, feed=FEED, url=FEED.url, headers=_HEADERS, **more) -> tuple[list[Entry], Settled]:
    """The entries with their keys, and what settles them."""
    outcome = Outcome(Fetched.BODY, 200, raw, tuple(headers.items()), url)
    entries: list[Entry] = []
    for found in parse_steps(outcome, feed, seen=NOW, memo=memo, **more):
        if isinstance(found, Settled):
            return list(found.keyed(entries)), found
        entries += found
    raise AssertionError("the last step settles it")


def same(raw, memo, **more) -> Settled:
    """Reads a body both ways and says that nothing comes out otherwise; the second reading."""
    whole, all_of_it = read(raw, **more)
    entries, settled = read(raw, memo, **more)
    assert settled.parsed == all_of_it.parsed
    assert tuple(settled.keys) == tuple(all_of_it.keys)
    assert settled.memo == all_of_it.memo
    assert [(one.keys, one.content_hash) for one in entries] == [(one.keys, one.content_hash) for one in whole]
    assert all(one in (full, _blank(full)) for one, full in zip(entries, whole, strict=True))
    return settled


def _blank(entry: Entry) -> Entry:
    return replace(entry, title="", summary="", link=None, language=None, published=None, outlet=None)


def successions(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A document and what it may be at the next fetch: one of its items is new among plain ones, or a plain one among
    its own, or one of its own is gone, edited or elsewhere."""
    spans = lone_items(raw)
    if not spans:
        return
    head, tail = raw[: spans[0][0]], raw[spans[-1][1] :]
    items = [raw[start:end] for start, end in spans][:200]
    tag = re.match(rb"<([\w.:-]+)", items[0])[1]  # type: ignore[index]
    plain = [b"<%s><title>Plain %d</title><guid>p%d</guid></%s>" % (tag, n, n, tag) for n in range(4)]

    def whole(*some: bytes) -> bytes:
        return head + b"".join(some) + tail

    yield whole(*plain), whole(items[0], *plain)
    yield whole(*items), whole(plain[0], *items)
    yield whole(*items, *plain), whole(*items[:-1], *plain)
    yield whole(*items, *plain), whole(*items[1:], items[0], *plain)
    cut = items[0].rindex(b"</")
    yield whole(*items, *plain), whole(items[0][:cut] + b" <title>Other</title>" + items[0][cut:], *items[1:], *plain)
