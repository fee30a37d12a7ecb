"""What a line for the operators is about, by which it is known again; and which later lines say the contrary. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feeds.model import Notice, NoticeKind
from feeds.store.naming.spelling import kind_in_mark

NOTICES_KIND: Final = "notice"

# What a line is about; its counts and times are no part of that, except where it tells nothing else.
_NAMES = ("feed", "channel", "filter", "title", "url", "day", "mistake", "text", "times")
_MORE: Mapping[NoticeKind, tuple[str, ...]] = {NoticeKind.BACKUP_FAILED: ("problem",)}
# A trouble that begins and ends: what has it, and whether a line says that it is over.
_TURNS: Mapping[NoticeKind, tuple[str, bool]] = {
    NoticeKind.FEED_FAILING: ("feed", False),
    NoticeKind.FEED_GONE: ("feed", False),
    NoticeKind.FEED_BACK: ("feed", True),
    NoticeKind.CHANNEL_HELD: ("channel", False),
    NoticeKind.CHANNEL_DOUBTFUL: ("channel", False),
    NoticeKind.CHANNEL_LACKS: ("channel", False),
    NoticeKind.CHANNEL_MENDED: ("channel", True),
}
# One fault of a channel is one line, whoever meets it first.
_SAME = {NoticeKind.CHANNEL_DOUBTFUL: NoticeKind.CHANNEL_HELD}


def notice_watch(notice: Notice, *, contrary: bool = False) -> str:
    """What stands in the place of a watch in the mark of a line: whose trouble it tells, and whether that is over (in
    that of a `contrary` line, whether it is not); "" where a line is not of a trouble that ends."""
    of, over = _TURNS.get(notice.kind, ("", False))
    return f"{of} {notice.args.get(of)} {over is not contrary}" if of else ""


def notice_about(notice: Notice) -> tuple[object, ...]:
    """What the mark of a line says that it is about."""
    names = (*_NAMES, *_MORE.get(notice.kind, ()))
    why = notice.cause if _TURNS.get(notice.kind, ("", True)) == ("channel", False) else None
    cause = () if why is None else (why.kind, *(f"{name}={said}" for name, said in sorted(why.args.items())))
    return (_SAME.get(notice.kind, notice.kind), *map(notice.args.get, names), *cause)


def contrary_kind(notice: Notice) -> str | None:
    """The part of a mark (`feeds.store.naming.spelling.kind_in_mark`) that lines have which say the contrary of this
    one: that its trouble is over, or has begun again. None where there are none."""
    watch = notice_watch(notice, contrary=True)
    return kind_in_mark(NOTICES_KIND, watch) if watch else None
