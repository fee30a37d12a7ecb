"""What is handed over: members' notes, what happened between two moments, and what is watched and what is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from feeds.model.causes import Cause
from feeds.model.sources import Standing
from feeds.model.stories import Change, Story
from seeds.model import Tier

MOST_NOTES = 50
"""How many notes a story may have."""
MOST_NOTES_A_DAY = 30
"""How many notes a member may leave within a day."""


@dataclass(frozen=True, slots=True)
class MemberNote:
    """A member's own line in a story's timeline; it is no source, and counts for nothing.

    `by` tells members apart ("discord:77"), `name` is what who wrote it was called then. `server` is the team's own,
    where alone it is shown: "" for what the operator wrote, or who wrote before servers were told apart.
    """

    id: int
    story: int
    by: str
    name: str
    text: str
    at: datetime
    server: str = ""


class NoteRefused(StrEnum):
    """Why a note was not kept."""

    STORY_FULL = "story_full"
    MEMBER_BUSY = "member_busy"


@dataclass(frozen=True, slots=True)
class Look:
    """When a member was last briefed in a place (`at`), and since when that told."""

    since: datetime
    at: datetime


BriefKind = Literal["new", "changed", "confirmed"]


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A story that is worth a line, with what changed in it, from the first old value to the last new one.

    `message` are the ids of a place and of the story's alert there, where there is one.
    """

    kind: BriefKind
    story: Story
    changes: tuple[Change, ...] = ()
    message: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BriefCounts:
    """How many stories are new by tier, how many of the others changed, and how many were only confirmed, by the UN or
    a second publisher; `old` ones tell of what was told more than a day before it was read."""

    new: tuple[tuple[Tier, int], ...] = ()
    changed: int = 0
    confirmed: int = 0
    old: int = 0

    @property
    def all_new(self) -> int:
        """How many are new, whatever their tier."""
        return sum(count for _, count in self.new)


@dataclass(frozen=True, slots=True)
class Wakefulness:
    """How far silence means that nothing happened: the feeds and those of them that are `fresh`, the names of `late`
    ones, the items read, the stretches in which nobody looked, and how many messages wait because something is wrong.

    `network` is the short code of what keeps us from every publisher, `held` why nothing is posted in the place.
    """

    feeds: int = 0
    fresh: int = 0
    late: tuple[str, ...] = ()
    read: int = 0
    absences: tuple[tuple[datetime, datetime], ...] = ()
    stuck: int = 0
    network: str | None = None
    held: Cause | None = None


@dataclass(frozen=True, slots=True)
class Briefing:
    """What happened between two moments: the `lines` worth telling, `more` that had no room, all of them in numbers.

    `days` counts the new stories of each day of a longer stretch, None for a day without a look.
    """

    since: datetime
    until: datetime
    lines: tuple[BriefLine, ...] = ()
    more: int = 0
    counts: BriefCounts = BriefCounts()
    awake: Wakefulness = Wakefulness()
    days: tuple[tuple[date, int | None], ...] = ()


FeedUse = Literal["polled", "paused", "off"]


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed as far as it says what is watched: its language, kind and country ("" where it has none), and its use."""

    name: str
    language: str
    section: str
    standing: Standing
    country: str
    use: FeedUse


@dataclass(frozen=True, slots=True)
class Delays:
    """How long after the event incidents were first told, in days by the date, of those with a known day: on the `same`
    day, the `next` one, `later`; how many have no known day. `reading` is the middle one of how long after its source
    told it a story was read, of `exact` ones."""

    same: int = 0
    next: int = 0
    later: int = 0
    unknown: int = 0
    reading: timedelta | None = None
    exact: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is watched, and how well what happened is known: the `feeds` that are listed, the names of those of them
    that fail or are silent, the countries that concern the watches (ISO 3166 alpha-2: where they work, then those
    around, then those who serve), and of a stretch the stories, those known from one source only, the same of
    incidents."""

    since: datetime
    until: datetime
    feeds: tuple[ListedFeed, ...] = ()
    late: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    stories: int = 0
    single: int = 0
    incidents: int = 0
    single_incidents: int = 0
    delays: Delays = Delays()
