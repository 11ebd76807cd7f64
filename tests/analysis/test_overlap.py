import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.overlap import overlap
from bayescause.analysis.treatment_model import model_treatment
from bayescause.compilation.table import Table
from bayescause.inference.fitting import fit
from bayescause.query.contrasts import Contrast
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimands.effect_on_treated import EffectOnTreated
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

AB = Contrast("drug", 0.0, 1.0)
pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")


def effect_when(push, question=None, rows=600):
    rng = np.random.default_rng(17)
    age = rng.normal(50, 10, size=rows)
    x = (push(age) + rng.logistic(size=rows) > 0).astype(float)
    question = question or AverageEffect(of="x", on="y")
    model = StructuralModel.parse("x ~ age; y ~ x + age")
    return estimate(fit(model, {"age": age, "x": x, "y": x + age + rng.normal(size=rows)}, [question]), question)


def test_a_drawn_lot_has_good_overlap():
    found = overlap(effect_when(lambda age: 0 * age))
    assert found.verdict == "good"
    assert found.units == found.treated + found.untreated == 600


def test_the_old_who_are_always_treated_are_named():
    found = overlap(effect_when(lambda age: np.where(age > 60, 20.0, 0.0)))
    assert found.verdict == "limited"
    assert found.region[0].startswith("age > ")
    assert "mostly where age > " in found.words
    assert found.comparable.startswith("age <= ")


def test_two_groups_that_nowhere_meet_have_no_overlap():
    assert overlap(effect_when(lambda age: 100 * (age - 50))).verdict == "none"


def test_a_group_of_one_treatment_only_has_none():
    effect = effect_when(lambda age: 0 * age)
    treated = effect.posterior.table.columns["x"] == 1
    found = overlap(effect, treated)
    assert found.verdict == "none"
    assert found.words == "No unit was seen with x = 0, so nothing is compared."


def test_an_effect_on_the_treated_asks_for_comparable_units_among_all():
    found = overlap(effect_when(lambda age: np.where(age > 60, -20.0, 0.0), EffectOnTreated(of="x", on="y")))
    # Those above 60 are never treated, so the treated do not miss them.
    assert found.verdict == "good"
    assert found.untreated > 0


def test_a_level_that_was_seen_under_one_treatment_only_is_outside():
    rng = np.random.default_rng(18)
    town = rng.integers(0, 3, size=300).astype(float)
    x = np.where(town == 2, 1.0, rng.integers(0, 2, size=300)).astype(float)
    table = Table({"x": x, "town": town}, {"x": "binary", "town": "categorical"}, {"town": ("a", "b", "c")})
    found = model_treatment(table, Contrast("x", 0.0, 1.0), ("town",))
    assert found.is_outside.tolist() == (town == 2).tolist()


def test_a_kind_that_always_has_a_third_treatment_is_outside():
    rng = np.random.default_rng(21)
    age = rng.uniform(20, 80, size=3_000)
    # The old are given c; of the others each treatment has a third, so that a and b are met side by side.
    rarely = np.where(rng.random(3_000) < 0.995, 2.0, rng.integers(0, 2, 3_000))
    drug = np.where(age > 60, rarely, rng.integers(0, 3, 3_000))
    facts = {"drug": "categorical", "age": "continuous"}
    found = model_treatment(Table({"drug": drug, "age": age}, facts, {"drug": ("a", "b", "c")}), AB, ("age",))
    assert found.is_outside[age > 70].mean() > 0.99
    assert found.is_outside[age < 50].mean() == 0.0
    # Among those with a or b nothing tells the old: by the two levels alone all would be alike.
    assert 0.1 < np.median(found.probability[age > 60]) < 0.9


def test_a_town_without_either_treatment_is_outside():
    rng = np.random.default_rng(22)
    town = rng.integers(0, 3, size=300).astype(float)
    drug = np.where(town == 2, 2.0, rng.integers(0, 3, size=300)).astype(float)
    levels = {"drug": ("a", "b", "c"), "town": ("x", "y", "z")}
    table = Table({"drug": drug, "town": town}, dict.fromkeys(levels, "categorical"), levels)
    assert model_treatment(table, AB, ("town",)).is_outside.tolist() == (town == 2).tolist()


def test_a_third_treatment_by_lot_leaves_overlap_good_for_each_pair():
    rng = np.random.default_rng(23)
    drug, age = rng.integers(0, 3, size=900).astype(float), rng.normal(size=900)
    table = Table({"drug": drug, "age": age}, {"drug": "categorical", "age": "continuous"}, {"drug": ("a", "b", "c")})
    for low, high in ((0.0, 1.0), (0.0, 2.0), (1.0, 2.0)):
        assert model_treatment(table, Contrast("drug", low, high), ("age",)).is_outside.mean() < 0.01


def test_a_dose_is_outside_where_no_unit_of_that_kind_came_near_it():
    rng = np.random.default_rng(19)
    age = rng.normal(size=500)
    dose = age + 0.1 * rng.normal(size=500)
    table = Table({"dose": dose, "age": age}, {"dose": "continuous", "age": "continuous"}, {})
    found = model_treatment(table, Contrast("dose", 0.0, 1.0), ("age",))
    assert found.is_outside.mean() > 0.9


def test_the_ridge_regression_finds_the_probabilities_that_made_the_data():
    rng = np.random.default_rng(20)
    age = rng.normal(size=20_000)
    truth = 1 / (1 + np.exp(-(0.5 + age)))
    table = Table({"x": (rng.uniform(size=20_000) < truth).astype(float), "age": age}, {}, {})
    found = model_treatment(table, Contrast("x", 0.0, 1.0), ("age",))
    # Standard error of a fitted probability with three coefficients is about 0.005 in the middle, 0.01 at the ends.
    assert np.abs(found.probability - truth).max() < 0.06


def test_a_quantity_is_not_told_as_two_groups():
    rng = np.random.default_rng(3)
    price = rng.normal(10.0, 2.0, size=200)
    question = bc.AverageEffect(of="price", on="sales", contrast=(9.0, 11.0))
    model = bc.StructuralModel.parse("sales ~ price")
    effect = bc.ask(model, {"price": price, "sales": 100 - 3 * price + rng.normal(size=200)}, question)
    assert overlap(effect).words == "Units of every kind were seen under both price near 9 and price near 11."
    assert "plain difference along price" in str(effect)
