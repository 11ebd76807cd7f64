"""Quadrature over a gamma law with mean one: places and weights for each shape."""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["gamma_nodes", "gamma_quantile"]

STEP, REACH = 0.4, 8.4
"""Spacing and extent of the trapezoidal rule on the scale of a standard normal that has the same quantiles."""


def gamma_quantile(probability: FloatArray, shape: FloatArray) -> FloatArray:
    """Quantile of a gamma law with mean one; dims are broadcast.

    Examples
    --------
    >>> gamma_quantile(np.array(1 - np.exp(-1.0)), np.array(1.0)).round(12).tolist()
    1.0
    """
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, probability) / shape)


def gamma_nodes(shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places and weights (node, ...): powers of the response to 1e-9 for shapes of 0.2 and more.

    The upper half is computed from the upper tail, so that no digits are lost there.

    Parameters
    ----------
    shape : array, dims (...)
    """
    from scipy.special import gammainccinv, gammaincinv, ndtr

    normal = np.arange(-REACH, REACH + STEP / 2, STEP).reshape((-1, *(1,) * np.ndim(shape)))
    tail = ndtr(-np.abs(normal))
    places = np.where(normal < 0, gammaincinv(shape, tail), gammainccinv(shape, tail)) / shape
    weights = np.exp(-0.5 * normal**2)
    return places, np.broadcast_to(weights / weights.sum(), places.shape)
