"""One replication of a calibration: parameters drawn from the priors, and data simulated from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bayescause.analysis.prior_scale import prior_draws
from bayescause.analysis.replication import respond
from bayescause.compilation.experiment import every_row, fitted_in, rows_of, with_columns
from bayescause.compilation.plan import Plan
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.inference.posterior import Parameters
from bayescause.inference.randomness import generator
from bayescause.inference.sufficient import Sufficient, summarise
from bayescause.scm.design import Design
from bayescause.scm.structural_model import StructuralModel

__all__ = ["Simulated", "Simulation", "simulate"]

ATTEMPTS = 50
"""Truths that are tried before priors are said to give no finite data."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """What all replications share: everything that was derived from the original data, once.

    Parameters
    ----------
    model : StructuralModel
    table : Table
        The original data. Columns whose mechanism is not fitted keep their observed values in every replication.
    plan : Plan
    design : Design
    draws : int
        Posterior draws asked of each fit.
    seed : int
    """

    model: StructuralModel
    table: Table
    plan: Plan
    design: Design
    draws: int
    seed: int


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated data set and its truth.

    Parameters
    ----------
    simulation : Simulation
    number : int
        Of the replication.
    truth : mapping of str to Parameters
        One sample of each task's parameters.
    table : Table
        The data drawn from that truth.
    """

    simulation: Simulation
    number: int
    truth: Mapping[str, Parameters]
    table: Table

    def generator(self, purpose: str) -> np.random.Generator:
        """Random numbers that belong to this replication and ``purpose``, whoever runs it."""
        return generator(self.simulation.seed, "calibrate", str(self.number), purpose)

    @cached_property
    def summaries(self) -> Mapping[str, Sufficient]:
        """Sufficient statistics of the gaussian tasks without pooled effects."""
        design = self.simulation.design
        gaussian = {
            key: task
            for key, task in design.mechanisms.items()
            if task.mechanism.short == "gaussian" and not task.pools
        }
        model = self.simulation.model
        return {key: summarise(task, design, rows_of(model, self.table, task)) for key, task in gaussian.items()}


def simulate(simulation: Simulation, number: int) -> Simulated:
    """Draw a truth from the priors and data from the truth, every fitted mechanism in order.

    A truth whose data overflow, or are rounded to impossible values, is drawn again: that depends on the data alone, so
    ranks stay uniform.

    Raises
    ------
    SpecError
        If the priors hardly ever give finite data.
    """
    random = generator(simulation.seed, "calibrate", str(number), "truth")
    for _ in range(ATTEMPTS):
        found = _attempt(simulation, number, random)
        if found is not None:
            return found
    raise SpecError(
        f"{ATTEMPTS} sets of parameters drawn from the priors gave no finite data. Narrow the coefficients' priors."
    )


def _attempt(simulation: Simulation, number: int, random: np.random.Generator) -> Simulated | None:
    original = every_row(simulation.table)
    columns, truth = dict(original.columns), {}
    for key, task in simulation.design.mechanisms.items():
        truth[key] = prior_draws(task, 1, random)
        with np.errstate(over="ignore", invalid="ignore"):
            values = respond(task, truth[key], columns, simulation.design, random)[0]
        # What an experiment set stays as it was set, and is not fitted: the mechanism was not at work there.
        at_work = fitted_in(simulation.model, simulation.table, task)
        known = at_work & np.isfinite(original.columns[task.variable])
        if not np.isfinite(values[known]).all() or np.abs(values[known]).max() > np.sqrt(np.finfo(float).max):
            return None
        if task.mechanism.faults(values[known], {name: columns[name][known] for name in task.mechanism.inputs}):
            return None  # rounding took a value to the edge of what is possible: a proportion to 1
        columns[task.variable] = np.where(known, values, np.where(at_work, np.nan, original.columns[task.variable]))
    return Simulated(simulation, number, truth, with_columns(simulation.table, columns))
