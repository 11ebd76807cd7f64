"""A posterior with fewer of its draws, and a table with fewer of its units: for looks that cost more than an answer."""

from dataclasses import replace

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.posterior import Posterior
from bayescause.scm.kinds import LEVELLED

__all__ = ["some_units", "thinned_posterior"]


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


def some_units(table: Table, rows: int, random: np.random.Generator) -> Table:
    """One row a unit: all of them, or ``rows`` chosen at random and one more for each level that was missed."""
    whole = table.sample
    if whole.units <= rows:
        chosen = np.repeat(np.arange(whole.rows), whole.counts.astype(int))
    else:
        drawn = random.choice(whole.rows, rows, p=whole.counts / whole.counts.sum())
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
