import numpy as np

from bayescause.reporting.figures.dots import DOTS, quantile_dots, stack


def test_twenty_dots_are_the_middles_of_equally_likely_parts():
    draws = np.arange(100_001) / 100_000
    np.testing.assert_allclose(quantile_dots(draws), (np.arange(DOTS) + 0.5) / DOTS, atol=1e-5)


def test_dots_that_touch_are_stacked():
    places = stack(np.array([0.0, 0.2, 0.4, 3.0]), 0.5)
    assert [height for _, height in places] == [0, 1, 2, 0]
    assert len({place for place, _ in places}) == 2
