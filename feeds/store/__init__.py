"""The one door to the database. A `Store` is synchronous and belongs to the thread that opened it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from feeds.model import Story
from feeds.store.agenda import Agenda
from feeds.store.archive import Archive
from feeds.store.clocks import Clocks
from feeds.store.commit import Commits
from feeds.store.days import DayCounts
from feeds.store.db.accounts import Accounts
from feeds.store.db.connection import StoreError, closed_on_failure, connect, hurried, look, outdated, writing
from feeds.store.db.meta import Meta
from feeds.store.delivery.alerts import Alerts
from feeds.store.delivery.channels import Channels
from feeds.store.delivery.choices import Choices
from feeds.store.delivery.digests import Digests
from feeds.store.delivery.filed import Filed
from feeds.store.delivery.filters import Filters
from feeds.store.delivery.handovers import Handovers
from feeds.store.delivery.outbox import Outbox
from feeds.store.delivery.readers import readers_scope
from feeds.store.delivery.subscriptions import Subscriptions
from feeds.store.feedback import Feedback
from feeds.store.feeds import Feeds
from feeds.store.follows.book import Follows
from feeds.store.follows.news import FollowsNews
from feeds.store.follows.tellings import Tellings
from feeds.store.handover.briefs import Briefs
from feeds.store.handover.coverage import CoverageBook
from feeds.store.handover.notes import Notes
from feeds.store.labels import Labels
from feeds.store.naming.marks import Marks
from feeds.store.naming.spelling import CHANCES
from feeds.store.reading.incidents import Incidents
from feeds.store.regroup import Regrouping
from feeds.store.search.queries import Queries
from feeds.store.storybook import Storybook
from feeds.store.teams.audience import Audience
from feeds.store.teams.audit import Audit
from feeds.store.teams.presence import Presence
from feeds.store.teams.servers import Servers
from feeds.store.unreadable import Unreadables
from feeds.store.upkeep.damage import unreadable_row
from feeds.store.watching.book import WatchBook
from feeds.store.watching.candidates import Candidates
from feeds.store.watching.correcting import Correcting

__all__ = ["Store", "StoreError"]


class Store:
    """Everything that is kept, by its parts (`store.outbox.claim`), each over the one connection.

    Every writing verb is one transaction: it happens whole or not at all. On a locked database or a full disk any
    verb raises sqlite3.OperationalError and has changed nothing. `edit_gap` paces the edits of an alert; `chance`,
    in 0..CHANCES - 1 and never twice the same, names messages so that nobody can guess what the next is called.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        chance: Callable[[], int] = lambda: secrets.randbelow(CHANCES),
        busy_seconds: float = 5.0,
        edit_gap: timedelta = timedelta(minutes=1),
    ) -> None:
        db = look(path) if read_only else connect(path, busy_seconds)
        with closed_on_failure(db):
            _complete(path, db, read_only=read_only)
        self._db, self._audience = db, Audience(db)
        self.meta, self.archive, self.stories, self.channels = Meta(db), Archive(db), Storybook(db), Channels(db)
        self.subscriptions, self.choices, self.agenda = Subscriptions(db, self.channels), Choices(db), Agenda(db)
        self.feeds, self.days, self.feedback = Feeds(db), DayCounts(db), Feedback(db)
        self.unreadable, self.queries = Unreadables(db), Queries(db)
        self.labels = Labels(db, self.archive)
        self.digests, self.incidents = Digests(db), Incidents(db)
        marks = Marks(db, chance)
        self.notes, self.briefs, self.handovers = Notes(db), Briefs(db), Handovers(db, marks)
        self.coverage = CoverageBook(db)
        self.filed, self.clocks = Filed(db), Clocks(db, self.stories)
        self.servers, self.audit = Servers(db), Audit(db)
        self.outbox = Outbox(db, self.digests, marks, edit_gap)
        self.filters = Filters(db, self.queries, self.outbox)
        self.follows, self.follow_news = Follows(db), FollowsNews(db)
        self.presence = Presence(db, self.servers, self.outbox, self.follows)
        self.tellings = Tellings(db, self.follows, marks)
        self.alerts = Alerts(db, self.outbox, self.subscriptions, self.filters)
        self.regroup = Regrouping(
            db, self.stories, outbox=self.outbox, alerts=self.alerts, digests=self.digests,
            subscriptions=self.subscriptions, filters=self.filters, follow_news=self.follow_news,
        )  # fmt: skip
        self.watches, self.candidates = WatchBook(db), Candidates(db, self.stories)
        self.correct = Correcting(
            db, self.stories, outbox=self.outbox, alerts=self.alerts, digests=self.digests,
            subscriptions=self.subscriptions, filters=self.filters, follow_news=self.follow_news,
        )  # fmt: skip
        commits = Commits(
            db,
            archive=self.archive,
            storybook=self.stories,
            outbox=self.outbox,
            alerts=self.alerts,
            subscriptions=self.subscriptions,
            feeds=self.feeds,
            days=self.days,
            unreadable=self.unreadable,
            follow_news=self.follow_news,
            filters=self.filters,
        )
        self.commit, self.record = commits.commit, commits.record

    def digest(self, channel: str) -> list[Story]:
        """The stories that the channel's next digest will name, oldest first."""
        return self.stories.several(self.digests.waiting(channel))

    def together(self) -> AbstractContextManager[None]:
        """Inside, all that is written happens whole or not at all."""
        return writing(self._db)

    def keep_safe(self) -> None:
        """What was written so far outlives a power cut: commits alone do not wait for the disk."""
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def foreign_to_operators(self) -> frozenset[str]:
        """The feeds that the operators' lines do not name: those of servers in which such lines are not read."""
        return self.feeds.foreign(readers_scope(self._db))

    def told_to(self, scope: str | None) -> AbstractContextManager[None]:
        """Inside, what is read is what a server may know, not what another's own sources brought; None is all."""
        return self._audience.told_to(scope)

    def only_for(self, seconds: float) -> AbstractContextManager[None]:
        """Inside, whatever is read ends after so many seconds with sqlite3.OperationalError ("interrupted")."""
        return hurried(self._db, seconds)

    def close(self) -> None:
        """Close the connection; what was not committed never happened."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if found := unreadable_row(error):
            raise found from error


def _complete(path: Path, db: Database, *, read_only: bool) -> None:
    """Finish an upgrade: what stories say is worked out by today's rule, once the tables are today's."""
    accounts = Accounts(db)
    if not accounts.missing():
        return
    if read_only:
        raise outdated(path)
    with writing(db):
        accounts.fill()
