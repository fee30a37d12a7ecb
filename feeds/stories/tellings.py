"""What a source told over time: itself in each of its wordings, each at the moment when that was read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from feeds.model import Finding, History, Source, Wording


def tellings(source: Source, history: History | None, watch: str) -> tuple[Source, ...]:
    """The source as it told its story of a watch, in order of reading; itself where it was never rewritten.

    The first wording stands at the source's own time, each later one at its reading. Wordings that the watch did not
    hold relevant, or that said the same to it as the one before, tell nothing.
    """
    if history is None:
        return (source,)
    told = tuple(_told(source, history, watch))
    return (*told[:1], *(one for before, one in pairwise(told) if not _alike(before, one)))


def _told(source: Source, history: History, watch: str) -> Iterator[Source]:
    for place, (at, wording) in enumerate(history.readings):
        found = next((one for one in wording.findings if one.match.watch == watch), None)
        if found is not None:
            yield _as_read(source, wording, found, at if place else None)


def _as_read(source: Source, wording: Wording, finding: Finding, reworded: datetime | None) -> Source:
    return replace(
        source,
        title=wording.title,
        language=finding.facts.language,
        tier=finding.match.tier,
        facts=finding.facts,
        quotes=finding.quotes,
        content_hash=wording.content_hash,
        wording=wording.number,
        reworded=reworded,
    )


def _alike(one: Source, other: Source) -> bool:
    return (one.title, one.tier, one.facts, one.quotes) == (other.title, other.tier, other.facts, other.quotes)
