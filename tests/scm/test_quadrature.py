"""How well the nodes of the continuous families integrate smooth functions of a response."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import t as student

from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.mechanisms.student_t import StudentT


def test_the_chance_through_a_noisy_mediator_is_integrated_and_not_plugged_in():
    # C7 of the reference numbers: M = X + N(0, 1), P(Y = 1) = Phi(M)
    values, weights = Gaussian().nodes({"mean": np.array([0.0, 1.0])}, {"sd": np.array(1.0)}, {})
    low, high = (weights * ndtr(values)).sum(axis=0)
    assert high - low == pytest.approx(0.2602, abs=5e-5)
    assert high - low == pytest.approx(ndtr(1 / np.sqrt(2)) - 0.5, abs=1e-7)


@pytest.mark.parametrize(("slope", "accuracy"), [(0.5, 1e-12), (1.0, 1e-12), (2.0, 1e-9), (3.0, 1e-5), (5.0, 2e-3)])
def test_how_steep_a_probit_of_a_gaussian_response_may_be(slope, accuracy):
    values, weights = Gaussian().nodes({"mean": np.linspace(-3, 3, 13)}, {"sd": np.array(1.0)}, {})
    exact = ndtr(slope * np.linspace(-3, 3, 13) / np.sqrt(1 + slope**2))
    assert np.abs((weights * ndtr(slope * values)).sum(axis=0) - exact).max() < accuracy


@pytest.mark.parametrize(("power", "moment"), [(1, 0.0), (2, 1.0), (4, 3.0), (8, 105.0)])
def test_powers_of_a_gaussian_response_have_their_moments(power, moment):
    values, weights = Gaussian().nodes({"mean": np.zeros(1)}, {"sd": np.array(1.0)}, {})
    assert (weights * values**power).sum() == pytest.approx(moment, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(("scale", "accuracy"), [(1.0, 1e-10), (2.0, 1e-7), (3.0, 1e-5)])
def test_an_exponential_of_a_gaussian_response_has_its_lognormal_mean(scale, accuracy):
    values, weights = Gaussian().nodes({"mean": np.zeros(1)}, {"sd": np.array(scale)}, {})
    assert (weights * np.exp(values)).sum() == pytest.approx(np.exp(scale**2 / 2), rel=accuracy)


@pytest.mark.parametrize(("df", "accuracy"), [(1.0, 1e-5), (2.0, 1e-9), (5.0, 1e-9), (30.0, 1e-9), (1e4, 1e-9)])
def test_a_probit_of_a_student_response(df, accuracy):
    values, weights = StudentT().nodes({"mean": np.array([0.4])}, {"scale": np.array(1.0), "df": np.array(df)}, {})
    exact = quad(lambda z: ndtr(0.4 + z) * student.pdf(z, df), -np.inf, np.inf, epsabs=1e-12, limit=500)[0]
    assert (weights * ndtr(values)).sum() == pytest.approx(exact, abs=accuracy)


def test_a_student_variance_is_infinite_where_it_does_not_exist():
    df = np.array([[1.5], [2.0], [4.0]])
    variance = StudentT().variance({"mean": np.zeros((3, 1))}, {"scale": np.ones((3, 1)), "df": df}, {})
    assert variance.ravel().tolist() == [np.inf, np.inf, 2.0]
