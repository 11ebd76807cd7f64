"""Both distribution functions in one answer: against closed forms, and against quantiles and chances draw by draw."""

import numpy as np
import pytest
from scipy import stats

import bayescause as bc
from bayescause.errors import SpecError
from bayescause.inference.posterior import parameters
from bayescause.query.distribution_draws import quantiles
from bayescause.query.splitting import split
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import gather
from bayescause.reporting.markdown import to_markdown
from bayescause.reporting.proof.pages import contents

AT = (5.0, 12.0, 20.0, 35.0, 80.0)
ASKED = {"of": "nurse", "on": "wait"}


@pytest.fixture(scope="module")
def posterior():
    rng = np.random.default_rng(3)
    urgent, nurse = (rng.random((2, 200)) < 0.5).astype(float)
    wait = np.exp(3 - 0.5 * nurse - 0.4 * urgent + 0.6 * rng.normal(size=200))
    model = bc.StructuralModel.parse("wait ~ nurse + urgent", families={"wait": "lognormal"})
    return bc.fit(model, {"nurse": nurse, "urgent": urgent, "wait": wait}, [bc.Distribution(**ASKED)])


def flat(draws):
    return draws.stack(sample=("chain", "draw")).transpose("sample", ...).to_numpy()


def test_both_are_averages_of_the_closed_forms_of_units(posterior):
    found = flat(bc.estimate(posterior, bc.Distribution(**ASKED, at=AT, population="sample")).draws)
    drawn, design = parameters(posterior, "wait"), posterior.design.mechanisms["wait"]
    by = dict(zip(design.coefficients, drawn.coefficients.T, strict=True))
    centre = dict(zip(design.columns, design.centres, strict=True))
    urgent = posterior.table.columns["urgent"] - centre["urgent"]
    for side, level in enumerate((0.0, 1.0)):
        middle = (by["intercept"] + by["nurse"] * (level - centre["nurse"]))[:, None] + np.outer(by["urgent"], urgent)
        for place, value in enumerate(AT):
            chance = stats.norm.cdf(np.log(value), middle, drawn.dispersion["sd"][:, None]).mean(axis=1)
            np.testing.assert_allclose(found[:, side, place], chance, atol=1e-9)


@pytest.mark.parametrize("population", ["sample", "superpopulation"])
def test_quantiles_are_their_inverse_in_every_draw(posterior, population):
    asked = bc.Distribution(**ASKED, at=AT, population=population)
    effect = bc.estimate(posterior, asked)
    shares = (0.1, 0.5, 0.9)
    question = bc.QuantileEffect(**ASKED, probabilities=shares, population=population)
    sides = [flat(side) for side in quantiles(question, posterior, effect.route, shares)]
    for found, inverse in zip(np.moveaxis(flat(effect.draws), 1, 0), sides, strict=True):
        reached = found[:, None, :] >= np.array(shares)[:, None]
        below = inverse[:, :, None] <= np.array(AT)
        # Ties within the 1e-7 of the bracket's width to which quantiles are found tell nothing.
        clear = np.abs(inverse[:, :, None] - np.array(AT)) > 1e-4
        assert (reached == below)[clear].all()
        assert clear.mean() > 0.99


def test_they_are_apart_upright_by_the_effect_on_the_chance(posterior):
    low, high = np.moveaxis(flat(bc.estimate(posterior, bc.Distribution(**ASKED, at=AT)).draws), 1, 0)
    chances = flat(bc.estimate(posterior, bc.Exceedance(**ASKED, above=AT)).draws)
    np.testing.assert_allclose(low - high, chances, atol=1e-12)
    assert (np.diff(low, axis=1) >= 0).all()


def test_one_band_holds_both_at_once(posterior):
    effect = bc.estimate(posterior, bc.Distribution(**ASKED, at=AT))
    band = effect.band(0.8)
    inside = (effect.draws >= band.low) & (effect.draws <= band.high)
    assert 0.8 <= float(inside.all(("group", "value")).mean()) < 0.85
    alone = [part.band(0.8) for part in split(effect)]
    assert all((one.low >= both).all() for one, both in zip(alone, band.low, strict=True))


def test_values_are_those_that_were_seen_unless_they_are_given(posterior):
    effect = bc.estimate(posterior, bc.Distribution(**ASKED))
    assert effect.draws.sizes["value"] == 11
    assert effect.draws["group"].to_numpy().tolist() == ["nurse = 0", "nurse = 1"]
    for strange in (5.0, (5.0,), (5.0, 5.0), (5.0, float("nan"))):
        with pytest.raises(SpecError, match="`at` is"):
            bc.Distribution(**ASKED, at=strange)


def test_print_picture_page_and_json_tell_both(posterior):
    effect = bc.estimate(posterior, bc.Distribution(**ASKED, at=AT))
    assert "under nurse = 0" in str(effect)
    assert {"band", "band_1", "line", "line_1"} <= set(effect.plot().viz.children)
    assert len(effect.to_dataframe()) == 2 * len(AT)
    findings = gather([effect], unit="patient")
    page, facts = to_markdown(findings), to_json(findings)["questions"]
    assert page.count("\n## How we know") == 1
    assert "patients without nurse and about" in page
    assert "there the two are farthest apart" in page
    (chapter,) = contents(findings).chapters
    assert "</svg>" in chapter.dots.wide
    assert "under nurse = 1" not in page.lower()
    assert str(findings).startswith("The chance that wait is at most")
    assert [one["slice"] for one in facts] == ["nurse = 0", "nurse = 1"]
    assert [point["at"] for point in facts[0]["curve"]] == list(AT)
    assert facts[0]["asked"]["at"] == list(AT)
