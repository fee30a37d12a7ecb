"""The lines of the digests: which stories each channel's next digest will name, and in which one they were named."""

from __future__ import annotations

import json
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Delivery
from feeds.store.db import rows
from feeds.store.db.connection import writing

_STOOD = """INSERT INTO deliveries
    (mark, channel, kind, created, due, action, stories, state, message, thread, settled)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Digests:
    """Digest lines over one connection; a line waits as long as no delivery has taken it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, channel: str, story: int, now: datetime) -> int:
        """Name the story in the channel's next digest; 0 when it is to be named there already."""
        with writing(self._db):
            return self._db.conn.execute(
                """INSERT INTO digest_items (channel, story, added) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
                    SET delivery = NULL, added = excluded.added WHERE delivery IS NOT NULL""",
                [channel, story, rows.stamp(now)],
            ).rowcount

    def drop(self, channel: str, story: int) -> None:
        """The channel's next digest need not name the story any more."""
        with writing(self._db):
            sql = "DELETE FROM digest_items WHERE channel = ? AND story = ? AND delivery IS NULL"
            self._db.execute(sql, [channel, story])

    def waiting(self, channel: str) -> list[int]:
        """The ids of the stories that the channel's next digest will name, oldest first."""
        sql = "SELECT story FROM digest_items WHERE channel = ? AND delivery IS NULL ORDER BY added, story"
        return [row[0] for row in self._db.execute(sql, [channel])]

    def names(self, channel: str, story: int) -> bool:
        """Whether a digest of the channel named the story, or its next one will."""
        sql = "SELECT 1 FROM digest_items WHERE channel = ? AND story = ?"
        return self._db.execute(sql, [channel, story]).fetchone() is not None

    def take(self, channel: str, delivery: int) -> None:
        """All that waits in the channel is named by the delivery of that row."""
        with writing(self._db):
            sql = "UPDATE digest_items SET delivery = ? WHERE channel = ? AND delivery IS NULL"
            self._db.execute(sql, [delivery, channel])

    def stood(self, one: Delivery) -> None:
        """A digest that was sent long since, without a row until now: its stories wait no more."""
        row = [
            one.id, one.channel, one.kind, rows.stamp(one.created), rows.stamp(one.due), one.action,
            json.dumps(one.stories), one.state, one.message, one.thread, rows.stamp(one.due),
        ]  # fmt: skip
        with writing(self._db):
            n = self._db.conn.execute(_STOOD, row).lastrowid
            sql = "UPDATE digest_items SET delivery = ? WHERE channel = ? AND story = ? AND delivery IS NULL"
            self._db.conn.executemany(sql, [(n, one.channel, story) for story in one.stories])

    def give_back(self, delivery: int) -> None:
        """What the delivery of that row was to name waits again."""
        with writing(self._db):
            self._db.execute("UPDATE digest_items SET delivery = NULL WHERE delivery = ?", [delivery])
