"""The tables of what is handed over: notes, who asked for a brief when, stretches without a look, what is listed."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    # AUTOINCREMENT: members name a note by its id, which must never be another's.
    """CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, story INTEGER NOT NULL REFERENCES stories (id), by TEXT NOT NULL,
        name TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL)""",
    "CREATE INDEX notes_of_story ON notes (story)",
    "CREATE INDEX notes_by_member ON notes (by, at)",
    "CREATE INDEX stories_by_elder ON stories (merged_into) WHERE merged_into IS NOT NULL",
    """CREATE TABLE looks (
        place TEXT, member TEXT, since TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (place, member)) WITHOUT ROWID""",
    "CREATE TABLE absences (began TEXT PRIMARY KEY, ended TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE listed_feeds (
        name TEXT PRIMARY KEY, language TEXT NOT NULL, section TEXT NOT NULL, standing TEXT NOT NULL,
        country TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID""",
    "ALTER TABLE channels ADD COLUMN handovers TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE added_feeds ADD COLUMN country TEXT NOT NULL DEFAULT ''",
)


def add_handover(db: Database) -> None:
    """Add them; part of the caller's transaction."""
    for statement in _TABLES:
        db.execute(statement)
