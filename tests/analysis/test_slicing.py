from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bayescause.analysis.slicing import slice_by
from bayescause.errors import RefusedEffectError, SliceError, SpecError
from bayescause.inference.fitting import fit
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

SAMPLE = AverageEffect(of="x", on="y", population="sample")


def effect_of(text, question=SAMPLE, rows=400):
    rng = np.random.default_rng(21)
    sex, age = rng.integers(0, 2, size=rows).astype(float), rng.normal(50, 10, size=rows)
    x = rng.integers(0, 2, size=rows).astype(float)
    traffic = x + rng.normal(size=rows)
    y = x * (1 + sex) + 0.1 * age + traffic + rng.normal(size=rows)
    columns = {"sex": sex, "age": age, "x": x, "traffic": traffic, "y": y}
    return estimate(fit(StructuralModel.parse(text), columns, [question]), question)


@pytest.fixture(scope="module")
def by_sex():
    return effect_of("x ~ sex + age; y ~ x*sex + age")


def test_slices_of_these_rows_add_up_to_the_whole_in_every_draw(by_sex):
    for by in ("sex", "age > 50"):
        slices = slice_by(by_sex, [by])
        weighted = sum(one.units * one.draws for one in slices) / sum(one.units for one in slices)
        assert np.allclose(weighted, by_sex.draws)


def test_a_slice_holds_only_the_units_of_the_question():
    women, men = slice_by(effect_of("x ~ sex + age; y ~ x*age + sex", replace(SAMPLE, where="age > 50")), ["sex"])
    table, coefficient = women.effect.posterior.table, women.effect.posterior.draws["y_coefficient"]
    for sex, one in enumerate((women, men)):
        ages = table.columns["age"][(table.columns["sex"] == sex) & (table.columns["age"] > 50)]
        # Ages are far from zero: the product is that of x with what they differ by from their mean.
        away = ages.mean() - table.columns["age"].mean()
        expected = coefficient.sel(y_term="x") + coefficient.sel(y_term="x:age") * away
        assert np.allclose(one.draws, expected.drop_vars("y_term", errors="ignore"))


def test_a_product_with_the_treatment_is_estimated(by_sex):
    women, men = slice_by(by_sex, ["sex"])
    assert men.reason == women.reason == "estimated"
    # The truth differs by one; the sampling sd of a difference of four group means of 100 is about 0.3.
    assert men.mean - women.mean == pytest.approx(1.0, abs=0.9)


def test_a_slice_without_a_product_is_the_same_by_construction_and_says_what_to_add(by_sex):
    slices = slice_by(by_sex, ["age > 50"])
    assert all(one.is_by_construction for one in slices)
    assert slices.slices[0].words.endswith("it differs only through sex")
    assert slices.suggestions == ("To let the effect differ by age, add x*age to the formula of y and fit again.",)


def test_a_product_of_treatment_and_mediator_lets_the_mediators_causes_differ():
    effect = effect_of("x ~ age; traffic ~ x + sex; y ~ traffic*x + age")
    slices = slice_by(effect, ["sex", "age > 50"])
    words = ["estimated: what x meets in a product depends on sex"] * 2
    assert [one.words for one in slices][:2] == words
    assert all(one.is_by_construction for one in slices.slices[2:])
    weighted = sum(one.units * one.draws for one in slices.slices[:2]) / effect.posterior.table.units
    assert np.allclose(weighted, effect.draws)


def test_without_any_product_all_slices_are_equal():
    first, second = slice_by(effect_of("x ~ sex + age; y ~ x + sex + age"), ["sex"])
    assert np.allclose(first.draws, second.draws)


