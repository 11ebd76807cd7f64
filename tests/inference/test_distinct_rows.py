"""Rows that say the same are held once."""

import numpy as np
import pandas as pd
import pytest

from bayescause.errors import DataError
from bayescause.inference.distinct_rows import distinct_rows
from bayescause.inference.fitting import fit
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import Parameters
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel


def test_equal_rows_are_counted(gaussian):
    case = gaussian({"y": np.tile([1.0, 2.0, 1.0], 4), "x": np.tile([0.0, 1.0, 0.0], 4)})
    found = distinct_rows(case.task, case.table)
    assert sorted(zip(found.columns["x"], found.columns["y"], found.counts, strict=True)) == [(0, 1, 8), (1, 2, 4)]


def test_counts_of_the_table_are_added_up(gaussian):
    case = gaussian({"y": np.zeros(4), "x": np.array([0.0, 0.0, 1.0, 1.0])}, frequency=np.array([1.0, 2.0, 3.0, 0.0]))
    assert sorted(distinct_rows(case.task, case.table).counts) == [3.0, 3.0]


def test_rows_with_a_missing_value_are_left_out(gaussian):
    case = gaussian({"y": np.array([1.0, np.nan, 2.0]), "x": np.array([1.0, 2.0, 3.0])})
    assert distinct_rows(case.task, case.table).rows == 2


def test_many_rows_that_differ_are_kept_as_they_are(gaussian):
    rng = np.random.default_rng(1)
    case = gaussian({"y": rng.normal(size=5_000), "x": rng.normal(size=5_000)})
    assert np.array_equal(distinct_rows(case.task, case.table).columns["y"], case.table.columns["y"])


def test_the_likelihood_stays_the_same(gaussian):
    rng = np.random.default_rng(2)
    case = gaussian({"y": rng.integers(0, 3, 3_000).astype(float), "x": rng.integers(0, 4, 3_000).astype(float)})
    drawn = Parameters(rng.normal(size=(5, 2)), {"sd": np.array([0.5, 1.0, 1.5, 2.0, 3.0])})
    here, there = (
        joint_log_likelihood(case.task, case.design, table, drawn)
        for table in (case.table, distinct_rows(case.task, case.table))
    )
    np.testing.assert_allclose(here, there, rtol=1e-12)


def test_a_task_without_a_complete_row_is_an_error(gaussian):
    case = gaussian({"y": np.array([1.0, 2.0]), "x": np.array([0.0, 1.0])}, frequency=np.zeros(2))
    with pytest.raises(DataError, match="nothing can be fitted"):
        distinct_rows(case.task, case.table)


def test_a_table_that_is_read_in_blocks_is_grouped_where_it_is(tmp_path, monkeypatch):
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"x": rng.integers(0, 5, 400), "y": rng.integers(0, 2, 400)})
    data.to_parquet(tmp_path / "rows.parquet")
    model = StructuralModel.parse("y ~ x")
    held = fit(model, data, seed=1)
    monkeypatch.setattr("bayescause.compilation.checking.STREAMED", 10)
    streamed = fit(model, tmp_path / "rows.parquet", [AverageEffect(of="x", on="y")], seed=1)
    np.testing.assert_allclose(streamed.draws["y_coefficient"], held.draws["y_coefficient"], rtol=1e-6)
