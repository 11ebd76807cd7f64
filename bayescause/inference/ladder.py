"""Attempts at sampling, each with more care than the one before, all of them recorded."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from bayescause.inference.compiled_nuts import CompiledNuts
from bayescause.inference.convergence import MIN_ESS, assess_task
from bayescause.inference.engine import Drawn, Job
from bayescause.inference.hamiltonian import Settings, sample_nuts
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import Parameters
from bayescause.inference.randomness import seed_sequence
from bayescause.scm.design import MechanismDesign
from bayescause.scm.names import parameter_names, safe_names

__all__ = ["climb"]

LADDER = ((1, 0.8, "low_rank"), (2, 0.95, "low_rank"), (4, 0.99, "diag"))
"""Attempts: by how much the adaptation is prolonged, the acceptance rate that it aims at, and the mass matrix.

A low-rank mass matrix learns the correlations of squares and products, which the diagonal one walks along for long.
"""

RECORDED = {
    "diverging": "diverging",
    "energy": "energy",
    "maxdepth_reached": "reached_max_treedepth",
    "reached_max_treedepth": "reached_max_treedepth",
    "n_steps": "n_steps",
    "step_size": "step_size",
}
"""What nutpie and PyMC record, under the names of ArviZ."""


def climb(compiled: CompiledNuts, job: Job) -> Mapping[str, Drawn]:
    """Sample until the draws converge or the ladder ends; the last attempt counts, whatever its verdict.

    Raises
    ------
    ConvergenceError
        If no starting point has a finite log-likelihood.
    SamplerCrashError
        If the sampler dies.
    """
    notes = [] if compiled.compiled is not None else ["nutpie is not installed: PyMC's own sampler was used"]
    for attempt, (longer, target, adaptation) in enumerate(LADDER[: job.attempts], start=1):
        # The seed knows the tasks by name, not by order.
        seed = seed_sequence(job.seed, "nuts", *sorted(job.tasks), str(attempt)).generate_state(1)
        settings = Settings(job.chains, job.draws, longer * job.tune, target, adaptation, job.progress)
        tree = sample_nuts(compiled, job.table, seed=int(seed[0]), settings=settings)
        drawn = {key: _drawn(task, job, tree) for key, task in job.tasks.items()}
        doubts = _doubts(job, drawn)
        if attempt > 1 or doubts:
            told = f"{settings.tune:,} adaptation steps, target acceptance {target}, {adaptation} mass matrix"
            notes.append(f"attempt {attempt} of NUTS ({told}): {doubts or 'converged'}")
        if not doubts or job.chains * job.draws < MIN_ESS:
            break
    return {key: replace(one, notes=tuple(notes)) for key, one in drawn.items()}


def _doubts(job: Job, drawn: Mapping[str, Drawn]) -> str:
    verdicts = {key: assess_task(task, drawn[key]) for key, task in job.tasks.items()}
    return "; ".join(f"{key}: {', '.join(found.reasons)}" for key, found in verdicts.items() if found.reasons)


def _drawn(task: MechanismDesign, job: Job, tree: xr.DataTree) -> Drawn:
    safe = safe_names(job.design.mechanisms)[task.key]
    posterior, recorded = tree["posterior"].to_dataset(), tree["sample_stats"].to_dataset()
    coefficients = np.zeros((job.chains, job.draws, 0))
    if task.coefficients:
        coefficients = posterior[f"{safe}_coefficient"].to_numpy()
    dispersion = {name: posterior[own].to_numpy() for name, own in parameter_names(safe, task.dispersion).items()}
    flat = Parameters(
        coefficients.reshape(job.chains * job.draws, coefficients.shape[-1]),
        {name: draws.reshape(-1, *draws.shape[2:]) for name, draws in dispersion.items()},
    )
    likelihood = joint_log_likelihood(task, job.design, job.table, flat)
    return Drawn(
        coefficients=coefficients,
        dispersion=dispersion,
        log_likelihood=likelihood.reshape(coefficients.shape[:2]),
        stats={ours: recorded[theirs].to_numpy() for theirs, ours in RECORDED.items() if theirs in recorded},
    )
