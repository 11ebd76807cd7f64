"""Counts over an exposure: the mean follows it, the default prior is that of a rate, an exposure of zero is named."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.errors import DataError
from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.plugins import find
from bayescause.scm.mechanism import Moments
from bayescause.scm.structural_model import StructuralModel

each_family = pytest.mark.parametrize("family", ["poisson", "negative_binomial"])
HOURS = np.linspace(10.0, 20_000.0, 400)


def exposed(family):
    return find("bayescause.scm.mechanisms", family)(exposure="hours")


@each_family
def test_twice_the_exposure_is_twice_the_mean(family):
    mean = exposed(family).mean({"mean": np.zeros(2)}, {"shape": np.array(1.0)}, {"hours": np.array([3.0, 6.0])})
    assert mean.tolist() == pytest.approx([3.0, 6.0])


@each_family
def test_the_default_prior_is_that_of_the_rate(family):
    prior = exposed(family).default_priors(Moments(5.0, 2.0, 100, {"hours": 1_000.0})).intercept
    assert prior.parameters[0] == pytest.approx(np.log(0.005))


@each_family
def test_the_rate_that_made_the_counts_is_recovered(family):
    rng = np.random.default_rng(3)
    x = rng.normal(size=400)
    counts = rng.poisson(HOURS * np.exp(-6 + 0.4 * x)).astype(float)
    model = StructuralModel.parse("n ~ x", mechanisms={"n": exposed(family)})
    drawn = parameters(fit(model, {"x": x, "hours": HOURS, "n": counts}), "n").coefficients
    truth = np.array([-6 + 0.4 * x.mean(), 0.4])
    # Each truth lies within four posterior sds of its mean: missed once in 16,000 times.
    assert np.all(np.abs(drawn.mean(axis=0) - truth) < 4 * drawn.std(axis=0))


@each_family
def test_an_exposure_of_zero_is_an_error_with_its_row(family):
    model = StructuralModel.parse("n ~ x", mechanisms={"n": exposed(family)})
    data = {"x": [0.1, 0.2, 0.4], "n": [1, 0, 2], "hours": [4.5, 0.0, 2.0]}
    with pytest.raises(DataError, match=r"'n' must have an exposure above zero .*'hours' is 0 in row 2"):
        tabulate(model, data)


def test_an_exposure_may_be_given_in_a_model_file(tmp_path):
    from bayescause.study.study import Study

    (tmp_path / "calls.csv").write_text("x,n,hours\n" + "".join(f"{k % 2},{k % 5},{0.5 + k}\n" for k in range(40)))
    (tmp_path / "calls.toml").write_text(CALLS)
    study = Study.read(tmp_path / "calls.toml")
    assert study.model.variables["n"].mechanism == exposed("poisson")


CALLS = """schema = 1
title = "Do reminders lower the number of calls?"
[data]
file = "calls.csv"
[graph]
edges = "n ~ x"
[variables]
n = { family = "poisson", exposure = "hours" }
[[questions]]
estimand = "ate"
of = "x"
on = "n"
"""
