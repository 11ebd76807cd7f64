"""A product of exponentials is the exponential of the sum, wherever that is a number."""

import numpy as np
import pytest

from bayescause.scm.exponentials import exponential

BY_ROW = np.random.default_rng(1).normal(size=(5, 4))
BY_NODE = np.random.default_rng(2).normal(size=(3, 5, 1))
BY_BOTH = np.random.default_rng(3).normal(size=(3, 5, 4))
LEVEL = np.random.default_rng(4).normal(size=(5, 1))


@pytest.mark.parametrize(
    "parts",
    [
        [BY_ROW],
        [LEVEL],
        [BY_ROW, LEVEL],
        [BY_ROW, BY_NODE],
        [BY_NODE, BY_ROW, LEVEL],
        [BY_NODE, LEVEL],
        [BY_BOTH, BY_NODE, LEVEL],
        [BY_ROW, BY_BOTH, BY_NODE, 0.0],
        [BY_NODE, BY_ROW[0], LEVEL],
    ],
)
def test_it_is_that_of_the_sum(parts):
    expected = np.exp(sum(parts))
    found = exponential([np.array(part) for part in parts])
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("apart", [3.0, 500.0, 650.0, 1300.0])
@pytest.mark.parametrize("level", [-690.0, 0.0, 60.0, 690.0])
def test_worlds_that_are_far_apart_keep_their_digits(apart, level):
    by_node = np.array([0.0, -apart])[:, None, None] + np.zeros((2, 5, 1))
    drive = np.clip(by_node + BY_ROW + level, -700, 700)
    found = exponential([by_node.copy(), BY_ROW.copy(), np.full((5, 1), level)])
    is_a_number = (by_node + BY_ROW + level > -700) & (by_node + BY_ROW + level < 700)
    np.testing.assert_allclose(found[is_a_number], np.exp(drive)[is_a_number], rtol=1e-12)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("others", [[BY_ROW], [BY_NODE], [BY_ROW, BY_NODE], [BY_BOTH, LEVEL], [LEVEL, LEVEL]])
def test_the_first_is_somebody_elses_and_stays(others):
    level = LEVEL.copy()
    exponential([level, *(part.copy() for part in others)])
    np.testing.assert_array_equal(level, LEVEL)
