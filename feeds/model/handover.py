"""What is handed over: members' notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_NOTES = 50
"""How many notes a story may have."""
MOST_NOTES_A_DAY = 30
"""How many notes a member may leave within a day."""


@dataclass(frozen=True, slots=True)
class MemberNote:
    """A member's own line in a story's timeline; it is no source, and counts for nothing.

    `by` tells members apart ("discord:77"), `name` is what who wrote it was called then.
    """

    id: int
    story: int
    by: str
    name: str
    text: str
    at: datetime


class NoteRefused(StrEnum):
    """Why a note was not kept."""

    STORY_FULL = "story_full"
    MEMBER_BUSY = "member_busy"
