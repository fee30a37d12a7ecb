"""What the file says of channels and of what is wanted in them, without what was set in chat."""

from __future__ import annotations

import json

from pydantic import TypeAdapter
from sqlite_utils import Database

from feeds.model import Action, At, Channel, Daily, HandoverKind, Origin, Quiet, Subscription
from feeds.store.db import rows
from seeds.model import Tier

DIGEST: TypeAdapter[Daily] = TypeAdapter(Daily)
HANDOVER_TIMES: TypeAdapter[dict[HandoverKind, At]] = TypeAdapter(dict[HandoverKind, At])
QUIET_HOURS: TypeAdapter[Quiet] = TypeAdapter(Quiet)


class Filed:
    """Rows as the file has them, over one connection. Of what was made in chat, as it was made."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def channel(self, transport: str, target: str) -> Channel | None:
        """The channel of a place."""
        found = self._db.query("SELECT * FROM channels WHERE transport = ? AND target = ?", [transport, target])
        return next(map(filed_channel, found), None)

    def wishes(self, channel: str) -> list[Subscription]:
        """What is wanted in a channel, the operators' lines aside, and what was ended there; each has its id."""
        sql = "SELECT * FROM subscriptions WHERE channel = ? AND kind = 'alerts' ORDER BY watch, id"
        return [filed_wish(row) for row in self._db.query(sql, [channel])]


def filed_channel(row: rows.Row) -> Channel:
    """The channel of a row."""
    return Channel(
        name=row["name"],
        transport=row["transport"],
        target=row["target"],
        muted_until=rows.instant_of(row["muted_until"]),
        held=rows.cause_of(row["held"]),
        digest=DIGEST.validate_json(row["digest"]) if row["digest"] else None,
        handovers=tuple(HANDOVER_TIMES.validate_json(row["handovers"]).items()),
        quiet=QUIET_HOURS.validate_json(row["quiet"]) if row["quiet"] else None,
        lowband=bool(row["lowband"]),
        language=row["language"],
        server=row["server"],
    )


def filed_wish(row: rows.Row) -> Subscription:
    """The subscription of a row."""
    return Subscription(
        channel=row["channel"],
        watch=row["watch"],
        actions=tuple((Tier(tier), Action(action)) for tier, action in json.loads(row["actions"]).items()),
        role=row["role"],
        pings_per_hour=row["pings_per_hour"],
        posts_per_day=row["posts_per_day"],
        kind=row["kind"],
        filter=row["filter"],
        story=row["story"],
        escalate=tuple(json.loads(row["escalate"])),
        origin=Origin(row["origin"]),
        ended=rows.instant_of(row["ended"]),
        id=row["id"],
    )
