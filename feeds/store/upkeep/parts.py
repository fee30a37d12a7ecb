"""Stories of several places that were stored before these were told apart: their parts, from what their entries say."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import reduce

from sqlite_utils import Database

from feeds.stories.profile import Profile, absorb

# Entries join what was told within some two weeks of them; stories of sixty days ago are compared with hardly any.
_UNPARTED = """SELECT id FROM stories WHERE merged_into IS NULL
    AND newest >= (SELECT max(strftime('%Y-%m-%dT%H:%M:%S', newest, '-60 days')) FROM stories)
    AND CASE WHEN json_valid(profile) THEN json_extract(profile, '$.parts') IS NULL
        AND (SELECT count(*) FROM json_each(profile, '$.tallies.site')) > 1 END"""
_TOLD = """SELECT f.profile FROM placements p JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
    WHERE p.story = ? ORDER BY p.entry"""


def add_parts(db: Database) -> None:
    """Tell the places of the newest stories apart, as those are that grow now. A story of which a row cannot be read
    stays as it is: an archive that opened before its upgrade opens after it."""
    for (story,) in db.execute(_UNPARTED).fetchall():
        with suppress(ValueError, LookupError, AttributeError, TypeError):
            _part(db, story)


def _part(db: Database, story: int) -> None:
    told = [Profile.from_json(json.loads(kept)) for (kept,) in db.execute(_TOLD, [story]).fetchall()]
    if told:
        whole = json.dumps(reduce(absorb, told).to_json())
        db.execute("UPDATE stories SET profile = ? WHERE id = ?", [whole, story])
