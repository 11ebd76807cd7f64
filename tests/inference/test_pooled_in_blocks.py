"""Pooled effects of a table that is read in blocks, against the same rows in memory."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation import checking
from bayescause.errors import DataError
from bayescause.inference import pooled_limits
from bayescause.inference.posterior import parameters

ROWS = 1_500


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(9)
    shop, town, x = rng.integers(0, 12, ROWS), rng.integers(0, 4, ROWS), rng.integers(0, 2, ROWS)
    z, noise = rng.normal(size=(2, ROWS))
    levels, slopes, streets = rng.normal(size=12), 0.5 * rng.normal(size=12), 0.3 * rng.normal(size=4)
    y = x + (0.5 + slopes[shop]) * z + levels[shop] + streets[town] + noise
    columns = {"shop": [f"shop {code}" for code in shop], "town": [f"town {code}" for code in town], "x": x, "z": z}
    return pd.DataFrame(columns | {"y": y, "count": rng.poisson(np.exp(0.3 * x + 0.4 * levels[shop]))})


@pytest.fixture
def file(data, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "STREAMED", 10)
    duckdb.from_df(data).write_parquet(str(tmp_path / "shops.parquet"))
    return tmp_path / "shops.parquet"


@pytest.mark.parametrize(
    ("text", "family", "engine"),
    [
        ("y ~ x + z + (1 | shop)", "gaussian", "exact"),
        ("y ~ x + (z | shop)", "gaussian", "exact"),
        ("count ~ x + (1 | shop)", "poisson", "laplace"),
    ],
)
def test_the_posterior_is_that_of_the_rows_in_memory(data, file, text, family, engine):
    outcome = text.split(" ", maxsplit=1)[0]
    model = bc.StructuralModel.parse(text, families={outcome: family})
    question = bc.AverageEffect(of="x", on=outcome)
    held, read = (bc.fit(model, table, [question], seed=3, draws=50, engine=engine) for table in (data, file))
    assert read.table.stream is not None
    one, other = (parameters(posterior, outcome) for posterior in (held, read))
    # Sums of blocks are added up in another order: rounding alone may differ.
    np.testing.assert_allclose(other.coefficients, one.coefficients, rtol=1e-6, atol=1e-8)
    for name, values in one.dispersion.items():
        np.testing.assert_allclose(other.dispersion[name], values, rtol=1e-6)


def test_rows_that_are_too_different_for_pooled_counts_are_refused_with_what_to_do(file, monkeypatch):
    monkeypatch.setattr(pooled_limits, "MOST_HELD", 100)
    model = bc.StructuralModel.parse("count ~ x + z + (1 | shop)", families={"count": "poisson"})
    with pytest.raises(DataError) as refusal:
        bc.ask(model, file, bc.AverageEffect(of="x", on="count"))
    (told,) = refusal.value.faults
    assert "'count' (poisson with pooled effects)" in told
    assert "'z'" in told
    assert "more than 100 different rows" in told
    assert "Round" in told
