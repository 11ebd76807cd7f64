"""A rank is the place of the truth among its posterior draws; it is uniform over replications of a right procedure."""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["coverage", "rank"]


def rank(truth: FloatArray, draws: FloatArray, uniform: FloatArray) -> FloatArray:
    """Place of each truth among its draws, between 0 and 1, exactly uniform for a right posterior.

    Parameters
    ----------
    truth : array, dims (quantity,)
    draws : array, dims (sample, quantity)
        Independent draws; correlated ones have to be thinned first.
    uniform : array, dims (quantity,)
        Between 0 and 1: where in its gap, and among ties, the truth is put.

    Returns
    -------
    array, dims (quantity,)
        ``(rank + U) / (draws + 1)``.

    Notes
    -----
    Talts, Betancourt, Simpson, Vehtari and Gelman (2018), theorem 1, with the randomisation that makes the
    discrete uniform law continuous.

    Examples
    --------
    >>> rank(np.array([2.5]), np.array([[1.0], [2.0], [3.0]]), np.array([0.5])).tolist()
    [0.625]
    """
    below = (draws < truth).sum(axis=0)
    ties = (draws == truth).sum(axis=0)
    return np.asarray((below + uniform * (ties + 1)) / (len(draws) + 1))


def coverage(ranks: FloatArray, prob: float = 0.95) -> float:
    """Share of replications whose truth lay in the central interval of probability ``prob``.

    Examples
    --------
    >>> coverage(np.array([0.01, 0.5, 0.6, 0.99]))
    0.5
    """
    tail = (1.0 - prob) / 2.0
    return float(np.mean((ranks >= tail) & (ranks <= 1.0 - tail)))
