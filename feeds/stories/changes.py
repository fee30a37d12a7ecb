"""What changed in a story that members already know, in one short line each, and whether it is material.

Pure: `changes` compares two states of a story; the caller says what time it is. Material (worth a line in the
story's thread) are the first death, the UN's statement and a toll that doubled; the rest is an edit of the alert.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from feeds.model import Change, Story
from feeds.stories.confirmation import HarmKind, Rung, figures, ladder


def changes(before: Story, after: Story, now: datetime) -> tuple[Change, ...]:
    """What members should see of the step from `before` to `after`, most telling first, dated `now`; often empty."""
    found = [*_tolls(before, after), *_ladder(before, after), *_facts(before, after)]
    return tuple(Change(now, text, material) for text, material in found)


def _tolls(before: Story, after: Story) -> Iterator[tuple[str, bool]]:
    for harm in ("killed", "injured"):
        old, new = _believed(before, harm), _believed(after, harm)
        if new is None or new == old:
            continue
        first_death = harm == "killed" and not old and new > 0
        doubled = bool(old) and new >= 2 * (old or 0)
        text = f"{harm} {old} → {new}" if old is not None else f"{new} {harm}"
        yield text, first_death or doubled


def _believed(story: Story, harm: HarmKind) -> int | None:
    current = figures(story, harm).current
    return None if current is None else current.count


def _ladder(before: Story, after: Story) -> Iterator[tuple[str, bool]]:
    old, new = ladder(before), ladder(after)
    if new.rung is Rung.OFFICIAL and old.rung is not Rung.OFFICIAL:
        yield "confirmed by the UN", True
    official = {source.publisher for source in after.sources if source.standing == "official"}
    added = [voice for voice in new.voices if voice not in old.voices and voice not in official]
    if added and len(old.voices) == 1 and len(new.voices) == 2:
        yield f"second publisher: {added[0]}", False
    elif added:
        yield f"also reported by {', '.join(added)}", False


def _facts(before: Story, after: Story) -> Iterator[tuple[str, bool]]:
    """The first place named, and a tier that got louder."""
    old, new = _place(before), _place(after)
    if new and not old:
        yield f"place: {new}", False
    if after.tier is not before.tier:
        yield f"now {after.tier.replace('_', '-')}", False


def _place(story: Story) -> str | None:
    return next((source.facts.place for source in story.sources if source.facts.place), None)
