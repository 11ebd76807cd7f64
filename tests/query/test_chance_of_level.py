"""The chance of one level as a question: that of the mechanism's law, and the mean of a 0/1 column of the level."""

import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.errors import DataError
from bayescause.inference.posterior import parameters

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
ROWS = 600
CONTRAST = {"of": "x", "on": "way", "contrast": ("low", "high")}


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(5)
    z, x = rng.normal(size=ROWS), rng.integers(0, 3, ROWS)
    logits = np.stack([np.zeros(ROWS), 0.5 * x + 0.5 * z, 1.0 * x - 0.3 * z], axis=1)
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    way = (rng.random((ROWS, 1)) > chance.cumsum(axis=1)).sum(axis=1)
    visits = rng.poisson(np.exp(0.3 * x - 0.2 * z))
    names = {"x": np.array(["low", "mid", "high"])[x], "way": np.array(["bus", "car", "walk"])[way]}
    return {"z": z, "visits": visits, "weight": x + rng.normal(size=ROWS), **names}


@pytest.fixture(scope="module")
def model():
    return bc.StructuralModel.parse("weight ~ x; way ~ x + z; visits ~ x + z", kinds={"count": ["visits"]})


@pytest.fixture(scope="module")
def posterior(model, rows):
    asked = [bc.AverageEffect(**CONTRAST, level="walk"), bc.AverageEffect(of="x", on="visits", contrast=("low", "mid"))]
    return bc.fit(model, rows, asked, seed=2)


def chances(posterior, level):
    """Average chance of each way if everybody had ``level`` of x, straight from coefficients, dims (sample, way)."""
    task, drawn = posterior.design.mechanisms["way"], parameters(posterior, "way").coefficients
    code = posterior.table.levels["x"].index(level)
    columns = {"z": posterior.table.columns["z"]} | {f"x[{name}]": 0.0 for name in posterior.table.levels["x"]}
    columns[f"x[{posterior.table.levels['x'][code]}]"] = 1.0
    logits = [np.zeros((len(drawn), posterior.table.rows))]
    for way in posterior.table.levels["way"][1:]:
        by = {name.removeprefix(f"{way}."): drawn[:, k] for k, name in enumerate(task.coefficients)}
        total = by["intercept"][:, None] + sum(
            by[name][:, None] * (columns[name] - centre)
            for name, centre in zip(task.columns, task.centres, strict=True)
            if name in by
        )
        logits.append(total)
    weights = np.exp(np.stack(logits))
    return (weights / weights.sum(axis=0)).mean(axis=2).T


@pytest.mark.parametrize("level", ["bus", "car", "walk"])
def test_each_level_has_the_chance_that_its_coefficients_give(posterior, level):
    effect = bc.estimate(posterior, bc.AverageEffect(**CONTRAST, population="sample", level=level))
    place = posterior.table.levels["way"].index(level)
    truth = (chances(posterior, "high") - chances(posterior, "low"))[:, place]
    np.testing.assert_allclose(effect.draws.to_numpy().ravel(), truth, atol=1e-10)
    assert f"the chance that way is {level}" in str(effect)


def test_ratios_odds_and_number_needed_are_those_of_the_same_chances(posterior):
    place = posterior.table.levels["way"].index("walk")
    low, high = (chances(posterior, level)[:, place] for level in ("low", "high"))
    told = {"population": "sample", "level": "walk"}
    for question, truth in (
        (bc.RiskRatio(**CONTRAST, **told), high / low),
        (bc.OddsRatio(**CONTRAST, **told), high / (1 - high) / (low / (1 - low))),
        (bc.NumberNeededToTreat(**CONTRAST, **told), high - low),
    ):
        np.testing.assert_allclose(bc.estimate(posterior, question).draws.to_numpy().ravel(), truth, rtol=1e-9)


def test_the_effects_on_all_levels_add_up_to_nothing(posterior):
    everyone = sum(
        bc.estimate(posterior, bc.AverageEffect(**CONTRAST, level=level)).draws for level in ("bus", "car", "walk")
    )
    np.testing.assert_allclose(everyone, 0.0, atol=1e-12)


@pytest.mark.long
def test_the_chances_of_all_counts_add_up_to_the_mean(posterior):
    asked = {"of": "x", "on": "visits", "contrast": ("low", "mid"), "population": "sample"}
    mean = bc.estimate(posterior, bc.AverageEffect(**asked)).draws
    parts = [k * bc.estimate(posterior, bc.AverageEffect(**asked, level=k)).draws for k in range(1, 40)]
    np.testing.assert_allclose(sum(parts), mean, atol=1e-9)


@pytest.mark.parametrize("asked", [bc.EffectOnTreated, bc.EffectOnUntreated])
def test_groups_of_units_have_the_chance_too(posterior, asked):
    effects = [bc.estimate(posterior, asked(**CONTRAST, level=level)).draws for level in ("bus", "car", "walk")]
    np.testing.assert_allclose(sum(effects), 0.0, atol=1e-12)
    assert float(abs(effects[2]).mean()) > 0.05


