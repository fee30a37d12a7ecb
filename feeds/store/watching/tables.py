"""The tables of what members changed of watches, and of the tiers that they corrected."""

from __future__ import annotations

from sqlite_utils import Database

# `subject` is a phrase as it is compared, `said` as it was written; both are "" for what is no phrase.
_TABLES = (
    """CREATE TABLE watch_changes (
        watch TEXT, setting TEXT, subject TEXT, said TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (watch, setting, subject)) WITHOUT ROWID""",
    # `tier` is NULL where a correction was taken back; `entries` are those of which it was said.
    """CREATE TABLE tier_corrections (
        id INTEGER PRIMARY KEY, story INTEGER NOT NULL REFERENCES stories (id), tier TEXT, by TEXT NOT NULL,
        at TEXT NOT NULL, entries TEXT NOT NULL)""",
    "CREATE INDEX tier_corrections_of_story ON tier_corrections (story)",
    "CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL",
    "ALTER TABLE stories ADD COLUMN pinned TEXT",
    "CREATE INDEX stories_of_watch ON stories (watch, id, server) WHERE merged_into IS NULL",
)


def add_watch_changes(db: Database) -> None:
    """Add them; part of the caller's transaction."""
    for statement in _TABLES:
        db.execute(statement)
