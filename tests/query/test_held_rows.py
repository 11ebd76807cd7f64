"""Whatever is asked of a table that is read in blocks has the draws of the same table in memory, if few rows differ."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation import checking
from bayescause.errors import DataError
from bayescause.query import held_rows

MODEL = bc.StructuralModel.parse("w ~ 1; x ~ w; y ~ x*w; dose ~ 1; v ~ dose + w")
OF_X, OF_DOSE = {"of": "x", "on": "y"}, {"of": "dose", "on": "v"}
QUESTIONS = [
    bc.RiskRatio(where="w > 0", **OF_X),
    bc.NumberNeededToTreat(**OF_X),
    bc.ConditionalEffect(given=("w",), **OF_X),
    bc.ConditionalCurve(given=("w",), **OF_DOSE),
    bc.DoseResponse(**OF_DOSE),
    bc.PolicyEffect(intervention={"rule": {"when": "w > 1", "then": 1, "otherwise": 0}}, **OF_X),
    bc.ShiftEffect(intervention={"shift": 1}, **OF_DOSE),
    bc.QuantileEffect(contrast=(0, 2), **OF_DOSE),
    bc.Distribution(contrast=(0, 2), **OF_DOSE),
    bc.ProbabilityOfNecessity(**OF_X),
    bc.ProbabilityOfBoth(**OF_X),
]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(1)
    w, dose = rng.integers(0, 3, 3_000), rng.integers(0, 5, 3_000)
    x = (rng.random(3_000) < 1 / (1 + np.exp(1 - w))).astype(int)
    y = (rng.random(3_000) < 1 / (1 + np.exp(1 - x - 0.5 * w))).astype(int)
    return pd.DataFrame({"w": w, "x": x, "y": y, "dose": dose, "v": 0.3 * dose + 0.5 * w + rng.normal(size=3_000)})


@pytest.fixture
def file(data, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "STREAMED", 10)
    duckdb.from_df(data).write_parquet(str(tmp_path / "weeks.parquet"))
    return tmp_path / "weeks.parquet"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.short)
def test_the_draws_are_those_of_the_rows_in_memory(data, file, question):
    held, read = (bc.ask(MODEL, one, question, seed=1) for one in (data, file))
    # Sums in another order: rounding only.
    np.testing.assert_allclose(read.draws.to_numpy(), held.draws.to_numpy(), rtol=1e-8, atol=1e-10)
    assert (read.status, read.reasons) == (held.status, held.reasons)


@pytest.mark.parametrize(
    "question", [bc.PolicyEffect(of="x", on="visits", intervention=1), bc.DoseResponse(of="x", on="visits")]
)
def test_whether_there_is_a_mean_is_looked_at_in_the_rows_that_are_held(data, file, question):
    rng = np.random.default_rng(2)
    visits = data.assign(visits=rng.poisson(np.exp(0.3 * data["v"])))
    duckdb.from_df(visits).write_parquet(str(file))
    model = bc.StructuralModel.parse("x ~ w; v ~ x + w; visits ~ v", kinds={"count": ["visits"]})
    held, read = (bc.ask(model, one, question, seed=1) for one in (visits, file))
    # Sums in another order: rounding only.
    np.testing.assert_allclose(read.draws.to_numpy(), held.draws.to_numpy(), rtol=1e-8, atol=1e-10)
    assert (read.status, read.reasons) == (held.status, held.reasons)


def test_more_different_rows_than_can_be_held_are_refused_by_their_columns(file, monkeypatch):
    monkeypatch.setattr(held_rows, "MANY_ROWS", 5)
    with pytest.raises(DataError, match="looks at 'x' and 'w' of all units at once, of which too many differ"):
        bc.ask(MODEL, file, bc.RiskRatio(**OF_X), seed=1)
