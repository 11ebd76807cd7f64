"""NUTS on the promotion, compiled once, against the exact engine."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from arviz_stats.base import array_stats

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.errors import ConvergenceError, DataError, SamplerCrashError
from bayescause.inference.compiled_nuts import CompiledNuts, compile_nuts
from bayescause.inference.conjugate import draw_exact
from bayescause.inference.convergence import diagnose
from bayescause.inference.engine import Job
from bayescause.inference.hamiltonian import Settings, sample_nuts
from bayescause.inference.ladder import climb
from bayescause.inference.randomness import generator
from bayescause.inference.sampler_crashes import crashes_in_words
from bayescause.inference.sufficient import summarise
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel

PROMOTION = """
promo   ~ loyalty + season
traffic ~ promo + season
sales   ~ traffic + promo + loyalty
loyalty <-> season
"""
SMOKING = """
baseline = {sex race age education smokeintensity smokeyrs exercise active wt71}
baseline <-> baseline
qsmk    ~ baseline
wt82_71 ~ qsmk*smokeintensity + baseline + square(age, smokeintensity, smokeyrs, wt71)
"""
CATEGORICAL = {"categorical": ["education", "exercise", "active"]}
AXES = {"chain_axis": 0, "draw_axis": 1}
EFFECTIVE = 40_000
"""Effective draws that the comparison asks of each side."""

ERRORS = 5
"""Monte Carlo errors within which thirty comparisons stay in all but 2 of 100,000 runs, whatever the seed."""


def job_of(text, path, question, **kinds):
    model = StructuralModel.parse(text, **kinds)
    table = tabulate(model, path, questions=[question])
    planned = plan(model, [question], kinds=table.kinds)
    return Job(model, table, planned, derive(model, table, planned.tasks))


def compiled_of(job):
    return compile_nuts(job.model, job.table, job.plan, job.design)


@pytest.fixture(scope="module")
def promotion(models):
    return job_of(PROMOTION, models / "data" / "promotion.csv", AverageEffect(of="promo", on="sales"))


@pytest.fixture(scope="module")
def compiled(promotion):
    return compiled_of(promotion)


@dataclass(frozen=True, eq=False)
class Differences:
    """Of every parameter, NUTS from the exact answer: gaps in Monte Carlo errors of NUTS, which has its draws alone."""

    gaps: np.ndarray
    gaps_of_sds: np.ndarray
    ratios_of_sds: np.ndarray
    effective: np.ndarray


def differences(job, table, tree, exact_moments):
    """How far the draws of NUTS are from the exact moments."""
    rows = []
    for key, task in job.tasks.items():
        sufficient = summarise(task, job.design, table)
        exact, drawn = exact_moments(sufficient, task), tree["posterior"]
        for place in range(len(task.coefficients)):
            values = drawn[f"{key}_coefficient"].to_numpy()[:, :, place]
            rows.append((values, exact.mean[place], exact.sd[place]))
        rows.append((drawn[f"{key}_sd"].to_numpy(), exact.residual_mean, exact.residual_sd))
    quality = [diagnose(values) for values, _, _ in rows]
    gaps = [(values.mean() - mean) / one.mcse_mean for (values, mean, _), one in zip(rows, quality, strict=True)]
    of_sds = [(values.std() - sd) / array_stats.mcse(values, method="sd", **AXES) for values, _, sd in rows]
    ratios = [values.std() / sd for values, _, sd in rows]
    return Differences(np.abs(gaps), np.abs(of_sds), np.array(ratios), np.array([one.ess_bulk for one in quality]))


@pytest.mark.long
@pytest.mark.sampling
def test_exact_equals_long_nuts_on_the_promotion(promotion, compiled, exact_moments):
    tree = sample_nuts(compiled, promotion.table, seed=1, settings=Settings(draws=12_000))
    found = differences(promotion, promotion.table, tree, exact_moments)
    # The exact side has analytic moments and no Monte Carlo error of its own. An sd's is at most .5 in 100.
    assert found.effective.min() >= EFFECTIVE
    assert found.gaps.max() < ERRORS
    assert np.abs(found.ratios_of_sds - 1).max() < 0.03


@pytest.mark.long
@pytest.mark.sampling
def test_exact_equals_long_nuts_on_smoking(models, exact_moments):
    question = AverageEffect(of="qsmk", on="wt82_71")
    job = job_of(SMOKING, models / "data" / "nhefs.csv", question, kinds=CATEGORICAL)
    tree = sample_nuts(compiled_of(job), job.table, seed=1, settings=Settings(draws=12_000))
    found = differences(job, job.table, tree, exact_moments)
    assert found.effective.min() >= EFFECTIVE
    assert found.gaps.max() < 4
    assert np.abs(found.ratios_of_sds - 1).max() < 0.03


def test_exact_draws_of_smoking_have_their_analytic_moments(models, exact_moments):
    question = AverageEffect(of="qsmk", on="wt82_71")
    job = job_of(SMOKING, models / "data" / "nhefs.csv", question, kinds=CATEGORICAL)
    task = job.tasks["wt82_71"]
    sufficient = summarise(task, job.design, job.table)
    exact = exact_moments(sufficient, task)
    drawn = draw_exact(sufficient, task, generator(1, "test"), samples=EFFECTIVE)
    assert np.abs((drawn.coefficients.mean(axis=0) - exact.mean) / exact.sd * np.sqrt(EFFECTIVE)).max() < 4
    assert np.abs(drawn.coefficients.std(axis=0) / exact.sd - 1).max() < 0.03


@pytest.mark.sampling
@pytest.mark.parametrize("rows", [9, 2500])
def test_a_table_of_another_length_is_swapped_in_without_compiling(promotion, compiled, rows, exact_moments):
    places = np.random.default_rng(rows).integers(0, promotion.table.rows, rows)
    table = replace(promotion.table, columns={name: values[places] for name, values in promotion.table.columns.items()})
    found = differences(
        promotion, table, sample_nuts(compiled, table, seed=2, settings=Settings(draws=1500)), exact_moments
    )
    assert found.gaps.max() < ERRORS
    # The tails of nine rows' posteriors are heavy, so that the error of an sd is taken from the draws themselves.
    assert found.gaps_of_sds.max() < ERRORS


@pytest.mark.sampling
def test_nuts_repeats_itself(promotion, compiled):
    one, again = (sample_nuts(compiled, promotion.table, seed=5, settings=Settings(draws=50, tune=50)) for _ in "12")
    assert np.array_equal(one["posterior"]["sales_coefficient"], again["posterior"]["sales_coefficient"])


@pytest.mark.sampling
def test_a_row_that_is_impossible_is_named(promotion, compiled):
    broken = dict(promotion.table.columns) | {"sales": promotion.table.columns["sales"].copy()}
    broken["sales"][41] = np.inf
    with pytest.raises(ConvergenceError, match="'sales'.*row 42 has 'sales' = inf"):
        sample_nuts(compiled, replace(promotion.table, columns=broken), seed=1, settings=Settings(draws=10, tune=10))


class PanicException(BaseException):
    """Of the name and kind that a panic of the sampler's Rust code has."""


