"""Members' follows: a search that a member saved, what it found, and the messages in which they are told of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from feeds.model.causes import Cause

FollowWay = Literal["thread", "dm"]
"""How a member is told: by a mention in the story's thread where there is one, or always in a direct message."""

MOST_FOLLOWS = 25
"""Follows that a member may have in one server."""

MOST_FOLLOWS_OF_SERVER = 1000
"""Follows that all members of a server may have together."""

MOST_FOLLOWS_IN_DIRECT = 10_000
"""Follows that all members may have together in direct messages, where no team is told from another: so many that one
team's members do not keep another's from following."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A member in one server ("" where there is none: in direct messages, at the terminal), as a transport names them.

    The same person in another server is another follower: nothing of the one is seen in the other.
    """

    transport: str
    server: str
    member: str


@dataclass(frozen=True, slots=True)
class Follow:
    """A saved search of one follower. `place` is the target of the channel in which it was asked, whose watches it is
    about. `paused` is why it is not told any more. `told` counts the stories told in the last 30 days, `last` is when
    the newest of them was."""

    id: int
    follower: Follower
    place: str
    query: str
    way: FollowWay
    made: datetime
    paused: Cause | None = None
    told: int = 0
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class FollowRequest:
    """What a follower wishes to be told of from now on, as `Follow` has it."""

    follower: Follower
    place: str
    query: str
    way: FollowWay


class FollowKept(StrEnum):
    """What became of a wish to follow."""

    NEW = "new"
    KNOWN = "known"  # it is followed already
    CHANGED = "changed"  # it is told in another way from now on
    RESUMED = "resumed"  # it was paused
    MEMBER_FULL = "member_full"
    SERVER_FULL = "server_full"
    DIRECT_FULL = "direct_full"  # all direct messages together


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a follow would have told lately: how many stories, the newest of them, and since when was looked.

    `known` are the stories that it finds already, so that only what is new is told.
    """

    count: int
    since: datetime
    newest: int | None = None
    known: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowHit:
    """A story that a follower is to be told of, and the queries of theirs that find it."""

    story: int
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertPlace:
    """Where an alert of a story stands: the channel's target and the message's id, as the transport names them."""

    target: str
    message: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class FollowMessage:
    """One message to one follower; it tells of one story or, batched, of several (oldest first).

    `id` is its mark, at most 25 characters. `places` are those in which its follows were asked; `alerts` say by story
    where alerts of it stand. A `doubtful` one may have arrived already and is looked for first.
    """

    id: str
    follower: Follower
    way: FollowWay
    created: datetime
    hits: tuple[FollowHit, ...]
    places: tuple[str, ...] = ()
    alerts: Mapping[int, tuple[AlertPlace, ...]] = field(default_factory=dict)
    attempts: int = 0
    doubtful: bool = False
