"""A population is the distinct covariate rows that an effect is averaged over, with the units that each stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.scm.mechanism import FloatArray

__all__ = ["Population", "bootstrap_weights", "drawn_weights", "population_of", "sample_weights"]


@dataclass(frozen=True, eq=False)
class Population:
    """Distinct covariate rows.

    Parameters
    ----------
    columns : mapping of str to array, dims (row,)
        In the unit of the data.
    counts : array, dims (row,)
        Units that each distinct row stands for.
    """

    columns: Mapping[str, FloatArray]
    counts: FloatArray

    @property
    def rows(self) -> int:
        """Distinct rows."""
        return len(self.counts)


def population_of(table: Table, covariates: Iterable[str], selected: np.ndarray | None = None) -> Population:
    """Distinct rows of ``covariates`` among the ``selected`` rows of ``table``, with their counts.

    Parameters
    ----------
    table : Table
    covariates : iterable of str
        Columns that matter to the answer; with none, all units are alike.
    selected : bool array, dims (row,), optional
        Units that belong to the population; all of them by default.

    Raises
    ------
    SpecError
        If no unit is selected.
    """
    keep = np.ones(table.rows, dtype=bool) if selected is None else selected
    counts = table.counts[keep]
    if counts.sum() == 0:
        raise SpecError("No unit meets the condition, so there is nobody to average over. Widen it.")
    names = tuple(covariates)
    if not names:
        return Population({}, np.array([counts.sum()]))
    rows = np.column_stack([table.columns[name][keep] for name in names])
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    return Population(
        dict(zip(names, distinct.T.copy(), strict=True)),
        np.bincount(place.ravel(), weights=counts, minlength=len(distinct)),
    )


def sample_weights(population: Population) -> FloatArray:
    """Share of each distinct row among the units, dims (row,)."""
    return np.asarray(population.counts / population.counts.sum())


def bootstrap_weights(population: Population, samples: int, rng: np.random.Generator) -> FloatArray:
    """Draws of the population shares under the Bayesian bootstrap (Rubin 1981), dims (sample, row).

    Every unit has weight one in the Dirichlet law; the units of one distinct row are added up, which is
    again a gamma variable, so that the draws do not depend on how often a row is written.

    Examples
    --------
    >>> weights = bootstrap_weights(Population({}, np.array([2.0, 3.0])), 4, np.random.default_rng(0))
    >>> weights.shape, bool(np.allclose(weights.sum(axis=1), 1.0))
    ((4, 2), True)
    """
    counts, size = population.counts, (samples, population.rows)
    # A gamma variable of shape one is an exponential one: the same numbers at half the price.
    gamma = rng.standard_exponential(size) if (counts == 1).all() else rng.standard_gamma(counts, size=size)
    gamma /= gamma.sum(axis=1, keepdims=True)
    return np.asarray(gamma)


def drawn_weights(units: Population, samples: int, rng: np.random.Generator, *, population: str) -> FloatArray:
    """Shares of each distinct row for each draw, dims (sample, row): those of the sample, or bootstrapped ones.

    Parameters
    ----------
    population : str
        ``"sample"`` or ``"superpopulation"``.

    Examples
    --------
    >>> units = Population({}, np.array([1.0, 3.0]))
    >>> drawn_weights(units, 2, np.random.default_rng(0), population="sample").tolist()
    [[0.25, 0.75], [0.25, 0.75]]
    """
    if population == "sample":
        return np.broadcast_to(sample_weights(units), (samples, units.rows))
    return bootstrap_weights(units, samples, rng)
