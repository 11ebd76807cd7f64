from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import bayescause.inference.sufficient as module
from bayescause.errors import DataError
from bayescause.inference.sufficient import log_likelihood, summarise
from bayescause.scm.mechanisms.gaussian import Gaussian


@pytest.fixture
def columns():
    rng = np.random.default_rng(5)
    x, z = rng.normal(3, 2, 50), rng.normal(size=50)
    return {"x": x, "z": z, "y": 1 + x - z + rng.normal(size=50)}


def gram(sufficient):
    return sufficient.triangle.T @ sufficient.triangle


def test_the_triangle_is_the_root_of_the_gram_matrix(gaussian, columns):
    case = gaussian(columns)
    found = summarise(case.task, case.design, case.table)
    scaled = np.column_stack([case.matrix / found.scales, (case.response - found.shift) / found.unit])
    assert np.allclose(gram(found), scaled.T @ scaled)


def test_blocks_of_rows_give_what_one_block_gives(gaussian, columns, monkeypatch):
    case = gaussian(columns)
    whole = summarise(case.task, case.design, case.table)
    monkeypatch.setattr(module, "CELLS", 10)
    assert np.allclose(gram(summarise(case.task, case.design, case.table)), gram(whole))


def test_counted_rows_equal_repeated_rows(gaussian, columns):
    counts = np.arange(50) % 3
    repeated = {name: np.repeat(values, counts) for name, values in columns.items()}
    counted, spelt = gaussian(columns, frequency=counts.astype(float)), gaussian(repeated)
    found = summarise(spelt.task, counted.design, counted.table)
    expected = summarise(spelt.task, spelt.design, spelt.table)
    assert found.units == expected.units == counts.sum()
    assert np.allclose(gram(found), gram(expected))


def test_rows_without_a_response_are_skipped_and_counted(gaussian, columns):
    gap = columns | {"y": np.where(np.arange(50) < 5, np.nan, columns["y"])}
    case, kept = gaussian(gap), gaussian({name: values[5:] for name, values in columns.items()})
    found = summarise(case.task, case.design, case.table)
    assert (found.units, found.skipped) == (45, 5)
    assert np.allclose(gram(found), gram(summarise(kept.task, kept.design, kept.table)))


def test_no_complete_row_is_an_error_that_names_the_variable(gaussian, columns):
    case = gaussian(columns)
    nothing = replace(case.table, columns=columns | {"y": np.full(50, np.nan)})
    with pytest.raises(DataError, match="'y'"):
        summarise(case.task, case.design, nothing)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_the_log_likelihood_is_that_of_all_rows(gaussian, columns, unit):
    case = gaussian({name: unit * values for name, values in columns.items()})
    coefficients, sd = np.array([[2.0 * unit, 0.5, -0.5], [unit, 0.9, 0.1]]), unit * np.array([0.7, 1.4])
    found = log_likelihood(summarise(case.task, case.design, case.table), coefficients, sd)
    expected = stats.norm.logpdf(case.response, coefficients @ case.matrix.T, sd[:, None]).sum(axis=1)
    assert np.allclose(found, expected, rtol=1e-10)


def test_every_unit_of_a_counted_row_has_the_row_s_weight(gaussian, columns):
    counts, weights = np.arange(50.0) % 3, np.random.default_rng(6).uniform(0.2, 4, 50)
    case = gaussian(columns | {"w": weights}, frequency=counts)
    own = gaussian(columns)
    task = replace(own.task, mechanism=Gaussian(weights="w"))
    coefficients, sd = np.array([[2.0, 0.5, -0.5], [1.0, 0.9, 0.1]]), np.array([0.7, 1.4])
    found = log_likelihood(summarise(task, own.design, case.table), coefficients, sd)
    rows = stats.norm.logpdf(case.response, coefficients @ own.matrix.T, sd[:, None] / np.sqrt(weights))
    assert np.allclose(found, rows @ counts, rtol=1e-10)
