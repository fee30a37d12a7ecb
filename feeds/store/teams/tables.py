"""The tables of teams: servers, the roles that may manage there, and the record of what was changed, which is only
added to."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    """CREATE TABLE servers (
        id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', locale TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '', gone TEXT) WITHOUT ROWID""",
    """CREATE TABLE team_roles (
        server TEXT, role TEXT, level TEXT NOT NULL, PRIMARY KEY (server, role)) WITHOUT ROWID""",
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, server TEXT NOT NULL, by TEXT NOT NULL,
        action TEXT NOT NULL, subject TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL)""",
    "CREATE INDEX audit_of_server ON audit (server, id)",
    # A replaced row would be deleted without a word to the trigger on deletions, so that no number comes twice.
    """CREATE TRIGGER audit_kept BEFORE INSERT ON audit WHEN new.id IN (SELECT id FROM audit) BEGIN
        SELECT RAISE(ABORT, 'what was changed stays on record'); END""",
    """CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN
        SELECT RAISE(ABORT, 'what was changed stays on record'); END""",
    """CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit BEGIN
        SELECT RAISE(ABORT, 'what was changed stays on record'); END""",
    "ALTER TABLE channels ADD COLUMN server TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE notes ADD COLUMN server TEXT NOT NULL DEFAULT ''",
)


def add_servers(db: Database) -> None:
    """Add them; part of the caller's transaction."""
    for statement in _TABLES:
        db.execute(statement)
