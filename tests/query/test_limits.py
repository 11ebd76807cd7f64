"""What a fitted model cannot say is refused or told in words; it never becomes a number."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.checking import tabulate

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

RNG = np.random.default_rng(4)
Z = RNG.normal(size=200)
X = (RNG.random(200) < 0.5).astype(float)
M = X + RNG.normal(0.5, 0.3, size=200).clip(0.01)
Y = M + Z + RNG.normal(size=200)
EFFECT = bc.AverageEffect(of="x", on="y")


def asked(text, question=EFFECT, **columns):
    return bc.ask(bc.StructuralModel.parse(text), {"x": X, "z": Z, "m": M, "y": Y} | columns, question)


def test_a_root_of_a_mediator_that_may_be_negative_is_refused_in_words():
    effect = asked("m ~ x; y ~ sqrt(m) + x")
    assert effect.status == "refused"
    assert effect.reasons[0].startswith("The model lets m be below zero, where sqrt(m) has no value.")


def test_a_logarithm_of_a_level_without_one_is_refused_in_words():
    effect = asked("y ~ log(x) + z", x=np.exp(Z))
    assert effect.status == "refused"
    assert effect.reasons[0].startswith("log(x) has no value at one of x = 0 and 1.")


def test_as_many_rows_as_coefficients_leave_nothing_for_the_noise():
    text = "y ~ x*z + square(z) + m"
    few = {"x": X[:6], "z": Z[:6], "m": M[:6], "y": Y[:6]}
    effect = bc.ask(bc.StructuralModel.parse(text), few, EFFECT)
    assert effect.status == "weak"
    assert "6 rows for 7 parameters of y: the answer is prior-driven." in effect.reasons


def test_groups_that_the_model_cannot_tell_apart_are_no_evidence_that_they_are_alike():
    question = bc.ConditionalEffect(of="x", on="y", given=("old",))
    effect = asked("y ~ x*z + old", question, old=(Z > 0).astype(float))
    assert effect.status == "weak"
    told = "The effect cannot differ by old but through z: it is the same by construction. To let it, add x*old"
    assert effect.reasons[0].startswith(told)


def test_groups_of_an_adjusted_regression_can_differ():
    old = (Z > 0).astype(float)
    question = bc.ConditionalEffect(of="x", on="y", given=("old",))
    effect = asked("x ~ old; m ~ x; y ~ m*old; m <-> y", question, old=old)
    assert effect.verdict.strategy == "adjustment"
    assert not [told for told in effect.reasons if "by construction" in told]


def test_a_modifier_with_a_product_is_not_the_same_by_construction():
    question = bc.ConditionalEffect(of="x", on="y", given=("old",))
    assert not [told for told in asked("y ~ x*old", question, old=(Z > 0).astype(float)).reasons if "by constr" in told]


def test_a_condition_needs_its_column_in_the_adjusted_regression_although_another_question_was_planned():
    model = bc.StructuralModel.parse("x ~ z; m ~ x; y ~ m + z + old; m <-> y")
    data = {"x": X, "z": Z, "m": M, "y": Y, "old": (RNG.random(200) < 0.5).astype(float)}
    among = bc.AverageEffect(of="x", on="y", where="old == 1")
    posterior = bc.fit(model, data, [EFFECT, among])
    assert set(posterior.design.mechanisms) == {"y given x, z", "y given x, z, old, for x"}
    alone = [bc.estimate(bc.fit(model, data, [question]), question) for question in (EFFECT, among)]
    together = [bc.estimate(posterior, question) for question in (EFFECT, among)]
    assert [float(one.mean()) for one in together] == [float(one.mean()) for one in alone]
    assert bc.estimate(bc.fit(model, data, [EFFECT]), among).status == "refused"


def test_rows_without_an_outcome_are_not_fitted_but_averaged_over():
    late = np.where(Z > 0.5, np.nan, 2 * X * Z + RNG.normal(size=200))
    model, question = bc.StructuralModel.parse("x ~ z; y ~ x*z"), bc.AverageEffect(of="x", on="y", population="sample")
    table = tabulate(model, {"x": X, "z": Z, "y": late}, questions=[question], missing="drop")
    effect = bc.estimate(bc.fit(model, table, [question]), question)
    slope = effect.posterior.draws["y_coefficient"]
    assert np.allclose(effect.draws, slope.sel(y_term="x") + slope.sel(y_term="x:z") * Z.mean())
    assert f"{np.isnan(late).sum()} rows without y: not fitted, but in the averaging population" in effect.assumed
