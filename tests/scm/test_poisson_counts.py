"""A quantile of a Poisson count is SciPy's, and the count itself at its own cumulative probability."""

import numpy as np
import pytest
from scipy import special, stats

from bayescause.scm.poisson_counts import poisson_quantile

RNG = np.random.default_rng(6)


@pytest.mark.parametrize("rates", [(1e-6, 0.1), (0.1, 50.0), (40.0, 400.0)])
def test_it_is_the_smallest_count_whose_chance_reaches_what_is_asked(rates):
    rate, probability = RNG.uniform(*rates, 20_000), RNG.uniform(size=20_000)
    np.testing.assert_array_equal(poisson_quantile(probability, rate), stats.poisson.ppf(probability, rate))


@pytest.mark.parametrize("scale", [1e3, 1e4, 1e6])
def test_a_large_count_is_the_first_whose_chance_reaches_what_is_asked_far_out_too(scale):
    rate = scale * RNG.uniform(1.0, 3.0, 20_000)
    # Beyond 7.5 sds chances round to one.
    probability = special.ndtr(RNG.uniform(-8.0, 7.5, 20_000))
    found = poisson_quantile(probability, rate)
    assert (special.pdtr(found, rate) >= probability).all()
    assert (special.pdtr(found - 1.0, rate) < probability).all()


@pytest.mark.parametrize("rate", [1e9, 1e13])
def test_huge_counts_are_normal(rate):
    away = RNG.uniform(-7.5, 7.5, 20_000)
    found = poisson_quantile(special.ndtr(away), np.array(rate))
    # Skewness moves them by (away**2 - 1) / 6 counts: less than ten of more than 30,000 in an sd.
    np.testing.assert_allclose((found - rate) / np.sqrt(rate), away, atol=5e-4)


def test_at_the_chance_of_a_count_it_is_that_count_and_just_above_the_next():
    rate, count = RNG.uniform(0.5, 20.0, 5_000), RNG.integers(0, 15, 5_000)
    chance = special.pdtr(count, rate)
    # Chances that are one up to rounding tell no counts apart.
    apart = chance < 1.0 - 1e-9
    np.testing.assert_array_equal(poisson_quantile(chance, rate)[apart], count[apart])
    np.testing.assert_array_equal(poisson_quantile(chance * (1 + 1e-10), rate)[apart], count[apart] + 1)


def test_the_last_chance_below_one_has_a_count_and_draws_share_the_rows_rates():
    found = poisson_quantile(np.array([[0.0, 0.5], [0.5, 1.0 - 2.0**-53]]), np.array([1.0, 3.0]))
    assert found.shape == (2, 2)
    assert found[0].tolist() == [0.0, 3.0]
    assert 20 < found[1, 1] < 40
