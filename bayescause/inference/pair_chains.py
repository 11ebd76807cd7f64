"""NUTS for two equations with correlated errors, where they cannot be drawn exactly."""

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from bayescause.compilation.plan import Plan
from bayescause.inference.compiled_nuts import compile_nuts
from bayescause.inference.convergence import MIN_ESS, assess
from bayescause.inference.equation_pair import EquationPair
from bayescause.inference.error_law import Errors
from bayescause.inference.hamiltonian import Settings, sample_nuts
from bayescause.inference.ladder import LADDER, RECORDED
from bayescause.inference.law import BlockJob
from bayescause.inference.posterior import Convergence
from bayescause.inference.randomness import seed_sequence
from bayescause.scm.design import Design
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names

__all__ = ["PairChains", "errors_of", "sample_pair"]


@dataclass(frozen=True, eq=False)
class PairChains:
    """Dependent draws of two equations, chains one after another, and whether they may be trusted."""

    coefficients: FloatArray
    errors: Errors
    convergence: Convergence
    stats: dict[str, FloatArray] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def sample_pair(job: BlockJob, pair: EquationPair) -> PairChains:
    """Sample until the draws converge or the attempts end; the last one counts, whatever its verdict.

    Raises
    ------
    SamplerCrashError
        If the sampler dies.
    """
    compiled = compile_nuts(job.model, job.table, Plan((), blocks=(job.block,)), Design({}, {}, {}))
    notes: list[str] = []
    for attempt, (longer, target, adaptation) in enumerate(LADDER, start=1):
        seed = seed_sequence(job.seed, "nuts", job.block.key, str(attempt)).generate_state(1)
        settings = Settings(job.chains, job.draws, longer * job.tune, target, adaptation, job.progress)
        found = _read(sample_nuts(compiled, job.table, seed=int(seed[0]), settings=settings), job, pair)
        doubts = "; ".join(found.convergence.reasons)
        if attempt > 1 or doubts:
            told = f"{settings.tune:,} adaptation steps, target acceptance {target}, {adaptation} mass matrix"
            notes.append(f"attempt {attempt} of NUTS ({told}): {doubts or 'converged'}")
        if not doubts or job.chains * job.draws < MIN_ESS:
            break
    return PairChains(found.coefficients, found.errors, found.convergence, found.stats, tuple(notes))


def _read(tree: xr.DataTree, job: BlockJob, pair: EquationPair) -> PairChains:
    drawn, recorded = tree["posterior"].to_dataset(), tree["sample_stats"].to_dataset()
    safe, names = safe_names([job.block.key])[job.block.key], safe_names(job.table.kinds)
    bases = [f"{safe}_{names[task.variable]}" for task in pair.tasks]
    coefficients = np.concatenate([drawn[f"{base}_coefficient"].to_numpy() for base in bases], axis=-1)
    sds = [drawn[f"{base}_sd"].to_numpy() for base in bases]
    correlation = drawn[f"{safe}_error_correlation"].to_numpy()
    stats = {ours: recorded[theirs].to_numpy() for theirs, ours in RECORDED.items() if theirs in recorded}
    labels = [f"{name} in {task.variable}" for task in pair.tasks for name in task.coefficients]
    convergence = assess(
        [*np.moveaxis(coefficients, -1, 0), *sds, correlation],
        [*labels, *(f"sd of {task.variable}" for task in pair.tasks), "error correlation"],
        divergences=int(stats["diverging"].sum()) if "diverging" in stats else 0,
        too_deep=int(stats["reached_max_treedepth"].sum()) if "reached_max_treedepth" in stats else 0,
        energy=stats.get("energy"),
    )
    flat = coefficients.reshape(-1, coefficients.shape[-1])
    return PairChains(flat, errors_of(pair, sds[0].ravel(), sds[1].ravel(), correlation.ravel()), convergence, stats)


def errors_of(pair: EquationPair, first: FloatArray, second: FloatArray, correlation: FloatArray) -> Errors:
    """Error laws in scaled units, from sds in data units and the correlation, dims (sample,) each."""
    treatment, outcome = first / pair.scales[0], second / pair.scales[1]
    rest = np.log(outcome) + 0.5 * np.log1p(-(correlation**2))
    return Errors(np.log(treatment), correlation * outcome / treatment, rest)
