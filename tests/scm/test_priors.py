import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.errors import SpecError
from bayescause.plugins import find
from bayescause.scm.mechanism import Moments
from bayescause.scm.prior_families import FAMILIES
from bayescause.scm.priors import Prior, draw, emit, is_gaussian, is_proper, log_density, moments, support

PRIORS = [
    "normal(1, 2)",
    "student_t(5, 1, 2)",
    "cauchy(1, 2)",
    "laplace(1, 2)",
    "half_normal(2)",
    "half_student_t(5, 2)",
    "half_cauchy(2)",
    "exponential(0.5)",
    "gamma(2, 0.1)",
    "log_gamma(0.7)",
    "inverse_gamma(5, 2)",
    "lognormal(0.5, 0.3)",
    "uniform(-1, 4)",
    "beta(2, 3)",
    "flat()",
    "fixed(1.5)",
]
WITH_MOMENTS = [text for text in PRIORS if not text.startswith(("cauchy", "half_cauchy", "flat"))]
WITH_DENSITY = [text for text in PRIORS if not text.startswith(("flat", "fixed"))]


RULES = {
    "gaussian": ("normal(20, 10)", 10.0, {"sd": "exponential(0.25)"}),
    "student_t": ("normal(20, 10)", 10.0, {"scale": "exponential(0.25)", "df": "gamma(2, 0.1)"}),
    "bernoulli": ("normal(0, 2.5)", 2.5, {}),
    "binomial": ("normal(0, 2.5)", 2.5, {}),
    "poisson": (f"normal({math.log(20)!r}, 2.5)", 1.0, {}),
}
"""By family: prior of the intercept, sd of a standardised slope, dispersion; for a mean of 20 and an sd of 4."""


def test_every_family_is_tested_here():
    assert {Prior.parse(text).family for text in PRIORS} == set(FAMILIES)


@pytest.mark.parametrize("text", PRIORS)
def test_what_is_printed_reads_back(text):
    assert str(Prior.parse(text)) == text


@given(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9))
def test_numbers_survive_being_printed(mean, sd):
    prior = Prior("normal", (mean, sd))
    assert Prior.parse(str(prior)) == prior


def test_parameters_may_be_named_in_any_order():
    assert Prior.parse("normal(sd=5, mean=0)") == Prior("normal", (0, 5))


@pytest.mark.parametrize("text", WITH_DENSITY)
def test_log_density_equals_pymc(text):
    import pymc as pm
    import pytensor

    prior, points = Prior.parse(text), np.array([-2.0, 0.05, 0.4, 0.9, 3.0, 17.0])
    with pm.Model():
        expected = pytensor.function([], pm.logp(emit(prior, "b"), points), mode="FAST_COMPILE")()
    # PyMC holds the constant log 2 of half_cauchy and half_student_t in single precision: 1.9e-9
    constant = 2e-9 if prior.family in ("half_cauchy", "half_student_t") else 0.0
    np.testing.assert_allclose(log_density(prior, points), expected, rtol=1e-12, atol=constant)


@pytest.mark.parametrize("text", WITH_MOMENTS)
def test_draws_have_the_stated_moments(text):
    prior, number = Prior.parse(text), 40_000
    values, (mean, sd) = draw(prior, np.random.default_rng(1), number), moments(prior)
    # 5 standard errors of the mean; heavy tails (inverse_gamma(5, 2), df 5) need 10 % for the sd
    assert values.mean() == pytest.approx(mean, abs=5 * sd / np.sqrt(number) + 1e-12)
    assert values.std() == pytest.approx(sd, rel=0.1)


@pytest.mark.parametrize("text", [text for text in PRIORS if text != "flat()"])
def test_draws_stay_in_the_support(text):
    prior = Prior.parse(text)
    low, high = support(prior)
    values = draw(prior, np.random.default_rng(2), 1000)
    assert values.min() >= low
    assert values.max() <= high


def test_a_fixed_parameter_stands_in_the_model_under_its_name():
    import pymc as pm

    with pm.Model() as model:
        emit(Prior("fixed", (3,)), "sd")
    assert model["sd"].eval().item() == 3.0


def test_only_normal_is_gaussian_and_only_flat_is_improper():
    assert [text for text in PRIORS if is_gaussian(Prior.parse(text))] == ["normal(1, 2)"]
    assert [text for text in PRIORS if not is_proper(Prior.parse(text))] == ["flat()"]


@pytest.mark.parametrize("text", ["cauchy(0, 1)", "flat()", "student_t(2, 0, 1)", "inverse_gamma(2, 1)"])
def test_missing_moments_are_an_error(text):
    with pytest.raises(SpecError, match="no finite mean"):
        moments(Prior.parse(text))


def test_a_flat_prior_cannot_be_drawn_from():
    with pytest.raises(SpecError, match="Nothing can be drawn"):
        draw(Prior("flat"), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Normal(mean=0)", "Did you mean `normal`"),
        ("nromal(0, 1)", "Did you mean `normal`"),
        ("normal(mu=0, sd=1)", "no parameter 'mu'"),
        ("normal(mean=0)", "'sd' is missing"),
        ("normal(mean=0, mean=0, sd=1)", "given twice"),
        ("normal(0)", r"Write normal\(mean, sd\)"),
        ("normal(0, 0)", "sd must be above zero"),
        ("normal(0, nan)", "sd must be a finite number"),
        ("half_normal(-1)", "scale must be above zero"),
        ("uniform(4, 1)", r"low must be below high. Write uniform\(1"),
        ("normal(0, a)", "'a' is not a number"),
        ("normal(0, 5", "is not a prior"),
        ("__import__('os')", "no prior family|is not a"),
        ("", "is not a prior"),
    ],
)
def test_impossible_priors_say_what_to_write(text, message):
    with pytest.raises(SpecError, match=message):
        Prior.parse(text)


def test_the_rules_of_default_priors_are_those_that_are_documented():
    seen = Moments(mean=20.0, sd=4.0, rows=50)
    rules = {short: find("bayescause.scm.mechanisms", short)().default_priors(seen) for short in RULES}
    told = {
        short: (str(rule.intercept), rule.slope_scale, {name: str(prior) for name, prior in rule.dispersion.items()})
        for short, rule in rules.items()
    }
    assert told == RULES
