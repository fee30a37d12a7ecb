"""What tests make again and again the same is made once a process: new databases, and the tables of TOML texts.

New databases are born with all tables: their migrations run once a process, and each new file gets what they made.

Making one costs twenty times as much as copying it, and most tests need one. A database that holds anything is brought
up to date as in production; that what the migrations make of an older one is the same, `test_upgrade` holds.
"""

from __future__ import annotations

import pickle
import sqlite3
import tomllib
from functools import cache, lru_cache

from sqlite_utils import Database

from feeds.store.db import connection
from feeds.store.db.schema import migrations

_apply, _loads, _configure = migrations.apply, tomllib.loads, connection._configure
_LONG, _LONGEST = 2_000, 2_000_000  # characters of texts that are worth remembering


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


@lru_cache(200)
def _parsed(text: str) -> bytes:
    return pickle.dumps(_loads(text))


def _read(text, /, **more):
    if more or not isinstance(text, str) or not _LONG <= len(text) <= _LONGEST:
        return _loads(text, **more)
    return pickle.loads(_parsed(text))


def _careless(db):
    """No test of this process sees a power cut: what it writes need not be on the disk. Those that kill start programs,
    which write as in production."""
    _configure(db)
    db.execute("PRAGMA synchronous = OFF")


def make_once() -> None:
    """From now on the migrations of a database without content are copied, and so is what a text was parsed to; nothing
    waits for the disk."""
    migrations.apply, tomllib.loads, connection._configure = _born, _read, _careless
