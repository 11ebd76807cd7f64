"""Saturated laws of discrete variables: in each row of probabilities anything may be, and the data say what is.

The joint law is a product of conditionals in one topological order. Each row of a conditional has a Dirichlet prior of
total mass 1, the same for each of K levels (Perks 1947), so that its posterior is Dirichlet too, and is drawn exactly.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import xarray as xr

from bayescause.compilation.contingency import DISCRETE, conditions_of, contingency, level_names
from bayescause.compilation.saturated_model import MASS
from bayescause.inference.law import BlockJob, DrawnBlock
from bayescause.inference.randomness import generator
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names

__all__ = ["Saturated", "dirichlet_rows"]


@dataclass(frozen=True)
class Saturated:
    """Conditional probability tables, each row with a Dirichlet law of its own."""

    short: ClassVar[str] = "saturated"

    def can_draw(self, job: BlockJob) -> str | None:
        """Why the block cannot be drawn, as a sentence; None if it can."""
        if job.engine not in ("auto", "exact"):
            return f"The {job.block.key} is drawn exactly; engine={job.engine!r} does not draw it. Use engine='auto'."
        used = dict.fromkeys(name for each in job.block.variables for name in (*job.block.given[each], each))
        strange = [name for name in used if job.table.kinds[name] not in DISCRETE]
        if strange:
            return f"{', '.join(strange)} has no levels, and the {job.block.key} is one of discrete variables."
        return None

    def draw(self, job: BlockJob) -> DrawnBlock:
        """Draw each table from random numbers that belong to the block and to its variable."""
        from bayescause.inference.convergence import assess

        block, names = job.block, safe_names(job.block.variables)
        coords: dict[str, Any] = {"chain": np.arange(job.chains), "draw": np.arange(job.draws)}
        arrays, looked_at = {}, {}
        likelihood = np.zeros((job.chains, job.draws))
        for variable in block.variables:
            given, levels = block.given[variable], level_names(job.table, variable)
            counts = contingency(job.table, variable, given).reshape(-1, len(levels))
            probability, one = _drawn(job, variable, counts)
            likelihood += one
            dims = (f"{names[variable]}_given", f"{names[variable]}_level")
            coords |= {dims[0]: list(conditions_of(job.table, given)), dims[1]: list(levels)}
            arrays[f"{names[variable]}_probability"] = (("chain", "draw", *dims), probability)
            looked_at[f"{variable} = {levels[-1]}"] = probability[:, :, int(counts.sum(axis=1).argmax()), -1]
        return DrawnBlock(
            block,
            xr.Dataset(arrays, coords),
            engine="exact",
            convergence=assess((likelihood, *looked_at.values()), ("log-likelihood", *looked_at)),
            stats={"log_likelihood": likelihood},
            notes=(
                f"{block.key}: each row of probabilities has a Dirichlet prior of total mass {MASS:g}, 1/K a level",
            ),
        )


def _drawn(job: BlockJob, variable: str, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probabilities, dims (chain, draw, row, level), and the log-likelihood of the counts, dims (chain, draw)."""
    random = generator(job.seed, "saturated", job.block.key, variable)
    logs = dirichlet_rows(counts + MASS / counts.shape[-1], job.chains * job.draws, random)
    seen, shape = counts > 0, (job.chains, job.draws)
    return np.exp(logs).reshape(*shape, *counts.shape), (logs[:, seen] @ counts[seen]).reshape(shape)


def dirichlet_rows(shapes: FloatArray, samples: int, random: np.random.Generator) -> FloatArray:
    """Logarithms of draws of Dirichlet rows, dims (sample, row, level).

    Parameters
    ----------
    shapes : array, dims (row, level)
        Positive.
    samples : int
    random : numpy.random.Generator

    Notes
    -----
    A gamma variable of small shape a is one of shape a + 1 times U^(1/a) (Marsaglia and Tsang 2000, section 6); its
    logarithm is finite where the variable itself underflows.

    Examples
    --------
    >>> drawn = dirichlet_rows(np.array([[0.5, 0.5], [1e-3, 9.0]]), 1_000, np.random.default_rng(0))
    >>> bool(np.isfinite(drawn).all()), np.exp(drawn).mean(axis=0)[1].round(2).tolist()
    (True, [0.0, 1.0])
    """
    size = (samples, *shapes.shape)
    logs = np.log(random.standard_gamma(shapes + 1.0, size=size))
    logs -= random.standard_exponential(size=size) / shapes
    largest = logs.max(axis=-1, keepdims=True)
    return np.asarray(logs - largest - np.log(np.exp(logs - largest).sum(axis=-1, keepdims=True)))
