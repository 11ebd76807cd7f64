import numpy as np
import pytest

from bayescause.query.simultaneous import simultaneous_band


def paths(seed, samples, points=12, correlation=0.8):
    """Standard normal at each of the points, neighbours correlated."""
    noise = np.random.default_rng(seed).normal(size=(samples, points))
    found = [noise[:, 0]]
    for place in range(1, points):
        found.append(correlation * found[-1] + np.sqrt(1 - correlation**2) * noise[:, place])
    return np.stack(found, axis=1)


def inside(curves, band):
    low, high = band
    return float(np.mean(((curves >= low) & (curves <= high)).all(axis=1)))


@pytest.mark.parametrize("prob", [0.5, 0.89, 0.95])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_a_band_holds_its_share_of_the_curves_it_is_made_of(prob, correlation):
    """Order statistics move in steps of 1 / 4,000 a point and side: at most 24 / 4,000 too many."""
    curves = paths(1, 4_000, correlation=correlation)
    assert prob <= inside(curves, simultaneous_band(curves, prob)) <= prob + 0.006


@pytest.mark.parametrize("prob", [0.5, 0.89, 0.95])
def test_a_band_holds_its_share_of_new_curves(prob):
    """Four Monte Carlo standard errors of a share of 4,000 in the making, and of 20,000 in the checking."""
    error = 4 * np.sqrt(prob * (1 - prob) * (1 / 4_000 + 1 / 20_000))
    band = simultaneous_band(paths(2, 4_000), prob)
    assert inside(paths(3, 20_000), band) == pytest.approx(prob, abs=error + 0.006)


def test_the_coverage_of_a_normal_mean_curve_is_nominal():
    """With a flat prior and known noise, 90 % bands cover the truth in 90 of 100 tables: 4 binomial errors of 400."""
    truth, covered = np.zeros(12), []
    for seed in range(400):
        estimate = paths(1_000 + seed, 1)[0]
        low, high = simultaneous_band(estimate + paths(5_000 + seed, 1_000), 0.9)
        covered.append(bool(((low <= truth) & (truth <= high)).all()))
    assert np.mean(covered) == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 400))


def test_one_point_has_its_equal_tailed_interval():
    draws = np.random.default_rng(4).normal(size=(3_999, 1))
    low, high = simultaneous_band(draws, 0.9)
    assert [low[0], high[0]] == pytest.approx(np.quantile(draws, [0.05, 0.95]), abs=0.01)


def test_a_point_without_spread_does_not_widen_the_band():
    curves = paths(6, 2_000)
    flat = np.insert(curves, 5, 0.0, axis=1)
    low, high = simultaneous_band(flat, 0.89)
    assert low[5] == high[5] == 0.0
    np.testing.assert_array_equal(np.delete(low, 5), simultaneous_band(curves, 0.89)[0])


def test_the_band_holds_the_interval_of_each_point_where_values_are_met_again_and_again():
    steps = (np.random.default_rng(7).random((4_000, 2)) > 0.07).astype(float)
    low, high = simultaneous_band(steps, 0.89)
    ends = np.quantile(steps, [0.055, 0.945], axis=0)
    assert (low <= ends[0]).all()
    assert (ends[1] <= high).all()
    assert low.tolist() == [0.0, 0.0]
