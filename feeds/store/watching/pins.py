"""The tiers that members gave to stories: who said what, and what holds now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from feeds.store.db import rows
from seeds.model import Tier

# A story and all that were merged into it: what was said of one of them is said of the whole.
_HOLDS = """WITH RECURSIVE family (id) AS (VALUES (?) UNION
    SELECT s.id FROM family f JOIN stories s ON s.merged_into = f.id)
    SELECT c.tier FROM family f JOIN tier_corrections c ON c.story = f.id ORDER BY c.id DESC LIMIT 1"""


class TierPins:
    """Corrected tiers over one connection. Writing is part of the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, story: int) -> Tier | None:
        """The tier that was said last of a story, or of one that was merged into it; None where none holds."""
        found = self._db.execute(_HOLDS, [story]).fetchone()
        return Tier(found[0]) if found and found[0] else None

    def add(self, story: int, tier: Tier | None, by: str, at: datetime, entries: Iterable[int]) -> None:
        """Somebody says that a story is of a tier, which these entries told otherwise or likewise; None takes back what
        was said."""
        sql = "INSERT INTO tier_corrections (story, tier, by, at, entries) VALUES (?, ?, ?, ?, ?)"
        self._db.execute(sql, [story, tier, by, rows.stamp(at), json.dumps(list(entries))])
