"""Parameters on the unconstrained scale: derivatives by differences, priors by their integral."""

import numpy as np
import pytest
from scipy.integrate import quad

from bayescause.inference.unconstrained import Axis, coordinates
from bayescause.scm.priors import Prior

PRIORS = ["normal(3, 2)", "half_normal(2)", "uniform(1, 5)", "gamma(2, 0.1)", "laplace(0, 5)", "student_t(3, 0, 2)"]
each_prior = pytest.mark.parametrize("prior", [Prior.parse(text) for text in PRIORS], ids=str)


def axis_of(prior, gaussian):
    case = gaussian({"y": np.arange(4.0), "x": np.arange(4.0)}, {"x": str(prior)})
    return next(axis for axis in coordinates(case.task, case.table).axes if axis.name == "x")


@each_prior
def test_the_prior_on_the_axis_is_a_density(prior, gaussian):
    axis = axis_of(prior, gaussian)
    total, _ = quad(lambda place: np.exp(float(axis.log_prior(np.array(place)))), -40, 40, limit=200)
    assert total == pytest.approx(1.0, abs=1e-4)


@each_prior
def test_the_middle_of_the_prior_is_near_zero(prior, gaussian):
    axis = axis_of(prior, gaussian)
    below, _ = quad(lambda place: np.exp(float(axis.log_prior(np.array(place)))), -40, 0, limit=200)
    assert below == pytest.approx(0.5, abs=0.05)


@each_prior
@pytest.mark.parametrize("place", [-1.3, 0.4])
def test_derivatives_of_the_parameter_are_those_of_its_value(prior, place, gaussian):
    axis, step = axis_of(prior, gaussian), 1e-5
    above, here, below = (axis.curve(place + move) for move in (step, 0.0, -step))
    # Central differences err by step^2 times a third derivative.
    assert here.first == pytest.approx((above.value - below.value) / (2 * step), rel=1e-6)
    assert here.second == pytest.approx((above.first - below.first) / (2 * step), rel=1e-6, abs=1e-9)


def test_a_fixed_parameter_is_no_axis(gaussian):
    case = gaussian({"y": np.arange(4.0), "x": np.arange(4.0)}, {"x": "fixed(2)", "sd": "fixed(1)"})
    found = coordinates(case.task, case.table)
    assert [axis.name for axis in found.axes] == ["intercept"]
    assert found.parameters(np.zeros((3, 1))).coefficients.tolist() == [[1.0, 2.0]] * 3


def test_a_flat_prior_takes_its_place_from_the_data(gaussian):
    case = gaussian({"y": 1e9 + np.arange(4.0), "x": np.arange(4.0)}, {"intercept": "flat()"})
    [intercept, *_] = coordinates(case.task, case.table).axes
    assert isinstance(intercept, Axis)
    assert intercept.middle == pytest.approx(1e9 + 1.5)
    assert float(intercept.log_prior(np.array(2.0))) == pytest.approx(np.log(intercept.spread))
