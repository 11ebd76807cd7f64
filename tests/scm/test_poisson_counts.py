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
