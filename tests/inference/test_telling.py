"""What takes long is told while it is done, and why a sampler has to do it."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.errors import ConvergenceError
from bayescause.inference.choosing import draw_in_turn
from bayescause.inference.engine import Job, Uncertified
from bayescause.inference.engines.laplace import Laplace
from bayescause.inference.pooled_posterior import pooled_posterior
from bayescause.inference.pooled_proposal import propose_pooled
from bayescause.scm.structural_model import StructuralModel


class Stopped:
    """A sampler that never begins."""

    short, rank, is_independent = "stopped", 9, False

    def can_draw(self, task):
        return None

    def draw(self, job):
        return {key: Uncertified("it never begins") for key in job.tasks}

    prepare = draw


def job_of(formula, family, values, heard):
    rng = np.random.default_rng(3)
    model = StructuralModel.parse(formula, families={"y": family})
    table = tabulate(model, {"y": values(rng), "x": rng.normal(size=60), "g": np.arange(60) % 4})
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key == "y")
    return Job(model, table, type(whole)(tasks), derive(model, table, tasks), tell=heard.append)


def test_a_task_that_a_sampler_has_to_draw_is_told_with_the_reason_before_it_begins():
    heard = []
    job = job_of("y ~ (x | g)", "categorical", lambda rng: rng.choice(["a", "b", "c"], 60), heard)
    with pytest.raises(ConvergenceError):
        draw_in_turn([Laplace(), Stopped()], job)
    (words,) = heard
    assert words.startswith("'y' is drawn by stopped: laplace cannot, because 4 sds of effects are unknown")


def test_a_sampler_that_was_asked_for_is_told_before_it_begins():
    heard = []
    job = job_of("y ~ x", "poisson", lambda rng: rng.poisson(2, 60), heard)
    with pytest.raises(ConvergenceError):
        draw_in_turn([Stopped()], job)
    assert heard == ["'y' is drawn by stopped"]


def test_peaks_and_proposals_of_one_mechanism_are_counted():
    heard = []
    job = job_of("y ~ x + (1 | g)", "poisson", lambda rng: rng.poisson(2, 60), heard)
    proposal = propose_pooled(pooled_posterior(job.tasks["y"], job.design, job.table), job.tell)
    assert "drawing y: 1 of 29 peaks for sds of its pooled effects" in heard
    proposal.weighed(2_000, np.random.default_rng(0), job.tell)
    assert heard[-1] == "drawing y: 2,000 of 2,000 proposals"
