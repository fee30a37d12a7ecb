"""Which of all the figures in an item is the toll of its main incident.

The title speaks first, then the text in its order. A total for people of all sorts stands for all of them; where no
total is stated the peacekeepers' figure is the toll, and the others are told beside it, class by class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from seeds.tolls import Claim, HarmName


def headline(claims: Sequence[Claim], harm: HarmName) -> tuple[int, list[Claim]] | None:
    """The figure for one harm and the claims it rests on; None when no figure of the incident is stated."""
    groups = [group for group in _groups(claims, harm) if _total(group) is not None]
    if not groups:
        return None
    chosen = next((group for group in groups if any(claim.rise for claim in group)), None)
    first = next((group for group in groups if not all(claim.part for claim in group)), groups[0])
    if chosen is None or (first[0].line == 0 and chosen[0].line != 0 and _total(first) != 1):
        chosen = first  # one more death in the title lets the text's new total stand
    total = _total(chosen)
    return None if total is None else (total - _attackers(claims, chosen, total, harm), chosen)


def _groups(claims: Sequence[Claim], harm: HarmName) -> list[list[Claim]]:
    """The claims that one word of harm makes together, in the order of the text; named persons come last."""
    standing = [claim for claim in claims if claim.harm == harm and claim.stands and claim.victims != "attackers"]
    grouped = [list(group) for _, group in groupby(standing, key=lambda claim: (claim.line, claim.group))]
    return sorted(grouped, key=lambda group: all(claim.named for claim in group))


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
    attackers = [claim for claim in others if claim.victims == "attackers" and not (claim.running or claim.elsewhere)]
    count = sum(claim.count or 0 for claim in attackers)
    rest = sum(claim.count or 0 for claim in others if claim.victims != "attackers" and claim.stands)
    included = any(claim.part for claim in attackers) or count + rest == total
    return count if count < total and included else 0
