import numpy as np

from bayescause.reporting.figures.density import density


def test_the_density_integrates_to_one_and_peaks_at_the_mode():
    draws = np.random.default_rng(0).normal(3.0, 2.0, 20_000)
    points, heights = density(draws)
    assert abs(np.trapezoid(heights, points) - 1) < 0.01
    # The peak of a kernel estimate from 20,000 normal draws lies within about a tenth of an sd of the mode.
    assert abs(points[heights.argmax()] - 3.0) < 0.5


def test_draws_that_are_all_alike_have_a_density_too():
    _, heights = density(np.full(100, 2.0))
    assert np.isfinite(heights).all()
