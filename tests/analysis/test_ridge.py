import numpy as np
import pytest

from bayescause.analysis.ridge import RIDGE, RidgeColumns, ridge_columns, ridge_line, ridge_logistic


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(3)
    level, covariates = random.integers(0, 30, 2_000), random.normal(size=(2_000, 2))
    response = (random.uniform(size=2_000) < 1 / (1 + np.exp(-covariates[:, 0] - 0.1 * (level - 15)))).astype(float)
    return level, covariates, response, random.integers(1, 4, 2_000).astype(float)


def spread(level, covariates):
    """Intercept, standardised columns and standardised dummies, written out."""
    columns = np.column_stack([covariates, level[:, None] == np.arange(1, 30)])
    return np.column_stack([np.ones(len(level)), (columns - columns.mean(axis=0)) / columns.std(axis=0)])


def precision(columns):
    return RIDGE * (np.arange(columns.shape[1]) > 0)


def test_a_line_is_that_of_the_dummies_written_out(rows):
    level, covariates, response, weights = rows
    columns = spread(level, covariates)
    gram = columns.T @ (columns * weights[:, None]) + np.diag(precision(columns))
    expected = columns @ np.linalg.solve(gram, columns.T @ (weights * response))
    assert ridge_line(ridge_columns(covariates, level, np.ones(2_000)), response, weights) == pytest.approx(
        expected, abs=1e-9
    )


def test_at_the_logistic_peak_the_slope_along_every_dummy_is_that_of_its_prior(rows):
    level, covariates, response, weights = rows
    columns = spread(level, covariates)
    probability = ridge_logistic(ridge_columns(covariates, level, np.ones(2_000)), response, weights)
    coefficients = np.linalg.lstsq(columns, np.log(probability / (1 - probability)))[0]
    slope = columns.T @ (weights * (response - probability))
    assert slope == pytest.approx(precision(columns) * coefficients, abs=1e-5)


def test_a_factor_of_many_levels_holds_no_dense_dummies():
    level = np.arange(20_000) % 1_000
    columns = ridge_columns(np.zeros((20_000, 0)), level, np.ones(20_000))
    assert isinstance(columns, RidgeColumns)
    assert columns.dense.shape == (20_000, 1)
    assert ridge_logistic(columns, (level < 500).astype(float), np.ones(20_000))[[0, 999]] == pytest.approx(
        [1, 0], abs=0.2
    )
