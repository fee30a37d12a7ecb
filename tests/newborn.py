"""New databases are born with all tables: their migrations run once a process, and each new file gets what they made.

Making one costs twenty times as much as copying it, and most tests need one. A database that holds anything is brought
up to date as in production; that what the migrations make of an older one is the same, `test_upgrade` holds.
"""

from __future__ import annotations

import sqlite3
from functools import cache

from sqlite_utils import Database

from feeds.store.db.schema import migrations

_apply = migrations.apply


@cache
def _newborn() -> bytes:
    made = Database(memory=True)
    try:
        _apply(made)
        return made.conn.serialize()
    finally:
        made.close()


def _born(db, **more):
    if more or db.execute("SELECT 1 FROM sqlite_master").fetchone():
        return _apply(db, **more)
    source = sqlite3.connect(":memory:")
    try:
        source.deserialize(_newborn())
        source.backup(db.conn)
    finally:
        source.close()
    return None


def quick_births() -> None:
    """From now on the migrations of a database without content are copied."""
    migrations.apply = _born
