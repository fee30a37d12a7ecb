"""Who speaks in a story: independent publishers. Pure.

A *voice* is one independent publisher: outlets that carry the same wire text are one voice, however many they are,
and so is one publisher with several items. Texts that differ in a count are no copies: somebody counted anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from feeds.model import Source

Voice = tuple[Source, ...]

# rapidfuzz ratio, in 0..100, of two wire copies' words in order of the alphabet; of headlines of one event in other
# words it is 40 to 80.
COPY = 92.0
# A shorter lead or title is too little text to call two items copies of each other.
ENOUGH = 60


def voices(sources: Sequence[Source]) -> tuple[Voice, ...]:
    """The sources grouped by independent publisher: same publisher or same wire text, groups by first arrival."""
    earlier = list(range(len(sources)))  # of each source, one of its voice that came before it
    for one, other in (*_same_publisher(sources), *_same_text(sources)):
        first, second = sorted((_first(earlier, one), _first(earlier, other)))
        earlier[second] = first
    groups: dict[int, list[Source]] = {}
    for place, source in enumerate(sources):
        groups.setdefault(_first(earlier, place), []).append(source)
    return tuple(map(tuple, groups.values()))


def _first(earlier: Sequence[int], place: int) -> int:
    while earlier[place] != place:
        place = earlier[place]
    return place


def speaker(voice: Voice) -> str:
    """The name of an independent publisher: its official source's, else that of the first."""
    return next((source for source in voice if source.standing == "official"), voice[0]).publisher


def _same_publisher(sources: Sequence[Source]) -> Iterator[tuple[int, int]]:
    known: dict[str, int] = {}
    for place, source in enumerate(sources):
        yield place, known.setdefault(source.publisher.casefold(), place)


def _same_text(sources: Sequence[Source]) -> Iterator[tuple[int, int]]:
    """Pairs that are one wire text: nearly the same lead, or the same title where one of them has no lead.

    What one publisher wrote is one voice already and is not compared with itself, or a feed that fills a story with
    hundreds of items would hold up the house.
    """
    names = [source.publisher.casefold() for source in sources]
    alike = [(source.facts.killed, source.facts.injured) for source in sources]
    leads = [" ".join(source.quotes) for source in sources]
    titles = _comparable(source.title for source in sources)
    compared = _comparable(leads)
    if len(set(names)) < 2:
        return
    for place, lead in enumerate(compared):
        counted = [other for other in range(len(names)) if alike[other] == alike[place]]
        others = [other for other in counted if names[other] != names[place]]
        earlier = [other for other in others if other < place]
        yield from ((place, earlier[found]) for found in _copies(lead, [compared[other] for other in earlier]))
        if not leads[place]:
            yield from ((place, others[found]) for found in _copies(titles[place], [titles[other] for other in others]))


def _comparable(texts: Iterable[str]) -> list[str | None]:
    """Each text with its words in order of the alphabet, None where it is too short to tell a copy."""
    folded = (text.casefold() for text in texts)
    return [" ".join(sorted(text.split())) if len(text) >= ENOUGH else None for text in folded]


def _copies(text: str | None, others: Sequence[str | None]) -> Iterator[int]:
    """The places of those that are nearly the same."""
    if text is not None:
        found = process.extract(text, others, scorer=fuzz.ratio, score_cutoff=COPY, limit=None)
        yield from (place for _, _, place in found)
