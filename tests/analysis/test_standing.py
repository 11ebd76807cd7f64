"""Residuals and their moments against SciPy's, for data as seen and as replicated."""

import numpy as np
from scipy.stats import kurtosis, skew

from bayescause.analysis.standing import Standing

RNG = np.random.default_rng(8)
MEAN, SPREAD = RNG.normal(size=(6, 50)), RNG.uniform(0.5, 2.0, size=(6, 50))


def test_moments_are_scipys_though_the_residuals_lie_far_from_zero():
    # 1e6 spreads away, sums of raw powers would have lost every digit.
    standing = Standing(1e6 + RNG.gamma(2.0, size=(6, 50)), np.zeros((6, 50)), np.ones((6, 50)))
    np.testing.assert_allclose(standing.variance, standing.residual.var(axis=-1), rtol=1e-9)
    np.testing.assert_allclose(standing.skewness, skew(standing.residual, axis=-1), rtol=1e-6)
    np.testing.assert_allclose(standing.kurtosis, kurtosis(standing.residual, axis=-1, fisher=False), rtol=1e-6)


def test_data_as_seen_are_set_beside_every_draws_mean_and_spread():
    seen = RNG.normal(size=50)
    standing = Standing(seen[None, :], MEAN, SPREAD)
    np.testing.assert_allclose(standing.residual, (np.tile(seen, (6, 1)) - MEAN) / SPREAD, rtol=1e-12)
    np.testing.assert_allclose(standing.squares, standing.residual**2, rtol=1e-12)


def test_values_are_left_as_they_were_given():
    values = RNG.normal(size=(6, 50))
    before = values.copy()
    assert Standing(values, MEAN, SPREAD).kurtosis.shape == (6,)
    np.testing.assert_array_equal(values, before)
