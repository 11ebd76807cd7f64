"""What importance weights cost the draws of a posterior, and how far they vouch for one quantity of it."""

from collections.abc import Iterable

import numpy as np

from bayescause.inference.importance import inflation, tilted_k
from bayescause.inference.posterior import Posterior
from bayescause.scm.mechanism import FloatArray

__all__ = ["COPIES", "inflation_of", "pareto_k_of"]

COPIES = "expected_copies"
"""Statistic of a task whose draws were chosen by importance weights: how often each was expected among the draws."""


def inflation_of(posterior: Posterior) -> FloatArray | None:
    """By how much each draw counts more in a Monte Carlo error than an independent one, dims (chain, draw).

    Tasks are drawn independently, so what each adds to the factor 1 adds up. None if no task has weights.
    """
    added = [inflation(copies) - 1.0 for key in posterior.engines if (copies := _copies(posterior, key)) is not None]
    return 1.0 + np.sum(added, axis=0) if added else None


def pareto_k_of(posterior: Posterior, keys: Iterable[str], values: FloatArray) -> dict[str, float]:
    """Pareto k-hat by task: of its weights or of its weights times a quantity, dims (chain, draw), whichever is larger.

    Parameters
    ----------
    posterior : Posterior
    keys : iterable of str
        Tasks that the quantity rests on; those without weights are passed over.
    values : array, dims (chain, draw)
    """
    found = {}
    for key in keys:
        copies = _copies(posterior, key)
        if copies is not None:
            own = float(posterior.sample_stats[f"{posterior.safe_keys[key]}_pareto_k"])
            found[key] = max(own, tilted_k(copies.ravel(), values.ravel()))
    return found


def _copies(posterior: Posterior, key: str) -> FloatArray | None:
    name = f"{posterior.safe_keys[key]}_{COPIES}"
    return posterior.sample_stats[name].to_numpy() if name in posterior.sample_stats else None
