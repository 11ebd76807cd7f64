"""Series through Chebyshev's points are those of NumPy, and tell how far they are from a curve."""

import numpy as np
import pytest

from bayescause.query.chebyshev import chebyshev_points, last_of, summed


@pytest.mark.parametrize("number", [2, 3, 8, 64])
def test_a_polynomial_is_given_back_by_its_coefficients_and_by_its_basis(number):
    points, coefficients = chebyshev_points(number), np.random.default_rng(0).normal(size=number)
    values = np.polynomial.chebyshev.chebval(points.places, coefficients)
    at = np.linspace(-1, 1, 7)
    np.testing.assert_allclose(points.through(values), coefficients, atol=1e-12)
    np.testing.assert_allclose(points.basis(at) @ values, np.polynomial.chebyshev.chebval(at, coefficients), atol=1e-11)


def test_sums_of_a_curve_a_sample_are_those_of_numpy():
    rng = np.random.default_rng(1)
    series, at = rng.normal(size=(5, 9)), rng.uniform(-1, 1, (3, 5, 4_000))
    told = np.stack([np.polynomial.chebyshev.chebval(at[:, sample], series[sample]) for sample in range(5)], axis=1)
    np.testing.assert_allclose(summed(series, at), told, atol=1e-12)


def test_the_last_coefficients_of_a_bent_curve_are_the_larger():
    points = chebyshev_points(24)
    smooth, bent = (last_of(points.through(curve(points.places))) for curve in (np.exp, np.abs))
    assert smooth < 1e-12
    assert bent > 1e-4
