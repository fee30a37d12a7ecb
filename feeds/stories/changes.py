"""What changed in a story that members already know, as data, and whether it is material.

Pure: `changes` compares two states of a story; the caller says what time it is. Material (worth a line in the
story's thread) are the first death, the UN's statement and a toll that doubled; the rest is an edit of the alert.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from feeds.model import Change, ChangeKind, HarmKind, Rung, Story

_TOLLS: tuple[tuple[ChangeKind, HarmKind], ...] = ((ChangeKind.KILLED, "killed"), (ChangeKind.INJURED, "injured"))


def changes(before: Story, after: Story, now: datetime) -> tuple[Change, ...]:
    """What members should see of the step from `before` to `after`, most telling first, dated `now`; often empty."""
    return (
        *_tolls(before, after, now),
        *_confirmed(before, after, now),
        *_publishers(before, after, now),
        *_facts(before, after, now),
        *_withdrawn(before, after, now),
    )


def _tolls(before: Story, after: Story, now: datetime) -> Iterator[Change]:
    for kind, harm in _TOLLS:
        old, new = before.account.believed(harm), after.account.believed(harm)
        if new is None:
            if old is not None and not after.withdrawn:
                yield Change(now, kind, old)
        elif new != old:
            first_death = kind is ChangeKind.KILLED and not old and new > 0
            doubled = bool(old) and new >= 2 * (old or 0)
            yield Change(now, kind, old, new, first_death or doubled)


def _confirmed(before: Story, after: Story, now: datetime) -> Iterator[Change]:
    old, new = before.account.confirmation.rung, after.account.confirmation.rung
    if new is Rung.OFFICIAL and old is not Rung.OFFICIAL:
        yield Change(now, ChangeKind.OFFICIAL, material=True)


def _publishers(before: Story, after: Story, now: datetime) -> Iterator[Change]:
    """The voices that joined; the UN's own are told by its statement."""
    old, new = before.account.confirmation.voices, after.account.confirmation.voices
    official = {source.publisher for source in after.sources if source.standing == "official"}
    added = [voice for voice in new if voice not in old and voice not in official]
    second = len(old) == 1 and len(new) == 2
    kind = ChangeKind.SECOND_PUBLISHER if second else ChangeKind.PUBLISHER
    yield from (Change(now, kind, new=voice) for voice in added)


def _facts(before: Story, after: Story, now: datetime) -> Iterator[Change]:
    """The first place named, and a tier that changed."""
    if after.account.location is not None and before.account.location is None:
        yield Change(now, ChangeKind.PLACE, new=after.account.location.place)
    if after.tier is not before.tier:
        yield Change(now, ChangeKind.TIER, before.tier, after.tier)


def _withdrawn(before: Story, after: Story, now: datetime) -> Iterator[Change]:
    """The publishers of what was rewritten into something else."""
    known = {source.entry for source in before.sources if source.outdated}
    gone = (source.publisher for source in after.sources if source.outdated and source.entry not in known)
    yield from (Change(now, ChangeKind.WITHDRAWN, new=publisher) for publisher in dict.fromkeys(gone))


def without_moments(told: Iterable[Change], moments: Container[datetime]) -> tuple[Change, ...]:
    """A story's changes without those of some moments, when something was read that it does not tell any more.

    The counts that are left follow on one another again.
    """
    kept: list[Change] = []
    last: dict[ChangeKind, int | str | None] = {}
    for one in told:
        if one.at in moments:
            last.setdefault(one.kind, one.old)
        elif one.kind not in dict(_TOLLS):
            kept.append(one)
        else:
            old, last[one.kind] = last.get(one.kind, one.old), one.new
            kept += [replace(one, old=old)] if old != one.new else []
    return tuple(kept)
