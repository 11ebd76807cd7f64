import numpy as np
import pytest

from bayescause.scm.normal_quantile import normal_quantile


def test_it_is_scipy_s_quantile_to_fifteen_digits():
    from scipy.special import ndtri

    middle = np.linspace(1e-6, 1 - 1e-6, 100_001)
    tails = np.concatenate([10.0 ** np.linspace(-300, -1, 3_001), 1 - 10.0 ** np.linspace(-16, -1, 1_001)[1:]])
    for probability in (middle, tails):
        np.testing.assert_allclose(normal_quantile(probability), ndtri(probability), rtol=3e-15, atol=1e-16)


def test_no_chance_lies_at_minus_infinity_and_certainty_at_infinity():
    assert normal_quantile(np.array([0.0, 1.0])).tolist() == [-np.inf, np.inf]


@pytest.mark.parametrize("outside", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_has_no_quantile(outside):
    assert np.isnan(normal_quantile(np.array(outside)))
