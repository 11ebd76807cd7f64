"""Refitting simulated data by the engines that a fit would take; what needs compiling is compiled once for all data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import ceil

import numpy as np

from bayescause.analysis.simulating import Simulated, Simulation
from bayescause.inference.choosing import Drawing, draw_in_turn, engines_for, first_able
from bayescause.inference.compiling import drawing_of_a_run
from bayescause.inference.convergence import assess_task
from bayescause.inference.engine import Drawn, Engine, Job, Uncertified
from bayescause.inference.posterior import Parameters
from bayescause.scm.design import MechanismDesign

__all__ = ["Refit", "procedure"]

type Refit = Callable[[Simulated], Mapping[str, Parameters]]
"""A fitting procedure: simulated data in, independent draws of every task's parameters out."""

CHAINS, KEPT = 2, 5
"""Chains of an engine whose draws depend on each other, and of how many draws one is ranked, at most."""

TUNE = 500
"""Adaptation steps of each such chain."""

LONGER = 8
"""By how much chains are prolonged whose effective draws are fewer than those that are to be ranked."""


def procedure(simulation: Simulation, engine: str) -> tuple[Refit, dict[str, str]]:
    """The procedure that ``engine`` stands for, and the engine of each task: the first that can draw it.

    A replication whose draws that engine cannot vouch for goes on to the next, as a fit does.

    Raises
    ------
    UnknownPluginError
        If there is no such engine.
    SpecError
        If the named engine cannot draw a task.
    """
    engines = engines_for(engine)
    first = first_able(engines, simulation.design.mechanisms)
    return partial(_refit, engines, drawing_of_a_run()), {key: one.short for key, one in first.items()}


def _refit(engines: Sequence[Engine], drawing: Drawing, simulated: Simulated) -> Mapping[str, Parameters]:
    simulation = simulated.simulation
    job = Job(
        simulation.model,
        simulated.table,
        simulation.plan,
        simulation.design,
        seed=int(simulated.generator("fit").integers(2**31)),
        chains=1,
        draws=simulation.draws,
    )
    found = draw_in_turn(engines, job, partial(_draw, drawing))
    kept = {key: _ranked(job.tasks[key], one, found.engines[key]) for key, one in found.drawn.items()}
    rows = min(len(one.coefficients) for one in kept.values())
    return {key: _first(kept[key], rows) for key in simulation.design.mechanisms}


def _draw(drawing: Drawing, engine: Engine, job: Job) -> Mapping[str, Drawn | Uncertified]:
    """Draw by what was compiled for the same tasks before; once more, and longer, where chains move too slowly."""
    if engine.is_independent:
        return drawing(engine, job)
    found = drawing(engine, _in_chains(job, 1))
    drawn = {key: one for key, one in found.items() if isinstance(one, Drawn)}
    if all(_effective(job.tasks[key], one) >= job.draws / KEPT for key, one in drawn.items()):
        return found
    return drawing(engine, _in_chains(job, LONGER))


def _in_chains(job: Job, times: int) -> Job:
    return replace(job, chains=CHAINS, draws=times * -(-job.draws // CHAINS), tune=times * TUNE, attempts=1)


def _effective(task: MechanismDesign, drawn: Drawn) -> float:
    """The smallest effective number of draws of any parameter, in bulk or tails."""
    found = assess_task(task, drawn)
    return min(found.ess_bulk, found.ess_tail)


def _ranked(task: MechanismDesign, drawn: Drawn, engine: Engine) -> Parameters:
    """Nearly independent draws, chains one after another: ranks among others are too often low and high."""
    step = 1 if engine.is_independent else max(KEPT, ceil(drawn.log_likelihood.size / _effective(task, drawn)))
    coefficients = drawn.coefficients[:, ::step]
    samples = coefficients.shape[0] * coefficients.shape[1]
    dispersion = {
        name: values[:, ::step].reshape(samples, *values.shape[2:]) for name, values in drawn.dispersion.items()
    }
    return Parameters(np.ascontiguousarray(coefficients.reshape(samples, coefficients.shape[-1])), dispersion)


def _first(drawn: Parameters, rows: int) -> Parameters:
    return Parameters(drawn.coefficients[:rows], {name: draws[:rows] for name, draws in drawn.dispersion.items()})
