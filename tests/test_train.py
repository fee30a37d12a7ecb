"""The weights of the features: logistic regression around a prior."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.learning.logistic import Example, solve, train

PRIOR = {"bias": -1.0, "tie": 1.0, "rival": 0.0, "unseen": 2.5}


def test_no_examples_leave_the_prior():
    """Nothing seen, nothing learned."""
    assert train([], PRIOR) == PRIOR


def test_weights_move_towards_what_the_examples_say():
    """Features of relevant documents rise, those of irrelevant ones fall, those never seen stay."""
    examples = (
        [Example({"tie": 1.0}, True)] * 40
        + [Example({"tie": 1.0, "rival": 1.0}, False)] * 40
        + [Example({}, False)] * 40
    )
    weights = train(examples, PRIOR)
    assert weights["tie"] > 3
    assert weights["rival"] < -3
    assert weights["bias"] < PRIOR["bias"]
    assert weights["unseen"] == PRIOR["unseen"]


def test_a_count_stands_for_as_many_examples():
    """One example that counts twenty times weighs like twenty."""
    many = train([Example({"tie": 1.0}, True)] * 20, PRIOR)
    counted = train([Example({"tie": 1.0}, True, 20.0)], PRIOR)
    assert many == pytest.approx(counted)


def test_the_maximum_is_where_the_slope_vanishes():
    """At the learned weights the gradient of the log-posterior is zero (ESL 4.4.1, with a Gaussian prior)."""
    from seeds.learning.logistic import SPREAD

    examples = [Example({"tie": 1.0}, True)] * 7 + [Example({"tie": 1.0}, False)] * 3
    weights = train(examples, PRIOR)
    total = weights["bias"] + weights["tie"]
    residual = 7 - 10 / (1 + math.exp(-total))
    assert residual == pytest.approx((weights["tie"] - PRIOR["tie"]) / SPREAD**2, abs=1e-2)


@given(
    st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(st.floats(-5, 5), min_size=3, max_size=3),
)
def test_solve(rows, right):
    """The solution of a positive definite system satisfies it."""
    matrix = [
        [sum(a * b for a, b in zip(one, two, strict=True)) + (i == j) for j, two in enumerate(rows)]
        for i, one in enumerate(rows)
    ]
    found = solve(matrix, right)
    for row, value in zip(matrix, right, strict=True):
        assert sum(a * b for a, b in zip(row, found, strict=True)) == pytest.approx(value, abs=1e-6)
