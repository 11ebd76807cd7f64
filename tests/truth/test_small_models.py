"""Small models with closed forms: line C4, analytic models, Simpson's paradox."""

import numpy as np
import pandas as pd
import pytest

import bayescause as bc


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
    assert any("do not carry over" in told for told in effect.assumed)
