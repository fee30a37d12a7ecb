"""The tables of members' follows.

`follow_news` are the stories that changed and are still to be looked at. A row of `follow_hits` says that a follow
found a story, which it does once: `message` is the one that tells it, NULL as long as none does, and 0 where the
story was there before the follow. `follow_messages` are an outbox of their own, so that no alert waits behind them.
"""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    # AUTOINCREMENT: a hit must never pass to another follow.
    """CREATE TABLE follows (
        id INTEGER PRIMARY KEY AUTOINCREMENT, transport TEXT NOT NULL, server TEXT NOT NULL, member TEXT NOT NULL,
        place TEXT NOT NULL, query TEXT NOT NULL, way TEXT NOT NULL, made TEXT NOT NULL, paused TEXT)""",
    "CREATE UNIQUE INDEX one_follow_a_query ON follows (transport, server, member, query)",
    "CREATE TABLE follow_news (story INTEGER PRIMARY KEY, at TEXT NOT NULL)",
    """CREATE TABLE follow_hits (
        follow INTEGER, story INTEGER, at TEXT NOT NULL, message INTEGER, PRIMARY KEY (follow, story)) WITHOUT ROWID""",
    "CREATE INDEX follow_hits_of_message ON follow_hits (message, at)",
    "CREATE INDEX follow_hits_of_story ON follow_hits (story)",
    # AUTOINCREMENT: until m220 a message's number was its mark.
    """CREATE TABLE follow_messages (
        n INTEGER PRIMARY KEY AUTOINCREMENT, transport TEXT NOT NULL, server TEXT NOT NULL, member TEXT NOT NULL,
        way TEXT NOT NULL, created TEXT NOT NULL, due TEXT NOT NULL, state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0, message TEXT, reason TEXT,
        settled TEXT)""",
    "CREATE INDEX follow_messages_of_member ON follow_messages (transport, server, member, settled)",
    "CREATE INDEX follow_messages_open ON follow_messages (due) WHERE state IN ('pending', 'sending')",
)


def add_follows(db: Database) -> None:
    """Add them; part of the caller's transaction."""
    for statement in _TABLES:
        db.execute(statement)
