"""A posterior is the draws of what the questions need, which engine drew them, and with which certificate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.arguments import instance
from bayescause.compilation.plan import Plan
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.notebooks import by_its_words
from bayescause.scm.design import Design
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import parameter_names, safe_names
from bayescause.scm.structural_model import StructuralModel

if TYPE_CHECKING:
    from xarray import DataTree

    from bayescause.inference.law import DrawnBlock

__all__ = ["POSTERIOR", "Convergence", "Parameters", "Posterior", "parameters"]


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
    is_assessed : bool
        False where the draws are independent by construction and nothing was computed of them.
    """

    is_converged: bool
    reasons: tuple[str, ...]
    r_hat: float
    ess_bulk: float
    ess_tail: float
    divergences: int = 0
    e_bfmi: float | None = None
    is_assessed: bool = True


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
        What the samplers recorded, prefixed by the safe key: ``<safe key>_log_likelihood`` (chain, draw) always,
        ``<safe key>_log_evidence`` from the exact engine, ``<safe key>_diverging`` and more from NUTS.
    engines : mapping of str to str
        Engine of each task key and of each block key.
    convergence : mapping of str to Convergence
        By the same keys.
    seed : int
    notes : tuple of str
        Choices that the engines made, in words: for "assumed".
    blocks : mapping of str to DrawnBlock
        Joint laws of several variables, by block key.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0, 4.0]}
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x"), rows)
    >>> posterior.engines, posterior.is_converged, posterior.draws["y_coefficient"].dims
    ({'x': 'exact', 'y': 'exact'}, True, ('chain', 'draw', 'y_term'))
    >>> list(posterior.to_datatree().children)
    ['posterior', 'sample_stats', 'observed_data', 'constant_data']
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
    blocks: "Mapping[str, DrawnBlock]" = field(default_factory=dict)

    @property
    def is_converged(self) -> bool:
        """Whether the draws of every task may be trusted."""
        return all(found.is_converged for found in self.convergence.values())

    @property
    def safe_keys(self) -> Mapping[str, str]:
        """Name of each task key and block key in ``draws``, ``sample_stats`` and ArviZ trees."""
        return safe_names((*self.design.mechanisms, *self.blocks))

    def to_datatree(self) -> "DataTree":
        """Give an ArviZ tree: groups ``posterior``, ``sample_stats``, ``observed_data`` and ``constant_data``.

        The metadata of each group is one JSON string, the attribute ``bayescause``.

        Returns
        -------
        xarray.DataTree
        """
        from bayescause.inference.tree import tree_of

        return tree_of(self)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        lines = [_heading(self), *(_line(self, key) for key in self.engines)]
        return "\n".join((*lines, *(f"  {note}" for note in self.notes)))


POSTERIOR = instance(Posterior, "as `fit` gives it")


def _heading(posterior: Posterior) -> str:
    chains, draws = posterior.draws.sizes["chain"], posterior.draws.sizes["draw"]
    counted = {"mechanism": len(posterior.engines) - len(posterior.blocks), "joint law": len(posterior.blocks)}
    what = " and ".join(f"{number} {name}{'s' * (number > 1)}" for name, number in counted.items() if number)
    return f"Posterior of {what}, {chains} chains x {draws:,} draws, seed {posterior.seed}"


def _line(posterior: Posterior, key: str) -> str:
    found = posterior.convergence[key]
    verdict = "converged" if found.is_converged else "NOT CONVERGED: " + "; ".join(found.reasons)
    quality = f"R-hat {found.r_hat:.3f}, ESS {min(found.ess_bulk, found.ess_tail):,.0f}"
    return f"  {key}: {posterior.engines[key]}, {quality}, {verdict}"


@dataclass(frozen=True, eq=False)
class Parameters:
    """Draws of one task as plain arrays, chains one after another.

    Parameters
    ----------
    coefficients : array, dims (sample, coefficient)
        Intercept first.
    dispersion : mapping of str to array, dims (sample,)
        Of a Python function dims (sample, *shape): its free parameters.
    """

    coefficients: FloatArray
    dispersion: Mapping[str, FloatArray]


def parameters(posterior: Posterior, key: str) -> Parameters:
    """Draws of the task ``key`` as plain arrays, in data units.

    Raises
    ------
    SpecError
        If the posterior holds no such task.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> data = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0, 4.0]}
    >>> parameters(fit(StructuralModel.parse("y ~ x"), data, draws=250), "y").coefficients.shape
    (1000, 2)
    """
    if key not in posterior.design.mechanisms:
        held = ", ".join(map(repr, posterior.design.mechanisms))
        raise SpecError(
            f"{key!r} was not fitted; this posterior holds {held}. Add a question that needs it, or fit all."
        )
    safe, task = posterior.safe_keys[key], posterior.design.mechanisms[key]
    samples, known = posterior.draws.sizes["chain"] * posterior.draws.sizes["draw"], posterior.draws.variables
    coefficients = np.zeros((samples, 0))
    if task.coefficients:
        coefficients = known[f"{safe}_coefficient"].to_numpy().reshape(samples, -1)
    drawn = {name: known[own].to_numpy() for name, own in parameter_names(safe, task.dispersion).items()}
    return Parameters(
        coefficients, {name: values.reshape(samples, *values.shape[2:]) for name, values in drawn.items()}
    )
