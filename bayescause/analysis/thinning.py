"""A posterior with fewer of its draws, and a table with fewer of its units: for looks that cost more than an answer."""

from dataclasses import replace

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.posterior import Posterior
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray

__all__ = ["rows_of_units", "some_units", "thinned_posterior"]


def thinned_posterior(posterior: Posterior, draws: int) -> Posterior:
    """``posterior`` with every k-th draw of each chain, ``draws`` of them or fewer.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 5.2, 6.8]}
    >>> dict(thinned_posterior(bc.fit(bc.StructuralModel.parse("y ~ x"), rows), 400).draws.sizes)["draw"]
    100
    """
    sizes = posterior.draws.sizes
    step = slice(None, None, max(1, -(-sizes["chain"] * sizes["draw"] // draws)))
    blocks = {key: replace(one, draws=one.draws.isel(draw=step)) for key, one in posterior.blocks.items()}
    stats = posterior.sample_stats.isel(draw=step, missing_dims="ignore")
    return replace(posterior, draws=posterior.draws.isel(draw=step), sample_stats=stats, blocks=blocks)


def rows_of_units(counts: FloatArray, most: int, random: np.random.Generator) -> np.ndarray:
    """Row numbers of all units, in order, or of ``most`` of them chosen at random.

    No unit is chosen twice: residuals that are counted twice vary more than those of as many units do, and a right
    model would look wrong.

    Parameters
    ----------
    counts : array, dims (row,)
        Units of each row, whole numbers.
    most : int
    random : NumPy Generator

    Examples
    --------
    >>> rows_of_units(np.array([1.0, 0.0, 3.0]), 4, np.random.default_rng(0)).tolist()
    [0, 2, 2, 2]
    """
    units = int(counts.sum())
    if units <= most:
        return np.repeat(np.arange(len(counts)), counts.astype(int))
    chosen = np.sort(random.choice(units, most, replace=False))
    return np.searchsorted(np.cumsum(counts), chosen, side="right")


def some_units(table: Table, rows: int, random: np.random.Generator) -> Table:
    """One row a unit: all of them, or ``rows`` chosen at random and one more for each level that was missed."""
    whole = table.sample
    drawn = rows_of_units(whole.counts, rows, random)
    chosen = np.sort(np.concatenate([drawn, _of_missing_levels(whole, drawn)]))
    columns = {name: values[chosen] for name, values in whole.columns.items()}
    return replace(whole, columns=columns, frequency=None, experiment=None)


def _of_missing_levels(table: Table, chosen: np.ndarray) -> np.ndarray:
    found = []
    for name, values in table.columns.items():
        if table.kinds[name] in LEVELLED:
            levels, first = np.unique(values[np.isfinite(values)], return_index=True)
            places = np.flatnonzero(np.isfinite(values))[first]
            found += places[~np.isin(levels, values[chosen])].tolist()
    return np.array(sorted(set(found)), dtype=int)
