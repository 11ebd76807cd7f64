"""Support for each question: values that were never seen, in gaps, or never for units of that kind."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.overlap import overlap
from bayescause.errors import OverlapWarning

RNG = np.random.default_rng(8)
SEASON = RNG.normal(size=300)
PRICE = 15 + SEASON + RNG.normal(size=300)
SALES = 100 - 3 * PRICE + 5 * SEASON + RNG.normal(size=300)
ROWS = {"season": SEASON, "price": PRICE, "sales": SALES}
TEXT = "price ~ season; sales ~ price + season"


def asked(question, rows=ROWS, text=TEXT):
    return bc.ask(bc.StructuralModel.parse(text), rows, question)


def test_a_small_shift_stays_where_units_of_every_kind_were_seen():
    effect = asked(bc.ShiftEffect(of="price", on="sales", intervention={"shift": -0.5}))
    assert overlap(effect).verdict == "good"
    assert effect.status == "ok"


def test_a_shift_to_where_no_unit_of_that_kind_was_is_weak_even_inside_the_range():
    question = bc.ShiftEffect(of="price", on="sales", intervention={"shift": -2.5})
    with pytest.warns(OverlapWarning, match="Under price - 2.5"):
        effect = asked(question)
    assert overlap(effect).verdict == "limited"
    assert effect.status == "weak"


def test_a_policy_that_gives_one_value_to_all_is_weak_where_it_is_strange_to_many():
    question = bc.PolicyEffect(of="price", on="sales", intervention={"set": 18})
    with pytest.warns(OverlapWarning, match="Under price = 18"):
        effect = asked(question)
    # Share of units whose expected price lies over three residual sds (1 each) below 18: P(season < 0) or so.
    assert overlap(effect).share_outside == pytest.approx(0.5, abs=0.12)
    assert effect.status == "weak"


def test_a_rule_by_a_covariate_is_looked_at_among_those_that_it_meets():
    rng = np.random.default_rng(9)
    age = rng.normal(50, 10, size=400)
    drug = (age + 3 * rng.logistic(size=400) > 50).astype(float)
    rows = {"age": age, "drug": drug, "health": drug + 0.1 * age + rng.normal(size=400)}
    rule = {"rule": {"when": "age < 35", "then": 1, "otherwise": 0}}
    with pytest.warns(OverlapWarning):
        effect = asked(bc.PolicyEffect(of="drug", on="health", intervention=rule), rows, "health ~ drug + age")
    assert effect.status == "weak"


def test_a_curve_is_weak_at_doses_that_units_of_some_kinds_never_had():
    with pytest.warns(OverlapWarning, match="Under price = 19"):
        effect = asked(bc.DoseResponse(of="price", on="sales", levels=(15, 19)))
    assert effect.status == "weak"
    assert asked(bc.DoseResponse(of="price", on="sales", levels=(14.9, 15.1))).status == "ok"


@pytest.mark.parametrize(
    "question",
    [
        bc.AverageEffect(of="dose", on="y", contrast=(1.0, 5.0)),
        bc.DoseResponse(of="dose", on="y", levels=(1.0, 5.0)),
        bc.PolicyEffect(of="dose", on="y", intervention={"set": 5.0}),
    ],
    ids=lambda one: one.short,
)
@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_a_value_in_a_gap_is_told_with_the_distance_to_the_nearest(question):
    rng = np.random.default_rng(4)
    dose = np.concatenate([rng.uniform(0, 2, 50), rng.uniform(8, 10, 50)])
    effect = asked(question, {"dose": dose, "y": dose + rng.normal(size=100)}, "y ~ dose")
    away = np.abs(dose - 5.0).min()
    assert effect.status == "weak"
    assert any(f"never seen near 5: the nearest value is {away:g} away" in reason for reason in effect.reasons)


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_a_modifier_held_beyond_what_was_seen_is_told():
    rng = np.random.default_rng(4)
    x, z = rng.integers(2, size=100), rng.normal(size=100)
    rows = {"x": x, "z": z, "y": x * z + rng.normal(size=100)}
    inside = asked(bc.ConditionalEffect(of="x", on="y", given=("z",), at=(0.0, 1.0)), rows, "y ~ x*z")
    beyond = asked(bc.ConditionalEffect(of="x", on="y", given=("z",), at=(0.0, 9.0)), rows, "y ~ x*z")
    assert inside.status == "ok"
    assert any("'z' was never seen at 9" in reason for reason in beyond.reasons)


def test_levels_of_several_are_compared_with_their_own_units_only():
    rng = np.random.default_rng(2)
    z = rng.normal(size=600)
    arm = np.array(["a", "b", "c"])[np.where(z > 1.0, 2, rng.integers(2, size=600))]
    rows = {"z": z, "arm": arm, "y": z + rng.normal(size=600)}
    model = bc.StructuralModel.parse("y ~ arm + z")
    near = bc.ask(model, rows, bc.AverageEffect(of="arm", on="y", contrast=("a", "b"), where="z < 1"))
    with pytest.warns(OverlapWarning):
        far = bc.ask(model, rows, bc.AverageEffect(of="arm", on="y", contrast=("a", "c")))
    assert overlap(near).verdict == "good"
    assert far.status == "weak"
