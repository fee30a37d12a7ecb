"""Which stories are worth a line of a brief, in which order, and since when a brief tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.model import BriefCounts, BriefKind, Change, ChangeKind, Look
from seeds.model import Tier

MOST_LINES = 9
"""How many stories a brief tells of; one more line says what else was read."""
LONGEST_BRIEF = timedelta(days=31)
"""How far back a brief goes."""
FIRST_BRIEF = timedelta(days=1)
"""How far back it goes for who never asked before."""
# Whoever asks twice, or again because the answer did not arrive, is told the same again.
AGAIN = timedelta(minutes=10)
# What is read at a moment is in the archive so much later at most: the stretches of two briefs overlap by it, or end
# before it.
SETTLED = timedelta(minutes=5)
# Told longer than this before it was read, it is no news.
NEWS = timedelta(days=1)

_CONFIRMING = (ChangeKind.OFFICIAL, ChangeKind.SECOND_PUBLISHER)
_TOLLS = (ChangeKind.KILLED, ChangeKind.INJURED)
TOLD_CHANGES = (
    *_TOLLS, *_CONFIRMING, ChangeKind.PLACE, ChangeKind.TIER, ChangeKind.CORRECTED, ChangeKind.WITHDRAWN,
    ChangeKind.MERGED, ChangeKind.SPLIT,
)  # fmt: skip
"""The changes that a brief tells; who else reports it is none of them."""


# The rank, lowest first; the story's number turned round, so that of equals the newest comes first; why; what changed.
_Ranked = tuple[tuple[int, int], int, BriefKind, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story that was opened: when, when its newest source told it, and how many it says were killed."""

    id: int
    tier: Tier
    opened: datetime
    newest: datetime
    killed: int | None = None

    @property
    def news(self) -> bool:
        """Whether it was told when it was read, and not long before."""
        return self.newest >= self.opened - NEWS


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stories of the lines in their order, each with why and what changed; those without room; all in numbers."""

    lines: tuple[tuple[int, BriefKind, tuple[Change, ...]], ...]
    more: int
    counts: BriefCounts


def brief_start(look: Look | None, now: datetime) -> datetime:
    """Since when to brief a member: since the last time, as long as that is not just now and not too long ago."""
    if look is None:
        return now - FIRST_BRIEF
    start = look.since if now - look.at < AGAIN else look.at - SETTLED
    return max(min(start, now), now - LONGEST_BRIEF)


def worth_telling(opened: Iterable[NewStory], changed: Mapping[int, Sequence[Change]]) -> Chosen:
    """The lines of a brief. A new story has one line, whatever changed in it since."""
    stories = list(opened)
    new = [one for one in stories if one.news]
    known = {one.id for one in stories}
    folded = {story: without_detours(told) for story, told in changed.items() if story not in known}
    others = {story: told for story, told in folded.items() if told}
    ranked: list[_Ranked] = [(_rank_new(one), -one.id, "new", ()) for one in new]
    ranked += [(_rank_changed(told), -story, _kind(told), told) for story, told in others.items()]
    ranked.sort(key=lambda one: one[:2])
    order: dict[str, int] = {"new": 0, "changed": 1, "confirmed": 2}
    lines = sorted(ranked[:MOST_LINES], key=lambda one: (order[one[2]], *one[:2]))
    return Chosen(
        tuple((-story, kind, told) for _, story, kind, told in lines),
        max(len(ranked) - MOST_LINES, 0),
        _counts(new, others.values(), len(stories) - len(new)),
    )


def without_detours(told: Iterable[Change]) -> tuple[Change, ...]:
    """What changed from beginning to end: one of a kind, from its first old value to its last new one."""
    kept: dict[ChangeKind, Change] = {}
    for one in told:
        before = kept.pop(one.kind, one)
        kept[one.kind] = replace(one, old=before.old, material=one.material or before.material)
    return tuple(one for one in kept.values() if one.old is None or one.old != one.new)


def _kind(told: Iterable[Change]) -> BriefKind:
    return "confirmed" if all(one.kind in _CONFIRMING for one in told) else "changed"


def _counts(new: Sequence[NewStory], others: Iterable[Sequence[Change]], old: int) -> BriefCounts:
    changed = list(others)
    by_tier = tuple((tier, count) for tier in Tier if (count := sum(one.tier is tier for one in new)))
    kinds = [_kind(told) for told in changed]
    return BriefCounts(by_tier, kinds.count("changed"), kinds.count("confirmed"), old)


_TIERS: Mapping[Tier, int] = {
    Tier.INCIDENT: 0,
    Tier.DECISION: 3,
    Tier.FOLLOW_UP: 4,
    Tier.BACKGROUND: 7,
    Tier.COMMEMORATION: 7,
}


def _rank_new(one: NewStory) -> tuple[int, int]:
    return _TIERS[one.tier], -(one.killed or 0)


def _rank_changed(told: Iterable[Change]) -> tuple[int, int]:
    kinds = {one.kind for one in told}
    if kinds & set(_TOLLS):
        return 1, 0
    if ChangeKind.OFFICIAL in kinds:
        return 2, 0
    return (6, 0) if kinds <= set(_CONFIRMING) else (5, 0)
