"""What of the outbox may be sent now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from feeds.route import EDIT_FIRST
from feeds.store.db import rows
from feeds.store.delivery.channels import Channels

# Edits need their alert's message; they go on while a channel is muted or quiet, because nobody is rung up by them.
# :quiet names the channels that are quiet now, each with the tiers that are told all the same. A note that waits holds
# back the later ones of its thread, so one of a thread is taken at a time; escalations likewise. These also wait for an
# earlier edit of the alert that they stand under, unless they are older than :patient.
CLAIMABLE = """FROM deliveries d JOIN channels c ON c.name = d.channel
    LEFT JOIN deliveries a ON a.kind = 'alert' AND a.channel = d.channel AND a.story = d.story
    WHERE d.state = 'pending' AND d.due <= :now AND c.held IS NULL
    AND (d.kind = 'edit' OR c.muted_until IS NULL OR c.muted_until <= :now)
    AND (d.kind = 'edit' OR NOT EXISTS (SELECT 1 FROM json_each(:quiet) q WHERE q.key = d.channel AND NOT EXISTS (
        SELECT 1 FROM stories s JOIN json_each(q.value) told ON told.value = s.tier WHERE s.id = d.story)))
    AND (d.kind NOT IN ('edit', 'note', 'escalation') OR a.state = 'sent')
    AND (d.kind NOT IN ('note', 'escalation') OR NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.story = d.story
        AND e.channel = d.channel AND e.n < d.n AND e.state IN ('pending', 'sending') AND (e.kind = d.kind
            OR (e.kind = 'edit' AND d.kind = 'escalation' AND d.created > :patient))))
    AND d.channel NOT IN (SELECT value FROM json_each(:busy))
    ORDER BY d.action <> 'ping', d.due, d.n LIMIT :limit"""
OUTBOX_IDLE = f"""SELECT NOT EXISTS (SELECT 1 {CLAIMABLE})
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE state = 'sending')"""


def claimable_at(db: Database, now: datetime, limit: int, busy: Iterable[str] = ()) -> dict[str, Any]:
    """The values that the queries above need."""
    times = {"now": rows.stamp(now), "patient": rows.stamp(now - EDIT_FIRST)}
    quiet = Channels(db).quiet_at(now)
    return times | {"limit": limit, "busy": json.dumps(list(busy)), "quiet": json.dumps(quiet)}
