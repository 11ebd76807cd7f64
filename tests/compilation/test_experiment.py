from dataclasses import replace

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.experiment import by_rows, every_row, fitted_in, rows_of, used_in_words, with_columns
from bayescause.compilation.planning import plan, plan_for
from bayescause.compilation.pymc_model import to_pymc
from bayescause.errors import DataError
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel

MODEL = StructuralModel.parse("x ~ z; m ~ x; y ~ m + z; z <-> x")
ROWS = {
    "z": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    "x": [0.1, 0.9, 2.2, 7.0, 4.1, 9.0],
    "m": [0.0, 1.5, 2.0, 7.5, 8.0, 9.5],
    "y": [1.0, 1.0, 3.0, 9.0, 9.0, 9.0],
    "set": ["", None, "", "x", "m", "x m"],
}


@pytest.fixture
def table():
    return tabulate(MODEL, ROWS, interventions="set")


def tasks_of(table):
    return {task.key: task for task in plan_for(MODEL, table).tasks}


def test_columns_are_those_of_the_observed_rows(table):
    assert table.rows == 3
    assert table.columns["x"].tolist() == [0.1, 0.9, 2.2]
    assert every_row(table).columns["x"].tolist() == [0.1, 0.9, 2.2, 7.0, 4.1, 9.0]


def test_a_mechanism_is_fitted_where_its_variable_was_not_set(table):
    tasks = tasks_of(table)
    assert rows_of(MODEL, table, tasks["m"]).columns["m"].tolist() == [0.0, 1.5, 2.0, 7.5]
    assert rows_of(MODEL, table, tasks["y"]).rows == 6
    assert fitted_in(MODEL, table, tasks["m"]).tolist() == [True, True, True, True, False, False]


def test_what_is_no_mechanism_is_fitted_on_observed_rows_only(table):
    confounded = StructuralModel.parse("z ~ x; y ~ x + z; x <-> z")
    [task] = plan(confounded, [AverageEffect(of="z", on="y")]).tasks
    assert rows_of(confounded, table, task).rows == 6
    hidden = StructuralModel.parse("x ~ z; m ~ x; y ~ m + z; m <-> y")
    [task] = plan(hidden, [AverageEffect(of="x", on="y")]).tasks
    assert task.key != task.variable
    assert rows_of(hidden, table, task).rows == 3


def test_a_declared_mechanism_that_a_hidden_cause_reaches_is_never_fitted_on_an_experiment(table):
    reached = StructuralModel.parse("x ~ z; m ~ x; y ~ m + z; m <-> y")
    assert rows_of(reached, table, tasks_of(table)["y"]).rows == 3


def test_laws_of_the_same_rows_are_fitted_together(table):
    groups = list(by_rows(MODEL, table, tuple(tasks_of(table).values())))
    assert [([task.key for task in tasks], rows.rows) for rows, tasks in groups] == [(["m"], 4), (["y"], 6)]


def test_the_plan_says_which_rows_are_used_for_what(table):
    told = str(plan_for(MODEL, table))
    assert "fitted on 3 observed rows and 1 in which x was set" in told
    assert used_in_words(MODEL, table, tasks_of(table)["y"]) == (
        "fitted on 3 observed rows and 3 in which x or m was set"
    )


def test_a_table_of_experiments_alone_is_refused():
    with pytest.raises(DataError, match="In every row x was set: no row was only observed"):
        tabulate(MODEL, {**ROWS, "set": ["x"] * 6}, interventions="set")


def test_a_column_that_marks_nothing_changes_nothing():
    plain = tabulate(MODEL, {**ROWS, "set": [None] * 6}, interventions="set")
    assert plain.experiment is None
    assert plain.rows == 6


def test_missing_outcomes_are_counted_where_they_are():
    rows = {**ROWS, "y": [None, 1.0, 3.0, None, 9.0, 9.0]}
    table = tabulate(MODEL, rows, interventions="set", missing="drop")
    assert dict(table.missing) == {"y": 1}
    assert dict(table.experiment.table.missing) == {"y": 1}
    assert "1 row without y: not fitted, but in the averaging population" in table.notes


def test_counts_of_rows_go_with_their_rows():
    table = tabulate(MODEL, {**ROWS, "n": [1, 2, 3, 4, 5, 6]}, interventions="set", frequency="n")
    assert table.counts.tolist() == [1, 2, 3]
    assert rows_of(MODEL, table, tasks_of(table)["m"]).counts.tolist() == [1, 2, 3, 4]


def test_other_values_go_where_the_rows_are(table):
    doubled = with_columns(table, {name: 2 * values for name, values in every_row(table).columns.items()})
    assert doubled.columns["x"].tolist() == [0.2, 1.8, 4.4]
    assert doubled.experiment.table.columns["x"].tolist() == [14.0, 8.2, 18.0]


def test_the_joint_model_weighs_rows_as_the_tasks_are_fitted(table, uncompiled):
    planned = plan_for(MODEL, table)
    design = derive(MODEL, table, planned.tasks)
    compiled = to_pymc(MODEL, table, planned, design=design)
    alone = [
        to_pymc(MODEL, rows_of(MODEL, table, task), replace(planned, tasks=(task,)), design=design)
        for task in planned.tasks
    ]
    point = {name: value + 0.3 for name, value in compiled.initial_point().items()}
    joint = compiled.compile_logp(mode=uncompiled)(point)
    parts = sum(one.compile_logp(mode=uncompiled)({name: point[name] for name in one.initial_point()}) for one in alone)
    assert joint == pytest.approx(parts, rel=1e-10)


def test_means_and_scales_come_from_the_rows_that_are_fitted(table):
    design = derive(MODEL, table, plan_for(MODEL, table).tasks)
    assert design.mechanisms["m"].centres.tolist() == pytest.approx([np.mean([0.1, 0.9, 2.2, 7.0])])
