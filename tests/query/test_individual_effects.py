"""Effects on single units against units whose both outcomes were simulated."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.inference.fitting import fit
from bayescause.query import many_rows
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimands.individual_effect import IndividualEffect
from bayescause.query.estimating import estimate
from bayescause.query.imagining import counterfactual
from bayescause.scm.structural_model import StructuralModel

ROWS = 400


@pytest.fixture(scope="module")
def chain():
    """x -> m -> y with m lognormal: the effect of a unit depends on its own noise."""
    rng = np.random.default_rng(2)
    z, x = rng.normal(size=ROWS), (rng.random(ROWS) < 0.5).astype(float)
    noise, other = rng.normal(0, 0.5, ROWS), rng.normal(0, 0.3, ROWS)
    worlds = {level: 2 * np.exp(0.5 * level + noise) + z + other for level in (0, 1)}
    m = np.exp(0.5 * x + noise)
    columns = {"z": z, "x": x, "m": m, "y": np.where(x == 1, worlds[1], worlds[0])}
    model = StructuralModel.parse("z ~ 1; x ~ 1; m ~ x; y ~ m + z", families={"m": "lognormal"})
    return fit(model, columns, seed=4), worlds[1] - worlds[0]


def by_unit(effect):
    rows, draws = zip(*effect.by_unit(), strict=True)
    return np.concatenate(rows), np.concatenate(draws, axis=1)


def test_each_unit_is_given_back_its_own_effect(chain):
    posterior, truth = chain
    rows, draws = by_unit(estimate(posterior, IndividualEffect(of="x", on="y")))
    assert rows.tolist() == list(range(ROWS))
    # Only the parameters are unknown: relative errors of a few sds of the slopes, far below the differences of units.
    error = np.abs(draws.mean(axis=0) - truth) / draws.std(axis=0)
    assert np.quantile(error, 0.9) < 4
    assert np.corrcoef(draws.mean(axis=0), truth)[0, 1] > 0.98


def test_their_average_is_that_of_the_units(chain):
    posterior, truth = chain
    effect = estimate(posterior, IndividualEffect(of="x", on="y"))
    _, draws = by_unit(effect)
    np.testing.assert_allclose(effect.draws.to_numpy().ravel(), draws.mean(axis=1), rtol=1e-9)
    assert abs(float(effect.mean()) - truth.mean()) < 4 * float(effect.sd())
    assert any(line.startswith("coupling") for line in effect.assumed)


@pytest.mark.filterwarnings("ignore::bayescause.errors.ConvergenceWarning")
def test_some_of_many_units_whose_noises_are_known_tell_the_average(chain, monkeypatch):
    posterior, _ = chain
    whole = estimate(posterior, IndividualEffect(of="x", on="y"))
    monkeypatch.setattr(many_rows, "MANY_ROWS", ROWS // 2)
    monkeypatch.setattr(many_rows, "TRIED_ROWS", ROWS // 8)
    some = estimate(posterior, IndividualEffect(of="x", on="y"))
    assert not np.array_equal(some.draws, whole.draws)
    # The rows may err by half a Monte Carlo error, of an sd as well: five of them are far from it.
    error = 5 * float(whole.sd()) / np.sqrt(whole.draws.size)
    assert abs(float(some.mean() - whole.mean())) < error
    assert abs(float(some.sd() - whole.sd())) < error


def test_on_straight_lines_they_average_to_the_average_effect():
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=(2, 100))
    columns = {"x": x, "z": z, "y": x + x * z + rng.normal(size=100)}
    posterior = fit(StructuralModel.parse("z ~ 1; x ~ z; y ~ x*z"), columns)
    own, average = (
        estimate(posterior, question(of="x", on="y", population="sample"))
        for question in (IndividualEffect, AverageEffect)
    )
    np.testing.assert_allclose(own.draws, average.draws, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("how", ["comonotone", "independent"])
def test_the_outcome_that_was_seen_is_one_of_the_two(how):
    rng = np.random.default_rng(5)
    x = (rng.random(200) < 0.5).astype(float)
    y = (rng.random(200) < 0.3 + 0.4 * x).astype(float)
    posterior = fit(StructuralModel.parse("x ~ 1; y ~ x"), {"x": x, "y": y})
    effect = estimate(posterior, IndividualEffect(of="x", on="y", how=how))
    _, draws = by_unit(effect)
    # Y(1) - Y(0) with one of the two seen: y - something of 0 or 1 for the treated, something - y for the others.
    seen = np.where(x == 1, y, -y)
    assert set(np.unique(np.abs(draws - seen))) <= {0.0, 1.0}
    harmed = (draws < 0).mean()
    assert harmed < 0.01 if how == "comonotone" else harmed > 0.05


def test_a_missing_outcome_is_drawn_and_not_the_mean():
    rng = np.random.default_rng(6)
    x = rng.normal(size=100)
    y = np.exp(x + rng.normal(size=100))
    y[:3] = np.nan
    model = StructuralModel.parse("x ~ 1; y ~ x", families={"y": "lognormal"})
    question = IndividualEffect(of="x", on="y")
    posterior = fit(model, tabulate(model, {"x": x, "y": y}, questions=[question], missing="drop"), [question])
    _, draws = by_unit(estimate(posterior, question))
    spread = np.log(np.abs(draws)).std(axis=0)
    assert spread[:3].min() > 3 * np.median(spread[3:])


def test_an_adjusted_regression_has_no_units_of_its_own():
    rng = np.random.default_rng(7)
    columns = {name: rng.normal(size=60) for name in ("z", "x", "m", "y")}
    posterior = fit(
        StructuralModel.parse("z -> x -> m -> y; z -> y; m <-> y"),
        columns,
        [IndividualEffect(of="x", on="y")],
        draws=250,
    )
    effect = estimate(posterior, IndividualEffect(of="x", on="y"))
    assert effect.status == "refused"
    assert "the mechanism of every variable between" in str(effect)


@pytest.mark.parametrize(
    ("family", "draw"),
    [
        ("hurdle", lambda rng, mean: (rng.random(ROWS) < 0.7) * np.maximum(rng.poisson(mean), 1.0)),
        ("gamma", lambda rng, mean: rng.gamma(2.0, mean / 2.0)),
    ],
)
def test_units_of_skewed_families_average_to_the_average_effect_and_were_what_they_were(family, draw):
    rng = np.random.default_rng(9)
    x = (rng.random(ROWS) < 0.5).astype(float)
    y = draw(rng, np.exp(1.0 + 0.6 * x))
    posterior = fit(StructuralModel.parse("x ~ 1; y ~ x", families={"y": family}), {"x": x, "y": y}, seed=2, draws=50)
    own, average = (
        estimate(posterior, question(of="x", on="y", population="sample"))
        for question in (IndividualEffect, AverageEffect)
    )
    _, draws = by_unit(own)
    # One of the two outcomes is the one that was seen: the other is one too, and no unit of a higher rank is lower.
    other = np.where(x == 1, y - draws, y + draws)
    assert other.min() >= 0.0
    # What was seen of each unit instead of its mean: the averages differ by the sampling error of 400 units.
    assert abs(float(own.mean() - average.mean())) < 4 * y.std() * np.sqrt(4 / ROWS)
    assert counterfactual(posterior, {"x": 1.0, "y": 4.0}, do={"x": 1.0}, on="y").mean() == pytest.approx(4.0)


@pytest.mark.parametrize("where", [None, "z > 0"])
def test_of_units_that_were_not_seen_it_is_the_average_effect(chain, where):
    posterior, _ = chain
    asked = {"of": "x", "on": "y", "population": "superpopulation", "where": where}
    own, average = (estimate(posterior, question(**asked)) for question in (IndividualEffect, AverageEffect))
    np.testing.assert_array_equal(own.draws, average.draws)
    these = estimate(posterior, IndividualEffect(**{**asked, "population": "sample"}))
    assert not np.array_equal(these.draws, own.draws)
