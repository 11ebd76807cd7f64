"""A logarithm of many numbers at once is as exact as NumPy's."""

import numpy as np
import pytest
from scipy import special

from bayescause.scm.links import expit, log_expit
from bayescause.scm.logarithms import log_one_plus

RNG = np.random.default_rng(5)
TINY = 4 * np.finfo(float).eps
"""Relative error of a few roundings."""


@pytest.mark.parametrize("values", [10.0 ** RNG.uniform(-300, 300, 5_000), -RNG.uniform(0, 1, 5_000), np.zeros(3)])
def test_it_equals_numpy_s_near_zero_near_minus_one_and_far_away(values):
    np.testing.assert_allclose(log_one_plus(values), np.log1p(values), rtol=TINY)


def test_an_infinite_number_stays_one():
    assert log_one_plus(np.array([np.inf])) == np.inf


@pytest.mark.parametrize("width", [1.0, 30.0, 300.0])
def test_chances_and_their_logarithms_equal_scipy_s_in_both_tails(width):
    drives = RNG.normal(0.0, width, 5_000).clip(-700.0, 700.0)
    np.testing.assert_allclose(expit(drives), special.expit(drives), rtol=TINY)
    np.testing.assert_allclose(log_expit(drives), special.log_expit(drives), rtol=TINY, atol=1e-304)
