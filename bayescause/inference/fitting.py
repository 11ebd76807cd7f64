"""Fit a model: find what the questions need, choose an engine for each mechanism, draw, and say whether to trust it."""

from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr

from bayescause import plugins
from bayescause.arguments import BOOLEAN, SEED, Seed, require, seed_of, whole
from bayescause.calling import names_its_arguments
from bayescause.compilation.asked import check_asked, check_model
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.experiment import used_in_words
from bayescause.compilation.plan import Plan
from bayescause.compilation.planning import plan_for
from bayescause.compilation.settled_questions import check_questions
from bayescause.compilation.table import Table
from bayescause.errors import ConvergenceWarning, SpecError, warn
from bayescause.inference.choosing import Drawing, draw_in_turn, engines_for
from bayescause.inference.convergence import assess_task, by_construction
from bayescause.inference.engine import Drawn, Job
from bayescause.inference.freed_memory import keep_freed_memory
from bayescause.inference.labelled_draws import labelled_together
from bayescause.inference.law import LAWS, BlockJob, DrawnBlock, JointLaw
from bayescause.inference.posterior import Convergence, Posterior
from bayescause.inference.telling import TELL, Tell, silent
from bayescause.scm.abilities import OwnPriors
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.names import parameter_names, safe_names
from bayescause.scm.structural_model import StructuralModel

__all__ = ["check_options", "fit", "fit_plan"]

SHOWN = 8
"""Independent draws are assessed on this many coefficients, evenly spread: more of them prove nothing more."""


@names_its_arguments
def fit(
    model: StructuralModel,
    data: Any,
    questions: Sequence[Any] | None = None,
    *,
    seed: Seed = 0,
    engine: str = "auto",
    chains: int = 4,
    draws: int = 1000,
    tune: int = 1000,
    progress: bool = False,
    tell: Tell = silent,
) -> Posterior:
    """Draw the posterior of what ``questions`` need; without questions, of every mechanism that may be fitted.

    Parameters
    ----------
    model : StructuralModel
    data : Table, data frame, mapping of arrays, or path
        Whatever ``tabulate`` takes.
    questions : sequence of Estimand, optional
    seed : int or NumPy Generator
        Of the one tree of random numbers; a task's draws depend on it and on the task's key only.
    engine : str
        ``"auto"`` (the cheapest that can, task by task), ``"exact"``, ``"laplace"`` or ``"nuts"``.
    chains, draws : int
    tune : int
        Adaptation steps of NUTS; the other engines have none.
    progress : bool
        Whether a sampler may show its progress on stderr.
    tell : function
        Told in words what takes long: how far a mechanism with pooled effects is, and why NUTS has to draw one.

    Returns
    -------
    Posterior
        Draws with dims (chain, draw), in data units.

    Raises
    ------
    SpecError
        If the model or an option is impossible, or the named engine cannot draw a task.
    ConvergenceError
        If the named engine cannot vouch for its draws.
    DataError
        If the data do not fit the model.
    SamplerCrashError
        If a sampler dies.

    Examples
    --------
    >>> import numpy as np
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> model = StructuralModel.parse("sales ~ price")
    >>> price = np.arange(20.0)
    >>> posterior = fit(model, {"price": price, "sales": 50 - 2 * price + np.sin(price)}, seed=1)
    >>> posterior.engines["sales"]
    'exact'
    >>> bool(abs(posterior.draws["sales_coefficient"].sel(sales_term="price").mean() + 2) < 0.1)
    True
    """
    check_model(model)
    asked = check_asked(questions)
    table = tabulate(model, data, questions=asked)
    planned = plan_for(model, table, asked or None)
    design = derive(model, table, planned.tasks)
    check_questions(asked, planned, design)
    return fit_plan(
        model,
        table,
        planned,
        design,
        seed=seed,
        engine=engine,
        chains=chains,
        draws=draws,
        tune=tune,
        progress=progress,
        tell=tell,
    )


