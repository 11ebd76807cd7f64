import numpy as np
import pytest
from scipy import stats

import bayescause as bc
from bayescause.errors import SpecError
from bayescause.inference.posterior import parameters
from bayescause.query.estimand import ESTIMANDS
from bayescause.query.estimands.exceedance import Exceedance
from bayescause.query.estimands.quantile_effect import QuantileEffect
from bayescause.study.plugin_parts import chosen

TEN = (0.1, 0.5, 0.9)

FEW = 300
"""Draws that are compared with an enumeration."""


def drawn(posterior, key):
    found = parameters(posterior, key)
    names = posterior.design.mechanisms[key].coefficients
    return dict(zip(names, found.coefficients.T, strict=True)), found.dispersion


def flat(draws):
    return draws.stack(sample=("chain", "draw")).transpose("sample", ...).to_numpy()


@pytest.fixture(scope="module")
def shifted():
    rng = np.random.default_rng(0)
    z, noise, more = rng.normal(size=(3, 60))
    x = (rng.random(60) < 0.5).astype(float)
    m = 1 + 2 * x + z + noise
    question = QuantileEffect(of="x", on="y", probabilities=TEN)
    return bc.fit(bc.StructuralModel.parse("m ~ x + z; y ~ m + z"), {"x": x, "z": z, "m": m, "y": m + more}, [question])


@pytest.mark.parametrize("population", ["sample", "superpopulation"])
def test_a_shift_moves_every_quantile_by_the_average_effect(shifted, population):
    asked = {"of": "x", "on": "y", "population": population}
    effect = bc.estimate(shifted, QuantileEffect(**asked, probabilities=TEN)).draws
    average = bc.estimate(shifted, bc.AverageEffect(**asked)).draws
    np.testing.assert_allclose(effect - average, 0.0, atol=1e-7)


def test_a_chance_of_a_normal_outcome_is_that_of_its_closed_form(shifted):
    """Noise of what lies between adds to the variance of the outcome; the units are averaged over as they are."""
    effect = bc.estimate(shifted, Exceedance(of="x", on="y", above=(2.5,), population="sample"))
    (m, m_sd), (y, y_sd) = drawn(shifted, "m"), drawn(shifted, "y")
    z = shifted.table.columns["z"]
    chances = []
    for level in (0.0, 1.0):
        design_m, design_y = (shifted.design.mechanisms[key] for key in ("m", "y"))
        centre = dict(zip(design_m.columns, design_m.centres, strict=True))
        m_mean = m["intercept"][:, None] + np.outer(m["x"], level - centre["x"]) + np.outer(m["z"], z - centre["z"])
        centre = dict(zip(design_y.columns, design_y.centres, strict=True))
        y_mean = y["intercept"][:, None] + y["m"][:, None] * (m_mean - centre["m"]) + np.outer(y["z"], z - centre["z"])
        spread = np.sqrt(y_sd["sd"] ** 2 + y["m"] ** 2 * m_sd["sd"] ** 2)[:, None]
        chances.append(stats.norm.sf(2.5, y_mean, spread).mean(axis=1))
    np.testing.assert_allclose(flat(effect.draws), chances[1] - chances[0], atol=1e-9)


def test_quantiles_of_a_lognormal_outcome_are_those_of_its_closed_form():
    rng = np.random.default_rng(1)
    x = (rng.random(80) < 0.5).astype(float)
    model = bc.StructuralModel.parse("y ~ x", families={"y": "lognormal"})
    question = QuantileEffect(of="x", on="y", probabilities=TEN)
    posterior = bc.fit(model, {"x": x, "y": np.exp(1 + x + 0.5 * rng.normal(size=80))}, [question])
    by, spread = drawn(posterior, "y")
    (middle,) = posterior.design.mechanisms["y"].centres
    found = flat(bc.estimate(posterior, question).draws)
    for place, probability in enumerate(TEN):
        low, high = (
            np.exp(by["intercept"] + by["x"] * (level - middle) + spread["sd"] * stats.norm.ppf(probability))
            for level in (0, 1)
        )
        np.testing.assert_allclose(found[:, place], high - low, rtol=1e-6, atol=1e-8)


@pytest.fixture(scope="module")
def counted():
    rng = np.random.default_rng(2)
    z, x = rng.random((2, 90)).round()
    model = bc.StructuralModel.parse("m ~ x; y ~ m + z", families={"m": "poisson", "y": "poisson"})
    m = rng.poisson(np.exp(0.2 + 0.5 * x))
    question = QuantileEffect(of="x", on="y", probabilities=TEN)
    return bc.fit(model, {"x": x, "z": z, "m": m, "y": rng.poisson(np.exp(0.3 * m + 0.4 * z))}, [question])


def enumerated(posterior, level, most=60):
    """Chances of the outcome 0, 1, ... under ``level``, by sums over mediator and units, dims (sample, y)."""
    (m, _), (y, _) = drawn(posterior, "m"), drawn(posterior, "y")
    (x_centre,) = posterior.design.mechanisms["m"].centres
    design = posterior.design.mechanisms["y"]
    centre = dict(zip(design.columns, design.centres, strict=True))
    m, y = ({name: values[:FEW] for name, values in one.items()} for one in (m, y))
    values, share_of_z = np.arange(most), posterior.table.columns["z"].mean()
    rate, total = np.exp(m["intercept"] + m["x"] * (level - x_centre)), 0.0
    for z, share in ((0.0, 1 - share_of_z), (1.0, share_of_z)):
        for between in range(25):
            mean = np.exp(y["intercept"] + y["m"] * (between - centre["m"]) + y["z"] * (z - centre["z"]))
            chance = share * stats.poisson.pmf(between, rate)
            total = total + chance[:, None] * stats.poisson.pmf(values, mean[:, None])
    return total


