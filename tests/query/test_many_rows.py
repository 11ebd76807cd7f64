"""An answer from some rows, and from all of them at the posterior mean, is the answer from all rows under all draws."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import ConvergenceWarning
from bayescause.inference.telling import silent
from bayescause.query import many_rows
from bayescause.query.drawn_laws import laws_of
from bayescause.query.population import Population
from bayescause.query.routing import route_of
from bayescause.query.simulator import Simulator

ROWS, DRAWS = 1_000, 1_000
QUESTIONS = [
    bc.AverageEffect(of="x", on="y"),
    bc.ConditionalCurve(of="x", on="y", given=("z",), at=(-1.0, 1.0)),
    bc.ShiftEffect(of="z", on="y", intervention={"shift": 1.0}),
    bc.RiskRatio(of="x", on="b"),
    bc.QuantileEffect(of="x", on="y", probabilities=(0.9,)),
    bc.Exceedance(of="x", on="y", above=(1.0,)),
    bc.ProbabilityOfBoth(of="x", on="b"),
]


@pytest.fixture(scope="module")
def posterior():
    rng = np.random.default_rng(3)
    z = rng.normal(size=ROWS)
    x = (rng.random(ROWS) < 1 / (1 + np.exp(-z))).astype(float)
    columns = {
        "z": z,
        "x": x,
        "y": x + x * z + z + rng.normal(size=ROWS),
        "b": (rng.random(ROWS) < 1 / (1 + np.exp(1 - x - z / 2))).astype(float),
    }
    return bc.fit(bc.StructuralModel.parse("x ~ z; y ~ x*z; b ~ x + z"), columns, seed=1, draws=DRAWS // 4)


@pytest.mark.filterwarnings("ignore::bayescause.errors.ConvergenceWarning")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.short)
def test_some_rows_tell_what_all_do(posterior, question, monkeypatch):
    whole = bc.estimate(posterior, question)
    monkeypatch.setattr(many_rows, "MANY_ROWS", ROWS // 2)
    monkeypatch.setattr(many_rows, "TRIED_ROWS", ROWS // 8)
    some = bc.estimate(posterior, question)
    assert not np.array_equal(some.draws, whole.draws)
    # Means differ by sqrt(2 / draws) sds; the standard error of an sd is sqrt(1 / (2 draws)) of it.
    error = whole.sd() * np.sqrt(2 / DRAWS)
    assert (np.abs(some.mean() - whole.mean()) < 5 * error).all()
    np.testing.assert_allclose(some.sd(), whole.sd(), rtol=5 / np.sqrt(DRAWS))


def test_what_all_draws_agree_on_is_taken_from_all_rows(posterior, monkeypatch):
    monkeypatch.setattr(many_rows, "MANY_ROWS", ROWS // 2)
    monkeypatch.setattr(many_rows, "TRIED_ROWS", ROWS // 8)
    z = posterior.table.columns["z"]

    def mean_of_exponentials(simulator, units, _):
        return np.full((1, simulator.laws.samples), np.average(np.exp(units.columns["z"]), weights=units.counts))

    route = route_of(posterior, QUESTIONS[0])
    simulator = Simulator(laws_of(posterior, route), route, silent)
    found = many_rows.over_population(simulator, Population({"z": z}, np.ones(ROWS)), "sample", mean_of_exponentials)
    # The rows that are chosen miss the mean by a hundredth; the change from draw to draw, of which they tell, is none.
    np.testing.assert_allclose(found, np.exp(z).mean(), rtol=1e-12)


def test_rows_that_stand_for_others_stand_for_as_many_units():
    units = Population({"z": np.arange(4.0)}, np.array([1.0, 2.0, 3.0, 4.0]))
    some = many_rows._standing_for(units, np.array([1, 3]))
    assert some.columns["z"].tolist() == [1.0, 3.0]
    assert some.counts.tolist() == pytest.approx([10 * 2 / 6, 10 * 4 / 6])


def test_rows_that_are_too_few_for_the_answer_are_told_of(posterior, monkeypatch):
    monkeypatch.setattr(many_rows, "MANY_ROWS", 4)
    monkeypatch.setattr(many_rows, "TRIED_ROWS", 2)
    with pytest.warns(ConvergenceWarning, match="rests on 4 rows of all, whose error is"):
        bc.estimate(posterior, bc.Exceedance(of="x", on="y", above=(1.0,)))


def test_one_column_is_ordered_by_itself():
    z = np.random.default_rng(4).normal(size=100_000)
    order = many_rows._neighbours(Population({"z": z}, np.ones(100_000)))
    assert (np.diff(z[order]) >= 0).all()


def test_rows_at_even_distances_err_less_than_rows_chosen_at_random():
    rng = np.random.default_rng(4)
    z = rng.normal(size=(3, 20_000))
    units = Population(dict(zip("abc", z, strict=True)), np.ones(20_000))
    order = many_rows._neighbours(units)
    assert sorted(order) == list(range(20_000))
    values = z[0] + z[1] * z[2]
    errors = [values[many_rows._evenly(order, 500, rng)].mean() - values.mean() for _ in range(100)]
    # Of rows at random the error is the sd over sqrt(500); of three columns it falls as the 5/6th power at best.
    assert np.std(errors) < 0.5 * values.std() / np.sqrt(500)


def test_what_never_moves_asks_for_no_rows():
    one, other = np.random.default_rng(5).normal(size=(2, 1, 100))
    still = np.full((1, 100), 1e-16) * np.random.default_rng(6).normal(size=(2, 1, 100))
    halves = [np.concatenate(pair) for pair in zip((one, other), still, strict=True)]
    assert many_rows._excess(*halves, 4_000) == many_rows._excess(one, other, 4_000)
    assert many_rows._excess(*still * 0.0, 4_000) == 0.0
