"""A table says of a level's effect what its rows say."""

from dataclasses import replace

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.level_table import giving_way, level_table
from bayescause.inference.pooled_posterior import pooled_posterior
from bayescause.inference.posterior import Parameters
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

LEVELS = 3


def target_of(family):
    rng = np.random.default_rng(1)
    group, x = np.arange(60) % LEVELS, rng.normal(size=60)
    # The second column is the same in all rows of a level.
    data = {"x": x, "z": group - 1.0, "g": group, "y": rng.poisson(np.exp(0.3 + 0.3 * x + 0.4 * (group - 1.0)))}
    model = StructuralModel.parse("y ~ x + z + (1 | g)", families={"y": family}, kinds={"continuous": ["x", "z"]})
    table = tabulate(model, data)
    tasks = tuple(task for task in plan(model, kinds=table.kinds).tasks if task.key == "y")
    design = derive(model, table, tasks)
    return pooled_posterior(design.mechanisms["y"], design, table)


def of_rows(rows, given, effects):
    coefficients = np.repeat(given.coefficients, len(effects), axis=0)
    dispersion = {name: np.repeat(values, len(effects)) for name, values in given.dispersion.items()}
    (found,) = rows.by_level(Parameters(coefficients, dispersion), [effects[..., None]])
    return found


@pytest.mark.parametrize("family", ["poisson", "negative_binomial"])
def test_a_table_is_what_the_rows_say_where_the_shared_parameters_are_those_of_the_peak(family):
    target = target_of(family)
    peak = target.parameters(np.zeros((1, target.inner + len(target.scales))))
    low, high = np.full(LEVELS, -3.0), np.full(LEVELS, 2.0)
    table = level_table(target.rows, peak, 0, giving_way(target.rows, peak, 0), low=low, high=high)
    effects = np.random.default_rng(0).uniform(-3.0, 2.0, (50, LEVELS))
    found = table.at(np.repeat(target.rows.shared(peak), 50, axis=0), effects[None])[0]
    # A table is as fine as it takes for an error of a hundredth, all levels together.
    np.testing.assert_allclose(found, of_rows(target.rows, peak, effects), atol=0.01)


def test_a_column_that_is_the_same_in_all_rows_of_a_level_moves_the_curve_and_changes_nothing_else():
    target = target_of("poisson")
    peak = target.parameters(np.zeros((1, target.inner + len(target.scales))))
    wide = np.full(LEVELS, 4.0)
    table = level_table(target.rows, peak, 0, giving_way(target.rows, peak, 0), low=-wide, high=wide)
    moved = Parameters(peak.coefficients.copy(), peak.dispersion)
    moved.coefficients[0, [0, 2]] += [0.4, -0.5]
    effects = np.random.default_rng(0).uniform(-1.5, 1.5, (50, LEVELS))
    shared = np.repeat(target.rows.shared(moved), 50, axis=0)
    np.testing.assert_allclose(table.at(shared, effects[None])[0], of_rows(target.rows, moved, effects), atol=0.01)


def test_other_columns_change_the_curve_by_their_first_derivative_which_depends_on_the_effect():
    # At a peak of all zeros the derivative is the same whatever the effect is, and tilts are not put to the test.
    target = target_of("negative_binomial")
    peak = target.parameters(np.random.default_rng(5).normal(0.0, 0.5, (1, target.inner + len(target.scales))))
    wide = np.full(LEVELS, 3.0)
    table = level_table(target.rows, peak, 0, giving_way(target.rows, peak, 0), low=-wide, high=wide)
    effects = np.random.default_rng(0).uniform(-1.0, 1.0, (50, LEVELS))

    def error(size, tilted=1.0):
        moved = Parameters(peak.coefficients.copy(), peak.dispersion)
        moved.coefficients[0, 1] += size
        shared = np.repeat(target.rows.shared(moved), 50, axis=0)
        found = replace(table, tilts=tilted * table.tilts).at(shared, effects[None])[0]
        return np.ptp(found - of_rows(target.rows, moved, effects), axis=0).max()

    # What is left is of second order: a tenth of the move leaves about a hundredth of the error, and that of the table.
    assert error(0.02) < 0.02 * error(0.2) + 0.01
    # No other tilts do so.
    assert all(error(0.02, tilted) > 5 * error(0.02) for tilted in (0.0, 0.5, -1.0, 2.0))
