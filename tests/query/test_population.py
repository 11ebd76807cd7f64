"""Populations and their Bayesian bootstrap are checked against the moments of the Dirichlet law."""

import numpy as np
import pytest

from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.query.population import Population, bootstrap_weights, population_of, sample_weights


def _table(frequency=None):
    columns = {"z": np.array([1.0, 2.0, 1.0, 1.0]), "w": np.array([0.0, 0.0, 0.0, 1.0])}
    return Table(columns, {"z": "continuous", "w": "binary"}, {}, frequency=frequency)


def test_equal_rows_are_counted_once():
    found = population_of(_table(), ["z", "w"])
    assert found.counts.tolist() == [2.0, 1.0, 1.0]
    assert found.columns["z"].tolist() == [1.0, 1.0, 2.0]


def test_row_counts_are_honoured():
    found = population_of(_table(np.array([5.0, 1.0, 2.0, 3.0])), ["z"])
    assert dict(zip(found.columns["z"], found.counts, strict=True)) == {1.0: 10.0, 2.0: 1.0}


def test_without_covariates_all_units_are_alike():
    assert population_of(_table(), []).counts.tolist() == [4.0]


def test_a_population_of_nobody_is_refused():
    with pytest.raises(SpecError, match="nobody to average over"):
        population_of(_table(), ["z"], np.zeros(4, dtype=bool))


def test_the_bootstrap_has_the_moments_of_a_dirichlet():
    units, draws = Population({}, np.array([3.0, 7.0])), 200_000
    weights = bootstrap_weights(units, draws, np.random.default_rng(1))[:, 0]
    sd = np.sqrt(0.3 * 0.7 / 11)
    # four standard errors of a mean; an sd's standard error is about sd / sqrt(2 draws)
    assert weights.mean() == pytest.approx(0.3, abs=4 * sd / np.sqrt(draws))
    assert weights.std() == pytest.approx(sd, abs=4 * sd / np.sqrt(2 * draws))


def test_sample_weights_are_the_shares():
    assert sample_weights(Population({}, np.array([1.0, 3.0]))).tolist() == [0.25, 0.75]