def test_a_binary_outcome_has_the_chance_of_one_as_its_mean():
    rng = np.random.default_rng(1)
    x, z = rng.integers(0, 2, 200), rng.normal(size=200)
    rows = {"x": x, "z": z, "y": (rng.random(200) < 0.3 + 0.3 * x).astype(int)}
    asked = {"of": "x", "on": "y"}
    posterior = bc.fit(bc.StructuralModel.parse("y ~ x + z"), rows, [bc.AverageEffect(**asked)])
    mean, one, none = (
        bc.estimate(posterior, question)
        for question in (bc.AverageEffect(**asked), *(bc.AverageEffect(**asked, level=level) for level in (1, 0)))
    )
    np.testing.assert_allclose(one.draws, mean.draws, atol=1e-12)
    np.testing.assert_allclose(none.draws, -mean.draws, atol=1e-12)
    assert one.unadjusted == pytest.approx(mean.unadjusted)


def test_by_a_front_door_and_by_bounds_a_level_is_what_its_own_column_is():
    rng = np.random.default_rng(9)
    u, size = rng.integers(0, 2, 4_000), 4_000
    x = (rng.random(size) < 0.2 + 0.6 * u).astype(int)
    m = (rng.random(size) < 0.2 + 0.6 * x).astype(int)
    y = np.minimum(m + u + (rng.random(size) < 0.2), 2)
    named = pd.DataFrame({"x": x, "m": m, "y": np.array(["a", "b", "c"])[y], "is_c": (y == 2).astype(int)})
    own = bc.ask(bc.StructuralModel.parse("x -> m -> is_c; x <-> is_c"), named, bc.AverageEffect("x", "is_c"))
    level = bc.ask(bc.StructuralModel.parse("x -> m -> y; x <-> y"), named, bc.AverageEffect("x", "y", level="c"))
    # Two posteriors of one share: priors of two and of three levels differ by less than a third of a row.
    assert float(level.mean()) == pytest.approx(float(own.mean()), abs=0.2 * float(own.sd()))
    assert level.route.way == "functional"
    bound = bc.ask(bc.StructuralModel.parse("x -> y; x <-> y"), named, bc.AverageEffect("x", "y", level="c")).bounds
    alone = bc.ask(bc.StructuralModel.parse("x -> is_c; x <-> is_c"), named, bc.AverageEffect("x", "is_c")).bounds
    for end, other in ((bound.low, alone.low), (bound.high, alone.high)):
        assert float(end.mean()) == pytest.approx(float(other.mean()), abs=0.005)


@pytest.mark.parametrize(
    ("asked", "short"),
    [(bc.ProbabilityOfNecessity, "pn"), (bc.ProbabilityOfSufficiency, "ps"), (bc.ProbabilityOfBoth, "pns")],
)
def test_one_level_has_the_sharp_range_of_frechet_whatever_the_number_of_levels(posterior, asked, short):
    """Without z there is one stratum: the range is that of Tian and Pearl (2000) with the two chances."""
    rows = {name: posterior.table.columns[name] for name in ("x", "way")}
    named = {name: np.array(posterior.table.levels[name])[codes.astype(int)] for name, codes in rows.items()}
    question = asked(**CONTRAST, population="sample", level="walk")
    plain = bc.fit(bc.StructuralModel.parse("way ~ x"), named, [question], seed=4)
    effect, bounds = bc.estimate(plain, question), question.bounds(plain)
    ratio = bc.estimate(plain, bc.RiskRatio(**CONTRAST, population="sample", level="walk")).draws
    rise = bc.estimate(plain, bc.AverageEffect(**CONTRAST, population="sample", level="walk")).draws
    p0 = rise / (ratio - 1)
    p1 = p0 + rise
    chance = {"pn": p1, "ps": 1 - p0, "pns": 1.0}[short]
    np.testing.assert_allclose(bounds.low, np.maximum(0, rise) / chance, atol=1e-9)
    np.testing.assert_allclose(bounds.high, np.minimum(1, np.minimum(p1, 1 - p0) / chance), atol=1e-9)
    assert bounds.is_sharp
    assert "coupling: the treatment prevents the outcome in no unit (monotone)" in effect.assumed


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        (bc.AverageEffect(**CONTRAST, level="plane"), DataError, "no level 'plane'. It has bus, car, walk"),
        (bc.AverageEffect("x", "visits", ("low", "mid"), level=0.5), DataError, "a count"),
        (bc.AverageEffect("x", "weight", ("low", "mid"), level=0), DataError, "a single value of it has no chance"),
        (bc.RiskRatio("x", "visits", ("low", "mid")), DataError, "Name the level that matters"),
        (bc.ProbabilityOfBoth("x", "visits", ("low", "mid")), DataError, "Name the level that matters"),
    ],
)
def test_what_is_no_level_is_refused_with_what_to_do(model, rows, question, error, words):
    with pytest.raises(error, match=words):
        bc.ask(model, rows, question)


def test_a_mean_of_levels_without_an_order_is_refused_with_the_level_to_name(model, rows):
    effect = bc.ask(model, rows, bc.AverageEffect(**CONTRAST))
    assert effect.status == "refused"
    assert 'such as `level="bus"`' in effect.reasons[0]
