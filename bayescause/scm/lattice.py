"""Sums over a law on the integers: all of them where they are few, an even stride through the bulk elsewhere."""

from collections.abc import Callable

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["EXACT_UP_TO", "lattice_nodes"]

EXACT_UP_TO = 129
"""Integers that are summed one by one. Wider laws have an sd above 6 and next to nothing at their bounds."""

REACH = 8.0
"""Sds on either side of the mean that are summed over; a normal law has 1e-15 outside."""


NOTHING = 1e-15
"""Probability up to which a value is left out, if no law has more of it."""

NORMAL_FROM = 1e4
"""Sd from which the law is taken to be normal: logarithms of its probabilities would lose their last digits."""


def lattice_nodes(
    mean: FloatArray,
    sd: FloatArray,
    highest: FloatArray,
    log_mass: Callable[[FloatArray], FloatArray],
    *,
    most: int = EXACT_UP_TO,
) -> tuple[FloatArray, FloatArray]:
    """Values (node, ...) and weights of the same shape that integrate over a law on 0, 1, ..., ``highest``.

    Where the law's bulk holds no more than ``most`` integers this is the sum itself. Elsewhere every h-th
    integer is taken, with h below a third of the sd: the trapezoidal rule then errs by exp(-2 (pi sd / h)^2) for
    functions that are smooth on the scale of the sd (Trefethen and Weideman 2014, section 3).

    Parameters
    ----------
    mean, sd, highest : array, dims (...)
        Of the law; ``highest`` may be infinite.
    log_mass : callable
        Logarithm of the probability of values with dims (node, ...).
    most : int
        Integers that are summed one by one.
    """
    low = np.floor(np.maximum(mean - REACH * sd - 10, 0.0))
    high = np.minimum(np.ceil(mean + REACH * sd + 20), highest)
    width = high - low + 1
    number = int(min(width.max(initial=1.0), most))
    steps = np.arange(float(number)).reshape((number, *(1,) * low.ndim))
    places = _alike(low) + _alike(np.ceil(width / number)) * steps
    inside = places <= highest
    places = np.minimum(places, _alike(highest))
    log_weights = np.minimum(log_mass(places), 0.0)
    if (sd > NORMAL_FROM).any():
        bell = -0.5 * ((places - mean) / np.maximum(sd, 1.0)) ** 2
        log_weights = np.where(sd > NORMAL_FROM, bell, log_weights)
    weights = np.exp(log_weights)
    if not inside.all():
        weights = np.where(inside, weights, 0.0)
    weights = weights / weights.sum(axis=0)
    kept = weights.max(axis=tuple(range(1, weights.ndim))) > NOTHING
    return places[kept], weights[kept]


def _alike(each: FloatArray) -> FloatArray:
    """One number in the place of many that are the same: what is computed from it is computed once."""
    return each[(slice(0, 1),) * each.ndim] if each.size and (each == each.flat[0]).all() else each
