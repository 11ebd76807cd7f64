"""NUTS for the tables of a saturated law, where the user insists on it: they are drawn exactly otherwise."""

from dataclasses import replace

from bayescause.compilation.plan import Plan
from bayescause.inference.compiled_nuts import compile_nuts
from bayescause.inference.convergence import MIN_ESS
from bayescause.inference.hamiltonian import Settings, sample_nuts
from bayescause.inference.ladder import LADDER, RECORDED
from bayescause.inference.law import BlockJob, DrawnBlock
from bayescause.inference.probability_tables import as_block
from bayescause.inference.randomness import seed_sequence
from bayescause.scm.design import Design
from bayescause.scm.names import safe_names

__all__ = ["sample_tables"]


def sample_tables(job: BlockJob) -> DrawnBlock:
    """Sample until the draws converge or the attempts end; the last one counts, whatever its verdict.

    Raises
    ------
    SamplerCrashError
        If the sampler dies.
    """
    compiled = compile_nuts(job.model, job.table, Plan((), blocks=(job.block,)), Design({}, {}, {}))
    safe = safe_names([job.block.key])[job.block.key]
    short = safe_names(dict.fromkeys(name for each in job.block.variables for name in (*job.block.given[each], each)))
    notes: list[str] = []
    for attempt, (longer, target, adaptation) in enumerate(LADDER, start=1):
        seed = seed_sequence(job.seed, "nuts", job.block.key, str(attempt)).generate_state(1)
        settings = Settings(job.chains, job.draws, longer * job.tune, target, adaptation, job.progress)
        tree = sample_nuts(compiled, job.table, seed=int(seed[0]), settings=settings)
        drawn, recorded = tree["posterior"].to_dataset(), tree["sample_stats"].to_dataset()
        tables = {name: drawn[f"{safe}_{short[name]}_probability"].to_numpy() for name in job.block.variables}
        stats = {ours: recorded[theirs].to_numpy() for theirs, ours in RECORDED.items() if theirs in recorded}
        found = as_block(job, tables, "nuts", stats)
        doubts = "; ".join(found.convergence.reasons)
        if attempt > 1 or doubts:
            told = f"{settings.tune:,} adaptation steps, target acceptance {target}, {adaptation} mass matrix"
            notes.append(f"attempt {attempt} of NUTS ({told}): {doubts or 'converged'}")
        if not doubts or job.chains * job.draws < MIN_ESS:
            break
    return replace(found, notes=(*found.notes, *notes))
