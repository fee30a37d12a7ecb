"""A body where it is held: in memory, or in its file, of which only what is looked at is brought into memory."""

from __future__ import annotations

import contextlib
import mmap
import re
from collections.abc import Iterator

from feeds.model import Outcome

HeldBody = bytes | mmap.mmap
# Bytes of a file that are in memory at once while all of it is gone through.
_WINDOW = 262_144
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_TEXT = rb"<!\[CDATA\[|<!--|"


def held_body(outcome: Outcome) -> HeldBody:
    """The body of an outcome."""
    if outcome.file is None:
        return outcome.body
    return mmap.mmap(outcome.file.fileno(), 0, access=mmap.ACCESS_READ)


def let_go(body: HeldBody) -> None:
    """Leave what was looked at to its file."""
    with contextlib.suppress(AttributeError, OSError):  # bytes, or a system that does not know this
        body.madvise(mmap.MADV_DONTNEED)  # type: ignore[union-attr]


def body_windows(body: HeldBody, overlap: int = 0) -> Iterator[bytes]:
    """All of the body, a window at a time; each also shows the first `overlap` bytes of the next."""
    for start in range(0, len(body), _WINDOW):
        window = body[start : start + _WINDOW + overlap]
        let_go(body)
        yield window


def count_part(body: HeldBody, part: bytes) -> int:
    """How often a part that cannot overlap itself is there."""
    return sum(window.count(part) for window in body_windows(body, len(part) - 1))


def tag_pattern(tag: bytes) -> re.Pattern[bytes]:
    """A pattern that `outer_tags` takes, for what a tag looks like."""
    return re.compile(_TEXT + tag)


def outer_tags(pattern: re.Pattern[bytes], document: HeldBody) -> Iterator[re.Match[bytes] | None]:
    """The tags that stand outside comments and CDATA; at last None where one of these does not end."""
    place = seen = 0
    while found := pattern.search(document, place):
        place = found.end()
        if (end := _ENDS.get(found[0])) is None:
            yield found
        else:
            place = document.find(end, place) + len(end)
            if place < len(end):
                yield None
                return
        if place - seen > _WINDOW:
            seen = place
            let_go(document)
