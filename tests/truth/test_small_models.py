"""Small models with closed forms: line C4, analytic models, Simpson's paradox."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import bayescause as bc
from bayescause.plugins import find


def _analytic(reference_data, name):
    return pd.read_csv(reference_data / "analytic_scms" / f"{name}.csv")


def _agrees(effect, truth):
    # The data are one sample of 2,000 rows: the posterior sd is the standard error of the estimate.
    return abs(float(effect.mean()) - truth) < 4 * float(effect.sd())


def test_c4_total_effect_of_a_linear_mediation(reference_data):
    table = _analytic(reference_data, "mediation")
    model = bc.StructuralModel.parse("M ~ X; Y ~ X + M")
    assert _agrees(bc.ask(model, table, bc.AverageEffect(of="X", on="Y")), 0.3 + 0.7 * 0.6)


def test_a_confounder_is_adjusted_for(reference_data):
    table = _analytic(reference_data, "confounder")
    effect = bc.ask(bc.StructuralModel.parse("X ~ Z; Y ~ X + Z"), table, bc.AverageEffect(of="X", on="Y"))
    assert _agrees(effect, 0.5)
    assert effect.unadjusted == pytest.approx(1.0854, abs=0.1)


def test_a_collider_is_left_alone(reference_data):
    table = _analytic(reference_data, "collider")
    effect = bc.ask(bc.StructuralModel.parse("Y ~ X; C ~ X + Y"), table, bc.AverageEffect(of="X", on="Y"))
    assert _agrees(effect, 0.4)


def test_an_instrumented_effect_rests_on_straight_lines(reference_data):
    table = _analytic(reference_data, "iv")
    effect = bc.ask(bc.StructuralModel.parse("Z -> X -> Y; X <-> Y"), table, bc.AverageEffect(of="X", on="Y"))
    assert _agrees(effect, 0.7)
    assert not effect.verdict.is_identified
    assert effect.unadjusted == pytest.approx(0.3, abs=0.1)


def test_an_adjusted_regression_serves_where_a_mediator_is_confounded():
    rng = np.random.default_rng(3)
    z, u, x = rng.normal(size=(3, 4000))
    x = x + z
    m = 0.5 * x + u + rng.normal(size=4000)
    y = m + z + u + rng.normal(size=4000)
    model = bc.StructuralModel.parse("x ~ z; m ~ x; y ~ m + z; m <-> y")
    effect = bc.ask(model, {"x": x, "z": z, "m": m, "y": y}, bc.AverageEffect(of="x", on="y"))
    assert effect.verdict.strategy == "adjustment"
    assert _agrees(effect, 0.5)
    assert any("of the terms declared for y it has z, and not m" in told for told in effect.assumed)


def test_c7_a_mediator_before_a_probit_is_integrated_over_and_not_replaced_by_its_mean():
    rng = np.random.default_rng(4)
    x = rng.integers(0, 2, 400)
    m = x + rng.normal(size=400)
    y = (rng.random(400) < norm.cdf(m)).astype(int)
    mechanisms = {"y": find("bayescause.scm.mechanisms", "bernoulli")(link="probit")}
    model = bc.StructuralModel.parse("m ~ x; y ~ m", mechanisms=mechanisms)
    question = bc.AverageEffect(of="x", on="y")
    posterior = bc.fit(model, {"x": x, "m": m, "y": y}, [question], chains=1, draws=20)
    # The law of the line in the place of the draws: M = X + N(0, 1), P(Y = 1) = Phi(M); intercepts are at the means.
    held = posterior.draws.copy(deep=True)
    for name in ("m", "y"):
        held[f"{name}_coefficient"][:] = [float(posterior.design.mechanisms[name].centres[0]), 1.0]
    held["m_sd"][:] = 1.0
    effect = bc.estimate(replace(posterior, draws=held), question)
    np.testing.assert_allclose(effect.draws, norm.cdf(np.sqrt(0.5)) - 0.5, atol=1e-9)
    assert float(effect.mean()) == pytest.approx(0.2602, abs=5e-5)


def test_c7_from_rows_the_effect_is_recovered_and_the_plugged_in_mean_is_not():
    rng = np.random.default_rng(5)
    x = rng.integers(0, 2, 5_000)
    m = x + rng.normal(size=5_000)
    y = (rng.random(5_000) < norm.cdf(m)).astype(int)
    mechanisms = {"y": find("bayescause.scm.mechanisms", "bernoulli")(link="probit")}
    model = bc.StructuralModel.parse("m ~ x; y ~ m", mechanisms=mechanisms)
    question = bc.AverageEffect(of="x", on="y")
    effect = bc.estimate(bc.fit(model, {"x": x, "m": m, "y": y}, [question], seed=1), question)
    assert _agrees(effect, 0.2602)
    assert abs(float(effect.mean()) - 0.3413) > 5 * float(effect.sd())
