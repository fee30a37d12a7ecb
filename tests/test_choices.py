"""Weights are learned from choices: the likeliest under the prior, and the same in whatever order things come."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.learning.choices import Choice, weigh
from seeds.weights import chances

NAMES = tuple("abcdefgh")


def _shuffled(features, random):
    names = list(features)
    random.shuffle(names)
    return {name: features[name] for name in names}


cases = st.lists(
    st.builds(
        Choice,
        st.lists(st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 2), max_size=4), min_size=2, max_size=4),
        st.just(frozenset({0})),
        st.sampled_from((0.5, 1.0, 3.0)),
    ),
    min_size=1,
    max_size=12,
)


@given(cases, st.randoms(use_true_random=False))
def test_the_order_in_which_features_stand_changes_no_digit(choices, random):
    """A set's order differs from run to run, and a sum of floats with it: the weights learned do not."""
    other = [
        Choice([_shuffled(one, random) for one in choice.options], choice.right, choice.count) for choice in choices
    ]
    assert weigh(other) == weigh(choices)


@given(cases)
def test_no_other_weights_near_by_are_likelier(choices):
    """What is found is the top of the posterior: a step along any weight makes it less likely."""
    found = weigh(choices, spread=0.8)

    def loss(weights):
        prior = sum(weight**2 for weight in weights.values()) / (2 * 0.8**2)
        return prior - sum(
            choice.count * math.log(sum(chances(choice.options, weights)[one] for one in choice.right))
            for choice in choices
        )

    least = loss(found)
    for name in NAMES:
        for step in (-0.01, 0.01):
            assert loss({**found, name: found.get(name, 0.0) + step}) > least - 1e-5


def test_one_feature_weighs_what_the_formula_says():
    """Of a hundred choices between a feature and nothing, 80 for it: with a wide prior its weight is log(80/20)."""
    told = [Choice([{"a": 1.0}, {}], frozenset({0}), 80.0), Choice([{"a": 1.0}, {}], frozenset({1}), 20.0)]
    assert weigh(told, spread=100)["a"] == pytest.approx(math.log(4), abs=0.002)


def test_a_narrow_prior_keeps_a_weight_near_its_centre():
    """One case moves a weight little where the prior is narrow, and what no case speaks of stays at the centre."""
    found = weigh([Choice([{"a": 1.0}, {}], frozenset({0}))], spread=0.1, centre={"a": 1.0, "b": -2.0})
    assert found["a"] == pytest.approx(1.0, abs=0.01)
    assert found["b"] == -2.0


def test_a_feature_of_every_option_says_nothing():
    """What all options have alike weighs nothing and is not written down."""
    random = Random(1)
    told = [Choice([{"a": 1.0, "b": 1.0}, {"a": 1.0}], frozenset({random.randrange(2)})) for _ in range(20)]
    assert "a" not in weigh(told)


def test_any_of_several_right_options_will_do():
    """Where two options are right, what tells them apart is not learned; what tells them from the third is."""
    found = weigh([Choice([{"a": 1.0}, {"b": 1.0}, {"c": 1.0}], frozenset({0, 1}))] * 10)
    assert found["a"] == found["b"] > 0 > found["c"]
