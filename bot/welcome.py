"""The first hour of a house: a word in each channel that is new, and what the first look at the feeds has found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feeds.model import Notice, NoticeKind, Origin
from feeds.store import Store

_LOOK, _GOING_ON, _OVER = "first_look", "begun", "over"


def woke(store: Store, now: datetime) -> None:
    """The program starts: note since when nobody has looked, and that a copy was put in its place, if so."""
    store.days.woke(now)
    store.meta.woken(now)


def greet(store: Store, titles: Mapping[str, str], signs: Mapping[str, str], now: datetime) -> None:
    """Queue a greeting for each channel of the file where nothing was ever said.

    `titles` are what members call the watches; `signs` are what commands begin with, on the transports that greet.
    """
    for channel in store.subscriptions.listeners():
        wishes = store.subscriptions.of_channel(channel.name)
        if channel.transport in signs and any(one.origin is Origin.FILE for one in wishes):
            watches = list(dict.fromkeys(titles.get(one.watch, one.watch) for one in wishes))
            about = Notice(NoticeKind.GREETING, {"watches": watches, "sign": signs[channel.transport]})
            store.outbox.greet(channel.name, about, now)


def first_look_goes_on(store: Store) -> bool:
    """Whether this archive's first look at the feeds is not over. One in which feeds were read before knows of none."""
    if store.meta.get(_LOOK) is None:
        read = any(state.last_checked for state in store.feeds.all())
        store.meta.put(_LOOK, _OVER if read else _GOING_ON)
    return store.meta.get(_LOOK) == _GOING_ON


def end_first_look(store: Store, sign: str, now: datetime) -> Notice | None:
    """Say what the first look found, once every feed has been read or has failed; None before.

    It goes to the operators, or where nobody reads their lines into the first channel that the file names.
    """
    states = store.feeds.all()
    read = sum(state.baseline for state in states)
    if not read or not all(state.baseline or state.failures for state in states):
        return None
    counts = {"feeds": read, "failed": len(states) - read}
    counts |= {"items": store.days.total().read, "stories": store.stories.untold()}
    found = Notice(NoticeKind.FIRST_LOOK, {**counts, "sign": sign})
    store.meta.put(_LOOK, _OVER)  # before it is queued: rather lost in a crash between than said twice
    store.outbox.notice(found, now, otherwise=store.subscriptions.first())
    return found
