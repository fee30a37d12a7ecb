"""The one door to the database. A `Store` is synchronous and belongs to the thread that opened it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from feeds.model import Story
from feeds.store.archive import Archive
from feeds.store.channels import Channels
from feeds.store.commit import Commits
from feeds.store.connection import StoreError, connect, look, writing
from feeds.store.feedback import Feedback
from feeds.store.feeds import Health
from feeds.store.outbox import OPERATORS, Outbox
from feeds.store.regroup import Regrouping
from feeds.store.storybook import Storybook

__all__ = ["OPERATORS", "Store", "StoreError"]


class Store:
    """Everything that is kept, as one list of verbs; each part's own class says what they do.

    Every writing verb is one transaction: it happens whole or not at all. On a locked database or a full disk any
    verb raises sqlite3.OperationalError and has changed nothing. `edit_gap` paces the edits of an alert; `salt`,
    four letters or digits, begins every delivery's id and is chosen by chance when the database is made.
    """

    def __init__(  # noqa: PLR0915 - a list of verbs, not a computation
        self,
        path: Path,
        *,
        read_only: bool = False,
        salt: str | None = None,
        busy_seconds: float = 5.0,
        edit_gap: timedelta = timedelta(minutes=1),
    ) -> None:
        db = look(path) if read_only else connect(path, busy_seconds)
        self._db = db
        archive, storybook, channels, health = Archive(db), Storybook(db), Channels(db), Health(db)
        outbox = Outbox(db, _salt(db, health, salt, read_only=read_only), edit_gap)
        commits = Commits(db, archive=archive, storybook=storybook, outbox=outbox, channels=channels, health=health)
        self._outbox, self._storybook, self._health = outbox, storybook, health

        # entries
        self.known = archive.known
        self.titles = archive.titles
        self.entry = archive.entry
        self.entries = archive.entries
        self.search = archive.search
        self.purge = archive.purge

        # what a poll brings
        self.commit = commits.commit
        self.record = commits.record

        # stories
        self.story = storybook.story
        self.stories = storybook.stories
        self.latest = storybook.latest
        self.count_stories = storybook.count
        regrouping = Regrouping(db, storybook, outbox, channels)
        self.merge = regrouping.merge
        self.split = regrouping.split

        # feeds and days
        self.enrol = health.enrol
        self.feeds = health.feeds
        self.due = health.due
        self.tick = health.tick
        self.last_tick = health.last_tick
        self.count = health.count
        self.day = health.day
        self.total = health.total
        self.meta = health.meta
        self.remember = health.remember

        # channels
        self.configure = channels.configure
        self.subscribe = channels.subscribe
        self.unsubscribe = channels.unsubscribe
        self.mute = channels.mute
        self.hold = channels.hold
        self.release = channels.release
        self.channels = channels.channels
        self.channel = channels.channel

        # the outbox
        self.queue = outbox.queue
        self.claim = outbox.claim
        self.half_sent = outbox.half_sent
        self.sent = outbox.sent
        self.retry = outbox.retry
        self.reject = outbox.reject
        self.delivered = outbox.delivered
        self.by_message = outbox.by_message
        self.delivery = outbox.delivery
        self.deliveries = outbox.of_story
        self.waiting = outbox.waiting
        self.idle = outbox.idle
        self.notice = outbox.notice
        self.notices = outbox.notices
        self.forget = outbox.forget
        self.queue_digest = outbox.queue_digest

        # members
        feedback = Feedback(db)
        self.feedback = feedback.add
        self.reactions = feedback.on

    def digest(self, channel: str) -> list[Story]:
        """The stories that the channel's next digest will name, oldest first."""
        return self._storybook.stories(self._outbox.digest(channel))

    def close(self) -> None:
        """Close the connection; what was not committed never happened."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _salt(db: Database, health: Health, given: str | None, *, read_only: bool) -> str:
    """The database's own four characters, so that its deliveries' marks are never taken for another's."""
    kept = health.meta("salt")
    if kept is not None or read_only:
        return kept or ""
    salt = given or secrets.token_hex(2)
    with writing(db):
        health.remember("salt", salt)
    return salt
