"""What members changed of the watches, for those who read an archive from outside: the start, the shell, the checks."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from config.schema import Settings
from feeds.store import Store, StoreError
from feeds.watching.model import WatchChange, as_changed
from seeds.watchfolder import watch_names


def kept_changes(database: Path) -> tuple[WatchChange, ...]:
    """What members changed of the watches, as an archive keeps it; nothing where there is none of this version."""
    if not database.is_file():
        return ()
    try:
        with Store(database, read_only=True) as store:
            return store.watches.all()
    except (StoreError, sqlite3.Error):
        return ()


def settings_now(settings: Settings, kept: tuple[WatchChange, ...]) -> Settings:
    """The settings with the watches that are on."""
    return as_changed(settings, kept, watch_names(settings.watches)) if kept else settings
