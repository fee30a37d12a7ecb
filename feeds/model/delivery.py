"""What goes out: where it goes and how loudly, a row of the outbox, and what one poll changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from feeds.model.sources import FeedState
from feeds.model.stories import Change, Judged
from seeds.model import Tier


class Action(StrEnum):
    """How loudly a channel is told, loudest first."""

    PING = "ping"
    POST = "post"
    DIGEST = "digest"


class State(StrEnum):
    """Where a delivery stands. SENDING means: the other side may or may not have it."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox. What it says is rendered from its subject at the moment of sending.

    `id` is at most 25 characters, so that it can be Discord's nonce. `kind` is "alert" (a story's one
    message), "edit" (that message again), "note" (a line in the story's thread that tells a `change`), "digest" or
    "notice" (a line for the operators, in `text`). `message` is the id of the message sent or to be edited.
    """

    id: str
    channel: str
    kind: Literal["alert", "edit", "note", "digest", "notice"]
    created: datetime
    due: datetime
    state: State = State.PENDING
    action: Action = Action.POST
    story: int | None = None
    stories: tuple[int, ...] = ()
    change: Change | None = None
    text: str = ""
    attempts: int = 0
    message: str | None = None
    thread: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """One place where alerts of one watch go, from the configuration or from a manager's command.

    `name` is unique ("discord:123456789" for subscribed ones); `target` is the transport's own id of the
    place; `actions` says per tier how loudly it is told (a tier that is missing is not told at all);
    `role` is the id pinged. `held` is why nothing is sent there now (a missing permission, say).
    """

    name: str
    transport: str
    target: str
    watch: str
    actions: tuple[tuple[Tier, Action], ...]
    role: str | None = None
    pings_per_hour: int = 3
    posts_per_day: int = 40
    muted_until: datetime | None = None
    held: str | None = None

    def action(self, tier: Tier) -> Action | None:
        """How this channel is told of a story of that tier; None when it did not ask for it."""
        return dict(self.actions).get(tier)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one polled feed changes, decided in one piece and committed in one transaction.

    `readings` are of new entries, `updated` of known ones whose text changed (entry id first); `aliases` pairs new
    keys with the id of the known entry they belong to; `notices` are lines for the operators.
    """

    state: FeedState
    readings: tuple[Judged, ...] = ()
    updated: tuple[tuple[int, Judged], ...] = ()
    aliases: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: how many entries were new, how many of them matched, and which stories it touched."""

    new: int = 0
    matched: int = 0
    stories: tuple[int, ...] = ()
    queued: int = 0


@dataclass(frozen=True, slots=True)
class Reaction:
    """A member put `emoji` under a message, or took it away again (`removed`)."""

    message: str
    user: str
    emoji: str
    at: datetime
    removed: bool = False
