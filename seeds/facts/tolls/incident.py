"""The figures of an item class by class: those that the toll of its main incident rests on, and what is told beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seeds.facts.line import TaggedLine
from seeds.facts.tolls.claims import Claim
from seeds.model import Toll


def tolls(lines: Sequence[TaggedLine], claims: Sequence[Claim], heads: Sequence[Claim]) -> tuple[Toll, ...]:
    """The figures per class: those of the headlines first, then classes that other sentences add."""
    told: dict[tuple[str, str], Toll] = {}
    others = (claim for claim in claims if claim not in heads and claim.stands and not claim.named)
    added = [claim for claim in others if claim.victims != "unspecified"]
    for claim in (*heads, *added):
        key = claim.harm, claim.victims
        if claim.count is None or (key in told and claim not in heads):
            continue
        if key in told:
            told[key] = replace(told[key], count=told[key].count + claim.count)
        else:
            told[key] = Toll(claim.harm, claim.count, claim.victims, lines[claim.line].text, claim.at_least)
    return tuple(told.values())
