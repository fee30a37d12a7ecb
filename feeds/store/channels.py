"""The channels: where alerts go, from the configuration or from a manager's command."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Channel
from feeds.store.db import rows
from feeds.store.db.connection import writing


class Channels:
    """Channels over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def configure(self, channels: Iterable[Channel], now: datetime) -> None:
        """Make these the channels of the configuration. What managers did (mutes, subscriptions) stays.

        Waiting deliveries of a channel that is no longer configured are rejected.
        """
        channels = tuple(channels)
        with writing(self._db):
            kept = {channel.name for channel in channels}
            for (name,) in self._db.execute("SELECT name FROM channels WHERE configured").fetchall():
                if name not in kept:
                    self.unsubscribe(name, now)
            for channel in channels:
                self._upsert(channel, configured=True)

    def subscribe(self, channel: Channel) -> None:
        """Add a channel, or change the wishes of one that is there; a mute and a hold stay."""
        with writing(self._db):
            self._upsert(channel, configured=False)

    def _upsert(self, channel: Channel, *, configured: bool) -> None:
        old = self.named(channel.name)
        row = rows.channel_row(channel) | {"configured": configured}
        if old is not None:
            row |= {"muted_until": rows.stamped(old.muted_until), "held": old.held}
            row["configured"] = configured or self._configured(channel.name)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._db.execute(f"INSERT OR REPLACE INTO channels ({names}) VALUES ({marks})", list(row.values()))

    def _configured(self, name: str) -> bool:
        return bool(self._db.execute("SELECT configured FROM channels WHERE name = ?", [name]).fetchone()[0])

    def unsubscribe(self, name: str, now: datetime | None = None) -> bool:
        """Remove a channel and give up what waits for it; its history stays. False when there is none of that name."""
        with writing(self._db):
            self._db.execute(
                """UPDATE deliveries SET state = 'rejected', reason = 'the channel was removed', settled = ?
                    WHERE channel = ? AND state = 'pending'""",
                [rows.stamped(now), name],
            )
            self._db.execute("DELETE FROM digest_items WHERE channel = ? AND delivery IS NULL", [name])
            return self._db.conn.execute("DELETE FROM channels WHERE name = ?", [name]).rowcount == 1

    def mute(self, name: str, until: datetime | None) -> bool:
        """Quiet a channel until an instant (None ends it): new stories go to its digest, which waits, as do alerts
        and notes already queued; posted alerts are still edited. False when there is none of that name."""
        with writing(self._db):
            sql = "UPDATE channels SET muted_until = ? WHERE name = ?"
            return self._db.conn.execute(sql, [rows.stamped(until), name]).rowcount == 1

    def hold(self, name: str, reason: str) -> None:
        """Send nothing to a channel because of `reason`, until `release`; what comes meanwhile waits."""
        with writing(self._db):
            self._db.execute("UPDATE channels SET held = ? WHERE name = ?", [reason, name])

    def release(self, name: str) -> None:
        """Send to a channel again."""
        with writing(self._db):
            self._db.execute("UPDATE channels SET held = NULL WHERE name = ?", [name])

    def all(self) -> list[Channel]:
        """All channels by name."""
        return [rows.channel_of(row) for row in self._db.query("SELECT * FROM channels ORDER BY name")]

    def named(self, name: str) -> Channel | None:
        """The channel of a name."""
        found = self._db.query("SELECT * FROM channels WHERE name = ?", [name])
        return next((rows.channel_of(row) for row in found), None)

    def of_watch(self, watch: str) -> list[Channel]:
        """The channels that alerts of a watch go to, by name."""
        found = self._db.query("SELECT * FROM channels WHERE watch = ? ORDER BY name", [watch])
        return [rows.channel_of(row) for row in found]
