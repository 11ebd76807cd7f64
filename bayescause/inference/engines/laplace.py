"""Draws from a peak's surroundings, weighted so that they are right, with a certificate that says whether they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from bayescause.inference.engine import Drawn, Job, Uncertified
from bayescause.inference.randomness import generator
from bayescause.scm.abilities import without_kernel
from bayescause.scm.design import MechanismDesign

if TYPE_CHECKING:
    from bayescause.inference.certified import CertifiedDraws
    from bayescause.inference.posterior import Parameters

__all__ = ["Laplace"]


@dataclass(frozen=True)
class Laplace:
    """Importance sampling around the peaks of the joint posterior, for every family with a kernel and any prior."""

    short: ClassVar[str] = "laplace"
    rank: ClassVar[int] = 5
    is_independent: ClassVar[bool] = True

    def can_draw(self, task: MechanismDesign) -> str | None:
        """Why ``task`` cannot be drawn, in words; whether it was drawn well is known only afterwards."""
        told = without_kernel(task.mechanism)
        if told is None and task.pools:
            from bayescause.inference.pooled_limits import sampling_obstacle

            return sampling_obstacle(task)
        return told

    def draw(self, job: Job) -> Mapping[str, Drawn | Uncertified]:
        """Draw each task by itself, from random numbers that belong to its key."""
        return {key: _drawn(task, job) for key, task in job.tasks.items()}

    def prepare(self, job: Job) -> Callable[[Job], Mapping[str, Drawn | Uncertified]]:
        """Nothing is shared between tables."""
        return self.draw


def _drawn(task: MechanismDesign, job: Job) -> Drawn | Uncertified:
    sampled = _sampled(task, job)
    if isinstance(sampled, str):
        return Uncertified(sampled)
    found, parameters = sampled
    shape = (job.chains, job.draws)
    skipped = round(job.table.units - job.table.known(task.variable))
    return Drawn(
        coefficients=parameters.coefficients.reshape(*shape, -1),
        dispersion={name: values.reshape(shape) for name, values in parameters.dispersion.items()},
        log_likelihood=found.log_likelihood.reshape(shape),
        stats={
            "pareto_k": np.asarray(found.certificate.pareto_k),
            "importance_ess": np.asarray(found.certificate.ess),
            "expected_copies": found.expected.reshape(shape),
            "log_evidence": np.asarray(found.log_evidence),
        },
        notes=(f"{skipped:,} units without a value were left out of {task.key!r}",) if skipped else (),
    )


def _sampled(task: MechanismDesign, job: Job) -> "tuple[CertifiedDraws, Parameters] | str":
    """Draws with the parameters that they stand for, or why they cannot be certified."""
    from bayescause.inference.blockwise import sample_by_rows, sample_in_passes
    from bayescause.inference.distinct_rows import counted
    from bayescause.inference.log_posterior import log_posterior

    random, samples = generator(job.seed, "laplace", task.key), job.chains * job.draws
    if task.pools:
        return _sampled_with_pools(task, job, random, samples)
    held = counted(task, job.table)
    if held is None:
        found, axes = sample_in_passes(task, job.design, job.table, random, samples=samples)
    else:
        target = log_posterior(task, job.design, held)
        found, axes = sample_by_rows(target, random, samples=samples), target.coordinates
    return found if isinstance(found, str) else (found, axes.parameters(found.points))


def _sampled_with_pools(
    task: MechanismDesign, job: Job, random: np.random.Generator, samples: int
) -> "tuple[CertifiedDraws, Parameters] | str":
    from bayescause.inference.certified import piloted, sample_from
    from bayescause.inference.level_draws import looks
    from bayescause.inference.pooled_limits import held_rows, size_obstacle
    from bayescause.inference.pooled_posterior import pooled_posterior
    from bayescause.inference.pooled_proposal import propose_pooled
    from bayescause.inference.telling import now_and_then

    target = pooled_posterior(task, job.design, held_rows(task, job.table))
    tell = now_and_then(job.tell)
    proposal = size_obstacle(task, target.table.rows, looks(target)) or propose_pooled(target, tell)
    if isinstance(proposal, str):
        return proposal
    found = sample_from(target, piloted(target, proposal, random, tell), random, samples=samples, tell=tell)
    return found if isinstance(found, str) else (found, target.parameters(found.points))
