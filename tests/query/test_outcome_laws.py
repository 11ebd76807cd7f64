"""Quantiles and chances where the answer is read off a joint law: against enumeration, closed forms and truth."""

import numpy as np
import pytest
from scipy import stats

import bayescause as bc

NAPKIN = "w -> z -> x -> y; w <-> x; w <-> y"
LEVELS = ("none", "some", "much")


@pytest.fixture(scope="module")
def ordered():
    """The napkin graph with an outcome of three levels in order."""
    rng = np.random.default_rng(4)
    units = 4_000
    first, second = rng.random((2, units)) < 0.5
    w = (rng.random(units) < 0.2 + 0.3 * first + 0.3 * second).astype(float)
    z = (rng.random(units) < 0.3 + 0.4 * w).astype(float)
    x = (rng.random(units) < 0.1 + 0.5 * z + 0.3 * first).astype(float)
    y = (rng.random(units) < 0.3 + 0.4 * x) * 1 + (rng.random(units) < 0.2 + 0.2 * x + 0.3 * second) * 1
    rows = {"w": w, "z": z, "x": x, "y": np.array(LEVELS)[y]}
    model = bc.StructuralModel.parse(NAPKIN, kinds={"ordinal": ["y"]}, levels={"y": LEVELS})
    return bc.fit(model, rows, [bc.Distribution(of="x", on="y")], seed=1)


@pytest.fixture(scope="module")
def straight():
    """The same with straight lines and normal errors: under do the outcome has the variance of y - 2 x."""
    rng = np.random.default_rng(5)
    first, second, *noise = rng.normal(size=(6, 3_000))
    w = first + second + noise[0]
    z = w + noise[1]
    x = 0.8 * z + first + noise[2]
    y = 1.0 + 2.0 * x + second + noise[3]
    question = bc.QuantileEffect(of="x", on="y", probabilities=(0.1, 0.9))
    return bc.fit(bc.StructuralModel.parse(NAPKIN), {"w": w, "z": z, "x": x, "y": y}, [question], seed=1)


def flat(draws):
    return draws.stack(sample=("chain", "draw")).transpose("sample", ...).to_numpy()


def test_chances_of_levels_under_do_are_those_that_made_the_rows(ordered):
    effect = bc.estimate(ordered, bc.Distribution(of="x", on="y", at=LEVELS[:2]))
    assert effect.verdict.strategy == "general"
    for place, level in enumerate((0, 1)):
        first, second = 0.3 + 0.4 * level, np.array([0.2, 0.5]) + 0.2 * level
        truth = [np.mean((1 - first) * (1 - second)), 1 - np.mean(first * second)]
        found = effect.draws.isel(group=place)
        spread = found.std(("chain", "draw")).to_numpy()
        assert (np.abs(found.mean(("chain", "draw")).to_numpy() - truth) < 4 * spread).all()


def test_chances_and_quantiles_are_those_of_the_distribution_functions_in_every_draw(ordered):
    below = flat(bc.estimate(ordered, bc.Distribution(of="x", on="y", at=LEVELS)).draws)
    np.testing.assert_allclose(below[:, :, -1], 1.0, atol=1e-9)
    above = flat(bc.estimate(ordered, bc.Exceedance(of="x", on="y", above=LEVELS[:2])).draws)
    np.testing.assert_allclose(above, below[:, 0, :2] - below[:, 1, :2], atol=1e-12)
    moved = flat(bc.estimate(ordered, bc.QuantileEffect(of="x", on="y", probabilities=(0.3, 0.8))).draws)
    codes = (below[:, :, None, :] < np.array([0.3, 0.8])[:, None]).sum(axis=-1)
    np.testing.assert_array_equal(moved, codes[:, 1] - codes[:, 0])


def test_jointly_normal_outcomes_move_as_a_whole(straight):
    quantiles = flat(bc.estimate(straight, bc.QuantileEffect(of="x", on="y", probabilities=(0.1, 0.9))).draws)
    average = flat(bc.estimate(straight, bc.AverageEffect(of="x", on="y")).draws)
    np.testing.assert_allclose(quantiles - average[:, None], 0.0, atol=1e-9)
    effect = bc.estimate(straight, bc.Distribution(of="x", on="y", at=(-1.0, 3.0)))
    # Under do(x) the outcome is 1 + 2 x + two standard normal errors.
    truth = stats.norm.cdf(np.array([-1.0, 3.0]), [[1.0], [3.0]], np.sqrt(2.0))
    spread = effect.draws.std(("chain", "draw")).to_numpy()
    assert (np.abs(effect.draws.mean(("chain", "draw")).to_numpy() - truth) < 4 * spread).all()


def test_rows_and_counts_that_a_joint_law_has_not_are_refused_in_words(ordered):
    effect = bc.estimate(ordered, bc.Distribution(of="x", on="y", where="z == 1"))
    assert effect.status == "refused"
    counts = {"w": [0, 1] * 20, "z": [0, 1, 1, 0] * 10, "x": [1, 0] * 20, "y": list(range(20)) * 2}
    asked = bc.QuantileEffect(of="x", on="y")
    effect = bc.ask(bc.StructuralModel.parse(NAPKIN, kinds={"count": ["y"]}), counts, asked)
    assert effect.status == "refused"
    assert "no estimator for its types" in effect.reasons[0]
