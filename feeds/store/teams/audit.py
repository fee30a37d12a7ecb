"""Who changed what, and when: rows that are added and never changed, which the database itself sees to."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlite_utils import Database

from feeds.model import AuditEntry
from feeds.store.db import rows
from feeds.store.db.connection import writing

LONGEST_VALUE: Final = 500
"""Characters that are kept of each value; what is longer is cut."""

_OF = "(:server IS NULL OR server = :server) AND at >= :since"


class Audit:
    """The record over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(  # noqa: PLR0917 - one row, one column each
        self, server: str, by: str, action: str, subject: str, old: str, new: str, now: datetime
    ) -> None:
        """Somebody (`Asker.signature`) changed something in a server ("": the operator's own place).

        Part of the caller's transaction, where there is one (`Store.together`): the change and the record of it are
        written both or neither.
        """
        told = [_kept(one) for one in (server, by, action, subject, old, new)]
        with writing(self._db):
            sql = "INSERT INTO audit (at, server, by, action, subject, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)"
            self._db.execute(sql, [rows.stamp(now), *told])

    def count(self, server: str | None, since: datetime | None = None) -> int:
        """How many changes there were in a server (None: anywhere) since a moment, or ever."""
        found = self._db.execute(f"SELECT count(*) FROM audit WHERE {_OF}", _values(server, since))
        return int(found.fetchone()[0])

    def of(self, server: str | None, limit: int, offset: int = 0, since: datetime | None = None) -> list[AuditEntry]:
        """Changes in a server (None: anywhere), the newest first."""
        sql = f"SELECT * FROM audit WHERE {_OF} ORDER BY id DESC LIMIT :limit OFFSET :offset"
        return [_entry(row) for row in self._db.query(sql, _values(server, since) | {"limit": limit, "offset": offset})]


def _values(server: str | None, since: datetime | None) -> dict[str, object]:
    return {"server": server, "since": rows.stamp(since) if since else ""}


def _kept(text: str) -> str:
    """On one line, as UTF-8 takes it, within the bound."""
    told = " ".join(text.encode("utf-8", "replace").decode().split())
    return told if len(told) <= LONGEST_VALUE else f"{told[: LONGEST_VALUE - 1]}…"


def _entry(row: rows.Row) -> AuditEntry:
    texts = (row[name] for name in ("server", "by", "action", "subject", "old", "new"))
    return AuditEntry(row["id"], rows.time_in(row["at"]), *texts)
