"""The queries of follows as they are held against stories: each parsed once, however many follow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.desk.incidents.asked import names_times
from feeds.query import Misread, Query, parse_query
from feeds.query.known import KnownNames
from feeds.query.meaning import with_watches
from feeds.store import Store
from feeds.store.follows.news import FollowWish

_FRESH = timedelta(minutes=1)  # so old the names may be that queries are read with
_MOST_KEPT = 5000


class Compiled:
    """What follows ask for. `known` gives the names that a query may have; only one thread may use it at a time."""

    def __init__(self, known: Callable[[Store], KnownNames]) -> None:
        self._known, self._names = known, KnownNames()
        self._looked: datetime | None = None
        self._parsed: dict[str, Query | Misread] = {}

    def queries(
        self, store: Store, wishes: Sequence[FollowWish], now: datetime
    ) -> tuple[Mapping[FollowWish, Query], tuple[int, ...]]:
        """The queries of these wishes, and the follows whose query is not understood any more."""
        self._refresh(store, now)
        parsed = {wish: self._query(wish.query, now) for wish in wishes}
        good = {wish: with_watches(one, wish.watches) for wish, one in parsed.items() if isinstance(one, Query)}
        return good, tuple(one for wish in wishes if wish not in good for one in wish.follows)

    def _query(self, text: str, now: datetime) -> Query | Misread:
        """What a line asks for. "7d" is another time every day, so what names times is parsed every time."""
        if (kept := self._parsed.get(text)) is not None:
            return kept
        query = parse_query(text, self._names, now)
        if isinstance(query, Misread) or not names_times(query.tree):
            if len(self._parsed) >= _MOST_KEPT:  # of which most are followed no more
                self._parsed.clear()
            self._parsed[text] = query
        return query

    def _refresh(self, store: Store, now: datetime) -> None:
        """What the archive has learned of names since changes what queries mean."""
        if self._looked is not None and timedelta(0) <= now - self._looked < _FRESH:
            return
        names, self._looked = self._known(store), now
        if names != self._names:
            self._names, self._parsed = names, {}
