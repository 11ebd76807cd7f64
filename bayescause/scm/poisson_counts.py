"""Ranks of Poisson counts: small ones counted up, others by continuous inverses that are mended where they rounded."""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["poisson_quantile"]

LARGEST = 50.0
"""A rate up to which it is quicker to add up chances from zero on."""

MOST = 200
"""Counts to which chances are added up: with such rates hardly anything is left beyond."""

NEAR = 1e-12
"""Distance of a probability from that of a count within which rounding of the sum might decide."""


def poisson_quantile(probability: FloatArray, rate: FloatArray) -> FloatArray:
    """Smallest count of a Poisson law whose cumulative probability reaches ``probability``.

    Parameters
    ----------
    probability, rate : array, dims (...)
        Of shapes that broadcast together.

    Examples
    --------
    >>> poisson_quantile(np.array([0.1, 0.5, 0.99]), np.array(1.0)).tolist()
    [0.0, 1.0, 4.0]
    """
    shape = np.broadcast_shapes(np.shape(probability), np.shape(rate))
    sought, rates = (np.broadcast_to(each, shape).ravel() for each in (probability, rate))
    found = _counted_up(sought, rates)
    left = np.flatnonzero(np.isnan(found))
    found[left] = _inverted(sought[left], rates[left])
    return found.reshape(shape)


def _counted_up(probability: FloatArray, rate: FloatArray) -> FloatArray:
    """The count where it is sure, and nan elsewhere, dims (place,)."""
    found = np.full(len(probability), np.nan)
    places = np.flatnonzero((rate <= LARGEST) & (probability < 1.0 - NEAR))
    sought, rates = probability[places], rate[places]
    term = np.exp(-rates)
    reached = term.copy()
    for count in range(MOST):
        gap = reached - sought
        is_there = gap >= 0.0
        # Between two counts by more than rounding; what is not will be asked of the inverse.
        is_sure = is_there & (gap > NEAR) & ((gap < term - NEAR) | (count == 0))
        found[places[is_sure]] = count
        left = np.flatnonzero(~is_there)
        if not len(left):
            break
        places, sought, rates = places[left], sought[left], rates[left]
        term = term[left] * rates / (count + 1)
        reached = reached[left] + term
    return found


def _inverted(probability: FloatArray, rate: FloatArray) -> FloatArray:
    from scipy.special import pdtr, pdtrik

    above = np.maximum(np.ceil(pdtrik(probability, rate)), 0.0)
    below = np.maximum(above - 1, 0.0)
    # The continuous inverse may have rounded up past the answer.
    return np.where(pdtr(below, rate) >= probability, below, above)
