import numpy as np
import pytest
from scipy import stats

from bayescause.errors import ConvergenceError
from bayescause.inference.scale_grid import scale_grid


def normal(width, centre=0.0):
    return lambda x: stats.norm.logpdf(x, centre, width)


@pytest.mark.parametrize("width", [1e-6, 1e-3, 1.0, 5.0])
def test_the_evidence_of_a_normal_density_is_one_whatever_its_width(width):
    grid = scale_grid(normal(width, 0.1234), -60.0, 60.0)
    assert abs(grid.log_evidence) < 1e-6


@pytest.mark.parametrize(
    "density", [stats.norm(0.3, 0.01), stats.loggamma(0.5), stats.gumbel_l(2.0, 0.3), stats.cosine(1.0, 0.2)]
)
def test_quantiles_equal_those_of_known_distributions(density):
    grid = scale_grid(density.logpdf, -60.0, 60.0)
    probability = np.linspace(0.001, 0.999, 999)
    assert np.allclose(density.cdf(grid.quantile(probability)), probability, atol=2e-6)


def test_two_modes_keep_their_shares():
    def density(x):
        return np.logaddexp(np.log(0.3) + stats.norm.logpdf(x, -4, 0.5), np.log(0.7) + stats.norm.logpdf(x, 3, 0.5))

    grid = scale_grid(density, -60.0, 60.0)
    assert abs(grid.log_evidence) < 1e-6
    assert grid.quantile(np.array([0.15, 0.65])) == pytest.approx([-4, 3], abs=1e-3)


def test_a_density_that_ends_within_the_bounds_is_cut_where_it_ends():
    grid = scale_grid(lambda x: np.where((x > 1) & (x < 2), x, -np.inf), -60.0, 60.0)
    assert grid.log_evidence == pytest.approx(np.log(np.e**2 - np.e), abs=1e-6)
    assert grid.quantile(np.array([0.0, 1.0])) == pytest.approx([1, 2])


def test_quantiles_have_no_ties():
    grid = scale_grid(normal(1e-4), -60.0, 60.0)
    probability = np.random.default_rng(0).uniform(size=100_000)
    assert len(np.unique(grid.quantile(probability))) == len(np.unique(probability))


def test_an_impossible_scale_is_an_error():
    with pytest.raises(ConvergenceError, match="nowhere finite"):
        scale_grid(lambda x: np.full(x.shape, -np.inf), -60.0, 60.0)


def test_expectations_equal_those_of_the_density():
    grid = scale_grid(normal(0.5, 1.0), -60.0, 60.0)
    # The trapezoidal rule is exact to high order where a density falls to nothing at both ends.
    shares = np.exp(grid.log_density - grid.log_density.max())
    assert shares @ np.exp(grid.nodes) / shares.sum() == pytest.approx(np.exp(1 + 0.125), rel=1e-9)
