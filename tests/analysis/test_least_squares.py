import numpy as np
import pytest

from bayescause.analysis.least_squares import Functional, regress


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    columns = np.column_stack([np.ones(60), rng.normal(size=(60, 4))])
    return columns, columns @ np.array([1.0, 2.0, 0.5, -1.0, 0.0]) + rng.normal(size=60)


def test_a_functional_has_the_textbook_standard_error(table):
    columns, response = table
    functional = Functional(regress(columns, response, np.ones(60)), np.eye(5)[1])
    inverse = np.linalg.inv(columns.T @ columns)
    residual = response - columns @ inverse @ columns.T @ response
    assert functional.standard_error == pytest.approx(np.sqrt(residual @ residual / 55 * inverse[1, 1]))


def test_the_share_of_a_block_is_that_of_a_second_regression_without_it(table):
    columns, response = table
    block = np.array([False, False, True, True, False])
    weights = np.array([0.0, 1.0, 0.3, 0.0, 0.0])
    full = Functional(regress(columns, response, np.ones(60)), weights)
    less = Functional(regress(columns[:, ~block], response, np.ones(60)), weights[~block])
    with_treatment, with_outcome = full.share_of(block)
    assert with_treatment == pytest.approx(1 - less.moment / full.moment)
    assert with_outcome == pytest.approx(1 - full.fit.residual / less.fit.residual)


def test_row_counts_are_as_good_as_rows_written_out(table):
    columns, response = table
    counts = np.arange(60) % 3 + 1.0
    short = Functional(regress(columns, response, counts), np.eye(5)[1])
    long = Functional(regress(*(np.repeat(a, counts.astype(int), axis=0) for a in table), np.ones(120)), np.eye(5)[1])
    assert short.estimate == pytest.approx(long.estimate)
    assert short.standard_error == pytest.approx(long.standard_error)


def test_a_column_written_twice_leaves_its_own_coefficient_open_and_no_other(table):
    columns, response = table
    doubled = np.column_stack([columns, columns[:, 1]])
    fit = regress(doubled, response, np.ones(60))
    assert not Functional(fit, np.eye(6)[1]).is_determined
    assert Functional(fit, np.eye(6)[2]).is_determined
    assert fit.degrees_of_freedom == 55


def test_fewer_rows_than_columns_leave_directions_open(table):
    columns, response = table
    fit = regress(columns[:3], response[:3], np.ones(3))
    assert fit.open_directions.shape == (5, 2)
    assert fit.degrees_of_freedom == 0
