"""How far a story is confirmed, and where its sources agree or disagree on the figures.

Pure functions over a `Story`; nothing here asks the clock. A *voice* is one independent publisher: outlets that
carry the same wire text are one voice, however many they are, and so is one publisher with several items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from rapidfuzz import fuzz

from feeds.model import Source, Story
from seeds.model import Tier, Victims

HarmKind = Literal["killed", "injured"]

# rapidfuzz token_set_ratio of two wire copies of one text; headlines of one event in other words reach 40 to 80.
COPY = 92.0
# A shorter lead or title is too little text to call two items copies of each other.
ENOUGH = 60
# Without the UN's word, what was said longer before the newest report no longer votes: tolls are updated.
RECENT = timedelta(hours=12)


class Rung(StrEnum):
    """How far up the ladder of confirmation a story is."""

    SINGLE = "single source"
    SEVERAL = "independent publishers"
    OFFICIAL = "UN statement"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who confirms a story.

    `voices` names each independent publisher once, in order of arrival (official ones included); `first` is the
    time of the first report and `confirmed` that of the first official statement, both as `told` gives them.
    """

    rung: Rung
    voices: tuple[str, ...]
    first: datetime
    confirmed: datetime | None = None

    @property
    def delay(self) -> timedelta | None:
        """From the first report to the UN's statement; None without one, zero when the UN spoke first."""
        return None if self.confirmed is None else max(self.confirmed - self.first, timedelta(0))


@dataclass(frozen=True, slots=True)
class Figure:
    """One count and the independent publishers whose latest word it is.

    `official` says that a UN source is among them; `since` is when it was first stated. `early` counts are what
    was last said before the believed count came up, or what nobody holds to any more: "3 (early reports)".
    """

    count: int
    voices: tuple[str, ...]
    official: bool
    at_least: bool
    since: datetime
    early: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """All counts of one harm in a story: the one to believe first, then the others, early reports last."""

    harm: HarmKind
    stated: tuple[Figure, ...] = ()

    @property
    def current(self) -> Figure | None:
        """The count to believe now, None when nobody gives one."""
        return self.stated[0] if self.stated else None

    @property
    def agreed(self) -> bool:
        """True when nobody contradicts the believed count (early reports do not)."""
        return sum(not figure.early for figure in self.stated) <= 1


def told_at(source: Source) -> datetime:
    """When a source told it: its own time if that is exact to the minute, else when we saw it."""
    if source.published is not None and source.published.precision == "instant":
        return min(source.published.start, source.seen)
    return source.seen


def voices(sources: Sequence[Source]) -> tuple[tuple[Source, ...], ...]:
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


def ladder(story: Story) -> Ladder:
    """The rung a story stands on, its independent publishers and the time to the UN's statement."""
    groups = voices(story.sources)
    names = tuple(_speaker(group) for group in groups)
    official = [told_at(source) for source in story.sources if source.standing == "official"]
    first = min((told_at(source) for source in story.sources), default=story.opened)
    if official:
        return Ladder(Rung.OFFICIAL, names, first, min(official))
    return Ladder(Rung.SEVERAL if len(groups) > 1 else Rung.SINGLE, names, first)


def figures(story: Story, harm: HarmKind, victims: Victims | None = None) -> Figures:
    """Who states which count of `harm` ("killed", "injured").

    Without `victims` it is the total of each source, with it that class of victims alone. Each independent
    publisher counts with its latest word. Believed is what the UN said last, unless two or more other voices have
    since reported a higher count; without the UN, what most voices of the last half day say, of equals the newest.
    """
    rows = [row for group in voices(story.sources) if (row := _row(group, harm, victims))]
    if not rows:
        return Figures(harm)
    believed = _believed(rows)
    since = min(word.at for row in rows for word in row.words if word.count == believed)
    counts = {word.count for row in rows for word in row.words}
    stated = [_figure(count, rows, since, count == believed) for count in counts]
    order = sorted(stated, key=lambda f: (f.count != believed, f.early, -f.official, -len(f.voices), -f.count))
    return Figures(harm, tuple(order))