def test_a_panic_becomes_an_error_with_the_shapes(promotion):
    idle = CompiledNuts(promotion.plan, promotion.design, pymc_model=None)
    words = "Poisoned sampler state mutex.*'sales': 1,000 rows x 4"
    with pytest.raises(SamplerCrashError, match=words), crashes_in_words(idle, promotion.table):
        raise PanicException("Poisoned sampler state mutex")


def test_an_interruption_stays_one(promotion):
    idle = CompiledNuts(promotion.plan, promotion.design, pymc_model=None)
    with pytest.raises(KeyboardInterrupt), crashes_in_words(idle, promotion.table):
        raise KeyboardInterrupt


@pytest.mark.sampling
def test_a_table_with_counts_needs_its_own_compilation(promotion, compiled):
    counted = replace(promotion.table, frequency=np.full(promotion.table.rows, 2.0))
    with pytest.raises(DataError, match="Compile it again"):
        sample_nuts(compiled, counted, seed=1, settings=Settings())


@pytest.mark.sampling
def test_every_attempt_is_recorded_where_none_converges(promotion, compiled):
    found = climb(compiled, replace(promotion, chains=4, draws=100, tune=1))
    notes = found["sales"].notes
    assert [note.split(" (")[0] for note in notes] == [f"attempt {number} of NUTS" for number in (1, 2, 3)]
    assert "R-hat of" in notes[0]


@pytest.mark.sampling
def test_without_nutpie_pymc_s_own_sampler_draws_and_is_named(promotion, compiled, exact_moments):
    found = climb(replace(compiled, compiled=None), replace(promotion, chains=2, draws=500, tune=500))
    exact = exact_moments(
        summarise(promotion.tasks["sales"], promotion.design, promotion.table), promotion.tasks["sales"]
    )
    drawn = found["sales"].coefficients
    assert "nutpie is not installed" in found["sales"].notes[0]
    errors = [diagnose(values).mcse_mean for values in np.moveaxis(drawn, -1, 0)]
    assert np.all(np.abs(drawn.mean(axis=(0, 1)) - exact.mean) < ERRORS * np.array(errors))
