"""What goes out: where it goes and how loudly, a row of the outbox, and what one poll changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from config.escalation import USUAL_ESCALATIONS
from feeds.model.agenda import At, Daily, Quiet
from feeds.model.causes import Cause, CauseKind
from feeds.model.notices import Notice
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

    `id` is the mark that the message carries (`feeds.store.naming.spelling`), at most 25 characters, so that it can be
    Discord's nonce. `kind` is "alert" (a story's one message), "edit" (that message again), "note" (a line in the
    story's thread that tells a `change`), "escalation" (a `change` told in the channel, under the alert), "digest",
    "notice" (a `notice` for the operators), or one of the handovers by schedule ("brief", "weekly", "coverage"), whose
    `notice` says of which stretch they tell. `message` is the id of the message sent or to be edited; `roles` are the
    ids that a ping names. `shown` is a digest of what an alert says, as it was last given away; of a line told aloud
    how far it holds (`feeds.escalate`). `tried` is when it was first given away, by the clock of who takes it (see
    `Transport.now`).
    """

    id: str
    channel: str
    kind: Literal["alert", "edit", "note", "escalation", "digest", "notice", "greeting", "brief", "weekly", "coverage"]
    created: datetime
    due: datetime
    state: State = State.PENDING
    action: Action = Action.POST
    story: int | None = None
    stories: tuple[int, ...] = ()
    change: Change | None = None
    notice: Notice | None = None
    attempts: int = 0
    message: str | None = None
    thread: str | None = None
    reason: Cause | None = None
    roles: tuple[str, ...] = ()
    shown: str | None = None
    tried: datetime | None = None

    @property
    def again(self) -> bool:
        """Whether it is a line told aloud that is said in other words in its message, because it does not hold any
        more or does so again."""
        return self.kind == "escalation" and self.shown is not None


HandoverKind = Literal["brief", "weekly", "coverage"]
HANDOVERS: tuple[HandoverKind, ...] = ("brief", "weekly", "coverage")
"""What a channel may be told by schedule: what happened since the last time, the same weekly, and what is watched."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a story a channel was told aloud, by its alert and by escalations: the highest counts, and whether that
    anyone had died and that the UN had spoken was said at all."""

    killed: int = 0
    injured: int = 0
    death: bool = False
    official: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """One place where messages go; what is wanted there are its subscriptions.

    `name` is unique ("discord:123456789" for one that a member named), and so is a `transport` with its `target`,
    that transport's own id of the place, as text. `server` is the one that it is in, "" where none is known.
    `digest` is when its digest goes out, None for the house's hour;
    `handovers` say what it is told by schedule, and when.
    `held` is why nothing is sent there now (a missing permission, say).
    `quiet` are its quiet hours; `lowband` wants short texts without pictures; `language` is what it is spoken to in,
    None for its server's. `changed` names what of this was set in chat, which wins over the file.
    """

    name: str
    transport: str
    target: str
    muted_until: datetime | None = None
    held: Cause | None = None
    digest: Daily | None = None
    handovers: tuple[tuple[HandoverKind, At], ...] = ()
    quiet: Quiet | None = None
    lowband: bool = False
    language: str | None = None
    changed: tuple[str, ...] = ()
    server: str = ""

    @property
    def gone(self) -> bool:
        """Whether we are no more in its server: what happens meanwhile is told in its digest, once we are back."""
        return self.held is not None and self.held.kind is CauseKind.SERVER_GONE


SubscriptionKey: TypeAlias = tuple[str, str, str, str, int | None]
"""What tells a subscription from others: channel, kind, watch, filter, story."""


class Origin(StrEnum):
    """Who wants a subscription: the operator's file, or a manager in chat."""

    FILE = "file"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is wanted in one channel, named in `channel`; a channel may have any number of them.

    `kind` is "alerts" (the stories of `watch`, or only `story`) or "notices" (the lines for the operators, `watch` is
    ""). `filter` is a query that a story must meet to be told, and "" asks for everything. `actions` says per tier how
    loudly the channel is told (a tier that is missing is not told at all); `role` is the id pinged. The limits are held
    against what the whole channel was told, whoever wanted it: members feel the channel. `escalate` names what is told
    aloud of a story that has its alert: "first-death", "toll+5" (any step), "un-word". `ended` is when a manager ended
    one of the file's, so that the next start does not bring it back. `changed` names what of this was set in
    chat, which wins over the file; `id` is the store's own number of it, 0 before it has one.
    """

    channel: str
    watch: str
    actions: tuple[tuple[Tier, Action], ...]
    role: str | None = None
    pings_per_hour: int = 3
    posts_per_day: int = 40
    kind: Literal["alerts", "notices"] = "alerts"
    filter: str = ""
    story: int | None = None
    escalate: tuple[str, ...] = USUAL_ESCALATIONS
    origin: Origin = Origin.FILE
    ended: datetime | None = None
    changed: tuple[str, ...] = ()
    id: int = field(default=0, compare=False)

    def action(self, tier: Tier) -> Action | None:
        """How loudly a story of that tier is told; None when it is not asked for."""
        return dict(self.actions).get(tier)

    @property
    def key(self) -> SubscriptionKey:
        """What tells it from the other subscriptions: where, and to what."""
        return (self.channel, self.kind, self.watch, self.filter, self.story)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one polled feed changes, decided in one piece and committed in one transaction.

    `readings` are of new entries, `updated` of known ones whose text changed (entry id first); `standing` are the ids
    of known ones whose text did not, where that is to be noted; `aliases` pairs new keys with the id of the known
    entry they belong to; `notices` are lines for the operators. `polls` is how many exchanges it counts for: of one
    that is committed in several pieces, only the last does.
    """

    state: FeedState
    readings: tuple[Judged, ...] = ()
    updated: tuple[tuple[int, Judged], ...] = ()
    standing: tuple[int, ...] = ()
    aliases: tuple[tuple[str, int], ...] = ()
    notices: tuple[Notice, ...] = ()
    polls: int = 1


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: how many entries were new, how many of them matched, and which stories it touched."""

    new: int = 0
    matched: int = 0
    stories: tuple[int, ...] = ()
    queued: int = 0


class Pressed(StrEnum):
    """What became of a verdict that a member gave by a button."""

    KEPT = "kept"
    CHANGED = "changed"  # from the other one
    WITHDRAWN = "withdrawn"  # it was theirs already


@dataclass(frozen=True, slots=True)
class Reaction:
    """A member put `emoji` under a message, or took it away again (`removed`)."""

    message: str
    user: str
    emoji: str
    at: datetime
    removed: bool = False
