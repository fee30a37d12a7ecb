"""Stories of several places that were stored before these were told apart: their parts, from what their entries say."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import reduce

from sqlite_utils import Database

from feeds.store.db import rows
from feeds.stories.profile import Profile, absorb

# Entries join what was told within some two weeks of them; older stories are compared with hardly any.
_JOINED_FOR = timedelta(days=60)
_UNPARTED = """SELECT id FROM stories WHERE merged_into IS NULL AND newest >= ?
    AND json_extract(profile, '$.parts') IS NULL
    AND (SELECT count(*) FROM json_each(profile, '$.tallies.site')) > 1"""
_TOLD = """SELECT f.profile FROM placements p JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
    WHERE p.story = ? ORDER BY p.entry"""


def add_parts(db: Database) -> None:
    """Tell the places of the newest stories apart, as those are that grow now."""
    newest = rows.instant_of(db.execute("SELECT max(newest) FROM stories").fetchone()[0])
    if newest is None:
        return
    for (story,) in db.execute(_UNPARTED, [rows.stamp(newest - _JOINED_FOR)]).fetchall():
        told = [Profile.from_json(json.loads(kept)) for (kept,) in db.execute(_TOLD, [story]).fetchall()]
        if told:
            whole = json.dumps(reduce(absorb, told).to_json())
            db.execute("UPDATE stories SET profile = ? WHERE id = ?", [whole, story])
