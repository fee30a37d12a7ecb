"""What operators are told, as data: a kind, its arguments and, of a trouble, its cause. `bot/` words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from feeds.model.causes import Cause


class NoticeKind(StrEnum):
    """What operators are told of. What the arguments of such a `Notice` hold stands beside each."""

    # of a feed, whose name is `feed`
    FEED_FAILING = "feed_failing"  # failures: in a row; problem: a short code; due: the next try, ISO or None; a cause
    FEED_GONE = "feed_gone"
    FEED_BACK = "feed_back"  # failures: how many there were
    FEED_MOVED = "feed_moved"  # url
    FEED_IDS_REPEAT = "feed_ids_repeat"
    FEED_SMALL_WINDOW = "feed_small_window"  # items: how many it showed
    FEED_RENAMED = "feed_renamed"  # renamed: how many of its `items`
    BODY_UNREADABLE = "body_unreadable"  # a cause
    ITEM_UNREADABLE = "item_unreadable"  # title; a cause
    PAGE_UNREADABLE = "page_unreadable"  # url; a cause
    # of the house
    CATALOG_BROKEN = "catalog_broken"  # mistake: the first, as who checks the file says it; more: how many there are
    DAY_CLOSED = "day_closed"  # feeds, read, matches: counts; late: [name, freshness, short code or usual gaps] of each
    CLOCK_STRAYED = "clock_strayed"  # times: how many were taken back
    CHANNEL_HELD = "channel_held"  # channel; a cause
    CHANNEL_DOUBTFUL = "channel_doubtful"  # channel; a cause
    CHANNEL_LACKS = "channel_lacks"  # channel; a cause, in spite of which it can be posted to
    CHANNEL_MENDED = "channel_mended"  # channel
    FILTER_UNREADABLE = "filter_unreadable"  # channel, filter; misread, its kind with key, value, near, most if known
    FIRST_LOOK = "first_look"  # feeds, failed, items, stories: counts; sign: what commands begin with
    # problem: "full" with bytes `need`, `free` and the `folder`; "damaged" or "failed" with an `error`; or another word
    BACKUP_FAILED = "backup_failed"
    NO_MESSAGE_CONTENT = "no_message_content"  # prefix: that of typed commands
    # for everyone in a channel
    HANDOVER = "handover"  # since, until: instants, ISO, of which it tells
    GREETING = "greeting"  # watches: their titles; sign: what commands begin with
    TEXT = "text"  # text: a line that an earlier version wrote, as it was


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for the operators; `args` are those of its kind, JSON values by name."""

    kind: NoticeKind
    args: Mapping[str, object] = field(default_factory=dict, hash=False)
    cause: Cause | None = None
