"""Draws of the tables of a saturated law as a block, with names for their rows and levels, however they were drawn."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.special import xlogy

from bayescause.compilation.contingency import conditions_of, contingency, level_names
from bayescause.compilation.saturated_model import MASS
from bayescause.inference.convergence import assess
from bayescause.inference.law import BlockJob, DrawnBlock
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names

__all__ = ["as_block", "units_by_row"]


def units_by_row(job: BlockJob, variable: str) -> FloatArray:
    """Units at each level of ``variable`` given each combination of what it is given, dims (row, level)."""
    counts = contingency(job.table, variable, job.block.given[variable])
    return counts.reshape(-1, counts.shape[-1])


def as_block(
    job: BlockJob,
    tables: Mapping[str, FloatArray],
    engine: str,
    recorded: Mapping[str, npt.NDArray[Any]] | None = None,
) -> DrawnBlock:
    """The block of ``job``, and whether its draws may be trusted.

    Parameters
    ----------
    job : BlockJob
    tables : mapping of str to array, dims (chain, draw, row, level)
        Probabilities of each variable's levels.
    engine : str
        Which drew them.
    recorded : mapping of str to array
        What a sampler recorded: ``diverging``, ``energy``.
    """
    stats, names = dict(recorded or {}), safe_names(job.block.variables)
    coords: dict[str, Any] = {"chain": np.arange(job.chains), "draw": np.arange(job.draws)}
    arrays, looked_at = {}, {}
    likelihood = np.zeros((job.chains, job.draws))
    for variable, table in tables.items():
        counts, levels = units_by_row(job, variable), level_names(job.table, variable)
        dims = (f"{names[variable]}_given", f"{names[variable]}_level")
        coords |= {dims[0]: list(conditions_of(job.table, job.block.given[variable])), dims[1]: list(levels)}
        arrays[f"{names[variable]}_probability"] = (("chain", "draw", *dims), table)
        looked_at[f"{variable} = {levels[-1]}"] = table[:, :, int(counts.sum(axis=1).argmax()), -1]
        likelihood += xlogy(counts, table).sum(axis=(-2, -1))
    convergence = assess(
        (likelihood, *looked_at.values()),
        ("log-likelihood", *looked_at),
        divergences=int(stats["diverging"].sum()) if "diverging" in stats else 0,
        too_deep=int(stats["reached_max_treedepth"].sum()) if "reached_max_treedepth" in stats else 0,
        energy=stats.get("energy"),
    )
    note = f"{job.block.key}: each row of probabilities has a Dirichlet prior of total mass {MASS:g}, 1/K a level"
    stats["log_likelihood"] = likelihood
    return DrawnBlock(job.block, xr.Dataset(arrays, coords), engine, convergence, stats, (note,))
