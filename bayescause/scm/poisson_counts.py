"""Ranks of Poisson counts, by continuous inverses that are mended where they rounded."""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["poisson_quantile"]


def poisson_quantile(probability: FloatArray, rate: FloatArray) -> FloatArray:
    """Smallest count of a Poisson law whose cumulative probability reaches ``probability``.

    Examples
    --------
    >>> poisson_quantile(np.array([0.1, 0.5, 0.99]), np.array(1.0)).tolist()
    [0.0, 1.0, 4.0]
    """
    from scipy.special import pdtr, pdtrik

    above = np.maximum(np.ceil(pdtrik(probability, rate)), 0.0)
    below = np.maximum(above - 1, 0.0)
    # The continuous inverse may have rounded up past the answer.
    return np.where(pdtr(below, rate) >= probability, below, above)
