import numpy as np
import pytest

from bayescause.query.crossing import first_reached, first_whole_reached, root_between


def test_a_root_is_found_in_every_bracket_at_once():
    target = np.linspace(0.1, 5, 50)
    found = root_between(lambda x: np.exp(x) - np.exp(target), np.full(50, -3.0), np.full(50, 9.0))
    np.testing.assert_allclose(found, target, atol=2e-6)


def test_a_bracket_without_width_is_its_own_root():
    at = np.array([1.5, -2.0])
    assert root_between(lambda x: x - at, at, at).tolist() == at.tolist()


def test_a_flat_stretch_does_not_stop_the_search():
    def steep(x):
        return np.where(x < 2, -0.25, np.where(x > 3, 0.25, (x - 2.5) / 2))

    assert root_between(steep, np.array([-50.0]), np.array([90.0])).tolist() == pytest.approx([2.5], abs=1e-6)


def test_the_first_whole_number_that_reaches_is_found():
    levels = np.array([0.0, 3.2, 7.0])
    found = first_whole_reached(lambda x: x - levels, np.zeros(3), np.full(3, 9.0))
    assert found.tolist() == [0.0, 4.0, 7.0]


def test_a_jump_is_found_where_it_is():
    jumps = np.array([0.25, 1.0])
    found = first_reached(lambda x: np.where(x >= jumps, 0.5, -0.5), np.zeros(2), np.full(2, 2.0))
    np.testing.assert_allclose(found, jumps, atol=1e-6)
