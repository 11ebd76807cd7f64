import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.deciding import decide
from bayescause.compilation.table import Table
from bayescause.errors import DataError, RefusedEffectError, SpecError
from bayescause.inference.posterior import parameters
from bayescause.query.doses import doses_of
from bayescause.query.estimands.dose_response import DoseResponse
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import gather
from bayescause.reporting.markdown import to_markdown
from bayescause.reporting.proof.curve import curve_picture

PAIN = {"of": "dose", "on": "pain"}


@pytest.fixture(scope="module")
def rows():
    age, noise, more = np.random.default_rng(5).normal(size=(3, 300))
    dose = 5 + age + noise
    return {"age": age, "dose": dose, "pain": 20 - 3 * dose + 0.2 * dose**2 + 2 * age + more}


@pytest.fixture(scope="module")
def posterior(rows):
    model = bc.StructuralModel.parse("dose ~ age; pain ~ dose + square(dose) + age")
    return bc.fit(model, rows, [DoseResponse(**PAIN)])


def slopes(posterior):
    names = posterior.design.mechanisms["pain"].coefficients
    return dict(zip(names, parameters(posterior, "pain").coefficients.T, strict=True))


def test_a_curve_of_changes_is_the_polynomial_that_was_drawn(posterior):
    question = DoseResponse(**PAIN, levels=(3, 4, 7), reference=5)
    effect, by = bc.estimate(posterior, question), slopes(posterior)
    assert effect.draws.dims == ("chain", "draw", "dose")
    mean = posterior.table.columns["dose"].mean()
    for place, dose in enumerate(question.levels):
        # Doses are far from zero: the square is that of what they differ by from their mean.
        exact = by["dose"] * (dose - 5) + by["square(dose)"] * ((dose - mean) ** 2 - (5 - mean) ** 2)
        np.testing.assert_allclose(effect.draws.to_numpy()[..., place].ravel(), exact, atol=1e-8)


def test_a_curve_of_levels_differs_by_the_average_effects(posterior):
    curve = bc.estimate(posterior, DoseResponse(**PAIN, levels=(4, 6))).draws
    effect = bc.estimate(posterior, bc.AverageEffect(**PAIN, contrast=(4, 6))).draws
    np.testing.assert_allclose(curve.isel(dose=1) - curve.isel(dose=0), effect, atol=1e-8)


def test_a_curve_of_levels_passes_through_the_truth(posterior, rows):
    """The truth at each dose, within five posterior sds of it: eleven points of one curve."""
    effect = bc.estimate(posterior, DoseResponse(**PAIN))
    at = effect.draws["dose"].to_numpy()
    truth = 20 - 3 * at + 0.2 * at**2 + 2 * rows["age"].mean()
    assert (np.abs(effect.mean() - truth) < 5 * effect.sd()).all()


def test_its_band_is_wider_than_its_intervals(posterior):
    effect = bc.estimate(posterior, DoseResponse(**PAIN))
    alone, band = effect.interval(), effect.band()
    assert (band.low < alone.low).all()
    assert (band.high > alone.high).all()
    assert band.prob == alone.prob


def test_doses_that_were_never_seen_are_told(posterior):
    effect = bc.estimate(posterior, DoseResponse(**PAIN, levels=(5, 25)))
    assert effect.status == "weak"
    assert "never seen at 25" in effect.reasons[0]


def test_the_grid_has_every_value_of_a_treatment_with_few():
    table = Table({"x": np.array([0.0, 2.0, 1.0, 2.0])}, {"x": "count"}, {})
    assert doses_of(table, "x", ()) == (0.0, 1.0, 2.0)
    named = Table({"x": np.array([0.0, 1.0])}, {"x": "ordinal"}, {"x": ("low", "high")})
    assert doses_of(named, "x", ()) == ("low", "high")


def test_a_curve_is_told_in_print_table_json_and_pages(posterior):
    effect = bc.estimate(posterior, DoseResponse(**PAIN, levels=(4, 5, 6)))
    assert "89 % band of all" in str(effect)
    assert list(effect.to_dataframe()["dose"]) == [4, 5, 6]
    assert effect.to_datatree()["causal_effect"].sizes["dose"] == 3
    findings = gather([effect], title="What does the dose do?")
    curve = to_json(findings)["questions"][0]["curve"]
    assert [point["at"] for point in curve] == [4, 5, 6]
    assert curve[0]["band"]["low"] < curve[0]["interval"]["low"]
    assert "goes from about" in to_markdown(findings)
    assert "</svg>" in curve_picture(findings, findings.answers[0], "c").wide


def test_a_curve_is_no_single_effect(posterior):
    effect = bc.estimate(posterior, DoseResponse(**PAIN))
    assert decide(effect, act="more", instead="less", gain=1.0).status == "refused"
    assert bc.sensitivity(effect, kind="hidden_confounder").status == "refused"
    with pytest.raises(RefusedEffectError):
        bc.slice_by(effect, ["age > 0"])


def test_an_effect_that_is_no_curve_has_no_band(posterior):
    with pytest.raises(RefusedEffectError, match="no curve"):
        bc.estimate(posterior, bc.AverageEffect(**PAIN, contrast=(4, 6))).band()


@pytest.mark.parametrize("levels", [(1,), (1, 1), "123"])
def test_a_curve_needs_two_levels(levels):
    with pytest.raises(SpecError):
        DoseResponse(**PAIN, levels=levels)


def test_a_level_that_cannot_be_is_refused(posterior):
    with pytest.raises(DataError, match="no level"):
        bc.estimate(posterior, DoseResponse(**PAIN, levels=("low", "high")))


def test_a_level_of_what_nothing_leads_to_is_refused():
    model = bc.StructuralModel.parse("x ~ 1; y ~ 1")
    effect = bc.ask(model, {"x": [0.1, 1.2, 2.1], "y": [1.0, 2.5, 0.4]}, DoseResponse(of="x", on="y"))
    assert effect.status == "refused"
    assert "cannot change" in effect.reasons[0]
