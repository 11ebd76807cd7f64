"""The steps of a count say what they say wherever the rows stand, with draws or without."""

import numpy as np
import pytest
from scipy import stats

from bayescause.scm.links import expit
from bayescause.scm.mechanisms.hurdle import Hurdle
from bayescause.scm.presence import none_or_some

RNG = np.random.default_rng(4)


@pytest.mark.parametrize(
    ("values", "drive"),
    [
        (np.array([0.0, 2.0, 0.0]), RNG.normal(size=(4, 3))),
        (RNG.poisson(1, (4, 3)).astype(float), RNG.normal(size=3)),
        (RNG.poisson(1, (5, 4, 3)).astype(float), RNG.normal(size=(4, 3))),
        (np.array(0.0), np.array(1.5)),
        (np.array([2.0, 3.0]), RNG.normal(size=(2, 1))),
        (np.zeros(2), RNG.normal(size=(3, 2))),
        (np.zeros(0), RNG.normal(size=(3, 0))),
        (np.zeros((3, 0)), RNG.normal(size=0)),
    ],
)
def test_each_value_is_told_by_its_own_function(values, drive):
    found = none_or_some(values, np.negative, lambda counts, own: counts + own, drive)
    np.testing.assert_array_equal(found, np.where(values == 0, -drive, values + drive))


def test_a_hurdle_s_density_is_scipy_s_for_means_of_any_size():
    log_mean, presence = np.linspace(-25, 8, 200)[:, None], np.array([0.3])
    counts = np.array([1.0, 2.0, 7.0])
    found = Hurdle().log_density(counts, {"mean": log_mean, "presence": presence}, {}, {})
    rate = np.exp(log_mean)
    expected = np.log(expit(presence)) + stats.poisson.logpmf(counts, rate) - np.log(-np.expm1(-rate))
    # A few roundings of the largest number in the sum.
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-11)


def test_the_drives_of_a_hurdle_say_their_parts_of_its_density():
    drives = {"mean": RNG.normal(size=(3, 5)), "presence": RNG.normal(size=(3, 5))}
    counts = np.array([0.0, 1.0, 4.0, 0.0, 2.0])
    parts = [Hurdle().log_density_of(name, counts, drive, {}, {}) for name, drive in drives.items()]
    np.testing.assert_allclose(sum(parts), Hurdle().log_density(counts, drives, {}, {}), rtol=1e-14)
