"""Members' own lines in the timelines of stories. They touch no story: no count, no tier, no time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from feeds.model import MOST_NOTES, MOST_NOTES_A_DAY, MemberNote, NoteRefused
from feeds.store.db import rows
from feeds.store.db.connection import writing

# A story and those that were merged into it, by whatever way; a split takes a story's own notes back with it.
_FAMILY = """WITH RECURSIVE family (id) AS (VALUES (:story) UNION
    SELECT s.id FROM stories s JOIN family f ON s.merged_into = f.id)"""

_OF_STORY = f"""{_FAMILY} SELECT n.* FROM notes n JOIN family f ON f.id = n.story
    WHERE :scope IS NULL OR n.server = :scope OR (n.server = '' AND n.by = :by) ORDER BY n.at, n.id"""


class Notes:
    """Notes over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self, story: int, by: str, name: str, text: str, at: datetime, *, server: str = ""
    ) -> MemberNote | NoteRefused:
        """Keep a note of a server's member on a story that is there; or say why not."""
        with writing(self._db):
            if len(self.of_story(story, server)) >= MOST_NOTES:
                return NoteRefused.STORY_FULL
            if self._lately(by, at - timedelta(days=1)) >= MOST_NOTES_A_DAY:
                return NoteRefused.MEMBER_BUSY
            cursor = self._db.conn.execute(
                "INSERT INTO notes (story, by, name, text, at, server) VALUES (?, ?, ?, ?, ?, ?)",
                [story, by, name, text, rows.stamp(at), server],
            )
        return MemberNote(int(cursor.lastrowid or 0), story, by, name, text, at, server)

    def _lately(self, by: str, since: datetime) -> int:
        sql = "SELECT count(*) FROM notes WHERE by = ? AND at > ?"
        return int(self._db.execute(sql, [by, rows.stamp(since)]).fetchone()[0])

    def note(self, number: int) -> MemberNote | None:
        """The note of a number."""
        return next(map(_note, self._db.query("SELECT * FROM notes WHERE id = ?", [number])), None)

    def remove(self, number: int) -> None:
        """Forget a note and its words; its number is never given again."""
        with writing(self._db):
            self._db.execute("DELETE FROM notes WHERE id = ?", [number])

    def of_story(self, story: int, scope: str | None = None, by: str = "") -> list[MemberNote]:
        """The notes on a story and on those that are part of it now, oldest first: those of a server (None: of all),
        and what `by` wrote before servers were told apart."""
        found = self._db.query(_OF_STORY, {"story": story, "scope": scope, "by": by})
        return list(map(_note, found))


def _note(row: rows.Row) -> MemberNote:
    at = rows.time_in(row["at"])
    return MemberNote(row["id"], row["story"], row["by"], row["name"], row["text"], at, row["server"])
