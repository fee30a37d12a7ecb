"""Changes of the list of feeds, from chat and from the command line: one way in, refused with a reason or recorded.

Who changes it may see the operator's feeds and their own server's, and nothing of another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from feeds.catalog.addresses import shown_address
from feeds.catalog.roster import Listed, roster, seen_rows, twin
from feeds.model import AddedFeed, Feed, Pause
from feeds.model.teams import owned_name, owner_of, plain_name
from feeds.store import Store
from feeds.web.guard import names_private


class FeedRefusal(StrEnum):
    """Why the list of feeds stays as it is."""

    PRIVATE = "private"  # its address is not on the public internet
    TAKEN = "taken"  # another has its name or address
    FULL = "full"  # the server has as many as it may
    SWITCHED_OFF = "switched_off"  # in the operator's file
    PAUSED = "paused"  # already
    RUNNING = "running"  # it is not paused
    IDLE = "idle"  # it is not paused, and switched off in the operator's file
    LISTED = "listed"  # it is the operator's
    LATE = "late"  # somebody else was quicker


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes the list: a name for the record, the server ("" for the operator's own place), and how many feeds
    that may list. `everything` may also pause what the operator's file lists; `scope` is whose feeds are seen, None for
    all."""

    by: str
    server: str = ""
    most: int | None = None
    everything: bool = False
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class NotListed:
    """A change that was refused; `other` is the feed that stands in its way."""

    why: FeedRefusal
    other: Listed | None = None


def known_rows(store: Store, file: Iterable[Feed], scope: str | None) -> tuple[Listed, ...]:
    """All feeds that somebody may know of."""
    return seen_rows(roster(file, store.feeds.added(), store.feeds.pauses()), scope)


def add_to_list(store: Store, file: Sequence[Feed], feed: Feed, editor: Editor, now: datetime) -> AddedFeed | NotListed:
    """Poll a feed beside those of the operator's file; in a server it is that server's alone."""
    owned = replace(feed, name=owned_name(feed.name, editor.server), publisher=feed.publisher or feed.name, local=False)
    if refused := refused_addition(owned, known_rows(store, file, editor.server), editor):
        return refused
    added = AddedFeed(
        owned if editor.server else replace(owned, publisher=feed.publisher), editor.by, now, editor.server
    )
    with store.together():
        if not store.feeds.add(added):
            return NotListed(FeedRefusal.LATE)
        _note(store, editor, now, "feed add", subject=feed.name, old="", new=shown_address(feed.url))
    return added


def refused_addition(feed: Feed, rows: Sequence[Listed], editor: Editor) -> NotListed | None:
    """Why a feed is not added to those that its server knows of; None when it may be."""
    if names_private(feed.url):
        return NotListed(FeedRefusal.PRIVATE)
    if other := twin(feed, rows):
        return NotListed(FeedRefusal.TAKEN, other)
    own = sum(row.added is not None and row.added.server == editor.server for row in rows)
    return NotListed(FeedRefusal.FULL) if editor.most is not None and own >= editor.most else None


def pause_listed(store: Store, row: Listed, editor: Editor, now: datetime) -> FeedRefusal | None:
    """Don't ask a feed until it is resumed."""
    if refused := refused_for(row, editor):
        return refused
    if not row.feed.enabled:
        return FeedRefusal.SWITCHED_OFF
    with store.together():
        if not store.feeds.pause(Pause(row.feed.name, editor.by, now, editor.server)):
            return FeedRefusal.PAUSED
        _note(store, editor, now, "feed pause", subject=plain_name(row.feed.name), old="on", new="paused")
    return None


def resume_listed(store: Store, row: Listed, editor: Editor, now: datetime) -> FeedRefusal | None:
    """Ask a paused feed again."""
    if refused := refused_for(row, editor):
        return refused
    with store.together():
        if not store.feeds.resume(row.feed.name):
            return FeedRefusal.RUNNING if row.feed.enabled else FeedRefusal.IDLE
        _note(store, editor, now, "feed resume", subject=plain_name(row.feed.name), old="paused", new="on")
    return None


def remove_listed(store: Store, row: Listed, editor: Editor, now: datetime) -> FeedRefusal | None:
    """Forget a feed that was added; what it brought stays."""
    if row.added is None or refused_for(row, replace(editor, everything=editor.scope is None)):
        return FeedRefusal.LISTED
    with store.together():
        if not store.feeds.remove(row.feed.name):
            return FeedRefusal.LATE
        name, address = plain_name(row.feed.name), shown_address(row.feed.url)
        _note(store, editor, now, "feed remove", subject=name, old=address, new="")
    return None


def refused_for(row: Listed, editor: Editor) -> FeedRefusal | None:
    """Why somebody may not change a feed: the operator's are for those who may change everything."""
    own = bool(editor.server) and owner_of(row.feed.name) == editor.server
    return None if own or editor.everything else FeedRefusal.LISTED


def _note(store: Store, editor: Editor, now: datetime, action: str, *, subject: str, old: str, new: str) -> None:
    store.audit.note(editor.server, editor.by, action, subject, old, new, now)
