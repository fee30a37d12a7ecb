"""What spoke for each fact that is told: how likely it was, and which features weighed most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seeds.facts.contingents import Contributor
from seeds.facts.scenes import Scene, likeliest_scene
from seeds.facts.tolls.rank import Candidate, likeliest
from seeds.weights import Features, Weights, chances, read_weights

_MOST = 4  # features that are told
_TOLD = 0.1  # log-odds: what says less is not told


class Ground(NamedTuple):
    """A fact, its value, how likely it is (0..1), and the features that say most of it, in log-odds."""

    fact: str
    value: str
    chance: float
    why: tuple[tuple[str, float], ...]


def toll_ground(found: Sequence[Candidate], harm: str) -> Iterator[Ground]:
    """What spoke for a toll; nothing where none is told."""
    weights = read_weights("tolls")
    best = likeliest(found, weights)
    if best.count is not None:
        likely = chances([one.features for one in found], weights)
        chance = sum(share for one, share in zip(found, likely, strict=True) if one.count == best.count)
        yield Ground(harm, str(best.count), chance, _why(best.features, weights, f"{harm} "))


def place_ground(found: Sequence[Scene]) -> Iterator[Ground]:
    """What spoke for a place; nothing where none is told."""
    weights = read_weights("places")
    best = likeliest_scene(found, weights)
    if best.name is not None:
        likely = chances([one.features for one in found], weights)
        yield Ground("place", best.name, likely[found.index(best)], _why(best.features, weights))


def contingent_grounds(found: Sequence[Contributor], told: Sequence[str]) -> Iterator[Ground]:
    """What spoke for each contingent that is told."""
    weights = read_weights("contingents")
    for one in found:
        if one.code in told:
            yield Ground("contingent", one.code, chances((one.features, {}), weights)[0], _why(one.features, weights))


def _why(features: Features, weights: Weights, prefix: str = "") -> tuple[tuple[str, float], ...]:
    weighed = [(name.removeprefix(prefix), weights.get(name, 0.0) * value) for name, value in features.items()]
    return tuple(sorted((one for one in weighed if abs(one[1]) >= _TOLD), key=lambda one: -abs(one[1]))[:_MOST])
