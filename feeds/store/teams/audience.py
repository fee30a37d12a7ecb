"""For whom the store is asked: what a server's own sources brought is not there for any other.

`seen(server)` says so in SQL; where nobody says for whom, everything is there, as the house itself needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from feeds.model.teams import shared_with


class Audience:
    """Who is told what one connection reads."""

    def __init__(self, db: Database) -> None:
        self._scope: str | None = None
        db.conn.create_function("seen", 1, self._seen)

    @contextmanager
    def told_to(self, scope: str | None) -> Iterator[None]:
        """Inside, the store holds what a server may know; None is the operator, who may know all."""
        before, self._scope = self._scope, scope
        try:
            yield
        finally:
            self._scope = before

    def _seen(self, server: str) -> bool:
        return shared_with(server, self._scope)