def story_headline(story: Story) -> Source:
    """The source whose title names the story: the newest official one, else the first of the loudest tier."""
    official = [source for source in story.sources if source.standing == "official"]
    if official:
        return max(official, key=lambda source: (_loudness(source.tier), told_at(source)))
    return max(story.sources, key=lambda source: (_loudness(source.tier), source.standing != "aggregator"))


def loudest(tiers: Iterable[Tier | None]) -> Tier:
    """A story's tier: the most urgent of its sources' tiers; *background* when none has one."""
    known = [tier for tier in tiers if tier is not None]
    return max(known, key=_loudness, default=Tier.BACKGROUND)


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source says: how many, when."""

    count: int
    at: datetime
    at_least: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One voice with everything it said, oldest first."""

    speaker: str
    official: bool
    words: tuple[_Word, ...]

    @property
    def last(self) -> _Word:
        return self.words[-1]


def _loudness(tier: Tier | None) -> int:
    return -len(Tier) if tier is None else -list(Tier).index(tier)


def _speaker(group: Sequence[Source]) -> str:
    return next((source for source in group if source.standing == "official"), group[0]).publisher


def _same_voice(one: Source, other: Source) -> bool:
    return one.publisher.casefold() == other.publisher.casefold() or is_copy(_text(one), _text(other))


def is_copy(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """True when two (title, lead) pairs are one wire text: nearly the same lead, or the same title without leads."""
    lead = _alike(one[1], other[1])
    return lead if one[1] and other[1] else _alike(one[0], other[0])


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < ENOUGH:
        return False
    return fuzz.token_sort_ratio(one, other, score_cutoff=COPY) > 0


def _text(source: Source) -> tuple[str, str]:
    return source.title.casefold(), " ".join(source.quotes).casefold()


def _row(group: Sequence[Source], harm: HarmKind, victims: Victims | None) -> _Row | None:
    """A voice's words on one harm; of an official voice only its official words."""
    official = any(source.standing == "official" and _count(source, harm, victims)[0] is not None for source in group)
    heard = [source for source in group if not official or source.standing == "official"]
    words = [
        _Word(count, told_at(source), open_end)
        for source in heard
        for count, open_end in [_count(source, harm, victims)]
        if count is not None
    ]
    return _Row(_speaker(group), official, tuple(sorted(words, key=lambda word: word.at))) if words else None


def _count(source: Source, harm: HarmKind, victims: Victims | None) -> tuple[int | None, bool]:
    tolls = [toll for toll in source.facts.tolls if toll.harm == harm]
    if victims is not None:
        mine = [toll for toll in tolls if toll.victims == victims]
        return (max(toll.count for toll in mine) if mine else None, any(toll.at_least for toll in mine))
    total = source.facts.killed if harm == "killed" else source.facts.injured
    return total, any(toll.at_least for toll in tolls if toll.count == total)


def _believed(rows: Sequence[_Row]) -> int:
    """The count to believe, by the rule in `figures`."""
    official = [row.last for row in rows if row.official]
    if not official:
        newest = max(row.last.at for row in rows)
        recent = [row.last for row in rows if newest - row.last.at <= RECENT]
        return _most(recent)
    said = max(official, key=lambda word: word.at)
    higher = [row.last for row in rows if not row.official and row.last.at > said.at and row.last.count > said.count]
    return _most(higher) if len(higher) > 1 else said.count


def _most(words: Sequence[_Word]) -> int:
    """The count most voices give, of equals the newest, then the higher."""
    votes = Counter(word.count for word in words)
    return max(words, key=lambda word: (votes[word.count], word.at, word.count)).count


def _figure(count: int, rows: Sequence[_Row], since: datetime, believed: bool) -> Figure:
    holders = [row for row in rows if row.last.count == count]
    words = [word for row in rows for word in row.words if word.count == count]
    return Figure(
        count,
        tuple(row.speaker for row in holders),
        any(row.official for row in holders),
        all(word.at_least for word in words),
        min(word.at for word in words),
        not believed and (not holders or all(word.at < since for word in words)),
    )
