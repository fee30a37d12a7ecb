"""Text cut into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sentencex import segment  # type: ignore[import-untyped]

# Abbreviations after which a full stop ends no sentence; sentencex misses these in the languages we read.
_GLUE = re.compile(
    r"(?:^|[\s(«\"'’])(?:M|MM|Mme|Mgr|Dr|Pr|St|Ste|Gén|Gal|Col|Cdt|Cap|Capt|Lt|Sgt|Maj|Brig|Gen|Adm|Amb|Hon|Sen|Rep|"
    r"Nos?|art|av|env|approx|ca|bzw|Sr|Sra|Dña|Gral|Cnel|Ten|Cel|Sig|Dott|On|янв|февр|авг|сент|окт|нояб|дек|ген|полк|"
    r"им|г|тыс|млн|U\.N|U\.S|O\.N\.U|[A-ZÀ-ÖØ-ÞА-Я])\.$"
)
_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs, which the cutter refuses; JSON and broken bytes hold them
_LONGEST_GLUE = 10  # characters of the longest abbreviation with what stands around it


class Sentence(NamedTuple):
    """A stretch `text[start:end]` of a text, without the white space around it."""

    start: int
    end: int


def sentences(text: str, language: str | None = None) -> tuple[Sentence, ...]:
    """Cut into sentences, in order, covering all that is not white space.

    `language` is an ISO 639-1 hint; an unknown one is treated as English.
    """
    cuts = _cuts(text, language)
    return tuple(one for start, end in cuts if (one := _trimmed(text, start, end)) is not None)


def _cuts(text: str, language: str | None) -> Iterator[tuple[int, int]]:
    position = start = 0
    for piece in segment(language or "en", _HALVES.sub("\ufffd", text)):
        position += len(piece)
        if position < len(text) and _glued(text, start, position):
            continue
        yield start, position
        start = position
    yield start, len(text)


def _glued(text: str, start: int, end: int) -> bool:
    """Whether a stretch ends with an abbreviation. Only its last characters are looked at, however long it grows."""
    kept = text[max(start, end - 2 * _LONGEST_GLUE) : end].rstrip()
    return kept.endswith(".") and _GLUE.search(kept, max(len(kept) - _LONGEST_GLUE, 0)) is not None


def _trimmed(text: str, start: int, end: int) -> Sentence | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return Sentence(start + left, start + right) if right > left else None
