"""How much each feature should weigh where one of several options is right: a conditional logit.

An option's chance is proportional to the exponential of the sum of its features' weights (McFadden, "Conditional logit
analysis of qualitative choice behavior", 1974); where several options are right, any of them will do. The weights are
the maximum of the posterior with a Gaussian prior around zero or given weights, found by L-BFGS with backtracking
(Nocedal and Wright, "Numerical Optimization", algorithms 3.1, 7.4 and 7.5). Nothing is drawn by chance: the same cases
give the same weights.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from seeds.weights import Features, Weights, softmax

NOWHERE: Weights = MappingProxyType({})
_ROUNDS = 200
_FLAT = 1e-4  # of the slope's steepest part, at which the climb ends
_MEMORY = 8  # steps that the curve is judged by
_ARMIJO, _SHORTEST = 1e-4, 1e-10
_PLACES = 3  # digits that are kept of a weight


@dataclass(frozen=True, slots=True)
class Choice:
    """One case: the features of each option, which of them are right (at least one), and for how many it stands."""

    options: Sequence[Features]
    right: frozenset[int]
    count: float = 1.0


_Row = list[tuple[int, float]]
_Case = tuple[list[_Row], frozenset[int], float]


def weigh(choices: Iterable[Choice], spread: float = 1.0, centre: Weights = NOWHERE) -> dict[str, float]:
    """The weights of all features of the choices, in log-odds, sorted by name, without those that round to nothing.

    `spread` (above zero) is the prior's standard deviation: the smaller, the more cases a weight needs behind it.
    `centre` is the prior's mean, zero where it tells none.
    """
    names, cases = _indexed(choices)
    found = _climbed(cases, [centre.get(name, 0.0) for name in names], 1 / spread**2)
    rounded = {**centre, **{name: round(found[number], _PLACES) for name, number in names.items()}}
    return {name: weight for name, weight in sorted(rounded.items()) if weight}


def _indexed(choices: Iterable[Choice]) -> tuple[dict[str, int], list[_Case]]:
    """The features' numbers, and the cases told by them, both in the order of names: sums of floats depend on their
    order, and the order of a set differs from run to run."""
    known = list(choices)
    found = sorted({name for choice in known for one in choice.options for name in one})
    names = {name: number for number, name in enumerate(found)}
    return names, [
        (
            [sorted((names[name], value) for name, value in one.items()) for one in choice.options],
            choice.right,
            choice.count,
        )
        for choice in known
    ]


def _loss(
    cases: Sequence[_Case], weights: Sequence[float], centre: Sequence[float], stiffness: float
) -> tuple[float, list[float]]:
    """What is to be least, and its slope."""
    away = [weight - middle for weight, middle in zip(weights, centre, strict=True)]
    loss = stiffness / 2 * _dot(away, away)
    slope = [stiffness * one for one in away]
    for rows, right, count in cases:
        likely = softmax([sum(weights[number] * value for number, value in row) for row in rows])
        share = max(sum(likely[option] for option in right), 1e-300)
        loss -= count * math.log(share)
        for option, row in enumerate(rows):
            pull = count * (likely[option] - (likely[option] / share if option in right else 0.0))
            if abs(pull) > 1e-12:
                for number, value in row:
                    slope[number] += pull * value
    return loss, slope


def _climbed(cases: Sequence[_Case], centre: Sequence[float], stiffness: float) -> list[float]:
    weights = list(centre)
    loss, slope = _loss(cases, weights, centre, stiffness)
    steps: deque[tuple[list[float], list[float]]] = deque(maxlen=_MEMORY)
    for _ in range(_ROUNDS):
        if max(map(abs, slope), default=0.0) < _FLAT:
            break
        way = _way(slope, steps)
        downhill, length = _dot(way, slope), 1.0 if steps else 1 / max(1.0, math.sqrt(_dot(slope, slope)))
        while True:
            moved = [weight + length * step for weight, step in zip(weights, way, strict=True)]
            after, changed = _loss(cases, moved, centre, stiffness)
            if after <= loss + _ARMIJO * length * downhill or length < _SHORTEST:
                break
            length /= 2
        if length < _SHORTEST:
            break
        step = [new - old for new, old in zip(moved, weights, strict=True)]
        bend = [new - old for new, old in zip(changed, slope, strict=True)]
        if _dot(step, bend) > 0:
            steps.append((step, bend))
        weights, loss, slope = moved, after, changed
    return weights


def _way(slope: Sequence[float], steps: Sequence[tuple[list[float], list[float]]]) -> list[float]:
    """The direction to go, by the two-loop recursion."""
    way = [-one for one in slope]
    shares = []
    for step, bend in reversed(steps):
        share = _dot(step, way) / _dot(step, bend)
        shares.append(share)
        way = [one - share * turn for one, turn in zip(way, bend, strict=True)]
    if steps:
        step, bend = steps[-1]
        scale = _dot(step, bend) / _dot(bend, bend)
        way = [one * scale for one in way]
    for (step, bend), share in zip(steps, reversed(shares), strict=True):
        back = share - _dot(bend, way) / _dot(step, bend)
        way = [one + back * move for one, move in zip(way, step, strict=True)]
    return way


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(first * second for first, second in zip(one, other, strict=True))
