"""Exact draws of Gaussian mechanisms: coefficients in closed form, the residual sd by quadrature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bayescause.inference.conjugate import draw_exact, obstacle
from bayescause.inference.engine import Drawn, Job
from bayescause.inference.randomness import generator
from bayescause.inference.sufficient import summarise
from bayescause.scm.design import MechanismDesign

__all__ = ["Exact"]


@dataclass(frozen=True)
class Exact:
    """Gaussian likelihood with identity link; coefficients with normal, fixed or flat priors; any prior of the sd."""

    short: ClassVar[str] = "exact"
    rank: ClassVar[int] = 1
    is_independent: ClassVar[bool] = True

    def can_draw(self, task: MechanismDesign) -> str | None:
        """Why ``task`` cannot be drawn exactly, in words; None if it can."""
        return obstacle(task)

    def draw(self, job: Job) -> Mapping[str, Drawn]:
        """Draw each task by itself, from random numbers that belong to its key."""
        return {key: _drawn(task, job) for key, task in job.tasks.items()}

    def prepare(self, job: Job) -> Callable[[Job], Mapping[str, Drawn]]:
        """Nothing is shared between tables."""
        return self.draw


def _drawn(task: MechanismDesign, job: Job) -> Drawn:
    sufficient = summarise(task, job.design, job.table)
    random = generator(job.seed, "exact", task.key)
    found = draw_exact(sufficient, task, random, samples=job.chains * job.draws)
    shape = (job.chains, job.draws)
    gap = (f"{sufficient.skipped:,} rows without a value were left out of {task.key!r}",) if sufficient.skipped else ()
    return Drawn(
        coefficients=found.coefficients.reshape(*shape, -1),
        dispersion={"sd": found.sd.reshape(shape)},
        log_likelihood=found.log_likelihood.reshape(shape),
        stats={"log_evidence": np.asarray(found.log_evidence)},
        notes=gap,
    )
