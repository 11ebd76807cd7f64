"""A posterior is the draws of what the questions need, which engine drew them, and with which certificate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import xarray as xr

from bayescause.compilation.plan import Plan
from bayescause.compilation.table import Table
from bayescause.scm.design import Design
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel

__all__ = ["Convergence", "Parameters", "Posterior", "parameters"]


@dataclass(frozen=True)
class Convergence:
    """Whether the draws of one task may be trusted.

    Parameters
    ----------
    is_converged : bool
    reasons : tuple of str
        What fails, in words; empty if nothing does.
    r_hat : float
        Largest of the task's parameters.
    ess_bulk, ess_tail : float
        Smallest of the task's parameters.
    divergences : int
    e_bfmi : float, optional
        Smallest of the chains; None without Hamiltonian dynamics.
    """

    is_converged: bool
    reasons: tuple[str, ...]
    r_hat: float
    ess_bulk: float
    ess_tail: float
    divergences: int = 0
    e_bfmi: float | None = None


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of every fitted task.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    plan : Plan
    design : Design
    draws : Dataset, dims (chain, draw, <safe key>_term)
        ``<safe key>_coefficient`` in data units (intercept first) and ``<safe key>_<dispersion>`` for each task.
    sample_stats : Dataset
        What the samplers recorded, prefixed by the safe key.
    engines : mapping of str to str
        Engine of each task key.
    convergence : mapping of str to Convergence
    seed : int
    notes : tuple of str
        Choices that the engines made, in words: for "assumed".
    """

    model: StructuralModel
    table: Table
    plan: Plan
    design: Design
    draws: xr.Dataset
    sample_stats: xr.Dataset
    engines: Mapping[str, str]
    convergence: Mapping[str, Convergence]
    seed: int = 0
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, eq=False)
class Parameters:
    """Draws of one task as plain arrays, chains one after another.

    Parameters
    ----------
    coefficients : array, dims (sample, coefficient)
        Intercept first.
    dispersion : mapping of str to array, dims (sample,)
    """

    coefficients: FloatArray
    dispersion: Mapping[str, FloatArray]


def parameters(posterior: Posterior, key: str) -> Parameters:
    raise NotImplementedError
