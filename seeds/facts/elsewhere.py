"""What of an item tells of other incidents than its main one, by the place, the contingent or the figures named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from seeds.facts.contingents import contradicts
from seeds.facts.line import TaggedLine
from seeds.facts.places import Named, Place, Role
from seeds.facts.tolls.claims import Claim
from seeds.text.words import COMMA

_BEGINNING = 3  # words at a sentence's start that tell it speaks of another incident


def away(lines: Iterable[TaggedLine]) -> frozenset[int]:
    """The sentences below the title that begin by saying that they tell of another incident."""
    return frozenset(line.number for line in lines if line.number and line.marked(0, _BEGINNING, "elsewhere"))


def at_place(lines: Sequence[TaggedLine], claims: Iterable[Claim], main: Named | None, away: frozenset[int],
             places: Sequence[Named]) -> list[Claim]:  # fmt: skip
    """The claims, those marked as another incident's that stand in such a sentence or name another place."""
    return [
        replace(claim, elsewhere=True)
        if claim.line in away or _at_other(lines[claim.line], claim, main, places)
        else claim
        for claim in claims
    ]


def _at_other(line: TaggedLine, claim: Claim, main: Named | None, places: Sequence[Named]) -> bool:
    """Whether a claim's clause names a scene, and only others than the main one."""
    if main is None or line.number == 0:
        return False
    start, end = _clause(line, claim)
    if main.line == line.number and start <= main.start < end:
        return False
    scenes = [one for one in places if one.line == line.number and start <= one.start < end and one.role == Role.SCENE]
    if not scenes or line.marked(start, end, "there"):
        return False
    return not any(_same_area(one.place, main.place) for one in scenes)


def _same_area(one: Place, two: Place) -> bool:
    """Whether two places are one, or one is the region (or town) the other lies in."""
    names = {one.name, one.town or one.name}, {two.name, two.town or two.name}
    return bool(names[0] & names[1]) or one.region == two.name or two.region == one.name


def _clause(line: TaggedLine, claim: Claim) -> tuple[int, int]:
    """The words around a claim up to the next comma or stop on either side."""
    start, end = claim.start, claim.end
    while start > 0 and line.words[start].gap < COMMA:
        start -= 1
    while end < len(line.words) and line.words[end].gap < COMMA:
        end += 1
    return start, end


def contrary(claims: Sequence[Claim], heads: Sequence[Claim]) -> frozenset[int]:
    """The sentences whose figures are all others than the item's own: they may tell of other days."""
    counted = [claim for claim in claims if claim.count is not None]
    agreeing = {claim.line for claim in counted if claim in heads or (claim.stands and not contradicts(claim, heads))}
    return frozenset({claim.line for claim in counted} - agreeing)
