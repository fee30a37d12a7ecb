"""The stories: which entries tell one event, as rows that a look-up finds at the same cost however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from feeds.ladder import loudest
from feeds.model import Change, Finding, Source, Story
from feeds.store import rows
from feeds.store.connection import writing

_SOURCES = """SELECT e.id, e.title, e.summary, e.link, e.publisher, e.standing, e.language, e.published, e.precision,
    e.seen, e.content_hash, f.story, f.tier, f.facts, f.quotes FROM findings f JOIN entries e ON e.id = f.entry"""


class Storybook:
    """Stories over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # reading

    def story(self, story: int) -> Story | None:
        """The story of an id, with its sources in order of arrival; a merged one has none and says where it went."""
        return next(iter(self.stories([story])), None)

    def stories(self, ids: Sequence[int]) -> list[Story]:
        """The stories of these ids, in their order; unknown ids are passed over."""
        marks = ",".join("?" * len(ids))
        found = self._full(f"WHERE id IN ({marks})", ids)
        by_id = {story.id: story for story in found}
        return [by_id[one] for one in ids if one in by_id]

    def of_entry(self, entry: int, watch: str) -> Story | None:
        """The watch's story that an entry belongs to."""
        sql = "SELECT story FROM findings WHERE entry = ? AND watch = ?"
        found = self._db.execute(sql, [entry, watch]).fetchone()
        return self.story(found[0]) if found else None

    def latest(self, limit: int = 10, offset: int = 0, watch: str | None = None) -> list[Story]:
        """The stories whose newest source was told last, newest first."""
        clause = """WHERE merged_into IS NULL AND (? IS NULL OR watch = ?)
            ORDER BY newest DESC, id DESC LIMIT ? OFFSET ?"""
        return self._full(clause, [watch, watch, limit, offset])

    def count(self, watch: str | None = None) -> int:
        """How many stories `latest` can page through."""
        sql = "SELECT count(*) FROM stories WHERE merged_into IS NULL AND (? IS NULL OR watch = ?)"
        return int(self._db.execute(sql, [watch, watch]).fetchone()[0])

    def _full(self, clause: str, values: Sequence[object]) -> list[Story]:
        found = list(self._db.query(f"SELECT * FROM stories {clause}", list(values)))
        sources = self._sources([row["id"] for row in found])
        return [rows.story(row, tuple(sources.get(row["id"], ()))) for row in found]

    def _sources(self, stories: Sequence[int]) -> dict[int, list[Source]]:
        marks = ",".join("?" * len(stories))
        found: dict[int, list[Source]] = {}
        for row in self._db.query(f"{_SOURCES} WHERE f.story IN ({marks}) ORDER BY e.id", list(stories)):
            found.setdefault(row["story"], []).append(rows.source(row))
        return found

    # writing

    def place(self, entry: int, finding: Finding, seen: datetime, told: datetime) -> int:
        """Join the entry to its story or open one; returns the story's id."""
        joined = self.of_entry(entry, finding.match.watch)
        story = joined.id if joined else self._open(finding, seen, told)
        self._attach(entry, finding, story)
        return story

    def _open(self, finding: Finding, seen: datetime, told: datetime) -> int:
        cursor = self._db.conn.execute(
            "INSERT INTO stories (watch, tier, opened, updated, newest, profile) VALUES (?, ?, ?, ?, ?, '{}')",
            [finding.match.watch, finding.match.tier, rows.stamp(seen), rows.stamp(seen), rows.stamp(told)],
        )
        return int(cursor.lastrowid or 0)

    def _attach(self, entry: int, finding: Finding, story: int) -> None:
        match = finding.match
        self._db.conn.execute(
            """INSERT INTO findings (entry, watch, story, score, tier, reasons, facts, quotes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET score = excluded.score,
                tier = excluded.tier, reasons = excluded.reasons, facts = excluded.facts, quotes = excluded.quotes""",
            [
                entry, match.watch, story, match.score, match.tier, rows.REASONS.dump_json(match.reasons).decode(),
                rows.FACTS.dump_json(finding.facts).decode(), rows.QUOTES.dump_json(finding.quotes).decode(),
            ],
        )  # fmt: skip

    def touch(self, story: int, changes: Iterable[Change], at: datetime) -> None:
        """Bring a story's tier, times and list of changes up to date with its sources."""
        now = self.story(story)
        if now is None or not now.sources:
            return
        newest = max(rows.told(source.published, source.seen) for source in now.sources)
        self._db.execute(
            "UPDATE stories SET tier = ?, updated = ?, newest = ?, changes = ? WHERE id = ?",
            [
                loudest(source.tier for source in now.sources), rows.stamp(at), rows.stamp(newest),
                rows.CHANGES.dump_json((*now.changes, *changes)).decode(), story,
            ],
        )  # fmt: skip

    def resolve(self, story: int) -> int:
        """The story that this one was merged into at last, or itself."""
        with writing(self._db):
            sql = "SELECT merged_into FROM stories WHERE id = ?"
            while (into := self._db.execute(sql, [story]).fetchone()) and into[0]:
                story = into[0]
        return story
