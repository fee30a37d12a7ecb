"""Where we are: servers that the bot comes to and leaves. Nothing of theirs is deleted when it goes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlite_utils import Database

from feeds.model import HANDOVERS, Cause, CauseKind, Server
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.delivery.outbox import Outbox
from feeds.store.follows.book import Follows
from feeds.store.teams.servers import Servers

NEWS_FOR: Final = timedelta(days=1)
"""What waited for longer when a server is back is news no more: it goes into the digest."""

_GONE = Cause(CauseKind.SERVER_GONE)
_IS_GONE = f"json_extract(held, '$.kind') = '{CauseKind.SERVER_GONE.value}'"
_PLACED = """UPDATE channels SET server = :server WHERE transport = :transport AND server <> :server
    AND target IN (SELECT value FROM json_each(:places))"""
_OLD = f"""SELECT mark FROM deliveries WHERE state = 'pending' AND created < :before
    AND kind IN {("alert", "escalation", "greeting", *HANDOVERS)}
    AND channel IN (SELECT name FROM channels WHERE server = :server AND {_IS_GONE})"""


class Presence:
    """Coming and going over one connection. Places are told apart by their transport."""

    def __init__(self, db: Database, servers: Servers, outbox: Outbox, follows: Follows) -> None:
        self._db, self._servers, self._outbox, self._follows = db, servers, outbox, follows

    def roll_call(self, transport: str, present: Mapping[Server, Sequence[str]], now: datetime) -> list[Server]:
        """These are all servers that we are in, with their places; those of which we had known and that are missing
        are left. Returns the servers that we had been away from.

        What members noted before servers were told apart belongs to the only one, where there is one only.
        """
        here = {one.id for one in present}
        with writing(self._db):
            known = {one.id: one for one in self._servers.all()}
            for server in known.keys() - here:
                if known[server].gone is None:
                    self.left(server, now)
            if here and len(known.keys() | here) == 1:
                self._adopt(transport, *here)
            return [one for one, places in present.items() if self.arrived(transport, one, places, now)]

    def arrived(self, transport: str, server: Server, places: Sequence[str], now: datetime) -> bool:
        """We are in a server: its channels are known to be its own, and open again where we had been away, which it
        returns. What had waited for long goes into their digests, follows are told again."""
        with writing(self._db):
            known = self._servers.named(server.id)
            self._servers.present(server)
            values = {"server": server.id, "transport": transport, "places": json.dumps(list(places))}
            self._db.execute(_PLACED, values)
            if known is None or known.gone is None:
                return False
            self._age(server.id, now)
            self._db.execute(f"UPDATE channels SET held = NULL WHERE server = ? AND {_IS_GONE}", [server.id])
            self._follows.resume(transport, server.id, CauseKind.SERVER_GONE)
        return True

    def left(self, server: str, now: datetime) -> None:
        """We are in a server no more: nothing is sent to its channels until we are again; all else stays as it is."""
        with writing(self._db):
            self._servers.left(server, now)
            sql = f"UPDATE channels SET held = ? WHERE server = ? AND (held IS NULL OR NOT {_IS_GONE})"
            self._db.execute(sql, [rows.cause_row(_GONE), server])

    def _age(self, server: str, now: datetime) -> None:
        values = {"server": server, "before": rows.stamp(now - NEWS_FOR)}
        for (mark,) in self._db.execute(_OLD, values).fetchall():
            self._outbox.reject(mark, _GONE, now)

    def _adopt(self, transport: str, server: str) -> None:
        sql = "UPDATE notes SET server = ? WHERE server = '' AND by LIKE ? || ':%'"
        self._db.execute(sql, [server, transport])
