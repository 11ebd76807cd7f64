"""Rows that are read in blocks, against the same rows in memory."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation import checking
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan_for
from bayescause.compilation.source import Source
from bayescause.inference import blockwise, distinct_rows
from bayescause.inference.blockwise import AllRows, Nearby, sample_in_passes
from bayescause.inference.log_posterior import LogPosterior, log_posterior
from bayescause.inference.newton import find_peaks

ROWS = 6_000
MODEL = "kept ~ promo + loyalty"
QUESTION = bc.AverageEffect(of="promo", on="kept")


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    loyalty = rng.normal(size=ROWS)
    promo = (rng.uniform(size=ROWS) < 1 / (1 + np.exp(-loyalty))).astype(float)
    kept = (rng.uniform(size=ROWS) < 1 / (1 + np.exp(0.5 - 0.8 * promo - 0.6 * loyalty))).astype(float)
    return pd.DataFrame({"loyalty": loyalty, "promo": promo, "kept": kept})


@pytest.fixture
def file(data, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "STREAMED", 10)
    monkeypatch.setattr(distinct_rows, "MOST", 100)
    duckdb.from_df(data).write_parquet(str(tmp_path / "weeks.parquet"))
    return tmp_path / "weeks.parquet"


def targets(data, file):
    """The log posterior of the rows in memory, of the rows in blocks, and the task with its design and table."""
    model = bc.StructuralModel.parse(MODEL)
    held, read = (tabulate(model, one, questions=[QUESTION]) for one in (data, file))
    design = derive(model, held, plan_for(model, held, [QUESTION]).tasks)
    task = design.mechanisms["kept"]
    target = log_posterior(task, design, held)
    return target, AllRows(task, design, read, target.coordinates)


def test_value_gradient_and_hessian_are_those_of_the_rows_in_memory(data, file):
    held, read = targets(data, file)
    for point in np.random.default_rng(0).normal(0, 0.3, (3, held.size)):
        one, other = held.expand(point), read.expand(point)
        assert other.value == pytest.approx(one.value, rel=1e-10)
        np.testing.assert_allclose(other.gradient, one.gradient, rtol=1e-10, atol=1e-10 * np.abs(one.hessian).max())
        np.testing.assert_allclose(other.hessian, one.hessian, rtol=1e-10)
        assert other.is_concave == one.is_concave
    points = np.random.default_rng(1).normal(0, 0.3, (20, held.size))
    np.testing.assert_allclose(read.at(points).log_posterior, held.at(points).log_posterior, rtol=1e-10)


def test_the_peak_is_that_of_the_rows_in_memory(data, file):
    held, read = targets(data, file)
    (one,), (other,) = (find_peaks(target, np.random.default_rng(0)) for target in (held, read))
    np.testing.assert_allclose(other.place, one.place, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(other.covariance, one.covariance, rtol=1e-9)


def test_some_rows_correct_the_expansion_of_all_to_within_the_error_that_they_tell(data, file):
    held, read = targets(data, file)
    (peak,) = find_peaks(held, np.random.default_rng(0))
    some = held.table.chosen(np.arange(0, ROWS, 6))
    part = log_posterior(held.task, held.design, some)
    near = Nearby(read, part, peak.place, read.expand(peak.place), 6.0, np.inf)
    points = np.random.default_rng(2).multivariate_normal(peak.place, peak.covariance, 500)
    exact, found = held.at(points).log_posterior, near.at(points).log_posterior
    _, error = near._rest(points, blockwise._prior(held.task, held.design, some, held.coordinates, peak.place), ROWS)
    gap = (found - found.mean()) - (exact - exact.mean())
    # The error is an rms over 500 points of one choice of rows in ten groups: it is known to about a third of itself.
    assert np.sqrt(np.mean(gap**2)) < 3 * np.sqrt(np.mean(error**2))
    plain = near.whole.expand(peak.place).hessian
    steps = points - peak.place
    bare = 0.5 * np.einsum("sa,ab,sb->s", steps, plain, steps)
    assert np.std(gap) < np.std(bare - exact)


@pytest.fixture(scope="module")
def held(data):
    return bc.ask(bc.StructuralModel.parse(MODEL), data, QUESTION, seed=1)


@pytest.mark.parametrize("seen", [0.0, 1e9])
def test_draws_are_those_of_the_rows_in_memory(held, file, monkeypatch, seen):
    # 0: every proposal is weighed by all rows; much: by some of them.
    monkeypatch.setattr(blockwise, "SEEN", seen)
    read = bc.ask(bc.StructuralModel.parse(MODEL), file, QUESTION, seed=1)
    assert read.posterior.engines == {"kept": "laplace"}
    error = np.hypot(held.diagnostics.mcse_mean, read.diagnostics.mcse_mean)
    assert float(read.mean()) == pytest.approx(float(held.mean()), abs=4 * error)
    # The sd of an sd is about sd / sqrt(2 * 4000).
    assert float(read.sd()) == pytest.approx(float(held.sd()), rel=4 * np.sqrt(2 / 8_000))


def test_the_passes_over_the_rows_do_not_grow_with_the_draws(data, file, monkeypatch):
    monkeypatch.setattr(blockwise, "SEEN", 1e9)
    _, read = targets(data, file)
    passes = []
    whole = Source.blocks
    monkeypatch.setattr(Source, "blocks", lambda self, *asked: passes.append(1) or whole(self, *asked))
    counts = []
    for samples in (1_000, 8_000):
        passes.clear()
        sample_in_passes(read.task, read.design, read.table, np.random.default_rng(0), samples=samples)
        counts.append(len(passes))
    assert counts[0] == counts[1] <= 6


def test_many_rows_in_memory_are_weighed_by_some_of_them(data, held, monkeypatch):
    monkeypatch.setattr(blockwise, "MANY", ROWS // 4)
    asked = []
    whole = LogPosterior.at
    monkeypatch.setattr(LogPosterior, "at", lambda self, points: asked.append(len(points)) or whole(self, points))
    monkeypatch.setattr(blockwise, "SEEN", 1e9)
    some = bc.ask(bc.StructuralModel.parse(MODEL), data, QUESTION, seed=1)
    assert sum(asked) < 10
    error = np.hypot(held.diagnostics.mcse_mean, some.diagnostics.mcse_mean)
    assert float(some.mean()) == pytest.approx(float(held.mean()), abs=4 * error)
    # The sd of an sd is about sd / sqrt(2 * 4000).
    assert float(some.sd()) == pytest.approx(float(held.sd()), rel=4 * np.sqrt(2 / 8_000))
