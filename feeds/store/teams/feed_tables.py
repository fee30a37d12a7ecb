"""What feeds need that belong to a server: each may list an address that another lists too, and what they bring may be
for that server alone; since when one fails."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    "ALTER TABLE added_feeds RENAME TO added_feeds_before",
    """CREATE TABLE added_feeds (
        key TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, language TEXT NOT NULL,
        section TEXT NOT NULL, standing TEXT NOT NULL, interval INTEGER, publisher TEXT, notes TEXT NOT NULL,
        by TEXT NOT NULL, at TEXT NOT NULL, server TEXT NOT NULL, country TEXT NOT NULL DEFAULT '',
        UNIQUE (server, url)) WITHOUT ROWID""",
    "INSERT INTO added_feeds SELECT * FROM added_feeds_before",
    "DROP TABLE added_feeds_before",
    "ALTER TABLE feeds ADD COLUMN failing_since TEXT",
    "ALTER TABLE entries ADD COLUMN server TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE stories ADD COLUMN server TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX entries_of_server ON entries (server) WHERE server <> ''",
    "CREATE INDEX stories_of_server ON stories (server) WHERE server <> ''",
)


def add_owned_feeds(db: Database) -> None:
    """Add them; part of the caller's transaction."""
    for statement in _TABLES:
        db.execute(statement)
