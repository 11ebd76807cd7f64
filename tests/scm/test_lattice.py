import numpy as np
import pytest

from bayescause.scm.lattice import EXACT_UP_TO, lattice_nodes
from bayescause.scm.mechanisms.binomial import Binomial
from bayescause.scm.mechanisms.poisson import Poisson


@pytest.mark.parametrize("rate", [1e-6, 0.3, 4.0, 30.0, 60.0, 500.0, 1e5, 1e9, 1e12])
def test_a_poisson_law_is_integrated_whatever_its_mean(rate):
    values, weights = Poisson().nodes({"mean": np.log([rate])}, {}, {})
    # E cos(t K) = exp(rate (cos t - 1)) cos(rate sin t); t is small beside the sd, so that it is smooth
    t = 0.7 / np.sqrt(rate) if rate > 1 else 0.7
    exact = np.exp(-2 * rate * np.sin(t / 2) ** 2) * np.cos(rate * np.sin(t))
    # From sd 1e4 the law is taken to be normal: its skewness of 1/sd is left out. Angles of 1e6 lose ten digits.
    tolerance = 1e-10 if rate < 1e8 else 1e-5
    assert (weights * np.cos(t * values)).sum() == pytest.approx(exact, abs=tolerance)


@pytest.mark.parametrize("trials", [1, 5, 128, 129, 400, 10_000])
@pytest.mark.parametrize("chance", [1e-9, 0.01, 0.5, 0.999])
def test_a_binomial_law_is_integrated_whatever_its_trials(trials, chance):
    drive = np.log(np.array([chance]) / (1 - chance))
    values, weights = Binomial(trials=trials).nodes({"mean": drive}, {}, {})
    t = 0.5 / np.sqrt(trials * chance * (1 - chance) + 1)
    exact = ((1 - chance + chance * np.exp(1j * t)) ** trials).real
    assert (weights * np.cos(t * values)).sum() == pytest.approx(exact, abs=1e-10)


def test_no_law_needs_more_nodes_than_it_has_integers():
    values, _ = Binomial(trials=3).nodes({"mean": np.zeros((2, 5))}, {}, {})
    assert len(values) == 4


def test_narrow_and_wide_laws_stand_side_by_side():
    rates = np.array([0.1, 1e4])
    values, weights = Poisson().nodes({"mean": np.log(rates)}, {}, {})
    assert len(values) <= EXACT_UP_TO
    np.testing.assert_allclose((weights * values).sum(axis=0), rates)


def test_weights_do_not_depend_on_the_constant_of_the_law():
    mean, sd, top = np.array([5.0]), np.array([2.0]), np.array([np.inf])
    _, weights = lattice_nodes(mean, sd, top, lambda k: -0.5 * (k - 5) ** 2)
    _, other = lattice_nodes(mean, sd, top, lambda k: -0.5 * (k - 5) ** 2 - 3)
    np.testing.assert_allclose(weights, other)
