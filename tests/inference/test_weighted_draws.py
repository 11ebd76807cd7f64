"""Monte Carlo errors of what rests on several mechanisms that were drawn by importance weights."""

from dataclasses import replace

import numpy as np
import xarray as xr
from scipy import stats

import bayescause as bc
from bayescause.inference.importance import choose, smoothed
from bayescause.inference.weighted_draws import inflation_of

REPETITIONS, DRAWS = 600, 500


def test_the_error_of_a_sum_over_two_weighted_tasks_is_the_spread_of_repeated_means():
    rng = np.random.default_rng(1)
    data = {"x": rng.normal(size=60), "m": rng.integers(0, 2, 60), "y": rng.poisson(2, 60)}
    model = bc.StructuralModel.parse("m ~ x; y ~ m", families={"y": "poisson"})
    posterior = bc.fit(model, data, engine="laplace", chains=2, draws=500)
    (a, of_a), (b, of_b) = (repeated(rng) for _ in "ab")
    copies = {"m_expected_copies": of_a, "y_expected_copies": of_b}
    recorded = xr.Dataset({name: (("chain", "draw"), values) for name, values in copies.items()})
    factors = inflation_of(replace(posterior, sample_stats=recorded))
    means = (a + b).mean(axis=1, keepdims=True)
    error = np.sqrt((factors * (a + b - means) ** 2).sum(axis=1).mean()) / DRAWS
    # The sd of 600 means has a relative error of 3 %. What each task adds counts for the other's deviations too, which
    # makes the error a tenth larger than it has to be; with the weights of one task alone it is a tenth too small.
    assert 0.97 < error / means.std() < 1.22


def repeated(rng):
    """Draws for a standard normal target by a law half as wide, and how often each was expected, a row a repetition."""
    found = []
    for _ in range(REPETITIONS):
        points = 0.5 * rng.standard_t(7, 2 * DRAWS)
        weights = smoothed(stats.norm.logpdf(points) - stats.t.logpdf(points, 7, scale=0.5)).weights
        places = choose(weights, DRAWS, rng)
        found.append((points[places], DRAWS * weights[places]))
    return (np.stack(each) for each in zip(*found, strict=True))
