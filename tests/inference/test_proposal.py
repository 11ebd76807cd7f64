"""Mixtures of t densities against SciPy, and what they learn from weighted draws."""

import numpy as np
import pytest
from scipy import stats

from bayescause.inference.newton import Peak
from bayescause.inference.proposal import adapted, around

COVARIANCE = np.array([[2.0, 0.6], [0.6, 0.5]])


@pytest.fixture(scope="module")
def two():
    return around((Peak(np.zeros(2), COVARIANCE, 0.0), Peak(np.array([5.0, 1.0]), np.eye(2), np.log(0.25))))


def test_the_density_is_a_mixture_of_t_densities(two):
    points = np.random.default_rng(1).normal(size=(50, 2))
    parts = [
        share * stats.multivariate_t.pdf(points, place, shape, df=7)
        for share, place, shape in ((0.8, [0, 0], COVARIANCE), (0.2, [5, 1], np.eye(2)))
    ]
    np.testing.assert_allclose(two.log_density(points), np.log(sum(parts)), rtol=1e-8)


def test_the_draws_have_the_density(two):
    points = two.draw(40_000, np.random.default_rng(2))
    # Importance weights of a normal law add up to one: their mean has an error of about 1 / sqrt(40,000).
    ratios = stats.multivariate_normal.pdf(points, [0, 0], COVARIANCE / 2) / np.exp(two.log_density(points))
    assert ratios.mean() == pytest.approx(1.0, abs=4 * ratios.std() / 200)
    assert points.mean(axis=0) == pytest.approx([1.0, 0.2], abs=0.08)


def test_it_moves_to_where_the_weights_are(two):
    points = two.draw(8_000, np.random.default_rng(3))
    weights = stats.multivariate_normal.pdf(points, [2, 1], 0.3 * np.eye(2)) / np.exp(two.log_density(points))
    found = adapted(two, points, weights / weights.sum(), 1, np.random.default_rng(4))
    assert found.places[0] == pytest.approx([2, 1], abs=0.1)
    # A t law of 7 degrees of freedom nearest to a normal one has about 0.85 of its covariance.
    assert np.diag(found.roots[0] @ found.roots[0].T) == pytest.approx([0.25, 0.25], abs=0.08)


def test_one_component_covers_the_tails_of_a_cauchy_law(two):
    found = adapted(
        two, two.draw(2_000, np.random.default_rng(5)), np.full(2_000, 1 / 2_000), 2, np.random.default_rng()
    )
    far = np.array([[1e6, 0.0], [2e6, 0.0]])
    # A density with one degree of freedom on two axes falls with the third power of the distance.
    assert np.diff(found.log_density(far))[0] == pytest.approx(-3 * np.log(2), abs=1e-3)