def test_counts_give_the_smallest_value_that_reaches_the_probability(counted):
    cumulative = [enumerated(counted, level).cumsum(axis=1) for level in (0, 1)]
    found = flat(bc.estimate(counted, QuantileEffect(of="x", on="y", probabilities=TEN, population="sample")).draws)[
        :FEW
    ]
    for place, probability in enumerate(TEN):
        low, high = ((one >= probability).argmax(axis=1) for one in cumulative)
        # The sum over the mediator stops at 24: a chance within 1e-6 of the probability may fall on either side.
        clear = np.all([(np.abs(one - probability) > 1e-6).all(axis=1) for one in cumulative], axis=0)
        np.testing.assert_array_equal(found[clear, place], (high - low)[clear])
        assert clear.mean() > 0.99


def test_chances_of_counts_are_those_of_an_enumeration(counted):
    effect = bc.estimate(counted, Exceedance(of="x", on="y", above=(0, 1.5, 4), population="sample"))
    tables = [enumerated(counted, level) for level in (0, 1)]
    for place, most in enumerate((0, 1, 4)):
        low, high = (1 - one[:, : most + 1].sum(axis=1) for one in tables)
        np.testing.assert_allclose(flat(effect.draws)[:FEW, place], high - low, atol=1e-6)


def test_a_quantile_of_counts_is_said_to_move_in_steps(counted):
    effect = bc.estimate(counted, QuantileEffect(of="x", on="y"))
    assert any("moves in steps" in one for one in effect.assumed)


def test_a_chance_of_a_yes_is_the_average_effect():
    rng = np.random.default_rng(4)
    x, z = rng.random((2, 120)).round()
    columns = {"x": x, "z": z, "y": (rng.random(120) < 0.2 + 0.3 * x + 0.2 * z).astype(float)}
    posterior = bc.fit(bc.StructuralModel.parse("y ~ x + z"), columns, [bc.AverageEffect(of="x", on="y")])
    for population in ("sample", "superpopulation"):
        asked = {"of": "x", "on": "y", "population": population}
        chance = bc.estimate(posterior, Exceedance(**asked, above=(0,))).draws
        np.testing.assert_allclose(chance, bc.estimate(posterior, bc.AverageEffect(**asked)).draws, atol=1e-12)


def test_a_bent_mediator_gives_the_known_quantile_effects():
    """Truth by simulating a million units; five posterior sds leave room for one data set."""
    rng = np.random.default_rng(5)

    def world(x, size):
        m = 0.5 * x + 0.6 * rng.normal(size=size)
        return m, 1 + m**2 + 0.4 * rng.normal(size=size)

    x = (rng.random(400) < 0.5).astype(float)
    m, y = world(x, 400)
    question = QuantileEffect(of="x", on="y", probabilities=TEN)
    effect = bc.ask(bc.StructuralModel.parse("m ~ x; y ~ m + square(m)"), {"x": x, "m": m, "y": y}, question)
    low, high = (np.quantile(world(level, 1_000_000)[1], TEN) for level in (0, 1))
    assert (np.abs(effect.mean() - (high - low)) < 5 * effect.sd()).all()
    assert float(effect.mean()[2]) > float(effect.mean()[0]) + 0.1


def test_swapping_the_names_of_two_levels_changes_the_sign(shifted):
    there = bc.estimate(shifted, QuantileEffect(of="x", on="y", contrast=(0, 1), population="sample")).draws
    back = bc.estimate(shifted, QuantileEffect(of="x", on="y", contrast=(1, 0), population="sample")).draws
    np.testing.assert_allclose(there, -back)


def test_several_quantiles_are_a_curve_with_a_band(shifted):
    effect = bc.estimate(shifted, QuantileEffect(of="x", on="y", probabilities=TEN))
    assert effect.curve == "probability"
    assert (effect.band().low <= effect.interval().low).all()
    assert "the 10 % quantile" in str(effect)
    assert list(effect.to_dataframe()["probability"]) == list(TEN)


@pytest.mark.parametrize("strange", [(), (0.0,), (1.2,), (0.5, 0.5), 0.5])
def test_shares_that_are_none_are_refused(strange):
    with pytest.raises(SpecError, match="probabilities"):
        QuantileEffect(of="x", on="y", probabilities=strange)


def test_thresholds_that_are_no_several_are_refused():
    with pytest.raises(SpecError, match="above"):
        Exceedance(of="x", on="y", above=3.0)


@pytest.mark.parametrize(
    ("part", "question"),
    [
        ({"estimand": "quantile", "probabilities": list(TEN)}, QuantileEffect(of="x", on="y", probabilities=TEN)),
        ({"estimand": "exceedance", "above": [2, 3.5]}, Exceedance(of="x", on="y", above=(2, 3.5))),
    ],
)
def test_a_model_file_asks_for_several_at_once(part, question):
    assert chosen(ESTIMANDS, "estimand", {"of": "x", "on": "y", **part}, ("questions", 0)) == (question, [])
