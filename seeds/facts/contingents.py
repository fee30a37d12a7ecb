"""Whose soldiers an item is about: the contingents of the victims, or else of the peacekeepers it tells of.

Every country named has a weight that the words around it tell. Only the heaviest weight found counts, so that a
neighbour, a speaker or another incident's victims never stand beside the victims' own country.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from seeds.facts.line import Nation, TaggedLine
from seeds.facts.tolls.claims import Claim
from seeds.text.words import COMMA, STOP

_TAIL = 7  # words after victims in which "from Chad" may stand
_BESIDE = 2  # words between a country's adjective and what is that country's
_UNITS = ("unit", "one", "many", "two")
_COUNTED = frozenset({"peacekeepers", "unspecified"})


class Weight(IntEnum):
    """How a country named takes part, the strongest last."""

    NONE = 0
    NAMED = 1
    UNIT = 2
    SUBJECT = 3
    INJURED = 4
    KILLED = 5


def contingents(
    lines: Sequence[TaggedLine],
    claims: Sequence[Claim],
    heads: Sequence[Claim],
    theatre: frozenset[str],
    away: frozenset[int],
) -> tuple[str, ...]:
    """The ISO codes of the contingents, sorted.

    `heads` are the claims that the item's tolls rest on; `away` the sentences that tell of another incident.
    """
    weights: dict[str, Weight] = {}
    for line in lines:
        if line.number in away or not line.nations:
            continue
        mine = [claim for claim in claims if claim.line == line.number]
        last: tuple[Nation, Weight] | None = None
        for nation in line.nations:
            if nation.code in theatre:
                continue
            weight = _weight(line, nation, mine, heads)
            if last and _listed(line, last[0], nation):
                weight = max(weight, last[1])  # "from Burkina Faso and Togo"
            weights[nation.code] = max(weights.get(nation.code, Weight.NONE), weight)
            last = nation, weight
    best = max(weights.values(), default=Weight.NONE)
    if best <= Weight.NONE:
        return ()
    return tuple(sorted(code for code, weight in weights.items() if weight == best))


def _listed(line: TaggedLine, first: Nation, second: Nation) -> bool:
    """Whether only "and" or a comma stands between two countries."""
    between = range(first.end, second.start)
    return not between or (len(between) == 1 and line.has(first.end, "join"))


def _weight(line: TaggedLine, nation: Nation, claims: Iterable[Claim], heads: Sequence[Claim]) -> Weight:
    if nation.seat:
        return Weight.UNIT if line.tells("kin") else Weight.NONE  # "Dhaka says four of its soldiers …"
    held = [claim for claim in claims if belongs(line, nation, claim)]
    if any(_apart(claim, heads) for claim in held):
        return Weight.NONE
    counted = [claim for claim in held if claim.victims in _COUNTED]
    if counted:
        return _harmed(line, counted, heads)
    aside = held or _only_near(line, nation) or _marked_elsewhere(line, nation)
    return Weight.NONE if aside else _unharmed(line, nation)


def _apart(claim: Claim, heads: Sequence[Claim]) -> bool:
    """Whether a claim tells of others than the item's victims."""
    return claim.elsewhere or claim.running or claim.victims == "attackers" or (claim.before and claim not in heads)


def _harmed(line: TaggedLine, counted: Sequence[Claim], heads: Sequence[Claim]) -> Weight:
    """The weight of a country that victims come from: the item's own weigh most."""
    if any(contradicts(claim, heads) for claim in counted):
        return Weight.NAMED
    if any(claim.harm == "killed" for claim in counted):
        return Weight.KILLED
    if any(claim in heads for claim in counted):
        return Weight.INJURED
    return Weight.SUBJECT if line.number == 0 else Weight.NAMED


def contradicts(claim: Claim, heads: Sequence[Claim]) -> bool:
    """Whether a figure is another than the item's own for the same harm to the same people."""
    same = [head for head in heads if head.harm == claim.harm and head.victims == claim.victims]
    return claim.count is not None and bool(same) and claim.count not in {head.count for head in same}


def _unharmed(line: TaggedLine, nation: Nation) -> Weight:
    """The weight of a country that no victims are said to come from."""
    title = line.number == 0
    if not _touches(line, nation) and _beside(line, nation, "speaker"):
        return Weight.UNIT if line.tells("kin") else Weight.NONE  # "president … four of his soldiers"
    if line.tells("leaving") and not title:
        return Weight.NONE
    if title:
        return Weight.SUBJECT
    if _beside(line, nation, *_UNITS):
        return Weight.UNIT
    return Weight.NAMED if nation.adjective or _after(line, nation, "origin", "condolence") else Weight.NONE


def _touches(line: TaggedLine, nation: Nation) -> bool:
    """Whether a word for soldiers stands right behind the country: "Dutch soldiers"."""
    return line.tells(*_UNITS) and any(
        span.start == nation.end and span.has(*_UNITS) for span in (*line.marks, *line.spans)
    )


def belongs(line: TaggedLine, nation: Nation, claim: Claim) -> bool:
    """Whether a country is said of the victims: within their phrase, right before or right after it."""
    if claim.start <= nation.start < claim.end:
        return True
    before = claim.start - nation.end
    if 0 <= before <= nation.adjective and line.gap(nation.end, claim.start) < COMMA:
        return True
    behind = nation.start - claim.end
    if not 0 <= behind <= _TAIL or line.gap(claim.end, nation.start) >= COMMA:
        return False
    if line.between(claim.end, nation.start, "number", "join", "killed", "injured"):
        return False
    if line.marked(claim.end, nation.start, "border"):
        return False
    reach = _BESIDE if nation.adjective else 0  # "soldats de l'ONU tchadiens", "binh sĩ Niger"
    return behind <= reach or (not nation.adjective and _after(line, nation, "origin"))


def _only_near(line: TaggedLine, nation: Nation) -> bool:
    if nation.adjective and _beside(line, nation, "border"):
        return True
    return line.tells("border") and any(
        mark.has("border") and 0 <= nation.start - mark.end <= 2 and line.gap(mark.end, nation.start) < COMMA
        for mark in line.marks
    )


def _after(line: TaggedLine, nation: Nation, *kinds: str) -> bool:
    return line.tells(*kinds) and any(mark.end == nation.start and mark.has(*kinds) for mark in line.marks)


def _beside(line: TaggedLine, nation: Nation, *kinds: str) -> bool:
    """Whether a word of those kinds stands right before or after the country, in the same phrase."""
    for span in (*line.marks, *line.spans) if line.tells(*kinds) else ():
        if span.has(*kinds):
            after = 0 <= span.start - nation.end <= _BESIDE and line.gap(nation.end, span.start) < COMMA
            before = 0 <= nation.start - span.end <= _BESIDE and line.gap(span.end, nation.start) < COMMA
            if before or after:
                return True
    return False


def _marked_elsewhere(line: TaggedLine, nation: Nation) -> bool:
    """Whether the country is denied ("no Swede"), or told of after words that lead to another incident."""
    if line.tells("none") and any(span.end == nation.start and span.has("none") for span in line.spans):
        return True
    return line.tells("elsewhere") and any(
        mark.has("elsewhere") and mark.start < nation.start and line.gap(mark.end, nation.start) < STOP
        for mark in line.marks
    )
