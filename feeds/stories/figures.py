"""Where a story's sources agree or disagree on how many came to harm, and whom to believe. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feeds.model import Figure, Figures, HarmKind, Source
from feeds.stories.told import first_said, told_at, told_order, told_when
from feeds.stories.voices import Voice, speaker
from seeds.model import Victims

# Without the UN's word, what was said longer before the newest report no longer votes: tolls are updated.
RECENT = timedelta(hours=12)
_EVER = datetime.min.replace(tzinfo=UTC)


def figures(spoken: Sequence[Voice], harm: HarmKind, victims: Victims | None = None) -> Figures:
    """Who states which count of `harm` ("killed", "injured"), of a story's independent publishers (`voices`).

    Without `victims` it is the total of each source, with it that class of victims alone. Each independent
    publisher counts with its latest word. Believed is what the UN said last, unless two or more other voices have
    since reported a higher count; without the UN, what most voices of the last half day say, of equals the newest.
    """
    rows = [row for voice in spoken if (row := _row(voice, harm, victims))]
    if not rows:
        return Figures(harm, (), victims)
    believed = _believed(rows)
    official = [row.last.at for row in rows if row.official]
    since = min([*sorted(official)[-1:], *(word.at for row in rows for word in row.words if word.count == believed)])
    if not believed and official:
        since = _EVER  # whoever still counts some contradicts the UN's "none", however early
    counts = {word.count for row in rows for word in row.words}
    stated = [_figure(count, rows, since, count == believed) for count in counts]
    order = sorted(stated, key=lambda f: (f.count != believed, f.early, -f.official, -len(f.voices), -f.count))
    return Figures(harm, tuple(order), victims)


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source says: how many, and at the latest when."""

    count: int
    source: Source
    at_least: bool

    @property
    def at(self) -> datetime:
        return told_at(self.source)


@dataclass(frozen=True, slots=True)
class _Row:
    """One voice with everything it said, oldest first."""

    speaker: str
    official: bool
    words: tuple[_Word, ...]

    @property
    def last(self) -> _Word:
        return self.words[-1]

    @property
    def stated_by(self) -> str:
        """Who of the voice states its last count: whom it is called after, if that says so too."""
        said = [word.source.publisher for word in self.words if word.count == self.last.count]
        return self.speaker if self.speaker in said else said[-1]


def _row(voice: Voice, harm: HarmKind, victims: Victims | None) -> _Row | None:
    """A voice's words on one harm; of an official voice only its official words."""
    said = [(source.standing, word) for source in voice if (word := _word(source, harm, victims))]
    official = any(standing == "official" for standing, _ in said)
    heard = [word for standing, word in said if standing == "official" or not official]
    heard.sort(key=lambda word: told_order(word.source))
    return _Row(speaker(voice), official, tuple(heard)) if heard else None


def _word(source: Source, harm: HarmKind, victims: Victims | None) -> _Word | None:
    """What a source says of one harm: its total, or the most it gives for a class of victims."""
    tolls = [toll for toll in source.facts.tolls if toll.harm == harm]
    if victims is None:
        count = source.facts.killed if harm == "killed" else source.facts.injured
        tolls = [toll for toll in tolls if toll.count == count]
    else:
        tolls = [toll for toll in tolls if toll.victims == victims]
        count = max((toll.count for toll in tolls), default=None)
    return None if count is None else _Word(count, source, any(toll.at_least for toll in tolls))


def _believed(rows: Sequence[_Row]) -> int:
    """The count to believe, by the rule in `figures`."""
    official = [row.last for row in rows if row.official]
    if not official:
        newest = max(told_when(row.last.source).start for row in rows)  # at the earliest
        return _most([row.last for row in rows if newest - row.last.at <= RECENT])
    said = max(official, key=lambda word: told_order(word.source))
    later = [row.last for row in rows if not row.official and row.last.at > said.at]
    higher = [word for word in later if word.count > said.count]
    return _most(higher) if len(higher) > 1 else said.count


def _most(words: Sequence[_Word]) -> int:
    """The count most voices give, of equals the newest, then the higher."""
    votes = Counter(word.count for word in words)
    return max(words, key=lambda word: (votes[word.count], word.at, word.count)).count


def _figure(count: int, rows: Sequence[_Row], since: datetime, believed: bool) -> Figure:
    holders = [row for row in rows if row.last.count == count]
    words = [word for row in rows for word in row.words if word.count == count]
    first = first_said(word.source for word in words)
    assert first is not None, "somebody says it"
    return Figure(
        count,
        tuple(row.stated_by for row in holders),
        any(row.official for row in holders),
        all(word.at_least for word in words),
        first,
        not believed and (not holders or all(word.at < since for word in words)),
    )
