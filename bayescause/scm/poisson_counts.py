"""Ranks of Poisson counts: small ones counted up, others by continuous inverses that are mended where they rounded.

The continuous inverse of a large rate is the expansion of Cornish and Fisher (1938); its next term is below .02 here.
"""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["poisson_quantile"]

LARGEST = 50.0
"""A rate up to which it is quicker to add up chances from zero on."""

MOST = 200
"""Counts to which chances are added up: with such rates hardly anything is left beyond."""

LARGE = 1_000.0
"""A rate from which on the normal law, bent as the third moments say, gives the count to within one."""

FAR = 8.0
"""Sds from the mean up to which it does."""

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
    for inverse in (_bent, _inverted):
        left = np.flatnonzero(np.isnan(found))
        found[left] = inverse(sought[left], rates[left])
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


def _bent(probability: FloatArray, rate: FloatArray) -> FloatArray:
    """The count where the rate is large, and nan elsewhere, dims (place,)."""
    from scipy.special import ndtri, pdtr

    found, away = np.full(len(probability), np.nan), ndtri(probability)
    places = np.flatnonzero((rate >= LARGE) & (np.abs(away) <= FAR))
    sought, rates, z = probability[places], rate[places], away[places]
    sd = np.sqrt(rates)
    count = np.ceil(rates + sd * z + (z**2 - 1) / 6 + (z - z**3) / (72 * sd) - 0.5) - 1.0
    for _ in range(2):
        count += pdtr(count, rates) < sought
    found[places] = count
    return found


def _inverted(probability: FloatArray, rate: FloatArray) -> FloatArray:
    from scipy.special import pdtr, pdtrik

    above = np.maximum(np.ceil(pdtrik(probability, rate)), 0.0)
    below = np.maximum(above - 1, 0.0)
    # The continuous inverse may have rounded up past the answer.
    return np.where(pdtr(below, rate) >= probability, below, above)
