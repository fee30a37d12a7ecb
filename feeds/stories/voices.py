"""Who speaks in a story: independent publishers, and when each of them told it. Pure.

A *voice* is one independent publisher: outlets that carry the same wire text are one voice, however many they are,
and so is one publisher with several items.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz

from feeds.model import Source

Voice = tuple[Source, ...]

# rapidfuzz token_set_ratio of two wire copies of one text; headlines of one event in other words reach 40 to 80.
COPY = 92.0
# A shorter lead or title is too little text to call two items copies of each other.
ENOUGH = 60


def told_at(source: Source) -> datetime:
    """When a source told it: its own time if that is exact to the minute, else when we saw it."""
    if source.published is not None and source.published.precision == "instant":
        return min(source.published.start, source.seen)
    return source.seen


def voices(sources: Sequence[Source]) -> tuple[Voice, ...]:
    """The sources grouped by independent publisher: same publisher or same wire text, groups by first arrival."""
    groups: list[list[Source]] = []
    for source in sources:
        first, *others = [group for group in groups if any(_same_voice(source, other) for other in group)] or [[]]
        if not first:
            groups.append(first)
        first += [*(member for group in others for member in group), source]
        groups = [group for group in groups if not any(group is other for other in others)] if others else groups
    order = {id(source): place for place, source in enumerate(sources)}
    ordered = [tuple(sorted(group, key=lambda source: order[id(source)])) for group in groups]
    return tuple(sorted(ordered, key=lambda group: order[id(group[0])]))


def speaker(voice: Voice) -> str:
    """The name of an independent publisher: its official source's, else that of the first."""
    return next((source for source in voice if source.standing == "official"), voice[0]).publisher


def is_copy(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """True when two (title, lead) pairs are one wire text: nearly the same lead, or the same title without leads."""
    lead = _alike(one[1], other[1])
    return lead if one[1] and other[1] else _alike(one[0], other[0])


def _same_voice(one: Source, other: Source) -> bool:
    return one.publisher.casefold() == other.publisher.casefold() or is_copy(_text(one), _text(other))


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < ENOUGH:
        return False
    return fuzz.token_sort_ratio(one, other, score_cutoff=COPY) > 0


def _text(source: Source) -> tuple[str, str]:
    return source.title.casefold(), " ".join(source.quotes).casefold()
