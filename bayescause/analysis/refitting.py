"""Refitting simulated data: exactly where every task allows it, otherwise by NUTS, compiled once for all data sets."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.simulating import Simulated, Simulation
from bayescause.errors import SpecError
from bayescause.inference.conjugate import draw_exact, obstacle
from bayescause.inference.posterior import Parameters
from bayescause.scm.names import safe_names

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["Refit", "procedure", "refit_exactly"]

type Refit = Callable[[Simulated], Mapping[str, Parameters]]
"""A fitting procedure: simulated data in, independent draws of every task's parameters out."""

CHAINS, KEPT = 2, 5
"""Chains of NUTS, and of how many draws one is ranked: ranks need nearly independent draws."""

TUNE = 500
"""Adaptation steps of each chain."""


def procedure(simulation: Simulation, engine: str) -> tuple[Refit, dict[str, str]]:
    """The procedure that ``engine`` stands for, and the engine of each task.

    Raises
    ------
    SpecError
        If there is no such engine, or ``"exact"`` cannot draw a task.
    """
    tasks = simulation.design.mechanisms
    reasons = {key: reason for key, task in tasks.items() if (reason := obstacle(task)) is not None}
    if engine not in ("auto", "exact", "nuts"):
        raise SpecError(f"There is no engine {engine!r} to calibrate with. Known: auto, exact, nuts.")
    if engine == "exact" and reasons:
        SpecError.raise_if([f"The engine 'exact' cannot draw {key!r}: {reason}." for key, reason in reasons.items()])
    if engine == "nuts" or (reasons and engine == "auto"):
        sampled = tuple(tasks) if engine == "nuts" else tuple(reasons)
        engines = {key: "nuts" if key in sampled else "exact" for key in tasks}
        return _mixed(simulation, sampled), engines
    return refit_exactly, dict.fromkeys(tasks, "exact")


def refit_exactly(simulated: Simulated) -> Mapping[str, Parameters]:
    """Independent draws of every task from its exact posterior.

    Parameters
    ----------
    simulated : Simulated
        All of whose tasks are gaussian with normal priors on the coefficients.
    """
    return _exactly(simulated, tuple(simulated.simulation.design.mechanisms))


def _exactly(simulated: Simulated, keys: tuple[str, ...]) -> dict[str, Parameters]:
    found = {}
    for key in keys:
        task, random = simulated.simulation.design.mechanisms[key], simulated.generator(f"exact {key}")
        drawn = draw_exact(simulated.summaries[key], task, random, samples=simulated.simulation.draws)
        found[key] = Parameters(drawn.coefficients, {"sd": drawn.sd})
    return found


def _mixed(simulation: Simulation, sampled: tuple[str, ...]) -> Refit:
    from dataclasses import replace

    from bayescause.inference.hamiltonian import Settings, compile_nuts, sample_nuts

    plan = replace(simulation.plan, tasks=tuple(task for task in simulation.plan.tasks if task.key in sampled))
    compiled = compile_nuts(simulation.model, simulation.table, plan, simulation.design)
    settings = Settings(CHAINS, -(-simulation.draws // CHAINS), TUNE)
    exact = tuple(key for key in simulation.design.mechanisms if key not in sampled)

    def refit(simulated: Simulated) -> Mapping[str, Parameters]:
        seed = int(simulated.generator("nuts").integers(2**31))
        tree = sample_nuts(compiled, simulated.table, seed=seed, settings=settings)
        drawn = {key: _thinned(simulation, key, tree["posterior"].to_dataset()) for key in sampled}
        rows = len(next(iter(drawn.values())).coefficients)
        kept = {key: _first(one, rows) for key, one in _exactly(simulated, exact).items()}
        return {key: {**drawn, **kept}[key] for key in simulation.design.mechanisms}

    return refit


def _thinned(simulation: Simulation, key: str, posterior: "Dataset") -> Parameters:
    safe, task = safe_names(simulation.design.mechanisms)[key], simulation.design.mechanisms[key]
    coefficients = posterior[f"{safe}_coefficient"].to_numpy()[:, ::KEPT]
    dispersion = {name: posterior[f"{safe}_{name}"].to_numpy()[:, ::KEPT].ravel() for name in task.mechanism.dispersion}
    return Parameters(np.ascontiguousarray(coefficients.reshape(-1, coefficients.shape[-1])), dispersion)


def _first(drawn: Parameters, rows: int) -> Parameters:
    return Parameters(drawn.coefficients[:rows], {name: draws[:rows] for name, draws in drawn.dispersion.items()})
