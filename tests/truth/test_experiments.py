"""Rows in which an experiment set variables: used where they tell the truth, and nowhere else."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.compilation.experiment import every_row, rows_of

SIZE = 2_000
MODEL = bc.StructuralModel.parse("z <-> x; m ~ x; y ~ m + z*x")
QUESTION = bc.AverageEffect(of="x", on="y", population="sample")


def simulated(seed=3, size=SIZE):
    """m = 2 x + noise and y = 1.5 m + z x + noise; a third of the rows set m, and a third set z to -4."""
    rng = np.random.default_rng(seed)
    z, x = rng.normal(size=3 * size), rng.normal(size=3 * size)
    marks = np.repeat(["", "m", "z"], size)
    z[marks == "z"] = -4.0
    m = np.where(marks == "m", rng.normal(0, 3, 3 * size), 2 * x + rng.normal(size=3 * size))
    y = 1.5 * m + z * x + rng.normal(size=3 * size)
    return {"z": z, "x": x, "m": m, "y": y, "set": marks}


@pytest.fixture(scope="module")
def rows():
    return simulated()


@pytest.fixture(scope="module")
def table(rows):
    return tabulate(MODEL, rows, questions=[QUESTION], interventions="set")


def test_the_effect_is_that_of_the_observed_units(table):
    # dE[y]/dx = 1.5 * 2 + mean(z) over the observed rows.
    truth = 3 + table.columns["z"].mean()
    effect = bc.ask(MODEL, table, QUESTION)
    assert abs(float(effect.mean()) - truth) < 4 * float(effect.sd())
    assert float(effect.sd()) < 0.1


def test_pooling_the_rows_would_be_wrong_by_a_known_amount(rows):
    # Pooled, m follows x in two of three rows, and z is -4/3 on average: 1.5 * 4/3 - 4/3 = 2/3 instead of 3.
    pooled = bc.ask(MODEL, {name: values for name, values in rows.items() if name != "set"}, QUESTION)
    assert float(pooled.mean()) == pytest.approx(2 / 3, abs=0.3)


def test_rows_of_the_experiment_sharpen_the_mechanism_that_was_at_work(table, rows):
    observed = {name: values[:SIZE] for name, values in rows.items() if name != "set"}
    with_them, without = bc.fit(MODEL, table, [QUESTION]), bc.fit(MODEL, observed, [QUESTION])
    widths = [fitted.draws["y_coefficient"].sel(y_term="m").std() for fitted in (with_them, without)]
    assert float(widths[0]) < 0.6 * float(widths[1])


def test_what_looks_at_units_looks_at_observed_ones(table, rows):
    observed = {name: values[:SIZE] for name, values in rows.items() if name != "set"}
    effect, alone = bc.ask(MODEL, table, QUESTION), bc.ask(MODEL, observed, QUESTION)
    assert effect.unadjusted == pytest.approx(alone.unadjusted)
    assert [(one.name, one.is_good) for one in effect.checks] == [(one.name, one.is_good) for one in alone.checks]


def test_the_answer_says_which_rows_were_used_for_what(table):
    effect = bc.ask(MODEL, table, QUESTION)
    assert "m: fitted on 2,000 observed rows and 2,000 in which z was set" in effect.assumed
    assert "y: fitted on 2,000 observed rows and 4,000 in which m or z was set" in effect.assumed
    assert any("in 4,000 an experiment set variables (z in 2,000; m in 2,000)" in told for told in effect.assumed)
    assert "rows of an experiment used: 2,000 for m, 4,000 for y" in str(effect)


def test_a_procedure_with_experiments_is_calibrated():
    # A replication simulates both kinds of rows. A right procedure passes in 95 of 100 calibrations; this is one seed.
    table = tabulate(MODEL, simulated(size=100), questions=[QUESTION], interventions="set")
    assert bc.calibrate(MODEL, table, [QUESTION], replications=200, engine="exact", seed=1).passes


def test_a_simulated_table_keeps_what_was_set(table):
    from bayescause.analysis.calibration import _prepared
    from bayescause.analysis.simulating import simulate

    simulation, _ = _prepared(MODEL, table, [QUESTION], 100, 0)
    found = simulate(simulation, 0).table
    was_set = table.experiment.was_set["m"]
    assert np.array_equal(found.experiment.table.columns["m"][was_set], table.experiment.table.columns["m"][was_set])
    assert not np.array_equal(found.experiment.table.columns["m"], table.experiment.table.columns["m"])
    assert not np.array_equal(found.experiment.table.columns["y"], table.experiment.table.columns["y"])
    assert not np.array_equal(found.columns["m"], table.columns["m"])


def test_an_effect_that_only_the_experiment_could_tell_is_refused_with_what_to_do(rows):
    model = bc.StructuralModel.parse("m ~ x; m <-> y; y ~ m + z*x; z <-> x")
    effect = bc.ask(model, tabulate(model, rows, interventions="set"), bc.AverageEffect(of="m", on="y"))
    assert effect.status == "refused"
    assert effect.draws is None
    assert effect.verdict.remedies[0].startswith("The 2,000 rows in which m was set would answer it alone")
    assert effect.verdict.remedies[0] in str(effect).replace("\n", " ").replace("               ", "")


def test_the_remedy_that_is_named_works(rows):
    alone = {name: values[rows["set"] == "m"] for name, values in rows.items() if name != "set"}
    effect = bc.ask(bc.StructuralModel.parse("y ~ m + z*x; z <-> x"), alone, bc.AverageEffect(of="m", on="y"))
    assert abs(float(effect.mean()) - 1.5) < 4 * float(effect.sd())


def test_all_rows_together_are_the_table_that_was_given(table, rows):
    assert np.array_equal(every_row(table).columns["m"], rows["m"])
    assert rows_of(MODEL, table, bc.plan(MODEL).tasks[-1]).experiment is None


def test_few_observed_rows_are_no_doubt_where_an_experiment_filled_the_mechanism(rows):
    chosen = np.r_[0:12, SIZE : SIZE + 300, 2 * SIZE : 2 * SIZE + 300]
    few = {name: values[chosen] for name, values in rows.items()}
    posterior = bc.fit(MODEL, tabulate(MODEL, few, questions=[QUESTION], interventions="set"), [QUESTION])
    assert not any("prior-driven" in reason for reason in bc.estimate(posterior, QUESTION).reasons)
