"""Stories as rows, straight from the columns: thousands at a time cost no look at their sources."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from feeds.model import Incident
from feeds.store.db import rows
from feeds.store.db.story_rows import SEEN_STORY, account_of
from seeds.model import Tier

_ROWS = """SELECT s.id, s.watch, s.tier, s.opened, s.newest, s.linked_to, a.*, e.link, e.language, e.publisher,
    w.title, w.content_hash, f.quotes, (SELECT count(*) FROM placements told WHERE told.story = s.id) AS reports
    FROM stories s JOIN story_accounts a ON a.story = s.id LEFT JOIN entries e ON e.id = a.headline
    LEFT JOIN placements p ON p.entry = e.id AND p.watch = s.watch LEFT JOIN wordings w ON w.id = p.wording
    LEFT JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
    WHERE s.id IN (SELECT value FROM json_each(?)) AND s.merged_into IS NULL ORDER BY s.newest DESC, s.id DESC"""
_BARE = """SELECT s.id, s.watch, s.tier, s.opened, s.newest, s.linked_to, a.*, NULL AS link, NULL AS language,
    NULL AS publisher, NULL AS title, NULL AS content_hash, NULL AS quotes, 0 AS reports
    FROM stories s JOIN story_accounts a ON a.story = s.id
    WHERE s.id IN (SELECT value FROM json_each(?)) AND s.merged_into IS NULL ORDER BY s.newest DESC, s.id DESC"""
_NEWEST = f"""SELECT id FROM stories s WHERE merged_into IS NULL AND {SEEN_STORY}
    AND (:watches = '[]' OR watch IN (SELECT value FROM json_each(:watches)))
    AND (:tier IS NULL OR tier = :tier)
    AND (:before IS NULL OR (newest, id) < (:before, :below)) ORDER BY newest DESC, id DESC LIMIT :limit"""


class Incidents:
    """Stories as rows, over one connection; it only reads."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, stories: Sequence[int], *, bare: bool = False) -> list[Incident]:
        """Those of these ids, the newest first; unknown and merged ones are passed over. A few hundred at a time.

        `bare` ones, to be counted, cost half: they have what the story says, and nothing of its source.
        """
        return [_incident(row) for row in self._db.query(_BARE if bare else _ROWS, [json.dumps(list(stories))])]

    def newest(
        self,
        limit: int,
        after: Incident | None = None,
        watches: Sequence[str] = (),
        *,
        tier: Tier | None = None,
        bare: bool = False,
    ) -> list[Incident]:
        """The next stretch of all stories of some watches or (none given) of all, of one tier or (None) of any, the
        newest first: those that come `after` one."""
        at = {"before": rows.stamp(after.newest), "below": after.story} if after else {"before": None, "below": 0}
        found = self._db.execute(
            _NEWEST, {"watches": json.dumps(list(watches)), "tier": tier, "limit": limit, **at}
        ).fetchall()
        return self.of([row[0] for row in found], bare=bare)


def _incident(row: rows.Row) -> Incident:
    quotes = rows.TEXTS.validate_json(row["quotes"]) if row["quotes"] else ()
    return Incident(
        story=row["id"],
        watch=row["watch"],
        tier=Tier(row["tier"]),
        opened=rows.time_in(row["opened"]),
        newest=rows.time_in(row["newest"]),
        account=account_of(row),
        reports=row["reports"],
        title=row["title"] or "",
        url=row["link"],
        publisher=row["publisher"] or "",
        language=rows.language_of(row["language"] or ""),
        quote=quotes[0] if quotes else "",
        content_hash=row["content_hash"] or "",
        linked_to=row["linked_to"],
    )
