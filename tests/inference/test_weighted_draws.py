"""What importance weights cost the draws of a posterior, and how far they vouch for one quantity of it."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

import bayescause as bc
from bayescause.inference.importance import choose, smoothed
from bayescause.inference.weighted_draws import inflation_of, pareto_k_of

REPETITIONS, DRAWS = 600, 500


@pytest.fixture(scope="module")
def posterior():
    rng = np.random.default_rng(1)
    data = {"x": rng.normal(size=60), "m": rng.integers(0, 2, 60), "y": rng.poisson(2, 60)}
    model = bc.StructuralModel.parse("m ~ x; y ~ m", families={"y": "poisson"})
    return bc.fit(model, data, engine="laplace", chains=2, draws=500)


def test_weights_that_are_trusted_do_not_vouch_for_a_quantity_that_they_make_heavy(posterior):
    rng = np.random.default_rng(3)
    logs = 0.25 * rng.standard_exponential(40_000)
    found = smoothed(logs)
    chosen = choose(found.weights, 4_000, rng).reshape(4, 1_000)
    copies = {"y_expected_copies": (("chain", "draw"), 4_000 * found.weights[chosen])}
    recorded = xr.Dataset(copies | {"y_pareto_k": found.certificate.pareto_k})
    weighted = replace(posterior, sample_stats=recorded)
    values = np.exp(2 * logs[chosen]) * rng.choice([-1.0, 1.0], chosen.shape)
    # Of exponents 1 and 1 + 2; k-hat of some 190 tail numbers has a sd of about (1 + k) / 14.
    assert pareto_k_of(weighted, ["y"], np.ones((4, 1_000)))["y"] == pytest.approx(0.25, abs=0.2)
    assert pareto_k_of(weighted, ["y"], values)["y"] == pytest.approx(0.75, abs=0.3)
    assert pareto_k_of(weighted, ["m"], values) == {}


def test_the_error_of_a_sum_over_two_weighted_tasks_is_the_spread_of_repeated_means(posterior):
    rng = np.random.default_rng(1)
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
