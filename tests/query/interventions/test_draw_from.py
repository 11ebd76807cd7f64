import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.query.interventions.draw_from import DrawFrom

LAWS = {
    "normal(3, 2)": stats.norm(3, 2),
    "uniform(-1, 4)": stats.uniform(-1, 5),
    "gamma(2.5, 0.5)": stats.gamma(2.5, scale=2),
    "beta(0.7, 3)": stats.beta(0.7, 3),
    "bernoulli(0.3)": stats.bernoulli(0.3),
    "poisson(6.5)": stats.poisson(6.5),
}


def mean_of(function, text):
    nodes = DrawFrom.read(text).nodes("x", Table({"x": np.zeros(1)}, {}, {}))
    return float(nodes.weights @ function(nodes.values[:, 0]))


@pytest.mark.parametrize("text", LAWS)
@pytest.mark.parametrize("power", [1, 2, 3, 4])
def test_moments_have_no_error(text, power):
    """Sixteen nodes are exact up to degree 31; counts leave out a probability of 1e-12."""
    assert mean_of(lambda x: x**power, text) == pytest.approx(LAWS[text].moment(power), rel=1e-8)


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (1.0, 1.0), (-2.0, 0.5)])
def test_the_error_behind_a_logistic_curve_is_below_a_millionth(mean, sd):
    exact = stats.norm(mean, sd).expect(expit, epsabs=1e-12)
    assert mean_of(expit, f"normal({mean}, {sd})") == pytest.approx(exact, abs=1e-6)


def test_the_mean_of_an_exponential_is_that_of_a_lognormal():
    assert mean_of(np.exp, "normal(1, 0.8)") == pytest.approx(np.exp(1 + 0.32), rel=1e-10)


@pytest.mark.parametrize(
    ("kind", "text"), [("binary", "normal(0, 1)"), ("count", "gamma(1, 1)"), ("proportion", "uniform(0, 2)")]
)
def test_a_law_whose_values_cannot_be_is_refused(kind, text):
    with pytest.raises(DataError, match="cannot be drawn"):
        DrawFrom.read(text).check("x", Table({"x": np.zeros(2)}, {"x": kind}, {}))
