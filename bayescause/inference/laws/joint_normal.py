"""Treatment and outcome as straight lines with jointly normal errors: the law behind an instrument."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import xarray as xr

from bayescause.compilation.deriving import derive
from bayescause.compilation.equations import equations
from bayescause.inference.convergence import assess
from bayescause.inference.equation_pair import EquationPair, sum_up_pair
from bayescause.inference.error_draws import draw_errors
from bayescause.inference.error_law import draw_coefficients, log_likelihood, system_of
from bayescause.inference.instrument_strength import first_stage, partial_r2, single_estimates
from bayescause.inference.law import BlockJob, DrawnBlock
from bayescause.inference.pair_chains import PairChains, sample_pair
from bayescause.inference.randomness import generator
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names
from bayescause.scm.priors import is_gaussian, moments, support

__all__ = ["JointNormal"]

type Pair = tuple[MechanismDesign, MechanismDesign]


@dataclass(frozen=True)
class JointNormal:
    """Drawn exactly; by NUTS where priors are not normal, or where no close proposal is found."""

    short: ClassVar[str] = "joint_normal"

    def can_draw(self, job: BlockJob) -> str | None:
        """Why there is no posterior: nothing varies, a prior leaves the effect open, or the engine cannot."""
        tasks, _ = _designed(job)
        if job.engine not in ("auto", "exact", "nuts"):
            return f"The engine {job.engine!r} cannot draw the {job.block.key}. Use engine='auto'."
        if job.engine == "exact" and (why := _not_normal(tasks)):
            return f"The engine 'exact' cannot draw the {job.block.key}: {why}. Use engine='auto'."
        return _left_open(tasks, job)

    def draw(self, job: BlockJob) -> DrawnBlock:
        """Draw both equations and the law of their errors."""
        tasks, design = _designed(job)
        pair = sum_up_pair(tasks, design, job.table)
        why = None if job.engine == "nuts" else _not_normal(tasks)
        found = why if job.engine == "nuts" or why else _exactly(job, pair)
        engine = "exact"
        if not isinstance(found, PairChains):
            told = (f"the {job.block.key} is drawn by nuts: exact cannot, because {found}",) if found else ()
            found, engine = sample_pair(job, pair), "nuts"
            found = PairChains(found.coefficients, found.errors, found.convergence, found.stats, (*told, *found.notes))
        gap = (f"{pair.skipped:,} rows without a value were left out of the {job.block.key}",) if pair.skipped else ()
        draws, stats = _described(job, pair, design, found)
        return DrawnBlock(job.block, draws, engine, found.convergence, stats, (*found.notes, *gap))


def _designed(job: BlockJob) -> tuple[Pair, Design]:
    declared = equations(job.model, job.block)
    design = derive(job.model, job.table, declared)
    first, second = (design.mechanisms[task.key] for task in declared)
    return (first, second), design


def _not_normal(tasks: Pair) -> str | None:
    for task in tasks:
        for name in task.coefficients:
            if not (is_gaussian(task.priors[name]) or task.priors[name].family in {"fixed", "flat"}):
                return f"the prior of {name!r} in {task.variable} is {task.priors[name]}, not normal"
        if support(task.priors["sd"]) != (0.0, np.inf):
            return f"the prior of the sd of {task.variable}, {task.priors['sd']}, does not allow every value above zero"
    return None


def _left_open(tasks: Pair, job: BlockJob) -> str | None:
    treatment, outcome = job.block.variables
    names = [name for name in job.block.given[treatment] if name not in job.block.given[outcome]]
    if not any(name in term.variables for term in tasks[0].terms for name in names):
        never = f"{names[0]} never varies" if len(names) == 1 else f"{' and '.join(names)} never vary"
        return f"{never} in these data: nothing can be told of what {treatment} does. Leave it out of the graph."
    if treatment not in tasks[1].columns:
        return f"{treatment} never varies in these data: nothing can be told of what it does to {outcome}."
    if tasks[1].priors[treatment].family == "flat":
        # Kleibergen and van Dijk (1998): the likelihood does not fall off where the instruments are without strength.
        return (
            f"The prior of {treatment!r} in {outcome} is flat(): with an instrument it need not leave a posterior. "
            "Give it a normal prior, as wide as you like."
        )
    return None


def _exactly(job: BlockJob, pair: EquationPair) -> PairChains | str:
    random, system = generator(job.seed, "exact", job.block.key), system_of(pair)
    found = draw_errors(system, random, samples=job.chains * job.draws)
    if isinstance(found, str):
        return found
    coefficients = draw_coefficients(system, found.errors, random)
    effect = coefficients[:, pair.treatment].reshape(job.chains, job.draws)
    correlation = found.errors.correlation.reshape(job.chains, job.draws)
    convergence = assess([effect, correlation], [pair.tasks[0].variable, "error correlation"])
    recorded = ("log_evidence", "pareto_k", "accepted", "proposal_ess")
    stats = {name: np.asarray(getattr(found, name)) for name in recorded}
    return PairChains(coefficients, found.errors, convergence, stats)


def _described(
    job: BlockJob, pair: EquationPair, design: Design, found: PairChains
) -> tuple[xr.Dataset, dict[str, FloatArray]]:
    """Draws in data units with their names, and what was recorded."""
    shape, errors = (job.chains, job.draws), found.errors
    names, split = safe_names(job.table.kinds), pair.first_size
    variables: dict[str, Any] = {"error_correlation": (("chain", "draw"), errors.correlation.reshape(shape))}
    coords: dict[str, Any] = {"chain": np.arange(job.chains), "draw": np.arange(job.draws)}
    parts = (found.coefficients[:, :split], found.coefficients[:, split:])
    scaled = (np.exp(errors.log_first), errors.second)
    for task, part, sd, scale in zip(pair.tasks, parts, scaled, pair.scales, strict=True):
        name = names[task.variable]
        coords[f"{name}_term"] = np.array(task.coefficients, dtype=str)
        variables[f"{name}_coefficient"] = (("chain", "draw", f"{name}_term"), part.reshape(*shape, -1))
        variables[f"{name}_sd"] = (("chain", "draw"), (sd * scale).reshape(shape))
    likelihood = log_likelihood(pair, found.coefficients, errors).reshape(shape)
    stats = {"log_likelihood": likelihood, **found.stats, **_prior_width(job, pair)}
    return _with_instruments(job, pair, design, found, xr.Dataset(variables, coords), stats)


def _prior_width(job: BlockJob, pair: EquationPair) -> dict[str, FloatArray]:
    """Prior sd of the effect of one unit, where it is the rule's and not the user's."""
    treatment = job.block.variables[0]
    if treatment in equations(job.model, job.block)[1].priors or not is_gaussian(pair.tasks[1].priors[treatment]):
        return {}
    return {"prior_sd": np.asarray(moments(pair.tasks[1].priors[treatment])[1])}


def _with_instruments(
    job: BlockJob,
    pair: EquationPair,
    design: Design,
    found: PairChains,
    draws: xr.Dataset,
    stats: dict[str, FloatArray],
) -> tuple[xr.Dataset, dict[str, FloatArray]]:
    """Adds the strength of the instruments, and what each says alone where there are several."""
    treatment, outcome = job.block.variables
    names = [name for name in job.block.given[treatment] if name not in job.block.given[outcome]]
    stage = first_stage(pair, design, names)
    shape = (job.chains, job.draws)
    share = partial_r2(stage, pair, found.coefficients, found.errors.log_first).reshape(shape)
    draws = draws.assign(partial_r2=(("chain", "draw"), share))
    heard = [name for name, columns in stage.columns.items() if len(columns)]
    if len(heard) > 1 and stage.can_be_split:
        random = generator(job.seed, "instruments", job.block.key)
        alone = single_estimates(stage, random, samples=job.chains * job.draws)
        alone = (alone * (pair.scales[1] / pair.scales[0])).reshape(*shape, -1)
        draws = draws.assign(single_estimate=(("chain", "draw", "instrument"), alone), instrument=heard)
    return draws, stats | {"first_stage_f": np.asarray(stage.f)}
