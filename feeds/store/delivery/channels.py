"""The channels: the places where messages go, whatever is wanted there."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter
from sqlite_utils import Database

from feeds.agenda import quiet_until
from feeds.model import Cause, CauseKind, Channel
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.db.meta import Meta
from feeds.store.delivery.choices import Choices, chosen_channel, read_choices
from feeds.store.delivery.filed import DIGEST, HANDOVER_TIMES, QUIET_HOURS, filed_channel
from seeds.model import Tier

T = TypeVar("T")
_CAUSES: TypeAdapter[tuple[Cause, ...]] = TypeAdapter(tuple[Cause, ...])
_DOUBTS = "doubts:"  # and the channel's name
_WANTED = "EXISTS (SELECT 1 FROM subscriptions s WHERE s.channel = channels.name AND s.ended IS NULL)"
# Where a channel's name stands. Of what two names of one place had both been told, the history keeps both.
_NAMING = (
    ("channels", "name"), ("subscriptions", "channel"), ("digest_items", "channel"), ("agenda", "subject"),
    ("deliveries", "channel"),
)  # fmt: skip
# What must be seen to before two names of one place become one: the longer mute and a hold stay, and what was told
# under either name is not told again under the other.
_JOINING = (
    """UPDATE channels AS c SET held = coalesce(c.held, o.held),
        muted_until = nullif(max(coalesce(c.muted_until, ''), coalesce(o.muted_until, '')), '')
        FROM channels o WHERE c.name = :name AND o.name = :other""",
    """DELETE FROM deliveries WHERE channel = :name AND kind = 'alert' AND state = 'pending' AND story IN
        (SELECT story FROM deliveries WHERE channel = :other AND kind = 'alert' AND state IN ('sending', 'sent'))""",
    """DELETE FROM digest_items WHERE channel = :name AND delivery IS NULL AND story IN
        (SELECT story FROM digest_items WHERE channel = :other AND delivery IS NOT NULL)""",
)
_ALERTED = """DELETE FROM digest_items AS i WHERE delivery IS NULL AND channel = ? AND story IN
    (SELECT story FROM deliveries d WHERE d.channel = i.channel AND kind = 'alert' AND state <> 'rejected')"""


class Channels:
    """Channels over one connection. A place where nothing is wanted any more is not seen by any question but `at`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Channel]:
        """All channels by name."""
        return [_channel(row) for row in self._db.query(f"SELECT * FROM channels WHERE {_WANTED} ORDER BY name")]

    def named(self, name: str) -> Channel | None:
        """The channel of a name."""
        found = self._db.query(f"SELECT * FROM channels WHERE name = ? AND {_WANTED}", [name])
        return next(map(_channel, found), None)

    def at(self, transport: str, target: str) -> Channel | None:
        """The channel of a place, also when nothing is wanted there now."""
        found = self._db.query("SELECT * FROM channels WHERE transport = ? AND target = ?", [transport, target])
        return next(map(_channel, found), None)

    def quiet_at(self, now: datetime) -> dict[str, tuple[Tier, ...]]:
        """The names of the channels that are in their quiet hours, each with the tiers that are told all the same."""
        sql = "SELECT * FROM channels WHERE quiet IS NOT NULL OR json_extract(chosen, '$.quiet') IS NOT NULL"
        found = [(one.name, one.quiet) for one in map(_channel, self._db.query(sql)) if quiet_until(one.quiet, now)]
        return {name: quiet.but for name, quiet in found if quiet is not None}

    def mute(self, name: str, until: datetime | None) -> bool:
        """Quiet a channel until an instant (None ends it): new stories go to its digest, which waits, as do alerts
        and notes already queued; posted alerts are still edited. False when there is none of that name."""
        with writing(self._db):
            sql = "UPDATE channels SET muted_until = ? WHERE name = ?"
            return self._db.conn.execute(sql, [rows.stamped(until), name]).rowcount == 1

    def hold(self, name: str, reason: Cause) -> None:
        """Send nothing to a channel because of `reason`, until `release`; what comes meanwhile waits."""
        with writing(self._db):
            self._db.execute("UPDATE channels SET held = ? WHERE name = ?", [rows.cause_row(reason), name])

    def release(self, name: str) -> None:
        """Send to a channel again."""
        with writing(self._db):
            self._db.execute("UPDATE channels SET held = NULL WHERE name = ?", [name])

    def doubt(self, name: str, causes: Sequence[Cause]) -> None:
        """Remember what would not work in a channel."""
        Meta(self._db).put(_DOUBTS + name, _CAUSES.dump_json(tuple(causes)).decode())

    def doubts(self, name: str) -> tuple[Cause, ...]:
        """What would not work in a channel when it was last looked at."""
        found = Meta(self._db).get(_DOUBTS + name)
        return _CAUSES.validate_json(found) if found else ()

    def put(self, channel: Channel, keep: Container[str] = ()) -> None:
        """Write a channel down, or move the one of its name to a new place; a mute and a hold stay.

        Another one at this place is taken in, with all that was told there, unless `keep` holds its name. What was set
        in chat stays, and wins over what this channel says.
        """
        with writing(self._db):
            sql = "SELECT name FROM channels WHERE transport = ? AND target = ? AND name <> ?"
            for (other,) in self._db.execute(sql, [channel.transport, channel.target, channel.name]).fetchall():
                if other not in keep:
                    self._take_in(other, channel.name)
            self._db.execute(
                """INSERT INTO channels (name, transport, target, digest, handovers, quiet, lowband, language, server)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET transport = excluded.transport, target = excluded.target,
                        digest = excluded.digest, handovers = excluded.handovers, quiet = excluded.quiet,
                        lowband = excluded.lowband, language = excluded.language, server = CASE
                        WHEN excluded.server <> '' OR target <> excluded.target THEN excluded.server ELSE server END""",
                [
                    channel.name,
                    channel.transport,
                    channel.target,
                    _json(DIGEST, channel.digest),
                    HANDOVER_TIMES.dump_json(dict(channel.handovers)).decode(),
                    _json(QUIET_HOURS, channel.quiet),
                    channel.lowband,
                    channel.language,
                    channel.server,
                ],
            )

    def copy_settings(self, old: str, new: str) -> None:
        """A channel is set as another one is, by the file and in chat."""
        columns = "digest, handovers, quiet, lowband, language, chosen"
        sql = f"UPDATE channels SET ({columns}) = (SELECT {columns} FROM channels WHERE name = ?) WHERE name = ?"
        with writing(self._db):
            self._db.execute(sql, [old, new])

    def _take_in(self, other: str, name: str) -> None:
        """Two names of one place become one: what was told, is to be told and is wanted there goes under `name`."""
        choices = Choices(self._db)
        chosen = choices.of_channel(other) | choices.of_channel(name)
        for statement in _JOINING:
            self._db.execute(statement, {"name": name, "other": other})
        for table, key in _NAMING:
            self._db.execute(f"UPDATE OR IGNORE {table} SET {key} = ? WHERE {key} = ?", [name, other])
            if table != "deliveries":
                self._db.execute(f"DELETE FROM {table} WHERE {key} = ?", [other])
        choices.choose(name, chosen)
        sql = "UPDATE deliveries SET state = 'rejected', reason = ? WHERE channel = ? AND state = 'pending'"
        self._db.execute(sql, [rows.cause_row(Cause(CauseKind.TOLD_AS, {"name": name})), other])
        self._db.execute(_ALERTED, [name])

    def forget(self, name: str) -> None:
        """Nothing is wanted there any more: its mute and its hold end, and it goes unless something of it is to be
        remembered, such as what was set there."""
        with writing(self._db):
            self._db.execute("UPDATE channels SET muted_until = NULL, held = NULL WHERE name = ?", [name])
            bare = "chosen = '{}' AND name NOT IN (SELECT channel FROM subscriptions)"
            self._db.execute(f"DELETE FROM channels WHERE name = ? AND {bare}", [name])


def _channel(row: rows.Row) -> Channel:
    return chosen_channel(filed_channel(row), read_choices(row["chosen"]))


def _json(adapter: TypeAdapter[T], value: T | None) -> str | None:
    return None if value is None else adapter.dump_json(value).decode()
