"""What members make of alerts: every reaction as it came, to be learned from later."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from feeds.model import Pressed, Reaction
from feeds.store.db import rows
from feeds.store.db.connection import writing


class Feedback:
    """Raw reaction events over one connection; nothing is ever summed up or overwritten."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, message: str, user: str, emoji: str, at: datetime, removed: bool = False) -> None:
        """Note that a member put a reaction under a message, or took it away."""
        with writing(self._db):
            self._db.execute(
                "INSERT INTO feedback (message, user, emoji, at, removed) VALUES (?, ?, ?, ?, ?)",
                [message, user, emoji, rows.stamp(at), removed],
            )

    def press(self, message: str, user: str, emoji: str, at: datetime) -> Pressed:
        """Give a verdict by a button: it takes the place of the member's other one; the same again is taken back."""
        standing = self._standing(message, user)
        with writing(self._db):
            for other in standing:
                self.add(message, user, other, at, removed=True)
            if emoji in standing:
                return Pressed.WITHDRAWN
            self.add(message, user, emoji, at)
        return Pressed.CHANGED if standing else Pressed.KEPT

    def _standing(self, message: str, user: str) -> list[str]:
        """The member's verdicts on a message that were not taken back."""
        last = {one.emoji: one.removed for one in self.on(message) if one.user == user}
        return [emoji for emoji, removed in last.items() if not removed]

    def on(self, message: str) -> list[Reaction]:
        """The events on one message in the order they came."""
        found = self._db.query("SELECT * FROM feedback WHERE message = ? ORDER BY id", [message])
        return [
            Reaction(row["message"], row["user"], row["emoji"], rows.time_in(row["at"]), bool(row["removed"]))
            for row in found
        ]
