"""The filters of subscriptions, held against stories as these grow. One that cannot be read lets everything pass: no
alert is ever lost by it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Notice, NoticeKind, Story, Subscription
from feeds.query.filters import parse_filter
from feeds.query.known import KnownNames
from feeds.query.model import Misread, Query
from feeds.store.delivery.outbox import Outbox
from feeds.store.search.queries import Queries

log = logging.getLogger(__name__)

_MARKED = "SELECT value FROM story_marks WHERE story = ? AND kind = ?"
# What stories have beside the names that files know: sources, and what older gazetteers called a place.
_OWN = ("source", "place", "region", "kind", "actor")


class Filters:
    """Filters over one connection."""

    def __init__(self, db: Database, queries: Queries, outbox: Outbox) -> None:
        self._db, self._queries, self._outbox = db, queries, outbox
        self._names: Callable[[], KnownNames] = KnownNames
        self._unreadable: dict[str, Misread | None] = {}
        self._complained: set[tuple[str, str]] = set()

    def know(self, names: Callable[[], KnownNames]) -> None:
        """The names that values may have beside those of a story; asked for when a filter is first read."""
        self._names = names

    def passed(
        self, filters: Iterable[str], story: int, now: datetime, besides: int | None = None
    ) -> frozenset[str]:  # fmt: skip
        """Those of the filters that let a story pass; `besides` is an entry whose present words are not looked at, so
        that a story is judged as it was before these came. "" lets everything pass, and so does what cannot be read."""
        texts = [text for text in dict.fromkeys(filters) if text]
        names = self._names_of(story) if texts else KnownNames()
        wanted = {text: self._read(text, names, now) for text in texts}
        queries = {text: query for text, query in wanted.items() if query is not None}
        if not queries:
            return frozenset(("", *wanted))
        try:
            found = self._queries.which(list(queries.values()), story, besides)
        except sqlite3.OperationalError:
            raise
        except Exception:
            log.exception("the filters %s met a fault of ours; story %d passes", list(queries), story)
            self._unreadable |= dict.fromkeys(queries)
            return frozenset(("", *wanted))
        failed = {text for text, holds in zip(queries, found, strict=True) if not holds}
        return frozenset(("", *wanted)) - failed

    def asking(
        self, wishes: Sequence[Subscription], story: Story, now: datetime, *, stands: bool = False
    ) -> tuple[Subscription, ...]:
        """The wishes that a story is for. Where its alert `stands` it stays everybody's who asked for it, if it is
        nobody's any more."""
        if not any(one.filter for one in wishes):
            return tuple(wishes)
        passed = self.passed((one.filter for one in wishes), story.id, now)
        self._complain(wishes, now)
        found = tuple(one for one in wishes if one.filter in passed)
        return tuple(wishes) if stands and not found else found

    def stories(self, wishes: Sequence[Subscription], now: datetime) -> frozenset[int] | None:
        """All stories that pass the filters of some wishes, for what is told of many at once; None where no wish has
        one."""
        if not any(one.filter for one in wishes):
            return None
        names = self._names().with_names("source", self._queries.names("source"))
        found: set[int] = set()
        for one in wishes:
            query = self._read(one.filter, names, now) if one.filter else None
            matching = self._queries.stories(query or Query(), [one.watch], limit=None)
            found.update(() if matching.partial else matching.ids)
        return frozenset(found)

    def _read(self, text: str, names: KnownNames, now: datetime) -> Query | None:
        """What a filter asks for; None where it cannot be read."""
        try:
            query = parse_filter(text, names, now)
        except sqlite3.OperationalError:
            raise
        except Exception:
            log.exception("the filter %r met a fault of ours; everything passes", text)
            self._unreadable[text] = None
            return None
        if isinstance(query, Misread):
            self._unreadable[text] = query
            return None
        self._unreadable.pop(text, None)
        return query

    def _names_of(self, story: int) -> KnownNames:
        names = self._names()
        for key in _OWN:
            names = names.with_names(key, [str(value) for (value,) in self._db.execute(_MARKED, [story, key])])
        return names

    def _complain(self, wishes: Collection[Subscription], now: datetime) -> None:
        """Tell the operators, once a run, of a filter that could not be read."""
        for one in wishes:
            if one.filter in self._unreadable and (one.channel, one.filter) not in self._complained:
                self._complained.add((one.channel, one.filter))
                misread = self._unreadable[one.filter]
                why = {} if misread is None else {"misread": misread.kind, **_texts(misread)}
                about = {"channel": one.channel, "filter": one.filter, **why}
                self._outbox.notice(Notice(NoticeKind.FILTER_UNREADABLE, about), now)


def _texts(misread: Misread) -> dict[str, str]:
    """What is told of it; not its choices, which may be thousands."""
    return {name: value[:100] for name, value in misread.args.items() if isinstance(value, str)}
