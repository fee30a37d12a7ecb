"""How much each feature of a document should weigh: logistic regression around a prior.

The maximum of the posterior with a Gaussian prior centred on `seeds.relevance.match.PRIOR` (ridge regression towards
given weights), found by Newton's method as in Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning",
section 4.4.1. Few documents cannot carry a feature far from its prior; many can.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SPREAD = 3.0  # standard deviation of the prior, in log-odds: how far from it a weight may plausibly lie
_ROUNDS = 30
_CLOSE = 1e-9

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """The features of one document, whether it is relevant, and how many documents it stands for."""

    features: Features
    relevant: bool
    count: float = 1.0


def train(examples: Sequence[Example], prior: Mapping[str, float]) -> dict[str, float]:
    """The weights, in log-odds, of all features of the prior ("bias" is always 1). No examples return the prior."""
    names = sorted(prior)
    centre = [prior[name] for name in names]
    rows = [([1.0 if name == "bias" else one.features.get(name, 0.0) for name in names], one) for one in examples]
    weights = list(centre)
    for _ in range(_ROUNDS):
        step = _step(rows, weights, centre)
        weights = [weight + move for weight, move in zip(weights, step, strict=True)]
        if max(map(abs, step), default=0.0) < _CLOSE:
            break
    return {name: round(weight, 3) for name, weight in zip(names, weights, strict=True)}


def _step(rows: Sequence[tuple[list[float], Example]], weights: list[float], centre: list[float]) -> list[float]:
    size, stiffness = len(weights), 1 / SPREAD**2
    slope = [stiffness * (middle - weight) for middle, weight in zip(centre, weights, strict=True)]
    bend = [[stiffness if row == column else 0.0 for column in range(size)] for row in range(size)]
    for values, example in rows:
        total = sum(value * weight for value, weight in zip(values, weights, strict=True))
        chance = 1 / (1 + math.exp(-max(min(total, 50.0), -50.0)))
        filled = [index for index, value in enumerate(values) if value]
        for row in filled:
            slope[row] += example.count * (example.relevant - chance) * values[row]
            for column in filled:
                bend[row][column] += example.count * chance * (1 - chance) * values[row] * values[column]
    return solve(bend, slope)


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a linear system with a positive definite matrix, by Gaussian elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot, row in enumerate(rows):
        for lower in rows[pivot + 1 :]:
            factor = lower[pivot] / row[pivot]
            for column in range(pivot, len(row)):
                lower[column] -= factor * row[column]
    found = [0.0] * len(rows)
    for pivot in reversed(range(len(rows))):
        known = sum(rows[pivot][column] * found[column] for column in range(pivot + 1, len(rows)))
        found[pivot] = (rows[pivot][-1] - known) / rows[pivot][pivot]
    return found
