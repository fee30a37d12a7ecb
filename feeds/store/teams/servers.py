"""The servers that the bot is in or was in, with what was chosen there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlite_utils import Database

from feeds.model import MOST_TEAM_ROLES, Server, TeamLevel, TeamRole
from feeds.store.db import rows
from feeds.store.db.connection import writing

_OF_THE_FILE = """SELECT DISTINCT c.server FROM channels c JOIN subscriptions s ON s.channel = c.name
    WHERE c.server <> '' AND s.origin = 'file'"""


class Servers:
    """Servers over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Server]:
        """Every server that was ever known, by id."""
        return [_server(row) for row in self._db.query("SELECT * FROM servers ORDER BY id")]

    def named(self, server: str) -> Server | None:
        """The server of an id."""
        return next(map(_server, self._db.query("SELECT * FROM servers WHERE id = ?", [server])), None)

    def speak(self, server: str, language: str) -> None:
        """A server is spoken to in a language; "" for that of its locale."""
        with writing(self._db):
            self._db.execute("INSERT OR IGNORE INTO servers (id) VALUES (?)", [server])
            self._db.execute("UPDATE servers SET language = ? WHERE id = ?", [language, server])

    # who may

    def roles(self, server: str) -> tuple[TeamRole, ...]:
        """The roles whose members may manage, by id."""
        found = self._db.execute("SELECT role, level FROM team_roles WHERE server = ? ORDER BY role", [server])
        return tuple(TeamRole(role, level) for role, level in found)

    def allow(self, server: str, role: str, level: TeamLevel) -> bool:
        """Put a role on the list, or change what it may. False where the list is full."""
        with writing(self._db):
            known = {one.role for one in self.roles(server)}
            if role not in known and len(known) >= MOST_TEAM_ROLES:
                return False
            self._db.execute("INSERT OR REPLACE INTO team_roles VALUES (?, ?, ?)", [server, role, level])
        return True

    def disallow(self, server: str, role: str) -> bool:
        """Take a role from the list. False where it is not there."""
        with writing(self._db):
            sql = "DELETE FROM team_roles WHERE server = ? AND role = ?"
            return self._db.conn.execute(sql, [server, role]).rowcount == 1

    def of_the_archive(self, named: Collection[str]) -> frozenset[str]:
        """The servers that may change what is kept for all: those that the operator `named`; else those in which the
        file's channels lie; else the only one there is."""
        if named:
            return frozenset(named)
        listed = _column(self._db.execute(_OF_THE_FILE))
        return listed or _only(_column(self._db.execute("SELECT id FROM servers WHERE gone IS NULL")))

    # coming and going

    def present(self, server: Server) -> None:
        """We are in a server that is called so; what was chosen there stays."""
        with writing(self._db):
            self._db.execute(
                """INSERT INTO servers (id, name, locale) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE
                    SET name = excluded.name, locale = excluded.locale, gone = NULL""",
                [server.id, server.name, server.locale],
            )

    def left(self, server: str, now: datetime) -> None:
        """We are no more in a server."""
        with writing(self._db):
            self._db.execute("UPDATE servers SET gone = ? WHERE id = ? AND gone IS NULL", [rows.stamp(now), server])


def _column(found: Iterable[tuple[str]]) -> frozenset[str]:
    return frozenset(one for (one,) in found)


def _only(servers: frozenset[str]) -> frozenset[str]:
    return servers if len(servers) == 1 else frozenset()


def _server(row: rows.Row) -> Server:
    return Server(row["id"], row["name"], row["locale"], row["language"], rows.instant_of(row["gone"]))