def test_women_and_men_of_nhefs_differ_by_how_much_they_smoke(models):
    people = pd.read_csv(models / "data" / "nhefs.csv")
    text = """
    baseline = {sex race age education smokeintensity smokeyrs exercise active wt71}
    baseline <-> baseline
    qsmk    ~ baseline
    wt82_71 ~ qsmk*smokeintensity + baseline + square(age, smokeintensity, smokeyrs, wt71)
    """
    model = StructuralModel.parse(text, kinds={"categorical": ["education", "exercise", "active"]})
    question = AverageEffect(of="qsmk", on="wt82_71")
    men, women = slice_by(estimate(fit(model, people, [question]), question), ["sex"])
    # UX.md 0.2, told to two decimals; the default priors move the answer by less than 0.01.
    assert men.mean == pytest.approx(3.64, abs=0.03)
    assert women.mean == pytest.approx(3.39, abs=0.03)
    assert women.words == "same by construction: no product of qsmk and sex; it differs only through smokeintensity"


def test_a_descendant_of_the_treatment_makes_no_slices():
    effect = effect_of("x ~ age; traffic ~ x; y ~ traffic + x + age")
    with pytest.raises(SliceError, match="'traffic' is a descendant of 'x'"):
        slice_by(effect, ["traffic > 1"])


def test_the_treatment_makes_no_slices(by_sex):
    with pytest.raises(SliceError, match="'x' is the treatment"):
        slice_by(by_sex, ["x"])


def test_a_slice_with_one_treated_unit_is_refused():
    rng = np.random.default_rng(22)
    sex = np.repeat([0.0, 1.0], 50)
    x = np.concatenate([np.tile([0.0, 1.0], 25), np.eye(50)[0]])
    columns = {"sex": sex, "x": x, "y": x + rng.normal(size=100)}
    effect = estimate(fit(StructuralModel.parse("x ~ sex; y ~ x*sex"), columns, [SAMPLE]), SAMPLE)
    rare = slice_by(effect, ["sex"]).slices[1]
    assert rare.status == "refused"
    assert rare.words == "Only 1 of 50 units have x = 1: too few to compare."
    assert rare.mean is None


def test_slices_are_a_list_and_not_one_text():
    with pytest.raises(SpecError, match=r"`by` is 'sex'; it must be a list of names\. Write by=\['sex'\]"):
        slice_by(effect_of("x ~ sex; y ~ x + sex"), "sex")


def test_a_refused_effect_has_no_slices():
    from bayescause.analysis.asking import ask

    refused = ask(StructuralModel.parse("x -> y; x <-> y"), {"x": [0, 1, 1], "y": [1.5, 2.0, 2.5]}, SAMPLE)
    with pytest.raises(RefusedEffectError, match="no effect to break down"):
        slice_by(refused, ["x"])


def test_slices_print_as_a_table_with_their_reasons(by_sex):
    told = str(slice_by(by_sex, ["sex", "age > 50"]))
    assert "differs for a reason?" in told.splitlines()[0]
    assert "estimated: the model has a product of x and sex" in told
    assert len(slice_by(by_sex, ["sex"]).to_dataframe()) == 2


def test_an_interval_stands_under_its_kind_and_probability(by_sex):
    slices = slice_by(by_sex, ["sex"])
    assert "89 % ETI" in str(slices).splitlines()[0]
    assert set(slices.to_dataframe()["interval_kind"]) == {"eti"}
    assert set(slices.to_dataframe()["interval_prob"]) == {0.89}


def test_a_column_outside_an_adjusted_regression_cannot_select_units():
    # x -> y is confounded through z; y hangs together with w by a hidden cause, so its own mechanism is not fitted.
    effect = effect_of_adjusted("z -> {x y}; x -> y; w -> z; y <-> w")
    assert effect.verdict.strategy == "adjustment"
    refused = slice_by(effect, ["w > 0"]).slices[0]
    assert refused.status == "refused"
    assert "w is not in the regression that was fitted" in refused.words


def effect_of_adjusted(text):
    rng = np.random.default_rng(27)
    z, w = rng.normal(size=(2, 300))
    x = (z + rng.normal(size=300) > 0).astype(float)
    columns = {"z": z, "w": w, "x": x, "y": x + z + rng.normal(size=300)}
    return estimate(fit(StructuralModel.parse(text), columns, [SAMPLE]), SAMPLE)
