"""The sentence of a report that says best what was looked for, with the hits in bold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.card import Line, Span
from bot.wording.formats import clean, quoted
from bot.wording.phrase import phrase

_HIT = re.compile("\x02([^\x02\x03]*)\x03")  # what stands between `HIT_BEGINS` and `HIT_ENDS`
_MARKS = re.compile("[\x02\x03]")
_ENDS = re.compile(r"(?<=[.!?…。؟۔।])\x03?\s+")
_BEFORE = 80  # characters that a long sentence keeps before its first hit


def passage_line(title: str, text: str, limit: int) -> Line:
    """The sentence with most of what was looked for, of a title and a lead in which `\\x02` and `\\x03` stand around
    hits; in quotes, within `limit` characters. Empty where nothing is said."""
    sentences = [one for one in (*_ENDS.split(text), title) if clean(_MARKS.sub("", one))]
    if not sentences:
        return ()
    best = max(sentences, key=lambda one: len({hit.casefold() for hit in _HIT.findall(one)}))
    return phrase(quoted("{text}"), text=tuple(_spans(_shortened(best, limit))))


def _shortened(sentence: str, limit: int) -> str:
    """A part of the sentence around its first hits, at whole words."""
    if len(_MARKS.sub("", sentence)) <= limit:
        return sentence
    first = max(sentence.find("\x02") - _BEFORE, 0)
    start = sentence.find(" ", first) + 1 if first else 0
    kept = sentence[start : start + limit]
    if kept.count("\x02") > kept.count("\x03"):
        kept = kept[: kept.rindex("\x02")]
    space = kept.rfind(" ")
    kept = kept[:space] if space > limit * 0.6 and space > kept.rfind("\x03") else kept
    return f"{'… ' if start else ''}{kept.rstrip(' ,;:–-')}…"


def _spans(sentence: str) -> Iterator[Span]:
    at = 0
    for found in _HIT.finditer(sentence):
        yield from _span(sentence[at : found.start()], strong=False)
        yield from _span(found[1], strong=True)
        at = found.end()
    yield from _span(sentence[at:], strong=False)


def _span(text: str, *, strong: bool) -> Iterator[Span]:
    """A run of clean text that keeps the space at its ends."""
    bare = _MARKS.sub("", text)
    if plain := clean(bare):
        before, after = (" " if one.isspace() else "" for one in (bare[0], bare[-1]))
        yield Span(f"{before}{plain}{after}", strong=strong)
    elif bare:
        yield Span(" ")
