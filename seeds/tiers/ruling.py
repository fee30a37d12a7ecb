"""Which tier a relevant document belongs to, and what spoke for it: the likeliest, by the learned weights of its signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from seeds.model import Reason, Tier
from seeds.tiers.signs import Sign
from seeds.weights import Features, Weights, chances

BIAS = "bias"
ORIGIN = "weights/tiers.toml"
TIERS = tuple(Tier)
_TOLD = 0.15  # log-odds: what says less is not told


class Ruling(NamedTuple):
    """The tier, how likely it is (0..1), and the signs that spoke for it (positive weight) and against it (negative)."""

    tier: Tier
    chance: float
    reasons: tuple[Reason, ...]


def options(found: Iterable[Sign]) -> tuple[Features, ...]:
    """The features of each tier, in their order."""
    names = [BIAS, *(sign.name for sign in found)]
    return tuple({f"{tier} {name}": 1.0 for name in names} for tier in TIERS)


def ruled(found: Iterable[Sign], weights: Weights, why: Mapping[str, str]) -> Ruling:
    """The likeliest tier, the more urgent one in a tie. `why` says what signs and their families mean."""
    known = tuple(found)
    likely = chances(options(known), weights)
    number = max(range(len(TIERS)), key=lambda place: likely[place])
    reasons = sorted(_reasons(known, TIERS[number], weights, why), key=lambda reason: -abs(reason.weight))
    return Ruling(TIERS[number], round(likely[number], 4), tuple(reasons))


def _reasons(found: Iterable[Sign], chosen: Tier, weights: Weights, why: Mapping[str, str]) -> Iterator[Reason]:
    for sign in found:
        said = [weights.get(f"{tier} {sign.name}", 0.0) for tier in TIERS]
        weight = round(weights.get(f"{chosen} {sign.name}", 0.0) - sum(said) / len(said), 2)
        if abs(weight) >= _TOLD:
            name = sign.name.partition("@")[0]
            family = name.partition(" ")[0]
            meaning = why.get(name) or why.get(family, name)
            yield Reason("tier", f"{name}: {sign.phrase}" if sign.phrase else name, weight, sign.quote or meaning,
                         f"{ORIGIN} {sign.name}")  # fmt: skip
