"""Draws that depend on each other are ranked as often as they are worth, and made for longer where that is little."""

from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis import refitting
from bayescause.analysis.ranks import rank
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.engine import Drawn, Job

DRAWS = 500


class Chains:
    """An engine whose draws of standard normal numbers are correlated from one to the next."""

    short, is_independent = "chains", False

    def __init__(self, correlation):
        self.correlation, self.asked = correlation, []


def drawing(engine, job):
    """Stationary chains, so that only their dependence is at fault."""
    engine.asked.append(job.draws)
    rng = np.random.default_rng(job.seed)
    noise = rng.normal(size=(job.chains, job.draws, 2))
    noise[:, 1:] *= np.sqrt(1 - engine.correlation**2)
    for place in range(1, job.draws):
        noise[:, place] += engine.correlation * noise[:, place - 1]
    shape = (job.chains, job.draws)
    drawn = Drawn(noise, {"sd": 1 + rng.random(shape)}, np.zeros(shape), {})
    return {"y": drawn}


@pytest.fixture(scope="module")
def job():
    model = bc.StructuralModel.parse("y ~ x")
    table = tabulate(model, {"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    whole = plan(model, kinds=table.kinds)
    tasks = type(whole)(tuple(task for task in whole.tasks if task.key == "y"))
    return Job(model, table, tasks, derive(model, table, tasks.tasks), seed=0, chains=1, draws=DRAWS)


def ranked(engine, job):
    found = []
    for seed in range(300):
        drawn = refitting._draw(drawing, engine, replace(job, seed=seed))["y"]
        kept = refitting._ranked(job.tasks["y"], drawn, engine).coefficients[:, :1]
        rng = np.random.default_rng(10_000 + seed)
        found.append(float(rank(rng.normal(size=1), kept, rng.uniform(size=1))[0]))
    return np.array(found)


@pytest.mark.parametrize(("correlation", "most"), [(0.0, DRAWS // 2), (0.98, 8 * DRAWS // 2)])
def test_ranks_among_slow_chains_spread_no_further_than_among_independent_draws(correlation, most, job):
    engine = Chains(correlation)
    ranks = ranked(engine, job)
    assert max(engine.asked) == most
    # Uniform ranks have a variance of 1/12; of 300 the estimate errs by sqrt(4 / 5 / 300) = .052 of it.
    assert 12 * ranks.var() == pytest.approx(1.0, abs=3 * 0.052)
