"""Which of all the figures in an item is the toll of its main incident.

The title speaks first, then the text in its order. A total for people of all sorts stands for all of them; where no
total is stated the peacekeepers' figure is the toll, and the others are told beside it, class by class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from seeds.facts.line import TaggedLine
from seeds.facts.tolls.binding import HarmName
from seeds.facts.tolls.claims import Claim
from seeds.model import Toll


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure for one harm and the claims it rests on."""

    count: int
    claims: tuple[Claim, ...]


def headline_toll(claims: Sequence[Claim], harm: HarmName) -> Headline | None:
    """The figure for one harm, less the attackers; None when no figure of the incident is stated."""
    groups = [group for group in _groups(claims, harm) if _total(group) is not None]
    groups = [group for group in groups if not all(claim.before for claim in group)] or groups
    if not groups:
        return None
    chosen = _chosen(groups)
    total = _total(chosen) or 0
    return Headline(total - _attackers(claims, chosen, total, harm), tuple(chosen))


def _chosen(groups: Sequence[Sequence[Claim]]) -> Sequence[Claim]:
    """The first figure that is no part of another, unless the text tells of a newer total."""
    first = next((group for group in groups if not all(claim.part for claim in group)), groups[0])
    newer = next((group for group in groups if any(claim.rise for claim in group)), None)
    if newer is None or (first[0].line == 0 and newer[0].line != 0 and _total(first) != 1):
        return first
    return newer  # one more death in the title lets the text's new total stand


def _groups(claims: Sequence[Claim], harm: HarmName) -> list[list[Claim]]:
    """The claims that one word of harm makes together, in the order of the text; named persons come last."""
    standing = [claim for claim in claims if claim.harm == harm and claim.stands and claim.victims != "attackers"]
    grouped = [list(group) for _, group in groupby(standing, key=lambda claim: (claim.line, claim.group))]
    grouped = [group for group in grouped if any(claim.count for claim in group) or _nobody(group[0], standing)]
    return sorted(grouped, key=lambda group: all(claim.named for claim in group))


def _nobody(claim: Claim, others: Iterable[Claim]) -> bool:
    """Whether "none" is the figure: in the title unless that counts some as well, else where nothing else does."""
    return not any(one.count and (claim.line or not one.line) for one in others)


def _total(group: Iterable[Claim]) -> int | None:
    """The peacekeepers of a group if it names any, else all its victims."""
    claims = list(group)
    kept = [claim for claim in claims if claim.victims == "peacekeepers"] or claims
    counts = [claim.count for claim in kept if claim.count is not None]
    return sum(counts) if counts else None


def _attackers(claims: Sequence[Claim], chosen: Sequence[Claim], total: int, harm: HarmName) -> int:
    """How many attackers a total of people includes: those told as its part, or as all that others leave of it."""
    if any(claim.victims != "unspecified" for claim in chosen):
        return 0
    others = [claim for claim in claims if claim.harm == harm and claim.count and claim not in chosen]
    attackers = [claim for claim in others if claim.victims == "attackers" and claim.stands]
    count = sum(claim.count or 0 for claim in attackers)
    rest = sum(claim.count or 0 for claim in others if claim.victims != "attackers" and claim.stands)
    included = any(claim.part for claim in attackers) or count + rest == total
    return count if count < total and included else 0


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
