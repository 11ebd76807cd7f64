"""Exact draws: of Gaussian mechanisms in closed form and by quadrature, of saturated tables by Dirichlet laws."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bayescause.errors import ConvergenceError
from bayescause.inference.conjugate import draw_exact, obstacle
from bayescause.inference.engine import Drawn, Job, Uncertified
from bayescause.inference.randomness import generator
from bayescause.inference.sufficient import Sufficient, summarise
from bayescause.inference.table_draws import draw_table, table_obstacle
from bayescause.scm.abilities import is_of_table
from bayescause.scm.design import MechanismDesign

__all__ = ["Exact"]


@dataclass(frozen=True)
class Exact:
    """Gaussian likelihood with identity link; coefficients with normal, fixed or flat priors; any prior of the sd.

    Pooled effects are integrated out, with at most two sds of theirs. Saturated tables are Dirichlet laws.
    """

    short: ClassVar[str] = "exact"
    rank: ClassVar[int] = 1
    is_independent: ClassVar[bool] = True

    def can_draw(self, task: MechanismDesign) -> str | None:
        """Why ``task`` cannot be drawn exactly, in words; None if it can."""
        if is_of_table(task.mechanism):
            return table_obstacle(task)
        if not task.pools:
            return obstacle(task)
        from bayescause.inference.pooled import pooled_obstacle

        return pooled_obstacle(task)

    def draw(self, job: Job) -> Mapping[str, Drawn | Uncertified]:
        """Draw each task by itself, from random numbers that belong to its key."""
        return {
            key: draw_table(task, job) if is_of_table(task.mechanism) else _drawn(task, job)
            for key, task in job.tasks.items()
        }

    def prepare(self, job: Job) -> Callable[[Job], Mapping[str, Drawn | Uncertified]]:
        """Nothing is shared between tables."""
        return self.draw


def _drawn(task: MechanismDesign, job: Job) -> Drawn | Uncertified:
    random = generator(job.seed, "exact", task.key)
    if task.pools:
        return _pooled(task, job, random)
    sufficient = summarise(task, job.design, job.table)
    found = draw_exact(sufficient, task, random, samples=job.chains * job.draws)
    shape = (job.chains, job.draws)
    return Drawn(
        coefficients=found.coefficients.reshape(*shape, -1),
        dispersion={"sd": found.sd.reshape(shape)},
        log_likelihood=found.log_likelihood.reshape(shape),
        stats={"log_evidence": np.asarray(found.log_evidence)},
        notes=_gap(sufficient, task),
    )


def _pooled(task: MechanismDesign, job: Job, random: np.random.Generator) -> Drawn | Uncertified:
    from bayescause.inference.group_sums import sum_groups
    from bayescause.inference.pooled import draw_pooled

    sums = sum_groups(task, job.design, job.table)
    try:
        found = draw_pooled(sums, task, random, samples=job.chains * job.draws)
    except ConvergenceError as error:
        return Uncertified(" ".join(error.faults))
    shape = (job.chains, job.draws)
    return Drawn(
        coefficients=found.coefficients.reshape(*shape, -1),
        dispersion={name: values.reshape(shape) for name, values in found.dispersion.items()},
        log_likelihood=found.log_likelihood.reshape(shape),
        stats={"log_evidence": np.asarray(found.log_evidence)},
        notes=_gap(sums.ordinary, task),
    )


def _gap(sufficient: Sufficient, task: MechanismDesign) -> tuple[str, ...]:
    skipped = sufficient.skipped
    return (f"{skipped:,} rows without a value were left out of {task.key!r}",) if skipped else ()
