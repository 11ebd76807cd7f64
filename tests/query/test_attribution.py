"""Probabilities of causation against reference line C6, against response types, and against data that rule them out."""

from dataclasses import replace

import numpy as np
import pytest

from bayescause.errors import SpecError
from bayescause.inference.fitting import fit
from bayescause.query.estimands.probability_of_both import ProbabilityOfBoth
from bayescause.query.estimands.probability_of_necessity import ProbabilityOfNecessity
from bayescause.query.estimands.probability_of_sufficiency import ProbabilityOfSufficiency
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

OF_ALL = (ProbabilityOfBoth, ProbabilityOfNecessity, ProbabilityOfSufficiency)


def logit(risk):
    return np.log(risk / (1 - risk))


def with_risks(text, columns, coefficients):
    """A posterior all of whose draws give the outcome these raw coefficients."""
    posterior = fit(StructuralModel.parse(text), columns, draws=250)
    centres = posterior.design.mechanisms["y"].centres
    told = np.array([coefficients[0] + np.dot(coefficients[1:], centres), *coefficients[1:]])
    draws = posterior.draws.assign(y_coefficient=posterior.draws["y_coefficient"] * 0 + told)
    return replace(posterior, draws=draws)


@pytest.fixture(scope="module")
def columns():
    rng = np.random.default_rng(1)
    z = np.repeat([0.0, 1.0], 100)
    return {"z": z, "x": (rng.random(200) < 0.5).astype(float), "y": (rng.random(200) < 0.5).astype(float)}


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.7), (0.6, 0.9), (0.1, 0.15)])
def test_c6_the_range_and_the_monotone_value_from_two_risks(columns, low, high):
    posterior = with_risks("x ~ 1; y ~ x", columns, [logit(low), logit(high) - logit(low)])
    question = ProbabilityOfBoth(of="x", on="y")
    found = question.bounds(posterior)
    np.testing.assert_allclose(found.low, max(0, high - low), atol=1e-12)
    np.testing.assert_allclose(found.high, min(high, 1 - low), atol=1e-12)
    np.testing.assert_allclose(estimate(posterior, question).draws, high - low, atol=1e-12)


def test_necessity_and_sufficiency_divide_by_what_was_seen(columns):
    posterior = with_risks("x ~ 1; y ~ x", columns, [logit(0.2), logit(0.7) - logit(0.2)])
    values = [float(estimate(posterior, question(of="x", on="y")).mean()) for question in OF_ALL]
    np.testing.assert_allclose(values, [0.5, 0.5 / 0.7, 0.5 / 0.8])
    ends = [question(of="x", on="y").bounds(posterior) for question in OF_ALL]
    np.testing.assert_allclose([float(end.high.mean()) for end in ends], [0.7, 1.0, 0.7 / 0.8])


def test_where_the_risk_is_lowered_there_is_no_monotone_value(columns):
    posterior = with_risks("x ~ 1; y ~ x", columns, [logit(0.7), logit(0.2) - logit(0.7)])
    effect = estimate(posterior, ProbabilityOfBoth(of="x", on="y"))
    assert effect.status == "refused"
    assert "speak against monotonicity" in str(effect)
    assert "100 % of the draws" in str(effect)
    np.testing.assert_allclose(ProbabilityOfBoth(of="x", on="y").bounds(posterior).high, 0.2)


def test_strata_narrow_the_range_to_what_response_types_allow(columns):
    """By enumeration: in each stratum the largest share of helped units is min(p1, 1 - p0), of all types."""
    risks = {0: (0.1, 0.3), 1: (0.7, 0.9)}
    coefficients = [logit(0.1), logit(0.3) - logit(0.1), logit(0.7) - logit(0.1)]
    both = logit(0.9) - sum(coefficients)
    posterior = with_risks("z ~ 1; x ~ z; y ~ x*z", columns, [*coefficients, both])
    found = ProbabilityOfBoth(of="x", on="y", population="sample").bounds(posterior)
    highest = np.mean([min(high, 1 - low) for low, high in risks.values()])
    np.testing.assert_allclose(found.high, highest, atol=1e-12)
    # From the overall risks .4 and .6 alone it would reach .6.
    assert highest == pytest.approx(0.3)
    assert found.is_sharp


@pytest.mark.parametrize("question", OF_ALL)
def test_the_truth_of_simulated_units_lies_in_the_range_and_is_the_monotone_value(question):
    rng = np.random.default_rng(5)
    number = 4000
    z = (rng.random(number) < 0.5).astype(float)
    x = (rng.random(number) < 0.3 + 0.4 * z).astype(float)
    rank = rng.random(number)
    y0, y1 = rank < 0.2 + 0.2 * z, rank < 0.5 + 0.3 * z
    y = np.where(x == 1, y1, y0)
    among = {"pns": np.ones(number, bool), "pn": (x == 1) & y, "ps": (x == 0) & ~y}[question.short]
    truth = (y1 & ~y0)[among].mean()
    posterior = fit(StructuralModel.parse("x ~ z; y ~ x*z"), {"x": x, "z": z, "y": y.astype(float)})
    effect = estimate(posterior, question(of="x", on="y"))
    assert effect.status == "ok"
    assert abs(float(effect.mean()) - truth) < 4 * float(effect.sd())
    interval = question(of="x", on="y").bounds(posterior).interval(0.99)
    assert float(interval.low) <= truth <= float(interval.high)
    assert "under any coupling" in str(effect)
    assert "monotone" in effect.assumed[-1]


def test_draws_against_monotonicity_are_left_out_and_counted():
    equal_risks = {"x": np.tile([0.0, 1.0], 30), "y": np.tile([0.0, 0.0, 1.0, 1.0], 15)}
    posterior = fit(StructuralModel.parse("x ~ 1; y ~ x"), equal_risks)
    effect = estimate(posterior, ProbabilityOfBoth(of="x", on="y"))
    share = float((posterior.draws["y_coefficient"][..., 1] < 0).mean())
    assert effect.status == "weak"
    assert f"{100 * share:.0f} % of the draws" in effect.reasons[-1]
    assert float(effect.draws.min()) >= 0.0


def test_only_binary_variables_have_them(columns):
    rows = columns | {"y": np.arange(200.0)}
    posterior = fit(StructuralModel.parse("x ~ 1; y ~ x"), rows, draws=250)
    with pytest.raises(SpecError, match="is about an outcome that is yes or no, and 'y' is"):
        estimate(posterior, ProbabilityOfBoth(of="x", on="y"))
