"""What of the archive a change of a watch may concern, a stretch at a time: its stories, and items in none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from feeds.model import Finding
from feeds.store.db import rows
from feeds.store.db.story_rows import SEEN_STORY
from feeds.store.search.entries import ENTRY_COLUMNS
from feeds.store.search.tables import SHIFT
from feeds.store.storybook import Storybook
from feeds.stories.assign import MemoryStories, assign, lookups
from feeds.stories.profile import Profile, profile
from seeds.model import Document

ITEMS_OF_A_STORY = 40
"""Items of one story that are looked at."""
_DOCUMENTS = f"""SELECT {ENTRY_COLUMNS} FROM entries e JOIN wordings w ON w.id = e.wording
    WHERE e.id IN (SELECT value FROM json_each(?))"""
_UNTOLD = "NOT EXISTS (SELECT 1 FROM placements p WHERE p.entry = {entry} AND p.watch = :watch)"
_SEEN_ITEM = "(e.server = '' OR seen(e.server))"
_ITEMS = f"""SELECT e.id FROM entries e WHERE e.id < :before AND {_SEEN_ITEM} AND {_UNTOLD.format(entry="e.id")}
    ORDER BY e.id DESC LIMIT :limit"""
_HOLDING = f"""SELECT f.rowid FROM entries_fts f CROSS JOIN entries e ON e.id = f.rowid
    WHERE entries_fts MATCH :words AND f.rowid < :before AND {_SEEN_ITEM} AND {_UNTOLD.format(entry="e.id")}
    ORDER BY f.rowid DESC LIMIT :limit"""
_PLACED = """SELECT story, entry FROM (SELECT p.story, p.entry, row_number() OVER (PARTITION BY p.story) AS n
    FROM placements p WHERE p.watch = ? AND p.story IN (SELECT value FROM json_each(?))) WHERE n <= ?"""
_STORIES = f"""SELECT id FROM stories s WHERE watch = :watch AND merged_into IS NULL AND id < :before AND {SEEN_STORY}
    ORDER BY id DESC LIMIT :limit"""
_STORIES_HOLDING = f"""SELECT s.id FROM (
        SELECT rowid >> {SHIFT} AS story FROM told_fts WHERE told_fts MATCH :words GROUP BY story) held
    CROSS JOIN stories s ON s.id = held.story WHERE s.watch = :watch AND s.merged_into IS NULL AND s.id < :before
    AND {SEEN_STORY}
    ORDER BY s.id DESC LIMIT :limit"""
_NEWEST = 2**62


class Candidates:
    """Candidates over one connection; nothing is written."""

    def __init__(self, db: Database, storybook: Storybook) -> None:
        self._db, self._storybook = db, storybook

    def stories(self, watch: str, phrase: str, before: int | None, limit: int) -> dict[int, list[int]]:
        """The newest stories of a watch, with an id below `before`, each with its items; with a `phrase` those of
        which an item has held its words."""
        wanted = {"watch": watch, "before": before or _NEWEST, "limit": limit, **_words(phrase)}
        chosen = self._db.execute(_STORIES_HOLDING if phrase else _STORIES, wanted).fetchall()
        found: dict[int, list[int]] = {row[0]: [] for row in chosen}
        for story, entry in self._db.execute(_PLACED, [watch, json.dumps([*found]), ITEMS_OF_A_STORY]):
            found[story].append(entry)
        return found

    def items(self, watch: str, phrase: str, before: int | None, limit: int) -> list[int]:
        """The newest items that are in no story of a watch, with an id below `before`; with a `phrase` those that hold
        its words."""
        wanted = {"watch": watch, "before": before or _NEWEST, "limit": limit, **_words(phrase)}
        return [row[0] for row in self._db.execute(_HOLDING if phrase else _ITEMS, wanted).fetchall()]

    def documents(self, entries: Iterable[int]) -> dict[int, Document]:
        """Items in their present words, by id; not those that are kept no more."""
        found = self._db.query(_DOCUMENTS, [json.dumps(list(entries))])
        kept = (rows.archived(row, ()) for row in found)
        return {one.id: one.entry.document(one.publisher, one.seen) for one in kept}

    def kept(self) -> int:
        """How many items the archive holds."""
        return int(self._db.execute("SELECT count(*) FROM entries").fetchone()[0])

    def groups(self, found: Sequence[tuple[Document, Finding]]) -> list[str]:
        """The titles of the stories that items would open, which no story tells yet: one each, in order."""
        memory, titles = MemoryStories(), dict[int, str]()
        for document, one in found:
            told = profile(document, one.facts, one.marks, one.match.watch, tier=one.match.tier)
            if not self._told(told):
                titles.setdefault(memory.place(told), document.title)
        return list(titles.values())

    def _told(self, told: Profile) -> bool:
        return assign(told, self._storybook.candidates(lookups(told))) is not None


def _words(phrase: str) -> dict[str, str]:
    return {"words": '"' + phrase.replace('"', " ") + '"'} if phrase else {}
