import numpy as np
import pytest
from scipy.stats import binom, norm

from bayescause.analysis.bands import GRID, band, difference, distances


def share_outside(ranks: np.ndarray, quantities: int) -> float:
    limits = band(ranks.shape[1], quantities).limits
    return float(np.mean([(distances(one) > limits).any() for one in ranks]))


def test_even_ranks_have_no_difference_from_uniform():
    assert np.abs(difference((np.arange(1_000) + 0.5) / 1_000)).max() < 1e-12


@pytest.mark.parametrize("quantities", [1, 10])
def test_a_right_procedure_leaves_the_band_in_five_of_a_hundred_calibrations(quantities):
    ranks = np.random.default_rng(2).uniform(size=(2_000, 200))
    single = 1 - 0.95 ** (1 / quantities)
    outside = share_outside(ranks, quantities) * 2_000
    # Central 99.9 % of a binomial count of 2,000 runs; the band's own error is a fifth of that.
    assert binom.ppf(0.0005, 2_000, single * 0.85) <= outside <= binom.ppf(0.9995, 2_000, single * 1.15)


@pytest.mark.parametrize("width", [0.8, 1.25])
def test_a_posterior_sd_wrong_by_a_quarter_is_seen_in_500_replications(width):
    truth = np.random.default_rng(3).normal(size=(100, 500))
    assert share_outside(norm.cdf(truth / width), 11) > 0.95


def test_the_band_widens_with_the_number_of_quantities():
    assert (band(500, 60).limits > band(500, 11).limits).all()
    assert (band(500, 60).high > band(500, 11).high).all()


def test_the_band_is_the_sup_limit_times_the_binomial_sd():
    found = band(500, 11)
    assert np.allclose(found.high, found.limits[0] * np.sqrt(GRID * (1 - GRID) / 500))
    assert np.allclose(found.low, -found.high)