def fit_plan(
    model: StructuralModel,
    table: Table,
    plan: Plan,
    design: Design,
    *,
    seed: Seed = 0,
    engine: str = "auto",
    chains: int = 4,
    draws: int = 1000,
    tune: int = 1000,
    progress: bool = False,
    is_assessed: bool = True,
    drawing: Drawing | None = None,
    tell: Tell = silent,
) -> Posterior:
    """Draw the tasks of ``plan`` with constants and priors that were derived before.

    Parameters
    ----------
    is_assessed : bool
        Whether R-hat and effective draws are computed of draws that are independent by construction too.
    drawing : function, optional
        How engines draw; ``Engine.draw`` by default.
    tell : function
        As in ``fit``.

    Raises
    ------
    SpecError
        If an option is impossible, or the named engine cannot draw a task.
    ConvergenceError
        If the named engine cannot vouch for its draws.
    SamplerCrashError
        If a sampler dies.
    """
    check_options(seed=seed, chains=chains, draws=draws, tune=tune)
    seed = seed_of(seed)
    require(progress=(progress, BOOLEAN), tell=(tell, TELL))
    keep_freed_memory()
    tasks = {task.key: design.mechanisms[task.key] for task in plan.tasks}
    job = Job(
        model, table, plan, design, seed=seed, chains=chains, draws=draws, tune=tune, progress=progress, tell=tell
    )
    chosen = draw_in_turn(engines_for(engine), job, drawing)
    drawn = {key: chosen.drawn[key] for key in tasks}
    convergence = {
        key: assess_task(tasks[key], drawn[key], most=SHOWN if chosen.engines[key].is_independent else None)
        if is_assessed or not chosen.engines[key].is_independent
        else by_construction(drawn[key])
        for key in tasks
    }
    blocks = _draw_blocks(job, engine)
    convergence |= {key: block.convergence for key, block in blocks.items()}
    _warn(convergence)
    told = [*(one.notes for one in drawn.values()), *(one.notes for one in blocks.values())]
    return Posterior(
        model=model,
        table=table,
        plan=plan,
        design=design,
        draws=_draws_of(drawn, tasks, safe_names(design.mechanisms), job),
        sample_stats=_stats_of(drawn, safe_names(design.mechanisms), job),
        engines={key: chosen.engines[key].short for key in tasks}
        | {key: block.engine for key, block in blocks.items()},
        convergence=convergence,
        seed=seed,
        notes=(
            *_rows_told(model, table, plan),
            *chosen.reasons,
            *dict.fromkeys(note for notes in told for note in notes),
        ),
        blocks=blocks,
    )


def check_options(**options: Any) -> None:
    """Refuse options of a fit that are no whole numbers, or too small.

    Parameters
    ----------
    **options
        Among ``seed``, ``chains``, ``draws`` and ``tune``.

    Raises
    ------
    SpecError
        That names all of them.
    """
    kinds = {"seed": SEED, "tune": whole(0), "chains": whole(1), "draws": whole(1)}
    require(**{name: (value, kinds[name]) for name, value in options.items()})


def _rows_told(model: StructuralModel, table: Table, plan: Plan) -> tuple[str, ...]:
    """Which rows each law is fitted on, where some rows come from an experiment."""
    if table.experiment is None:
        return ()
    tasks = [f"{task.key}: {used_in_words(model, table, task)}" for task in plan.tasks]
    return (*tasks, *(f"{block.key}: fitted on the {table.rows:,} observed rows only" for block in plan.blocks))


def _draw_blocks(job: Job, engine: str) -> dict[str, DrawnBlock]:
    asked = {
        block.key: BlockJob(
            job.model, job.table, block, engine, job.seed, job.chains, job.draws, job.tune, job.progress
        )
        for block in job.plan.blocks
    }
    laws: dict[str, JointLaw] = {key: plugins.find(LAWS, one.block.law)() for key, one in asked.items()}
    obstacles = [laws[key].can_draw(one) for key, one in asked.items()]
    SpecError.raise_if([why for why in obstacles if why])
    return {key: laws[key].draw(one) for key, one in asked.items()}


def _warn(convergence: Mapping[str, Convergence]) -> None:
    for key, found in convergence.items():
        if not found.is_converged:
            doubts = "; ".join(found.reasons)
            warn(f"The draws of {key!r} may not be trusted: {doubts}.", ConvergenceWarning)


def _draws_of(
    drawn: Mapping[str, Drawn], tasks: Mapping[str, MechanismDesign], safe: Mapping[str, str], job: Job
) -> xr.Dataset:
    variables: dict[str, Any] = {}
    terms: list[tuple[str, tuple[str, ...]]] = []
    for key, one in drawn.items():
        if tasks[key].coefficients:
            term = f"{safe[key]}_term"
            terms.append((term, tuple(tasks[key].coefficients)))
            variables[f"{safe[key]}_coefficient"] = (("chain", "draw", term), one.coefficients)
        named = parameter_names(safe[key], one.dispersion)
        for name, values in one.dispersion.items():
            own = named[name]
            variables[own] = (("chain", "draw", *_own_dims(tasks[key], name, own, values.ndim - 2)), values)
    return labelled_together(variables, job.chains, job.draws, tuple(terms))


def _own_dims(task: MechanismDesign, name: str, own: str, number: int) -> tuple[str, ...]:
    """Dims of a parameter of a Python function, by the names that the compiled model gives them."""
    named = task.mechanism.dims[name] if isinstance(task.mechanism, OwnPriors) else None
    return tuple(map(str, named)) if named else tuple(f"{own}_dim_{place}" for place in range(number))


def _stats_of(drawn: Mapping[str, Drawn], safe: Mapping[str, str], job: Job) -> xr.Dataset:
    variables: dict[str, Any] = {}
    for key, one in drawn.items():
        for name, values in {"log_likelihood": one.log_likelihood, **one.stats}.items():
            variables[f"{safe[key]}_{name}"] = (("chain", "draw")[: values.ndim], values)
    return labelled_together(variables, job.chains, job.draws)
