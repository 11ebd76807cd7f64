"""The shape of tails and smoothed weights, against ArviZ and against laws whose shape is known."""

import numpy as np
import pytest

from bayescause.inference.pareto import smooth_tail, tail_shape


@pytest.mark.parametrize("shape", [0.1, 0.4, 0.8])
def test_smoothed_weights_are_those_of_arviz(shape):
    from arviz_stats.base import array_stats

    log_weights = shape * np.random.default_rng(1).standard_exponential(6_000)
    expected, k = array_stats.psislw(-log_weights)
    found, own = smooth_tail(log_weights)
    assert own == pytest.approx(k, abs=1e-9)
    np.testing.assert_allclose(found - np.log(np.exp(found).sum()), expected, atol=1e-9)


def test_equal_weights_are_left_alone_and_are_light():
    log_weights = np.zeros(1_000)
    found, k = smooth_tail(log_weights)
    assert k == -1.0
    assert np.array_equal(found, log_weights)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.8])
def test_the_shape_of_weighted_numbers_is_that_of_the_law_that_the_weights_give_back(shape):
    rng = np.random.default_rng(2)
    # Numbers with tail index k, seen in proportion to their size: one over the size undoes it.
    sizes = np.exp(shape * rng.standard_exponential(200_000))
    seen = sizes[rng.choice(len(sizes), 20_000, p=sizes / sizes.sum())]
    # k-hat of some 400 tail numbers has a sd of about (1 + k) / 20.
    assert tail_shape(seen, 1.0 / seen) == pytest.approx(shape, abs=4 * (1 + shape) / 20)


def test_a_tail_of_equal_numbers_is_light():
    assert tail_shape(np.ones(1_000), np.ones(1_000)) == -1.0
