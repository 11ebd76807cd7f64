"""Quadrature over a gamma law of mean one, against its moments."""

import numpy as np
import pytest
from scipy import stats

from bayescause.scm.gamma_nodes import gamma_nodes, gamma_quantile


@pytest.mark.parametrize("shape", [0.2, 1.0, 7.0, 1e4])
def test_powers_are_integrated(shape):
    places, weights = gamma_nodes(np.array(shape))
    moments = [(weights * places**power).sum() for power in (0, 1, 2, 3)]
    expected = [1.0, 1.0, 1 + 1 / shape, (1 + 1 / shape) * (1 + 2 / shape)]
    np.testing.assert_allclose(moments, expected, rtol=1e-8)


def test_a_smooth_function_is_integrated():
    places, weights = gamma_nodes(np.array(2.5))
    # The moment generating function of a gamma law.
    assert (weights * np.exp(-1.3 * places)).sum() == pytest.approx((1 + 1.3 / 2.5) ** -2.5, rel=1e-8)


def test_quantiles_are_those_of_scipy():
    chances = np.array([0.001, 0.3, 0.999])
    np.testing.assert_allclose(gamma_quantile(chances, np.array(0.7)), stats.gamma.ppf(chances, 0.7, scale=1 / 0.7))
